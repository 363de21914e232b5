from dataclasses import replace
from datetime import timedelta

import pytest

from readstation.adapters.db.plain_statements import PlainStatements
from readstation.app.ports import DisplayedFrame
from readstation.app.study_ports import AddedInstance
from readstation.domain.claim import ClaimTask
from readstation.domain.errors import NotFoundError, RefusedInputError
from readstation.domain.handoff import HandoffStatus
from readstation.domain.patient import PatientIdentity
from readstation.domain.reader import Role, User
from readstation.domain.report import ReportStatus
from readstation.domain.study import FrameKey
from tests.adapters.db.conftest import (
    FIRST,
    NOW,
    SECOND,
    STUDY,
    a_critical_result,
    a_draft,
    a_handoff,
    a_series,
    a_study,
    an_instance,
    an_order,
)


def add(database, study=None, series=None, instance=None):
    study = study or a_study()
    uid = study.study_instance_uid
    with database.unit_of_work() as work:
        added = work.studies.add_instance(
            study, series or a_series(uid), instance or an_instance(uid), NOW
        )
        work.commit()
    return added


def test_a_study_comes_back_with_its_counts_and_modalities(database):
    assert add(database) is AddedInstance.ADDED
    assert add(database, instance=an_instance(number=2)) is AddedInstance.ADDED
    other = replace(a_series(modality="PR"), series_instance_uid="1.2.3.2", series_number=None)
    in_other = replace(an_instance(number=3), series_instance_uid="1.2.3.2", is_displayable=False)
    add(database, series=other, instance=in_other)
    with database.unit_of_work() as work:
        study = work.studies.get(STUDY)
        assert study == a_study(
            modalities_in_study=("CT", "PR"), number_of_study_related_instances=3
        )
        first, second = work.studies.series_of(STUDY)
        assert first.instances == (an_instance(number=1), an_instance(number=2))
        assert second == replace(other, instances=(in_other,))
        assert work.studies.instance("1.2.3.1.2") == an_instance(number=2)
        assert work.studies.all() == (study,)


def test_those_instances_that_are_here_are_found_among_many(database):
    add(database)
    add(database, instance=an_instance(number=2))
    strangers = [f"1.2.99.{number}" for number in range(1200)]
    with database.unit_of_work() as work:
        found = work.studies.known_instances({*strangers, "1.2.3.1.2", "1.2.3.1.1"})
        assert found == {
            "1.2.3.1.1": an_instance(number=1),
            "1.2.3.1.2": an_instance(number=2),
        }
        assert work.studies.known_instances(()) == {}


def test_the_same_instance_twice_is_a_duplicate(database):
    add(database)
    assert add(database) is AddedInstance.DUPLICATE
    with database.unit_of_work() as work:
        assert work.studies.get(STUDY).number_of_study_related_instances == 1
        assert work.studies.conflicts() == ()


def test_other_bytes_under_the_same_uid_are_kept_beside_and_noted_once(database):
    add(database)
    for _ in range(2):
        assert add(database, instance=an_instance(sha="bb")) is AddedInstance.CONFLICT
    with database.unit_of_work() as work:
        (conflict,) = work.studies.conflicts(STUDY)
        assert (conflict.kept_sha256, conflict.other_sha256) == ("aa", "bb")
        assert work.studies.instance("1.2.3.1.1").content_sha256 == "aa"
        assert work.studies.conflicts("other") == ()


def other_patient(**changed):
    patient = a_study().patient
    return a_study(patient=replace(patient, **changed))


@pytest.mark.parametrize(
    "changed",
    [
        {"identity": PatientIdentity("P2", "SITE")},
        {"identity": PatientIdentity("P1", "ELSEWHERE")},
        {"patient_name": "DEMO^BETA"},
        {"patient_sex": "M"},
    ],
)
def test_a_study_of_another_patient_is_refused(database, changed):
    add(database)
    with pytest.raises(RefusedInputError, match="another patient"):
        add(database, other_patient(**changed), instance=an_instance(number=2))
    with database.unit_of_work() as work:
        assert work.studies.get(STUDY).number_of_study_related_instances == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"patient_name": "demo^alpha^^ "},
        {"patient_birth_date": None},
        {"patient_sex": ""},
        {"identity": PatientIdentity("P1", "")},
    ],
)
def test_padding_and_missing_parts_of_the_patient_are_no_other_patient(database, changed):
    add(database)
    added = add(database, other_patient(**changed), instance=an_instance(number=2))
    assert added is AddedInstance.ADDED


def test_a_series_of_another_study_is_refused(database):
    add(database)
    with pytest.raises(RefusedInputError, match="part of another study"):
        add(database, a_study("1.2.4"), a_series(STUDY), an_instance("1.2.4"))
    with database.unit_of_work() as work, pytest.raises(NotFoundError):
        work.studies.get("1.2.4")


def test_studies_are_found_by_id_and_by_identity(database):
    add(database)
    elsewhere = PatientIdentity("P1", "ELSEWHERE")
    patient = replace(a_study().patient, identity=elsewhere)
    add(database, a_study("1.2.4", patient=patient, study_date_time=None))
    with database.unit_of_work() as work:
        both = [s.study_instance_uid for s in work.studies.of_patient_id("P1")]
        assert both == [STUDY, "1.2.4"]
        assert [s.patient.identity for s in work.studies.of_patient(elsewhere)] == [elsewhere]
        work.studies.set_expected_instances(STUDY, 9)
        assert work.studies.get(STUDY).expected_instances == 9
        with pytest.raises(NotFoundError):
            work.studies.set_expected_instances("9.9", 1)
        with pytest.raises(NotFoundError):
            work.studies.instance("9.9")


def test_an_order_is_replaced_by_its_accession_number_but_a_concern_stays(with_study):
    with with_study.unit_of_work() as work:
        assert work.orders.of_study(STUDY) == an_order()
        work.orders.set_concern(an_order().accession_number, "look now")
        work.orders.put(an_order(body_part_examined="HEAD"))
        expected = an_order(body_part_examined="HEAD", technologist_concern="look now")
        assert work.orders.of_study(STUDY) == expected
        assert work.orders.of_study("other") is None
        with pytest.raises(NotFoundError):
            work.orders.set_concern("unknown", "x")


def test_a_worklist_item_tells_all_the_list_needs(with_study, a_user):
    with with_study.unit_of_work() as work:
        for uid, days in (("1.2.1", -9), ("1.2.2", -5), ("1.2.9", 3)):
            moved = a_study(uid, study_date_time=NOW + timedelta(days=days))
            work.studies.add_instance(moved, a_series(uid), an_instance(uid), NOW)
        namesake = replace(a_study().patient, patient_name="OTHER^NAME")
        work.studies.add_instance(
            a_study("1.2.5", patient=namesake, study_date_time=NOW - timedelta(days=1)),
            a_series("1.2.5"),
            an_instance("1.2.5"),
            NOW,
        )
        work.studies.add_instance(a_study(), a_series(), an_instance(sha="bb"), NOW)
        work.users.put(a_user, "hash")
        claim = work.claims.claim(STUDY, ClaimTask.READ, FIRST, NOW, timedelta(minutes=15))
        work.reports.add_draft(a_draft())
        work.critical_results.add(a_critical_result())
        work.handoffs.add(a_handoff())
        work.commit()
    with with_study.unit_of_work() as work:
        (item,) = work.worklist.items(NOW)
        (later,) = work.worklist.items(NOW + timedelta(hours=1))
    assert item.study.study_instance_uid == STUDY
    assert item.order == an_order()
    assert item.report_status is ReportStatus.DRAFT
    assert (item.claim, item.owner_name) == (claim, "First Reader")
    assert (item.prior_count, item.conflict_count, item.open_critical_results) == (2, 1, 1)
    assert item.handoff_status is HandoffStatus.REQUESTED
    assert (later.claim, later.owner_name) == (None, "")


def test_a_signed_study_leaves_the_worklist(with_version):
    with with_version.unit_of_work() as work:
        assert work.worklist.items(NOW) == ()


def test_a_cancelled_report_leaves_its_study_on_the_worklist(with_draft):
    with with_draft.unit_of_work() as work:
        work.reports.save_draft(a_draft(version=2, status=ReportStatus.CANCELLED), 1)
        (item,) = work.worklist.items(NOW)
        assert item.report_status is None


def test_the_worklist_takes_the_same_number_of_queries_whatever_its_length(database, monkeypatch):
    statements, execute = [], PlainStatements._execute
    monkeypatch.setattr(
        PlainStatements,
        "_execute",
        lambda self, sql, values: (statements.append(sql), execute(self, sql, values))[1],
    )
    counts = []
    for number in range(3):
        uid = f"1.{number}"
        with database.unit_of_work() as work:
            work.studies.add_instance(a_study(uid), a_series(uid), an_instance(uid), NOW)
            work.orders.put(an_order(uid))
            work.commit()
        statements.clear()
        with database.unit_of_work() as work:
            assert len(work.worklist.items(NOW)) == number + 1
        counts.append(len(statements))
    assert counts == [3, 3, 3]


def test_only_the_first_display_of_a_frame_by_a_viewer_is_kept(with_study):
    first = DisplayedFrame(STUDY, FrameKey("1.2.3.1.1", 1), FIRST, NOW)
    again = replace(first, first_displayed_at=NOW + timedelta(minutes=1))
    other = replace(again, viewer_id=SECOND)
    with with_study.unit_of_work() as work:
        work.viewing.add([first])
        work.viewing.add([again, other])
        work.viewing.add([])
        assert work.viewing.displayed(STUDY) == (first, other)


def test_time_on_the_screen_adds_up_and_the_first_diagnostic_display_stays(with_study):
    later = NOW + timedelta(minutes=1)
    small = DisplayedFrame(STUDY, FrameKey("1.2.3.1.1", 1), FIRST, NOW, shown_ms=700)
    large = replace(small, first_displayed_at=later, diagnostic_at=later, shown_ms=1_300)
    much_later = NOW + timedelta(hours=1)
    again = replace(large, diagnostic_at=much_later, shown_ms=40)
    with with_study.unit_of_work() as work:
        work.viewing.add([small])
        work.viewing.add([large])
        work.viewing.add([again])
        kept = replace(small, diagnostic_at=later, shown_ms=2_040)
        assert work.viewing.displayed(STUDY) == (kept,)


def test_accounts_come_back_equal_and_keep_their_password(database, a_user):
    changed = User(FIRST, "New < Name", frozenset({Role.READER, Role.QA_REVIEWER}), False)
    with database.unit_of_work() as work:
        work.users.put(a_user, "hash")
        work.users.put(changed)
        work.users.set_login_state(FIRST, 3, NOW)
        assert work.users.get(FIRST) == changed
        assert work.users.all() == (changed,)
        credentials = work.users.credentials(FIRST)
        assert (credentials.password_hash, credentials.failed_logins) == ("hash", 3)
        assert credentials.blocked_until == NOW
        assert work.users.credentials("nobody") is None
        with pytest.raises(NotFoundError):
            work.users.get("nobody")
        with pytest.raises(NotFoundError):
            work.users.put(User("new", "New", frozenset()))
