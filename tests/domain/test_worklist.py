"""The reading order: STAT first, nobody starves, and every place has its reasons (H18)."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.domain.deadline import limit_of
from readstation.domain.handoff import HandoffStatus
from readstation.domain.order import Intent, OrderPriority, PatientClass
from readstation.domain.policy import Policy
from readstation.domain.report import ReportStatus
from readstation.domain.worklist import Tier, is_stat, rank, rank_item
from readstation.domain.worklist_lists import (
    LISTS,
    SEARCH_FIELDS,
    ReaderFacts,
    WorklistFilter,
    matches,
)
from tests.domain.worklist_items import NOW, a_patient, a_study, an_item

POLICY = Policy()
ME = ReaderFacts("reader1")


def items(**fixed):
    """Generate items of every kind, also such as no hospital should have."""
    drawn = {
        "uid": st.integers(1, 10**6).map(lambda n: f"1.2.{n}"),
        "waited": st.one_of(
            st.timedeltas(timedelta(hours=-2), timedelta(hours=3)),
            st.timedeltas(timedelta(0), timedelta(days=40)),
        ),
        "priority": st.sampled_from(OrderPriority),
        "patient_class": st.sampled_from(PatientClass),
        "intent": st.sampled_from(Intent),
        "stat_report_requested": st.booleans(),
        "technologist_concern": st.sampled_from(["", "Look at this now"]),
        "report_status": st.sampled_from([None, ReportStatus.DRAFT, ReportStatus.PRELIMINARY]),
        "open_critical_results": st.integers(0, 2),
        "handoff_status": st.sampled_from([None, HandoffStatus.RETURNED]),
    }
    return st.builds(an_item, **(drawn | {key: st.just(value) for key, value in fixed.items()}))


lists_of_items = st.lists(items(), max_size=12, unique_by=lambda i: i.study_instance_uid)


def order_of(found):
    return [ranked.study_instance_uid for ranked in found]


@given(lists_of_items, st.randoms(use_true_random=False))
def test_the_order_is_total_and_does_not_depend_on_how_items_arrive(found, random):
    shuffled = list(found)
    random.shuffle(shuffled)
    ranked = rank(found, POLICY, NOW)
    assert order_of(rank(shuffled, POLICY, NOW)) == order_of(ranked)
    keys = [r.sort_key for r in ranked]
    assert keys == sorted(set(keys))


@given(lists_of_items)
def test_an_overdue_stat_study_stands_before_every_study_that_is_not(found):
    ranked = rank(found, POLICY, NOW)
    is_first_group = [is_stat(r.item) and r.clock.is_overdue for r in ranked]
    assert is_first_group == sorted(is_first_group, reverse=True)


@given(lists_of_items, items(uid="9.9.9"))
def test_adding_a_study_removes_no_other_and_swaps_no_two(found, added):
    before = rank(found, POLICY, NOW)
    after = rank([*found, added], POLICY, NOW)
    assert [uid for uid in order_of(after) if uid != "9.9.9"] == order_of(before)
    for one in LISTS:
        kept = {r.study_instance_uid for r in after if one.includes(r, ME)} - {"9.9.9"}
        assert kept == {r.study_instance_uid for r in before if one.includes(r, ME)}


@given(items(uid="1.1"), items(uid="2.2"))
def test_after_three_times_its_limit_a_study_waits_for_no_newcomer(waiting, newcomer):
    limit = limit_of(waiting.order, POLICY).due_after
    old = an_item(
        "1.1",
        waited=3 * limit,
        priority=waiting.order.priority,
        patient_class=waiting.order.patient_class,
        intent=waiting.order.intent,
    )
    if limit_of(old.order, POLICY).due_after > limit:  # the concern was not copied
        return
    first, second = rank([old, newcomer], POLICY, NOW)
    if first.study_instance_uid == "2.2":
        assert first.clock.is_overdue or first.item.open_critical_results
        assert second.tier <= Tier.STAT


@given(items(uid="1.1"), st.timedeltas(timedelta(0), timedelta(days=30)))
def test_waiting_never_moves_a_study_back(item, longer):
    now, later = rank_item(item, POLICY, NOW), rank_item(item, POLICY, NOW + longer)
    assert later.sort_key <= now.sort_key


@given(items())
def test_the_score_is_the_sum_of_parts_that_each_have_a_reason(item):
    ranked = rank_item(item, POLICY, NOW)
    assert ranked.score == sum(part.points for part in ranked.parts)
    assert all(part.reason and part.points >= 0 for part in ranked.parts)
    assert ranked.why.endswith(f"= {ranked.score}")


@pytest.mark.parametrize(
    ("changes", "tier"),
    [
        ({"priority": OrderPriority.STAT, "waited": timedelta(minutes=59)}, Tier.STAT),
        ({"priority": OrderPriority.STAT, "waited": timedelta(minutes=60)}, Tier.STAT_OVERDUE),
        ({"technologist_concern": "Free air?", "waited": timedelta(minutes=5)}, Tier.STAT),
        ({"stat_report_requested": True, "waited": timedelta(minutes=5)}, Tier.STAT),
        ({"priority": OrderPriority.URGENT}, Tier.URGENT),
        ({"priority": OrderPriority.URGENT, "waited": timedelta(days=2)}, Tier.STAT),
        ({"patient_class": PatientClass.EMERGENCY}, Tier.URGENT),
        ({}, Tier.ROUTINE),
        ({"waited": timedelta(hours=48)}, Tier.URGENT),
        ({"waited": timedelta(hours=72)}, Tier.STAT),
        ({"intent": Intent.SCREENING}, Tier.SCREENING),
        ({"intent": Intent.SCREENING, "waited": timedelta(hours=120)}, Tier.ROUTINE),
        ({"open_critical_results": 1}, Tier.CRITICAL_OPEN),
    ],
)
def test_the_group_follows_the_table_and_waiting_lifts_it(changes, tier):
    assert rank_item(an_item(**changes), POLICY, NOW).tier is tier


def test_the_reasons_are_words_that_a_reader_can_check():
    item = an_item(
        priority=OrderPriority.STAT,
        patient_class=PatientClass.EMERGENCY,
        waited=timedelta(minutes=23),
    )
    ranked = rank_item(item, POLICY, NOW)
    assert ranked.why == "STAT order +60 · emergency patient +20 · 38 % of the clock used +38 = 118"
    assert ranked.tier_reason == "Group: STAT"


def test_a_lifted_study_says_from_where():
    ranked = rank_item(an_item(waited=timedelta(hours=50)), POLICY, NOW)
    assert ranked.tier_reason == "Group: urgent (ordered as routine)"


def found_by(text, **changes):
    return matches(rank_item(an_item(**changes), POLICY, NOW), text)


@pytest.mark.parametrize(
    "text",
    [
        *("alpha", "DEMO-1", "a-1.2.1", "aspen", "cough"),
        *("mod:ct", "body:chest", "status:unread", "class:op", "pri:rou", "ref:aspen"),
        *("mod:CT body:chest status:unread", "", "  "),
    ],
)
def test_the_search_finds_words_and_fields(text):
    assert found_by(text)


@pytest.mark.parametrize(
    "text", ["bravo", "mod:mr", "mod:ct body:head", "status:draft", "class:ed", "alpha mod:mr"]
)
def test_the_search_leaves_out_what_lacks_one_word(text):
    assert not found_by(text)


def test_the_search_finds_regions_that_only_the_tables_name():
    item = rank_item(an_item(study=a_study(study_description="CT CAP")), POLICY, NOW)
    assert matches(item, "body:pelv", lambda _: frozenset({"pelvis"}))
    assert not matches(item, "body:pelv")
    shown = WorklistFilter(text="body:pelv", regions_of=lambda _: frozenset({"pelvis"}))
    assert shown.shows(item)


def test_the_search_ignores_accents_and_case():
    study = a_study(patient=a_patient(name="DEMO^Zoé Gölf"))
    assert found_by("GOLF zoe", study=study)


def test_an_unknown_field_is_taken_as_plain_text():
    assert not found_by("colour:red")
    assert found_by("ratio:1", reason_for_the_requested_procedure="Ratio:1 in March")


@pytest.mark.parametrize("text", ["' OR 1=1--", "%", "_", '"', "\0", "mod:", ":"])
def test_odd_search_text_is_only_text(text):
    assert found_by(text) is (text == "mod:")


def test_every_search_field_reads_every_item():
    ranked = rank_item(an_item(), POLICY, NOW)
    for read in SEARCH_FIELDS.values():
        assert isinstance(read(ranked), tuple)


def test_filters_are_combined_and_an_empty_one_hides_nothing():
    ranked = rank_item(an_item(), POLICY, NOW)
    assert WorklistFilter().is_empty
    assert WorklistFilter().shows(ranked)
    assert WorklistFilter(modalities=frozenset({"CT"})).shows(ranked)
    assert not WorklistFilter(
        modalities=frozenset({"CT"}), priorities=frozenset({OrderPriority.STAT})
    ).shows(ranked)
    assert not WorklistFilter(classes=frozenset({PatientClass.EMERGENCY})).shows(ranked)


def test_lists_have_unique_names():
    assert len({one.id for one in LISTS}) == len({one.title for one in LISTS}) == len(LISTS)
