import json
import sys

import pytest

from readstation.ui.display_probe import has_display, probe_display, read_answer


def test_qt_is_asked_in_another_process(monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    facts = probe_display()
    assert facts.failure == ""
    assert facts.platform == "offscreen"
    assert facts.font_family == "Inter"
    assert facts.has_icons
    assert facts.displays
    assert {display.bit_depth for display in facts.displays} == {8}


def test_a_platform_that_does_not_start_is_a_sentence_and_not_the_end(monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "no-such-platform")
    facts = probe_display()
    assert facts.qt_version == ""
    assert "ould not" in facts.failure


def test_a_silent_end_is_said():
    assert read_answer("", "").failure == "Qt ended its process unasked"
    assert read_answer("[1]", "out of memory\n").failure == "out of memory"
    assert read_answer(json.dumps({"unknown": 1, "displays": []}), "").failure


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
def test_a_display_is_named_by_the_environment():
    assert not has_display({})
    assert not has_display({"DISPLAY": ""})
    assert has_display({"DISPLAY": ":0"})
    assert has_display({"QT_QPA_PLATFORM": "offscreen"})
