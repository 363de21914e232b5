"""A tour does its steps in order, keeps a record, and stops at the first that fails."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from readstation.ui.tour.tour_failure import TourFailure
from readstation.ui.tour.tour_runner import TourRunner, TourStep


def step(name: str, **changes: Any) -> TourStep:
    content: dict[str, Any] = {
        "act": lambda: None,
        "is_done": lambda: True,
        "check": lambda: {"name": name},
    }
    return TourStep(name, name.title(), **(content | changes))


def fail() -> dict[str, str]:
    raise TourFailure("The list is empty.")


@pytest.fixture
def run(qtbot: QtBot, tmp_path: Path) -> Callable[..., tuple[Any, dict[str, Any]]]:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(320, 200)
    window.show()

    def run_steps(*steps: TourStep) -> tuple[Any, dict[str, Any]]:
        runner = TourRunner(steps, window, tmp_path)
        with qtbot.waitSignal(runner.ended, timeout=10_000) as ended:
            runner.start()
        return ended.args[0], json.loads((tmp_path / "tour.json").read_text(encoding="utf-8"))

    return run_steps


def test_every_step_leaves_a_picture_and_what_it_showed(run: Any, tmp_path: Path) -> None:
    order: list[str] = []
    failure, record = run(
        step("first", act=lambda: order.append("first")),
        step("second", act=lambda: order.append("second"), has_picture=False),
    )
    assert failure is None
    assert order == ["first", "second"]
    assert record["succeeded"]
    assert [s["shows"] for s in record["steps"]] == [{"name": "first"}, {"name": "second"}]
    assert [s["picture"] for s in record["steps"]] == ["01_first.png", ""]
    assert QImage(str(tmp_path / "01_first.png")).width() == 320


def test_a_step_is_waited_for(run: Any) -> None:
    asked: list[int] = []

    def third_time() -> bool:
        asked.append(1)
        return len(asked) == 3

    failure, _ = run(step("slow", is_done=third_time))
    assert failure is None
    assert len(asked) == 3


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"check": fail}, "The list is empty."),
        ({"act": fail}, "The list is empty."),
        ({"is_done": lambda: False, "timeout_s": 0.1}, "Nothing happened within 0.1 s."),
    ],
)
def test_the_first_failing_step_stops_the_tour_and_says_why(
    run: Any, tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    later: list[str] = []
    failure, record = run(
        step("fine"), step("broken", **changes), step("later", act=lambda: later.append("x"))
    )
    assert isinstance(failure, TourFailure)
    assert failure.message == f"Step 2, Broken: {reason}"
    assert record["reason"] == failure.message
    assert not record["succeeded"]
    assert later == []
    assert (tmp_path / "02_broken_FAILED.png").exists()
