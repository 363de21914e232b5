"""Critical results, handoffs and quality reviews: what the database itself refuses."""

import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest

from readstation.domain.calibration import Calibration, SpacingSource
from readstation.domain.critical_result import CriticalResultStatus
from readstation.domain.errors import (
    ConflictError,
    NotFoundError,
    RefusedStepError,
    TamperedError,
)
from readstation.domain.handoff import HandoffStatus, HandoffType, Opinion
from readstation.domain.measurement import EllipseRoi, ImagePoint, Length, Probe, RoiStatistics
from readstation.domain.quality import QualityReview, RadpeerScore
from readstation.domain.report import Signature, SignatureMeaning
from readstation.domain.study import FrameKey
from tests.adapters.db.conftest import (
    CONTENT,
    FIRST,
    NOW,
    REVIEWER,
    SECOND,
    STUDY,
    a_critical_result,
    a_handoff,
    a_version,
    an_attempt,
)

STATUS = CriticalResultStatus


@pytest.fixture
def with_result(with_draft):
    """A critical result that waits for a call."""
    with with_draft.unit_of_work() as work:
        work.critical_results.add(a_critical_result())
        work.commit()
    return with_draft


def log(database, attempt, status, closed_at=None):
    with database.unit_of_work() as work:
        work.critical_results.add_attempt(attempt, status, closed_at)
        work.commit()


def stored(database, viewer=None):
    with database.unit_of_work() as work:
        return work.critical_results.get("c1", viewer)


def test_a_result_and_its_calls_come_back_equal(with_result):
    left, reached = an_attempt(1, reached=False), an_attempt(2, note="a < b")
    log(with_result, left, STATUS.ATTEMPTED)
    log(with_result, reached, STATUS.COMMUNICATED, NOW)
    expected = a_critical_result(
        status=STATUS.COMMUNICATED, closed_at=NOW, attempts=(left, reached)
    )
    assert stored(with_result) == expected
    with with_result.unit_of_work() as work:
        assert work.critical_results.all(open_only=True, viewer_id=None) == ()
        assert work.critical_results.all(open_only=False, viewer_id=None) == (expected,)
        assert work.critical_results.of_study(STUDY, None) == (expected,)


def test_the_same_call_is_logged_once(with_result):
    log(with_result, an_attempt(1, reached=False), STATUS.ATTEMPTED)
    with pytest.raises(RefusedStepError, match="in the meantime"):
        log(with_result, an_attempt(1), STATUS.COMMUNICATED, NOW)
    assert stored(with_result).status is STATUS.ATTEMPTED


def test_a_message_left_cannot_close_a_result_even_by_direct_sql(with_result):
    with pytest.raises(RefusedStepError, match="until a person has read it back"):
        log(with_result, an_attempt(1, reached=False), STATUS.COMMUNICATED, NOW)
    assert stored(with_result).attempts == ()


def test_a_closed_result_takes_no_further_calls(with_result):
    log(with_result, an_attempt(), STATUS.COMMUNICATED, NOW)
    with pytest.raises(ConflictError, match="already communicated"):
        log(with_result, an_attempt(2), STATUS.COMMUNICATED, NOW)


def test_a_flag_is_withdrawn_and_raised_again(with_result):
    with with_result.unit_of_work() as work:
        work.critical_results.set_escalation("c1", 1, STATUS.WITHDRAWN)
        assert work.critical_results.all(open_only=True, viewer_id=None) == ()
        work.critical_results.set_escalation("c1", 0, STATUS.OPEN)
        work.commit()
    assert stored(with_result) == a_critical_result()


FORBIDDEN = [
    "DELETE FROM critical_results",
    "INSERT OR REPLACE INTO critical_results SELECT * FROM critical_results",
    "UPDATE critical_results SET discovered_at = discovered_at + 1",
    "UPDATE critical_results SET due_at = due_at + 1",
    "UPDATE critical_results SET message = 'nothing'",
    "UPDATE critical_results SET status = 'communicated', closed_at = 1",
    "UPDATE critical_results SET closed_at = 1",
    "UPDATE critical_results SET status = 'gone'",
    "UPDATE call_attempts SET outcome = 'reached', read_back = 'read back correctly'",
    "DELETE FROM call_attempts",
    "INSERT OR REPLACE INTO call_attempts SELECT * FROM call_attempts",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_direct_sql_cannot_make_a_critical_result_disappear(with_result, statement):
    log(with_result, an_attempt(1, reached=False), STATUS.ATTEMPTED)
    connection = sqlite3.connect(with_result.path)
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(statement)
    connection.close()
    assert stored(with_result).is_open


def test_a_damaged_call_is_noticed_on_reading(with_result):
    log(with_result, an_attempt(1, reached=False), STATUS.ATTEMPTED)
    with with_result.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER call_attempts_no_update")
        connection.exec_driver_sql("UPDATE call_attempts SET note = 'other'")
    with pytest.raises(TamperedError, match="logged call"):
        stored(with_result)


def test_a_blind_reader_gets_neither_results_nor_measurements_of_the_first_read(with_result):
    own = a_critical_result(critical_result_id="c2", discovered_by=SECOND)
    mine, theirs = a_length("m1"), a_length("m2")
    with with_result.unit_of_work() as work:
        work.handoffs.add(a_handoff())
        work.critical_results.add(own)
        work.measurements.put(STUDY, SECOND, mine)
        work.measurements.put(STUDY, FIRST, theirs)
        work.commit()
    with with_result.unit_of_work() as work:
        assert work.critical_results.of_study(STUDY, SECOND) == (own,)
        assert work.critical_results.all(open_only=True, viewer_id=SECOND) == (own,)
        with pytest.raises(NotFoundError):
            work.critical_results.get("c1", SECOND)
        assert len(work.critical_results.of_study(STUDY, FIRST)) == 2
        assert work.measurements.of_study(STUDY, SECOND) == (mine,)
        assert work.measurements.of_study(STUDY, FIRST) == (mine, theirs)
        (seen,) = work.worklist.items(NOW, SECOND)
        (all_,) = work.worklist.items(NOW)
        assert (seen.open_critical_results, all_.open_critical_results) == (1, 2)


def a_length(uid="m1", frame=None):
    known = Calibration(0.5, 0.25, SpacingSource.DETECTOR)
    frame = frame or FrameKey("1.2.3.1.1", 2, "1.9")
    return Length(uid, frame, ImagePoint(0.1, 0.2), ImagePoint(1 / 3, 7.0), known)


def test_measurements_come_back_equal_to_the_last_digit(with_study):
    frame = FrameKey("1.2.3.1.1", 2, "1.9")
    corners = ImagePoint(0.1, 0.2), ImagePoint(1 / 3, 7.0)
    statistics = RoiStatistics(9, 1 / 7, 0.0, -1024.0, 3071.0)
    unknown = Calibration(None, None, SpacingSource.NONE)
    axes = replace(unknown, source=SpacingSource.US_AXES, per_row=0.5, row_axis_unit="cm/s")
    made = (
        a_length("a"),
        EllipseRoi("b", frame, *corners, unknown, statistics, "HU"),
        EllipseRoi("c", frame, *corners, unknown, None, "HU"),
        Probe("d", frame, corners[0], -17.5, "HU"),
        Length("e", frame, *corners, axes),
        Length("f", frame, *corners, Calibration(0.2, 0.3, SpacingSource.FIDUCIAL, "25 mm ball")),
    )
    with with_study.unit_of_work() as work:
        for measurement in made:
            work.measurements.put(STUDY, FIRST, measurement)
        work.commit()
    with with_study.unit_of_work() as work:
        found = work.measurements.of_study(STUDY, FIRST)
        assert found == made
        assert found[0].frame.frame_of_reference_uid == "1.9"
        assert not work.measurements.remove("b", "1.2.9", FIRST)
        assert work.measurements.remove("b", STUDY, FIRST)
        assert len(work.measurements.of_study(STUDY, FIRST)) == 5


def test_a_measurement_never_moves_to_another_image(with_study):
    with with_study.unit_of_work() as work:
        work.measurements.put(STUDY, FIRST, a_length())
        work.measurements.put(STUDY, FIRST, replace(a_length(), end=ImagePoint(9, 9)))
        with pytest.raises(ConflictError, match="stays on the image"):
            work.measurements.put(STUDY, FIRST, a_length(frame=FrameKey("1.2.3.1.1", 3)))


def test_a_handoff_comes_back_equal_and_is_listed_for_both_readers(with_draft):
    returned = a_handoff(
        status=HandoffStatus.RETURNED,
        version=2,
        opinion=Opinion.EDIT,
        opinion_text="text < & \ud800",
        opinion_content=CONTENT,
        returned_at=NOW,
    )
    with with_draft.unit_of_work() as work:
        work.handoffs.add(a_handoff())
        work.handoffs.save(returned, 1)
        work.commit()
    with with_draft.unit_of_work() as work:
        lists = (
            work.handoffs.to_reader(SECOND),
            work.handoffs.from_reader(FIRST),
            work.handoffs.of_study(STUDY),
            work.handoffs.all(open_only=True),
        )
        assert lists == ((returned,),) * 4
        assert work.handoffs.get("h1") == returned
        with pytest.raises(ConflictError):
            work.handoffs.save(replace(returned, status=HandoffStatus.COMPLETED), 1)
        work.handoffs.save(replace(returned, status=HandoffStatus.COMPLETED, version=3), 2)
        assert work.handoffs.all(open_only=True) == ()


@pytest.mark.parametrize(
    "changed",
    [
        {"to_reader_id": FIRST},
        {"is_blind": False},
        {"status": HandoffStatus.RETURNED},
        {"status": HandoffStatus.COMPLETED, "returned_at": NOW},
        {"handoff_type": HandoffType.CONSULT, "is_blind": False, "status": HandoffStatus.RETURNED},
    ],
)
def test_a_handoff_that_contradicts_itself_is_refused(with_draft, changed):
    with with_draft.unit_of_work() as work, pytest.raises(RefusedStepError):
        work.handoffs.add(a_handoff(**changed))


def test_an_opinion_that_was_given_is_never_changed(with_draft):
    given = a_handoff(
        status=HandoffStatus.RETURNED, version=2, opinion=Opinion.AGREE, returned_at=NOW
    )
    with with_draft.unit_of_work() as work:
        work.handoffs.add(a_handoff())
        work.handoffs.save(given, 1)
        work.commit()
    for changed in ({"opinion": Opinion.DISAGREE}, {"opinion_text": "x"}, {"opinion": None}):
        with with_draft.unit_of_work() as work, pytest.raises(RefusedStepError):
            work.handoffs.save(replace(given, **changed, version=3), 2)


def a_review(**changed):
    return replace(
        QualityReview("r1", 1, REVIEWER, RadpeerScore.DISCREPANCY_USUAL, "Missed.", NOW), **changed
    )


def test_a_review_comes_back_equal(with_version):
    with with_version.unit_of_work() as work:
        work.quality.add(a_review())
        work.commit()
    with with_version.unit_of_work() as work:
        assert work.quality.all() == work.quality.of_report("r1") == (a_review(),)
        with pytest.raises((ConflictError, RefusedStepError)):
            work.quality.add(a_review(score=RadpeerScore.CONCUR))


@pytest.mark.parametrize("reviewer", [FIRST, SECOND])
def test_nobody_reviews_what_they_signed(with_version, reviewer):
    with with_version.unit_of_work() as work, pytest.raises(RefusedStepError, match="you signed"):
        work.quality.add(a_review(reviewer_id=reviewer))
    connection = sqlite3.connect(with_version.path)
    with pytest.raises(sqlite3.IntegrityError, match="you signed"):
        connection.execute(
            "INSERT INTO quality_reviews VALUES ('r1', 1, ?, '1', '', 0, 'hash')", (reviewer,)
        )
    connection.close()


def test_nobody_reviews_an_addendum_to_what_they_signed(with_version):
    other = (Signature("third", "Third", SignatureMeaning.AUTHORED, NOW),)
    with with_version.unit_of_work() as work:
        work.reports.add_version(
            a_version(version_number=2, author_id="third", signatures=other, supersedes_version=1)
        )
        with pytest.raises(RefusedStepError):
            work.quality.add(a_review(version_number=2, reviewer_id=FIRST))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE quality_reviews SET score = '1'",
        "DELETE FROM quality_reviews",
        "INSERT OR REPLACE INTO quality_reviews SELECT * FROM quality_reviews",
        "INSERT INTO quality_reviews VALUES ('r1', 1, 'other', '3b', ' ', 0, 'hash')",
        "INSERT INTO quality_reviews VALUES ('r1', 1, 'other', '4', 'x', 0, 'hash')",
    ],
)
def test_direct_sql_cannot_change_reviews_or_leave_out_the_comment(with_version, statement):
    with with_version.unit_of_work() as work:
        work.quality.add(a_review())
        work.commit()
    connection = sqlite3.connect(with_version.path)
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(statement)
    connection.close()


def test_a_review_of_what_was_never_signed_is_refused(with_draft):
    with with_draft.unit_of_work() as work, pytest.raises(NotFoundError):
        work.quality.add(a_review())


def test_a_result_due_before_it_was_found_is_refused(with_draft):
    with with_draft.unit_of_work() as work, pytest.raises(RefusedStepError):
        work.critical_results.add(a_critical_result(due_at=NOW - timedelta(seconds=1)))
