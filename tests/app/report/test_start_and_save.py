from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readstation.app.report.open_report import open_report, view_report
from readstation.app.report.save_draft import recover_drafts, save_draft
from readstation.app.report.start_report import start_report
from readstation.domain.audit import AuditAction
from readstation.domain.claim import CLAIM_LEASE, ClaimTask
from readstation.domain.errors import (
    ClaimLostError,
    ConflictError,
    NotPermittedError,
    RefusedStepError,
    StoreError,
)
from readstation.domain.report import ReportContent, ReportStatus
from tests.app.report.report_station import OTHER, OTHER_PATIENT_STUDY, TECHNOLOGIST, UID
from tests.domain.report_examples import CONTENT, ORDER, STUDY, TORTURE


@pytest.fixture
def session(desk):
    return desk.session()


@pytest.fixture
def claim(desk):
    return desk.claim()


@pytest.fixture
def draft(desk, session, claim):
    return start_report(desk.station, session, claim)


def test_new_report_comes_with_template_indication_and_comparison(desk, session, claim):
    prior = replace(STUDY, study_description="CT Head", is_simulated=True)
    draft = start_report(desk.station, session, claim, [prior])
    assert draft.content.template_id == "ct_head"
    assert draft.content.indication == ORDER.reason_for_the_requested_procedure
    assert draft.content.comparison == "CT Head 2026-11-21 (simulated)."
    assert draft.content.findings_text.startswith("Brain parenchyma:")
    assert desk.draft(draft.report_id) == draft
    assert desk.audit()[-1] is AuditAction.DRAFT_STARTED


def test_without_priors_the_comparison_says_so(draft):
    assert draft.content.comparison == "None available."


def test_starting_again_returns_the_same_report(desk, session, claim, draft):
    assert start_report(desk.station, session, claim, [STUDY]) == draft


def test_technologist_may_not_write_a_report(desk):
    claim = desk.claim(TECHNOLOGIST)
    with pytest.raises(NotPermittedError):
        start_report(desk.station, desk.session(TECHNOLOGIST), claim)


def test_saved_text_is_stored_with_one_audit_event(desk, session, claim, draft):
    saved = save_draft(desk.station, session, claim, draft, CONTENT)
    assert saved.version == draft.version + 1
    assert saved.saved_at > draft.saved_at
    assert desk.draft(draft.report_id) == saved
    assert desk.audit().count(AuditAction.DRAFT_SAVED) == 1


def test_difficult_characters_come_back_from_the_database_unchanged(desk, session, claim, draft):
    content = ReportContent(impression=TORTURE + "\r\n\x00\u2028\u2029", findings_text=TORTURE)
    save_draft(desk.station, session, claim, draft, content)
    assert desk.draft(draft.report_id).content == content


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back_from_the_database_unchanged(desk, text):
    session, claim = desk.session(), desk.claim()
    draft = start_report(desk.station, session, claim)
    content = ReportContent(impression=text, communications=draft.content.communications)
    save_draft(desk.station, session, claim, draft, content)
    assert desk.draft(draft.report_id).content == content


def test_old_owner_cannot_save_after_somebody_else_took_the_study(desk, session, claim, draft):
    desk.clock.moment += CLAIM_LEASE
    desk.claim(OTHER)
    with pytest.raises(ClaimLostError):
        save_draft(desk.station, session, claim, draft, CONTENT)
    assert desk.draft(draft.report_id) == draft


def test_nobody_saves_with_the_claim_of_another_reader(desk, claim, draft):
    with pytest.raises(ClaimLostError):
        save_draft(desk.station, desk.session(OTHER), claim, draft, CONTENT)


def test_claim_for_a_second_read_does_not_allow_writing_the_first(desk, session, draft):
    second = desk.claim(task=ClaimTask.SECOND_READ)
    with pytest.raises(ClaimLostError):
        save_draft(desk.station, session, second, draft, CONTENT)


def test_report_of_another_study_is_not_saved_under_this_claim(desk, session, draft):
    desk.add_study(OTHER_PATIENT_STUDY, None)
    other_claim = desk.claim(uid=OTHER_PATIENT_STUDY.study_instance_uid)
    with pytest.raises(ClaimLostError, match="another study"):
        save_draft(desk.station, session, other_claim, draft, CONTENT)


def test_text_changed_elsewhere_is_not_overwritten(desk, session, claim, draft):
    save_draft(desk.station, session, claim, draft, CONTENT)
    with pytest.raises(ConflictError):
        save_draft(desk.station, session, claim, draft, ReportContent(impression="mine"))
    assert desk.draft(draft.report_id).content == replace(CONTENT, communications=())


def test_statement_of_a_call_written_meanwhile_is_kept(desk, session, claim, draft):
    called = replace(draft, content=replace(draft.content, communications=("Called.",)), version=2)
    with desk.station.unit_of_work() as work:
        work.reports.save_draft(called, 1)
        work.commit()
    typed = replace(draft.content, impression="typed meanwhile")
    saved = save_draft(desk.station, session, claim, draft, typed)
    assert saved.content == replace(typed, communications=("Called.",))
    assert desk.draft(draft.report_id) == saved


def test_report_with_the_second_reader_cannot_be_edited(desk, session, claim, draft):
    away = replace(draft, status=ReportStatus.AWAITING_SECOND_READ, version=2)
    with desk.station.unit_of_work() as work:
        work.reports.save_draft(away, 1)
        work.commit()
    with pytest.raises(RefusedStepError) as refused:
        save_draft(desk.station, session, claim, away, CONTENT)
    assert "recall the handoff" in refused.value.remedy


def test_failed_commit_leaves_the_old_text_and_no_event(desk, session, claim, draft):
    before = desk.audit()

    class FailingWork(type(desk.station.unit_of_work())):
        def commit(self):
            raise StoreError("The disk is full.", "Free some space.")

    real = desk.station.unit_of_work

    def failing():
        work = real()
        work.__class__ = FailingWork
        return work

    broken = replace(desk.station, unit_of_work=failing)
    with pytest.raises(StoreError):
        save_draft(broken, session, claim, draft, CONTENT)
    assert desk.draft(draft.report_id) == draft
    assert desk.audit() == before


def test_own_unsigned_reports_are_found_again_at_login(desk, session, draft):
    recovered = recover_drafts(desk.station, session)
    assert [(r.draft, r.study.study_instance_uid) for r in recovered] == [(draft, UID)]
    assert recover_drafts(desk.station, desk.session(OTHER)) == ()


def test_report_opens_for_writing_with_its_template_and_study(desk, session, claim):
    opened = open_report(desk.station, session, claim)
    assert (opened.template.template_id, opened.claim) == ("ct_head", claim)
    assert opened.study.patient == STUDY.patient
    assert len(opened.templates) == 6


def test_second_opener_sees_the_report_read_only_with_the_owners_name(desk, draft):
    opened = view_report(desk.station, desk.session(OTHER), UID, "Dr. One")
    assert opened.draft == draft
    assert opened.claim is None
    assert opened.read_only_reason == "Read-only: Dr. One is reading this study."
