from datetime import timedelta

import pytest

from readstation.app.quality.timeline import tell, timeline
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.errors import NotPermittedError
from readstation.domain.finding import Urgency
from tests.app.quality.quality_desk import BLEEDING
from tests.app.report.report_station import READER, UID
from tests.domain.report_examples import NOW

A = AuditAction


def events(*actions):
    return [
        AuditEvent(action, actor, NOW + timedelta(seconds=n), UID, detail=detail)
        for n, (action, actor, *rest) in enumerate(actions)
        for detail in (rest[0] if rest else "",)
    ]


def test_a_day_is_told_in_the_order_of_the_log(day):
    day.open()
    day.display(1, 2)
    written = day.write(BLEEDING)
    result = day.flag(written)
    day.wait(minutes=9)
    day.call(written, result)
    version = day.sign(written)
    steps = timeline(day.station, day.review, UID)
    assert [step.text for step in steps] == [
        "study opened",
        "images displayed",
        "draft started",
        "draft saved",
        "critical finding flagged",
        "critical result communicated: reached, read back correctly, in time",
        f"report signed: 2 images, sha256 {version.text_sha256[:12]}…",
    ]
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert {step.actor_name for step in steps} == {"Dr. One"}
    assert steps[4].urgency is Urgency.CRITICAL


def test_autosaves_and_displays_between_two_steps_are_one_each():
    story = tell(
        events(
            (A.STUDY_OPENED, "a"),
            (A.DRAFT_SAVED, "a"),
            (A.IMAGES_DISPLAYED, "a"),
            (A.DRAFT_SAVED, "a"),
            (A.IMAGES_DISPLAYED, "a"),
            (A.DRAFT_SAVED, "a"),
            (A.REPORT_SIGNED, "a"),
            (A.DRAFT_SAVED, "a"),
        ),
        {},
    )
    assert [(step.text, step.times) for step in story] == [
        ("study opened", 1),
        ("draft saved", 3),
        ("images displayed", 2),
        ("report signed", 1),
        ("draft saved", 1),
    ]
    assert (story[1].at, story[1].until) == (NOW + timedelta(seconds=1), NOW + timedelta(seconds=5))
    assert story[0].until is None


def test_autosaves_of_two_people_are_two_steps():
    story = tell(events((A.DRAFT_SAVED, "a"), (A.DRAFT_SAVED, "b"), (A.DRAFT_SAVED, "a")), {})
    assert [(step.actor_name, step.times) for step in story] == [("a", 2), ("b", 1)]


def test_kept_opinions_are_one_step_and_other_handoff_steps_stay_apart():
    keep, back = '{"step":"keep"}', '{"step":"return","opinion":"agree","type":"over-read"}'
    story = tell(
        events(
            (A.HANDOFF_STEP, "b", keep), (A.HANDOFF_STEP, "b", keep), (A.HANDOFF_STEP, "b", back)
        ),
        {},
    )
    assert [step.times for step in story] == [2, 1]
    assert story[1].text == "handoff step: over-read, return, agree"


def test_a_significant_finding_is_not_called_critical():
    (step,) = tell(events((A.CRITICAL_FLAGGED, "a", '{"urgency":"significant"}')), {})
    assert step.text == "significant finding flagged"


def test_a_call_that_reached_nobody_is_not_said_to_be_in_time():
    detail = '{"outcome":"no answer","in_time":true,"read_back":"no read-back"}'
    (step,) = tell(events((A.CALL_LOGGED, "a", detail)), {})
    assert step.text == "call logged: no answer"


@pytest.mark.parametrize("detail", ["", "not json", "[1]", "{}"])
def test_a_detail_that_says_nothing_leaves_the_step(detail):
    (step,) = tell(events((A.REPORT_SIGNED, "a", detail)), {"a": "Dr. A"})
    assert (step.text, step.actor_name) == ("report signed", "Dr. A")


def test_readers_are_not_told_the_story(day):
    with pytest.raises(NotPermittedError):
        timeline(day.station, day.desk.session(READER), UID)
