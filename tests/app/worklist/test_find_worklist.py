"""Each reader's own view of what waits."""

from datetime import timedelta

import pytest

from readstation.app.worklist.claim_study import claim_study
from readstation.app.worklist.find_worklist import find_worklist, study_details
from readstation.domain.claim import ClaimTask
from readstation.domain.critical_result import CriticalResult, CriticalResultStatus
from readstation.domain.errors import NotPermittedError
from readstation.domain.finding import Urgency
from readstation.domain.handoff import HandoffStatus
from readstation.domain.order import OrderPriority
from tests.domain.worklist_items import NOW, a_study


def critical(department, uid):
    with department.database.unit_of_work() as work:
        work.critical_results.add(
            CriticalResult(
                f"c-{uid}",
                uid,
                f"r-{uid}",
                "f1",
                Urgency.CRITICAL,
                "Free air",
                "reader1",
                NOW,
                NOW + timedelta(hours=1),
                CriticalResultStatus.OPEN,
            )
        )
        work.commit()


def test_studies_come_in_reading_order_with_their_owner(department):
    department.add_study("1.1")
    department.add_study("1.2", priority=OrderPriority.STAT)
    claim_study(department.station, department.session("reader1"), "1.1", ClaimTask.READ)
    page = find_worklist(department.station, department.session("reader2"))
    assert [r.study_instance_uid for r in page.ranked] == ["1.2", "1.1"]
    assert page.ranked[1].item.owner_name == "Dr. Demo One"


def test_facts_name_own_drafts_second_reads_and_calls_only(department):
    for uid in ("1.1", "1.2", "1.3"):
        department.add_study(uid)
    department.add_draft("1.1", "reader1")
    department.add_draft("1.2", "reader1")
    department.ask_second_read("1.2")
    critical(department, "1.1")
    mine = find_worklist(department.station, department.session("reader1")).facts
    assert (mine.draft_uids, mine.second_read_uids) == ({"1.1", "1.2"}, frozenset())
    assert mine.call_uids == {"1.1"}
    theirs = find_worklist(department.station, department.session("reader2")).facts
    assert (theirs.draft_uids, theirs.second_read_uids) == (frozenset(), {"1.2"})
    assert theirs.call_uids == frozenset()


@pytest.mark.parametrize("status", [HandoffStatus.RETURNED, HandoffStatus.DECLINED])
def test_an_answered_second_read_waits_no_longer(department, status):
    department.add_study("1.1")
    department.add_draft("1.1", "reader1")
    department.ask_second_read("1.1", status=status)
    facts = find_worklist(department.station, department.session("reader2")).facts
    assert facts.second_read_uids == frozenset()


def test_a_technologist_learns_nothing_of_findings_from_the_order(department):
    department.add_study("1.1")
    department.add_study("1.2")
    department.add_draft("1.2", "reader1")
    critical(department, "1.2")
    technologist = department.session("tech1")
    ranked = find_worklist(department.station, technologist).ranked
    assert [r.study_instance_uid for r in ranked] == ["1.1", "1.2"]
    assert all(r.item.open_critical_results == 0 for r in ranked)
    assert "critical" not in ranked[1].why + ranked[1].tier_reason


def test_who_may_not_see_the_worklist_does_not_get_it(department):
    with pytest.raises(NotPermittedError):
        find_worklist(department.station, department.session("admin1"))


def test_details_hold_the_priors_of_the_same_patient_only(department):
    department.add_study("1.1")
    department.add_study("1.0", study=a_study("1.0", at=NOW - timedelta(days=90)))
    details = study_details(department.station, department.session("reader1"), "1.1")
    assert [prior.study.study_instance_uid for prior in details.priors] == ["1.0"]
    assert details.conflicts == ()
