from dataclasses import replace
from datetime import timedelta

import pytest

from readstation.app.quality.quality_model import Period, QualityModel
from readstation.app.quality.timeline import TimelineStep
from readstation.domain.quality import RadpeerScore
from tests.app.report.report_station import READER, REVIEWER
from tests.domain.report_examples import NOW

STEPS = (TimelineStep(NOW, "Dr. One", "study opened"),)


@pytest.fixture
def rows(day):
    """Three reports of two readers, made from a real one."""
    day.read_and_sign()
    row = day.one()

    def named(report_id, reader_name):
        version = replace(row.version, report_id=report_id)
        return replace(row, version=version, reader_name=reader_name)

    return named("a", "Dr. One"), named("b", "Dr. Two"), named("c", "Dr. One")


@pytest.fixture
def model(rows):
    made = QualityModel(REVIEWER)
    made.show_signoffs(rows)
    return made


def test_the_first_row_is_selected_and_the_open_one_stays(model, rows):
    assert model.state.selected == "a"
    model.select("b")
    model.show_steps("b", STEPS)
    model.show_signoffs(rows)
    assert (model.state.selected, model.state.steps) == ("b", STEPS)


def test_a_story_that_comes_late_is_not_told_for_another_report(model):
    model.select("b")
    model.show_steps("a", STEPS)
    assert model.state.steps == ()


def test_a_filter_says_what_it_hides_and_moves_the_selection_to_a_shown_row(model):
    model.select("b")
    model.show_steps("b", STEPS)
    model.filter_reader("Dr. One")
    assert [s.version.report_id for s in model.state.shown] == ["a", "c"]
    assert model.state.hidden_count == 1
    assert (model.state.selected, model.state.steps) == ("a", ())


def test_with_nothing_shown_nothing_is_selected_and_nothing_can_be_scored(model):
    model.filter_reader("Nobody")
    assert model.state.selected == ""
    assert model.why_not_scored(RadpeerScore.CONCUR, "") == "Select a signed report."


def test_an_own_read_is_refused_with_the_reason(rows):
    model = QualityModel(READER)
    model.show_signoffs(rows)
    assert model.why_not_scored(RadpeerScore.CONCUR, "").startswith("You read or signed")


def test_missing_score_and_missing_comment_are_named(model):
    assert model.why_not_scored(None, "") == "Choose a score."
    needs = RadpeerScore.DISCREPANCY_HARD_SIGNIFICANT
    assert model.why_not_scored(needs, " ") == "A score of 2b needs a comment."
    assert model.why_not_scored(needs, "Missed.") == ""


def test_periods_reach_back_from_now():
    assert Period.WEEK.since(NOW) == NOW - timedelta(days=7)
    assert Period.MONTH.since(NOW) == NOW - timedelta(days=30)
    assert Period.ALL.since(NOW) is None
