"""What was read ahead of a study is shown only if the database still says the same."""

import shutil
from dataclasses import replace

import pytest

from readstation.app.importing.import_paths import import_paths
from readstation.app.jobs import JobContext
from readstation.app.ports import DisplayedFrame
from readstation.app.reading.key_images import toggle_key_image
from readstation.app.reading.measurements import keep_measurement
from readstation.app.reading.open_study import open_study
from readstation.app.reading.prefetch import study_ahead
from readstation.app.reading.record_displayed import record_displayed
from readstation.app.reading.study_ahead import MOST_EVENTS, MOST_STUDIES, StudiesAhead
from readstation.app.report.start_report import start_report
from readstation.app.worklist.claim_study import claim_study
from readstation.app.worklist.raise_concern import raise_concern
from readstation.app.worklist.release_study import release_study
from readstation.bootstrap import open_workspace
from readstation.domain.anatomy import Anatomy
from readstation.domain.audit import (
    CHANGES_ITS_STUDY_ALONE,
    LEAVES_STUDIES_ALONE,
    AuditAction,
    AuditAnchor,
    AuditEvent,
    may_change,
)
from readstation.domain.calibration import Calibration, SpacingSource
from readstation.domain.claim import ClaimTask
from readstation.domain.measurement import ImagePoint, Length
from readstation.domain.reader import Role
from readstation.domain.report import Signature, SignatureMeaning
from readstation.domain.study import FrameKey
from tests.adapters.db.conftest import a_version
from tests.dicom_files import save_image
from tests.reading_workspace import (
    CURRENT,
    OTHER,
    PRIOR,
    SLICES,
    ReadingWorkspace,
    open_reading_workspace,
    slice_values,
    write_study,
)

MM = Calibration(0.5, 0.5, SpacingSource.PATIENT)
READ = ClaimTask.READ


@pytest.fixture(scope="module")
def imported_home(tmp_path_factory):
    home = tmp_path_factory.mktemp("imported") / "home"
    open_reading_workspace(home, tmp_path_factory.mktemp("files")).workspace.close()
    return home


@pytest.fixture
def reading(tmp_path, imported_home):
    opened = ReadingWorkspace(open_workspace(shutil.copytree(imported_home, tmp_path / "home")))
    yield opened
    opened.workspace.close()


@pytest.fixture
def me(reading):
    return reading.session("reader1")


@pytest.fixture
def ahead(reading, me):
    return study_ahead(reading.station, me, CURRENT, JobContext()).ahead


def opened_with(reading, me, ahead):
    return open_study(reading.station, me, ahead.study_instance_uid, READ, ahead).opened


def is_taken(opened, ahead) -> bool:
    return opened.series is ahead.rows.current.series


def test_what_nobody_has_touched_is_taken_as_it_was_read(reading, me, ahead):
    begun = open_study(reading.station, me, CURRENT, READ, ahead)
    assert is_taken(begun.opened, ahead)
    assert (begun.current, begun.prior) == (ahead.rows.current, ahead.rows.prior)
    assert begun.opened.claim is not None
    anew = open_study(reading.station, me, CURRENT, READ).opened
    assert replace(begun.opened, claim=None) == replace(anew, claim=None)


def test_opening_what_was_read_ahead_is_on_record_as_any_opening(reading, me, ahead):
    with reading.station.unit_of_work() as work:
        before = len(list(work.audit.rows()))
    opened_with(reading, me, ahead)
    with reading.station.unit_of_work() as work:
        events = [row.event for row in work.audit.rows()][before:]
    assert [(e.action, e.study_instance_uid) for e in events] == [
        (AuditAction.STUDY_CLAIMED, CURRENT),
        (AuditAction.STUDY_OPENED, CURRENT),
        (AuditAction.STUDY_OPENED, PRIOR),
    ]


def test_a_claim_taken_since_leaves_the_study_read_only(reading, me, ahead):
    claim_study(reading.station, reading.session("reader2"), CURRENT, READ)
    opened = opened_with(reading, me, ahead)
    assert opened.is_read_only
    assert opened.owner_name == "Dr. Test Two"
    assert is_taken(opened, ahead)


def other_claims(reading, uid=CURRENT):
    return claim_study(reading.station, reading.session("reader2"), uid, READ)


def measure(reading, claim, study):
    frame = FrameKey(f"{study}.1.1", 1)
    made = Length("2.25.7", frame, ImagePoint(1, 1), ImagePoint(5, 1), MM)
    keep_measurement(reading.station, reading.session("reader2"), claim, made)


def test_a_measurement_made_since_is_seen(reading, me, ahead):
    claim = other_claims(reading)
    measure(reading, claim, CURRENT)
    release_study(reading.station, reading.session("reader2"), claim)
    opened = opened_with(reading, me, ahead)
    assert [m.measurement_uid for m in opened.measured[0].kept] == ["2.25.7"]


def test_a_measurement_made_since_in_the_prior_is_seen(reading, me, ahead):
    measure(reading, other_claims(reading, PRIOR), PRIOR)
    opened = opened_with(reading, me, ahead)
    assert [m.measurement_uid for m in opened.measured[1].kept] == ["2.25.7"]


def test_a_key_image_marked_since_is_seen(reading, me, ahead):
    frame, claim = FrameKey(f"{CURRENT}.1.2", 1), other_claims(reading)
    toggle_key_image(reading.station, reading.session("reader2"), claim, frame)
    assert [k.frame for k in opened_with(reading, me, ahead).key_images] == [frame]


def sign(reading, uid):
    """Store a signed version as signing does, its event in the same transaction."""
    draft = start_report(reading.station, reading.session("reader2"), other_claims(reading, uid))
    now = reading.station.clock.now()
    signed = Signature("reader2", "Dr. Test Two", SignatureMeaning.AUTHORED, now)
    version = a_version(
        report_id=draft.report_id, study_instance_uid=uid, author_id="reader2", signatures=(signed,)
    )
    with reading.station.unit_of_work() as work:
        work.reports.add_version(version)
        event = AuditEvent(AuditAction.REPORT_SIGNED, "reader2", now, uid, draft.report_id)
        work.audit.append(event)
        work.commit()
    return version


def test_a_report_signed_since_is_seen(reading, me, ahead):
    version = sign(reading, CURRENT)
    assert opened_with(reading, me, ahead).versions == (version,)


def test_a_report_of_the_prior_signed_since_is_seen(reading, me, ahead):
    assert ahead.rows.prior_reports == frozenset()
    sign(reading, PRIOR)
    assert opened_with(reading, me, ahead).prior_reports == {PRIOR}


def test_a_concern_raised_since_is_seen(reading, me, ahead):
    technologist = replace(me.user, roles=frozenset({Role.TECHNOLOGIST}))
    raise_concern(reading.station, replace(me, user=technologist), CURRENT, "Fell again.")
    assert opened_with(reading, me, ahead).order.technologist_concern == "Fell again."


def test_what_was_looked_at_since_is_known(reading, me, ahead):
    now = reading.station.clock.now()
    frame = FrameKey(f"{CURRENT}.1.3", 1)
    record_displayed(reading.station, [DisplayedFrame(CURRENT, frame, "reader1", now, now)])
    assert opened_with(reading, me, ahead).seen == {frame}


def test_images_that_came_since_are_there(reading, me, ahead, tmp_path):
    save_image(
        tmp_path / "late.dcm",
        slice_values(CURRENT, SLICES + 1),
        StudyInstanceUID=CURRENT,
        SeriesInstanceUID=f"{CURRENT}.2",
        SOPInstanceUID=f"{CURRENT}.2.1",
        PatientID="P1",
        PatientName="TEST^P1",
        PatientBirthDate="19600101",
        PatientSex="F",
    )
    import_paths([tmp_path / "late.dcm"], reading.workspace.import_tools(), "test")
    opened = opened_with(reading, me, ahead)
    assert [s.series_instance_uid for s in opened.series] == [f"{CURRENT}.1", f"{CURRENT}.2"]
    first = opened.series[0]
    assert ahead.known(first).described is not None, "the same files need no describing"
    assert ahead.known(opened.series[1]) is None


def test_a_prior_that_came_since_is_offered(reading, me, ahead, tmp_path):
    write_study(tmp_path, "2.25.150", "P1", "20260801")
    import_paths([tmp_path], reading.workspace.import_tools(), "test")
    begun = open_study(reading.station, me, CURRENT, READ, ahead)
    assert begun.prior.study.study_instance_uid == "2.25.150"


def test_files_that_are_others_by_now_are_described_anew(ahead):
    (series,) = ahead.rows.current.series
    first, *others = series.instances
    changed = replace(series, instances=(replace(first, content_sha256="0" * 64), *others))
    assert ahead.known(series) is not None
    assert ahead.known(changed) is None


def test_work_on_other_patients_leaves_what_was_read(reading, me, ahead):
    claim = other_claims(reading, OTHER)
    measure(reading, claim, OTHER)
    sign(reading, OTHER)
    assert is_taken(opened_with(reading, me, ahead), ahead)


def test_another_session_reads_for_itself(reading, ahead):
    second = reading.session("reader2")
    opened = open_study(reading.station, second, CURRENT, READ, ahead).opened
    assert not is_taken(opened, ahead)


def test_tables_of_anatomy_that_are_others_by_now_rank_anew(reading, me, ahead):
    station = replace(reading.station, anatomy=Anatomy)
    assert not is_taken(open_study(station, me, CURRENT, READ, ahead).opened, ahead)


def test_another_study_is_never_taken_for_the_one_asked_for(reading, me, ahead):
    opened = open_study(reading.station, me, OTHER, READ, ahead).opened
    assert opened.study.study_instance_uid == OTHER
    assert {s.study_instance_uid for s in opened.series} == {OTHER}


def test_a_log_that_is_another_by_now_is_no_proof(reading, me, ahead):
    """After a restore the head may be gone, or its number may belong to another event."""
    gone = replace(ahead, head=AuditAnchor(10**6, ahead.head.row_hash))
    forged = replace(ahead, head=AuditAnchor(ahead.head.sequence_number, "0" * 64))
    with reading.station.unit_of_work() as work:
        assert ahead.holds(work, reading.station, me)
        assert not gone.holds(work, reading.station, me)
        assert not forged.holds(work, reading.station, me)


def test_after_very_many_events_it_is_read_anew(reading, me, ahead):
    with reading.station.unit_of_work() as work:
        now = reading.station.clock.now()
        for _ in range(MOST_EVENTS):
            work.audit.append(AuditEvent(AuditAction.DRAFT_SAVED, "reader2", now, OTHER))
        assert ahead.holds(work, reading.station, me)
        work.audit.append(AuditEvent(AuditAction.DRAFT_SAVED, "reader2", now, OTHER))
        assert not ahead.holds(work, reading.station, me)


def test_only_events_that_cannot_matter_are_passed_over(reading, me, ahead):
    assert not LEAVES_STUDIES_ALONE & CHANGES_ITS_STUDY_ALONE
    harmless_elsewhere = LEAVES_STUDIES_ALONE | CHANGES_ITS_STUDY_ALONE
    for action in AuditAction:
        with reading.station.unit_of_work() as work:  # not committed: each begins anew
            now = reading.station.clock.now()
            work.audit.append(AuditEvent(action, "reader2", now, OTHER))
            assert ahead.holds(work, reading.station, me) is (action in harmless_elsewhere)
        for uid in (PRIOR, CURRENT, ""):
            event = AuditEvent(action, "reader2", now, uid)
            assert may_change(event, ahead.rows.concerned) is (action not in LEAVES_STUDIES_ALONE)


def test_few_studies_are_kept_and_each_is_handed_over_once(ahead):
    studies = StudiesAhead()
    for number in range(MOST_STUDIES + 1):
        rows = ahead.rows
        study = replace(rows.current.study, study_instance_uid=f"9.{number}")
        studies.put(replace(ahead, rows=replace(rows, current=replace(rows.current, study=study))))
    assert studies.take("9.0") is None
    assert studies.take("9.1").study_instance_uid == "9.1"
    assert studies.take("9.1") is None
    studies.clear()
    assert studies.take("9.2") is None
