"""The priors in the header: suggested ones in front, all in one menu, doubtful ones never hung."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidgetAction

from readstation.app.reading.open_study import OpenedStudy
from readstation.domain.claim import ClaimTask
from readstation.domain.prior import PriorFacts, rank_priors
from readstation.ui.reading.prior_row import PriorRow
from readstation.ui.start_window import make_application
from tests.domain.anatomy_tables import shipped_anatomy
from tests.domain.worklist_items import NOW, a_patient, a_study

CURRENT = a_study("1.1", at=NOW)
HOSTILE = "<b>CT</b> & CHEST"


def prior(uid, days, **changes):
    return a_study(uid, at=NOW - timedelta(days=days), **changes)


def opened(*others, reported=()):
    facts = PriorFacts(reported=frozenset(reported))
    priors = rank_priors(CURRENT, others, shipped_anatomy(), facts)
    base = OpenedStudy(CURRENT, None, (), ClaimTask.READ, None, "", priors, None, (), frozenset())
    return replace(base, prior_reports=facts.reported)


@pytest.fixture
def row(qtbot):
    make_application()
    made = PriorRow()
    qtbot.addWidget(made)
    made.resize(900, 40)
    made.show()
    return made


MANY = [prior(f"2.{n}", 100 * n, study_description=HOSTILE) for n in range(1, 7)]


def test_without_priors_it_says_so(row):
    row.show_priors(opened())
    assert (row.chips, row.all_button, row.doubt) == ((), None, None)


def test_a_click_on_a_chip_asks_for_that_prior(row, qtbot):
    row.show_priors(opened(*MANY))
    with qtbot.waitSignal(row.prior_asked) as asked:
        qtbot.mouseClick(row.chips[0], Qt.MouseButton.LeftButton)
    assert asked.args == [MANY[0]]
    assert "+20  same modality: CT" in row.chips[0].toolTip()
    assert "&lt;b&gt;" in row.chips[0].toolTip()


def test_all_priors_are_in_the_menu_and_can_be_asked_for(row, qtbot):
    row.show_priors(opened(*MANY))
    assert len(row.chips) == 3
    actions = row.all_button.menu().actions()
    assert len(actions) == len(MANY)
    assert all("CT 20" in action.text() for action in actions)
    with qtbot.waitSignal(row.prior_asked) as asked:
        actions[4].trigger()
    assert asked.args == [MANY[4]]


def test_a_possible_match_is_named_and_cannot_be_chosen(row):
    doubtful = prior("2.1", 10, patient=a_patient(issuer="", name="DEMO^Alfa"))
    row.show_priors(opened(doubtful))
    assert row.chips == ()
    (entry,) = row.all_button.menu().actions()
    assert isinstance(entry, QWidgetAction)
    assert not entry.isEnabled()
    said = entry.defaultWidget().text()
    assert said.startswith("POSSIBLE MATCH")
    assert said.endswith("issuer of the ID missing in one, name differs")
    assert row.doubt.text == "1 POSSIBLE MATCH"
    assert "not hung" in row.doubt.toolTip()


def test_where_room_is_short_the_best_prior_and_the_way_to_all_stay(row, qtbot):
    row.show_priors(opened(*MANY))
    row.resize(1200, 40)
    assert [chip.isVisible() for chip in row.chips] == [True, True, True]
    row.resize(row.minimumSizeHint().width(), 40)
    assert [chip.isVisible() for chip in row.chips] == [True, False, False]
    assert row.all_button.isVisible()
    row.resize(1200, 40)
    assert all(chip.isVisible() for chip in row.chips)


def test_another_study_takes_the_old_priors_away(row):
    row.show_priors(opened(*MANY))
    row.show_priors(opened())
    assert row.chips == ()
    row.clear()
    assert row.doubt is None


def test_a_chip_that_was_hidden_is_still_asked_for_when_there_is_room_again(row, qtbot):
    row.show_priors(opened(*MANY))
    wanted = row.sizeHint().width()
    row.resize(row.minimumSizeHint().width(), 40)
    assert row.sizeHint().width() == wanted
