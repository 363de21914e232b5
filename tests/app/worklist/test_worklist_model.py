"""The worklist screen's state: nothing is left out silently, the selection stays put."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.app.worklist.find_worklist import make_page
from readstation.app.worklist.worklist_model import Opening, WorklistModel
from readstation.domain.claim import Claim, ClaimTask
from readstation.domain.order import OrderPriority
from readstation.domain.policy import Policy
from readstation.domain.report import ReportStatus
from readstation.domain.worklist import rank
from readstation.domain.worklist_lists import LISTS, ReaderFacts, WorklistFilter
from tests.domain.worklist_items import NOW, a_study, an_item


def held_by(owner_id, uid):
    return Claim(uid, ClaimTask.READ, owner_id, 1, NOW, NOW + timedelta(minutes=15))


def page_of(*items, facts=None):
    return make_page(rank(items, Policy(), NOW), facts or ReaderFacts("reader1"), NOW)


@pytest.fixture
def model():
    return WorklistModel("reader1")


def uids(model):
    return [ranked.study_instance_uid for ranked in model.rows]


THREE = (
    an_item("1.1", priority=OrderPriority.STAT),
    an_item("1.2", waited=timedelta(hours=20)),
    an_item("1.3", study=a_study("1.3", modalities_in_study=("MR",))),
)


def test_the_first_study_is_selected_when_the_list_arrives(model):
    model.replace_page(page_of(*THREE))
    assert uids(model) == ["1.1", "1.2", "1.3"]
    assert model.selected_uid == "1.1"


def test_a_refresh_keeps_the_selected_study_wherever_it_moves(model):
    model.replace_page(page_of(*THREE))
    model.select("1.3")
    model.replace_page(page_of(an_item("0.9", priority=OrderPriority.STAT), *THREE))
    assert model.selected_uid == "1.3"


def test_when_the_selected_study_is_gone_its_neighbour_takes_its_place(model):
    model.replace_page(page_of(*THREE))
    model.select("1.2")
    model.replace_page(page_of(THREE[0], THREE[2]))
    assert model.selected_uid == "1.3"
    model.replace_page(page_of())
    assert model.selected_uid == ""
    assert model.selected_opening() is None


def test_what_a_filter_hides_is_counted_and_comes_back(model):
    model.replace_page(page_of(*THREE))
    model.search("mod:MR")
    assert (uids(model), model.hidden_count) == (["1.3"], 2)
    model.clear_filter()
    assert (len(model.rows), model.hidden_count) == (3, 0)


@given(text=st.text(max_size=6), is_stat=st.booleans())
def test_shown_and_hidden_are_always_the_whole_list(text, is_stat):
    model = WorklistModel("reader1")
    model.replace_page(page_of(*THREE))
    priorities = frozenset({OrderPriority.STAT}) if is_stat else frozenset()
    model.set_filter(WorklistFilter(text=text, priorities=priorities))
    assert len(model.rows) + model.hidden_count == model.count(model.list)


def test_a_filter_that_hides_the_selected_study_selects_a_shown_one(model):
    model.replace_page(page_of(*THREE))
    model.select("1.1")
    model.search("mod:MR")
    assert model.selected_uid == "1.3"


def test_the_next_study_is_the_first_that_nobody_else_holds(model):
    held = replace(THREE[0], claim=held_by("reader2", "1.1"), owner_name="Dr. Two")
    model.replace_page(page_of(held, *THREE[1:]))
    model.choose_list("all")
    assert uids(model)[0] == "1.1"
    assert model.next_opening() == Opening("1.2", ClaimTask.READ)
    assert model.selected_opening() == Opening("1.1", ClaimTask.READ)


def test_an_own_claim_is_no_obstacle(model):
    mine = replace(THREE[0], claim=held_by("reader1", "1.1"))
    model.replace_page(page_of(mine, *THREE[1:]))
    assert model.next_opening() == Opening("1.1", ClaimTask.READ)


def test_a_study_with_a_second_reader_is_not_next_for_the_first(model):
    away = replace(THREE[0], report_status=ReportStatus.AWAITING_SECOND_READ)
    model.replace_page(page_of(away, *THREE[1:]))
    assert "1.1" not in uids(model)


def test_a_second_read_for_me_opens_as_one(model):
    away = replace(THREE[0], report_status=ReportStatus.AWAITING_SECOND_READ)
    facts = ReaderFacts("reader1", second_read_uids=frozenset({"1.1"}))
    model.replace_page(page_of(away, facts=facts))
    model.choose_list("second")
    assert model.next_opening() == Opening("1.1", ClaimTask.SECOND_READ)
    assert model.selected_opening() == Opening("1.1", ClaimTask.SECOND_READ)


def test_lists_count_what_they_hold_whatever_is_filtered(model):
    model.replace_page(page_of(*THREE))
    model.search("nothing has this")
    counts = {one.id: model.count(one) for one in LISTS}
    assert counts["all"] == counts["next"] == 3
    assert (counts["ct"], counts["mr"], counts["stat"], counts["drafts"]) == (2, 1, 1, 0)
    assert model.modalities == ("CT", "MR")


def test_listeners_hear_of_every_change_once(model):
    heard = []
    model.listen(lambda: heard.append(model.selected_uid))
    model.replace_page(page_of(*THREE))
    model.select("1.2")
    model.select("1.2")
    assert heard == ["1.1", "1.2"]
