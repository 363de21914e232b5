"""The display check: what the eye sees, what a meter measures, and what was found before."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from readstation.app.changes import Subject
from readstation.app.commands import Context
from readstation.app.display.display_status import display_history
from readstation.app.display.luminance_file import file_text
from readstation.app.display.record_check import record_measurement, record_visual_check
from readstation.app.jobs import JobContext, Lane
from readstation.domain.display import Display, DisplayCheck
from readstation.domain.luminance import LuminanceTable
from readstation.domain.reader import Permission
from readstation.imaging.display_pattern import measured_levels
from readstation.ui.command_binding import bind_commands
from readstation.ui.display.display_layout import LOOK_TAB, MEASURE_TAB, DisplayLayout
from readstation.ui.screens import ScreenContext


class DisplayView(QWidget):
    """Checks the screen that its window is on; every read and write runs in the database lane."""

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._may_measure = context.session.user.may(Permission.MEASURE_DISPLAY)
        self.parts = DisplayLayout(self, context.displays, may_measure=self._may_measure)
        self._history: tuple[DisplayCheck, ...] = ()
        self._request = 0
        self._connect()
        bind_commands(context.registry, Context.DISPLAY, self, self)
        self.setFocusProxy(self.parts.pattern)

    @property
    def display(self) -> Display:
        """The screen that is checked."""
        return self._context.displays.standing(self).display

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Show the screen this is on, and read its history again."""
        self.parts.show_standing(self._context.displays.standing(self))
        if not self.isVisible():
            return  # read when it is shown
        station, display = self._context.station, self.display
        self._request += 1

        def work(_job: JobContext) -> tuple[DisplayCheck, ...]:
            return display_history(station, display)

        handle = self._context.jobs.start(Lane.DATABASE, work)
        handle.succeeded.connect(partial(self._take_history, self._request))
        handle.failed.connect(self._context.errors.show)

    # Commands

    def look(self) -> None:
        """Turn to the questions."""
        self.show_pattern()
        self.parts.tabs.setCurrentIndex(LOOK_TAB)
        next(iter(self.parts.look.boxes.values())).setFocus()

    def measure(self) -> None:
        """Turn to the luminances, where the person may record them."""
        if self._may_measure:
            self.parts.tabs.setCurrentIndex(MEASURE_TAB)
            self.parts.measure.table.setFocus()

    def answer_all(self) -> None:
        self.parts.look.answer_all()

    def record(self) -> None:
        """Record what is on the open tab."""
        if self.parts.tabs.currentIndex() == LOOK_TAB:
            self.parts.look.record()
        else:
            self.parts.measure.record()

    def step_level(self, step: int) -> None:
        """Show the next or the previous of the levels to be measured."""
        levels = measured_levels(self.display.bit_depth)
        shown = self.parts.pattern.driving_level
        place = levels.index(shown) + step if shown in levels else 0
        self.parts.pattern.show_level(levels[max(0, min(place, len(levels) - 1))])

    def show_pattern(self) -> None:
        self.parts.pattern.show_level(None)

    def toggle_panel(self) -> None:
        """Give the pattern the whole width, or the panel its place back."""
        self.parts.detail.setVisible(not self.parts.detail.isVisible())

    # From the parts

    def _connect(self) -> None:
        parts = self.parts
        parts.look.recorded.connect(self._record_look)
        parts.measure.recorded.connect(self._record_luminances)
        parts.measure.level_asked.connect(partial(self.step_level, 1))
        parts.measure.file_chosen.connect(self.import_file)
        parts.measure.changed.connect(self._show_plots)
        self._context.displays.changed.connect(self.refresh)

    def import_file(self, file: Path) -> None:
        """Put what a file says into the table, to be looked at before it is recorded."""

        def work(_job: JobContext) -> str:
            return file_text(file)

        handle = self._context.jobs.start(Lane.FILES, work)
        handle.succeeded.connect(self.parts.measure.table.setPlainText)
        handle.failed.connect(self._context.errors.show)

    def _record_look(self, seen: frozenset[str]) -> None:
        station, session, display = self._context.station, self._context.session, self.display

        def work(_job: JobContext) -> DisplayCheck:
            return record_visual_check(station, session, display, seen)

        self._keep(work, self.parts.look.end_recording)

    def _record_luminances(self, table: LuminanceTable, instrument: str) -> None:
        station, session, display = self._context.station, self._context.session, self.display

        def work(_job: JobContext) -> DisplayCheck:
            return record_measurement(station, session, display, table, instrument=instrument)

        self._keep(work, self.parts.measure.end_recording)

    def _keep(self, work: Callable[[JobContext], DisplayCheck], end: Callable[..., None]) -> None:
        def fail(error: BaseException) -> None:
            end(is_kept=False)
            self._context.errors.show(error)

        def succeed(_check: DisplayCheck) -> None:
            end(is_kept=True)
            self._context.changes.publish(Subject.DISPLAYS)

        handle = self._context.jobs.start(Lane.DATABASE, work)
        handle.succeeded.connect(succeed)
        handle.failed.connect(fail)

    def _take_history(self, request: int, checks: tuple[DisplayCheck, ...]) -> None:
        if request != self._request:
            return  # a newer one is under way
        self._history = checks
        self.parts.history.show_checks(checks)
        self._show_plots()

    def _show_plots(self) -> None:
        """Plot what is typed; else what was recorded last."""
        typed = self.parts.measure.typed
        table, result = typed.table, typed.result
        if table is None:
            newest = next((c for c in self._history if c.table is not None), None)
            table, result = (newest.table, newest.result) if newest else (None, None)
        is_corrected = result is not None and result.is_corrected
        self.parts.plots.show_table(
            table, is_corrected=is_corrected, bit_depth=self.display.bit_depth
        )
