"""Runs tour steps one after the other on the event loop, never nesting it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from readstation.domain.errors import ReadStationError
from readstation.ui.tour.picture import picture_of
from readstation.ui.tour.tour_failure import TourFailure

POLL_MS = 40
SETTLE_MS = 160
"""Between a fulfilled condition and the picture: queued paints and late answers arrive."""
PNG_EFFORT = 70
"""Of Qt's scale to 100, which does not compress: half the time of the default, as small."""
STEP_TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class TourStep:
    """One thing a person does, how to know that it worked, and what is then on the screen."""

    id: str
    title: str
    act: Callable[[], None]
    is_done: Callable[[], bool]
    """Asked until it is True; the step fails when it stays False."""
    check: Callable[[], dict[str, str]]
    """Returns what the widgets and the database say, or raises `TourFailure`."""
    has_picture: bool = True
    timeout_s: float = STEP_TIMEOUT_S


@dataclass(frozen=True, slots=True)
class StepRecord:
    """What `tour.json` says of one step."""

    number: int
    id: str
    title: str
    shows: dict[str, str]
    picture: str
    duration_ms: int


class TourRunner(QObject):
    """`ended` carries None, or the failure that stopped the tour."""

    ended = Signal(object)

    def __init__(
        self,
        steps: Sequence[TourStep],
        window: QWidget,
        out: Path,
        is_idle: Callable[[], bool] = lambda: True,
    ) -> None:
        """Take pictures of `window`; check only while no job is under way (`is_idle`)."""
        super().__init__(window)
        self._is_idle = is_idle
        self._steps = list(steps)
        self._window = window
        self._out = out
        self._records: list[StepRecord] = []
        self._index = -1
        self._began_s = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._poll)

    def start(self) -> None:
        """Begin with the first step once the event loop runs."""
        self._out.mkdir(parents=True, exist_ok=True)
        QTimer.singleShot(0, self, self._begin_next)

    def _begin_next(self) -> None:
        self._index += 1
        if self._index == len(self._steps):
            self._end(None)
            return
        self._began_s = time.monotonic()
        self._guard(self._step.act, then=lambda: self._timer.start(POLL_MS))

    @property
    def _step(self) -> TourStep:
        return self._steps[self._index]

    def _poll(self) -> None:
        def look() -> None:
            if self._step.is_done() and self._is_idle():
                QTimer.singleShot(SETTLE_MS, self, self._record)
            elif time.monotonic() - self._began_s > self._step.timeout_s:
                raise TourFailure(f"Nothing happened within {self._step.timeout_s:g} s.")
            else:
                self._timer.start(POLL_MS)

        self._guard(look)

    def _record(self) -> None:
        def keep() -> None:
            if not self._is_idle():
                self._timer.start(POLL_MS)
                return
            shows = self._step.check()
            picture = self._take_picture() if self._step.has_picture else ""
            duration_ms = round((time.monotonic() - self._began_s) * 1000)
            step = self._step
            self._records.append(
                StepRecord(self._index + 1, step.id, step.title, shows, picture, duration_ms)
            )
            self._begin_next()

        self._guard(keep)

    def _take_picture(self) -> str:
        name = f"{self._index + 1:02}_{self._step.id}.png"
        if not picture_of(self._window).save(str(self._out / name), "PNG", PNG_EFFORT):
            raise TourFailure(f"The picture {name} cannot be written.", "Is the disk full?")
        return name

    def _guard(self, work: Callable[[], None], then: Callable[[], None] | None = None) -> None:
        try:
            work()
        except (ReadStationError, AssertionError, LookupError, AttributeError) as error:
            self._end(error)
        else:
            if then is not None:
                then()

    def _end(self, failure: BaseException | None) -> None:
        self._timer.stop()
        step = None if failure is None else self._step
        reason = None
        if step is not None:
            reason = f"Step {self._index + 1}, {step.title}: {failure or type(failure).__name__}"
            picture_of(self._window).save(
                str(self._out / f"{self._index + 1:02}_{step.id}_FAILED.png")
            )
        self._write(reason)
        self.ended.emit(None if reason is None else TourFailure(reason))

    def _write(self, reason: str | None) -> None:
        content = {
            "succeeded": reason is None,
            "reason": reason,
            "steps": [asdict(record) for record in self._records],
        }
        (self._out / "tour.json").write_text(
            json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
        )
