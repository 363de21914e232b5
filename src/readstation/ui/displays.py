"""The screens of this station: what is known of each, and which pixels it takes."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

from readstation.app.jobs import JobContext, Lane
from readstation.app.station import Station
from readstation.ui.errors import where
from readstation.ui.gpu.graphics_back_end import GraphicsBackEnd
from readstation.ui.job_runner import JobRunner

if TYPE_CHECKING:
    from readstation.app.display.display_status import Driven
    from readstation.domain.display import Display, DisplayStanding
    from readstation.imaging.output import DisplayOutput

log = logging.getLogger(__name__)

LOOK_AGAIN_MS = 30 * 60 * 1000
"""A check falls due while nobody does anything."""


class Displays(QObject):
    """Answers for the screen a widget is on, now; not verified until the database says so."""

    changed = Signal()
    """Something is known that was not, or a window may be on another screen."""

    def __init__(
        self,
        station: Station | None = None,
        jobs: JobRunner | None = None,
        parent: QObject | None = None,
        *,
        graphics: GraphicsBackEnd | None = None,
    ) -> None:
        super().__init__(parent)
        self._station, self._jobs = station, jobs
        self.graphics = graphics
        self._known: dict[Display, Driven] = {}
        self._not_verified: dict[Display, DisplayStanding] = {}
        self._outputs: dict[Display, DisplayOutput] = {}
        self._seen: dict[tuple[object, ...], Display] = {}
        if station is not None:
            timer = QTimer(self, interval=LOOK_AGAIN_MS)
            timer.timeout.connect(self.refresh)
            timer.start()

    def standing(self, widget: QWidget) -> DisplayStanding:
        """Return what is known of the screen that `widget` is on."""
        display = self._display_of(widget)
        known = self._known.get(display)
        if known is not None:
            return known.standing
        if display not in self._not_verified:
            self._not_verified[display] = _not_verified(display)
        return self._not_verified[display]

    def output(self, widget: QWidget) -> DisplayOutput:
        """Return what the screen takes that `widget` is on; the same object until that changes."""
        display = self._display_of(widget)
        known = self._known.get(display)
        if known is not None:
            return known.output
        if display not in self._outputs:
            self._outputs[display] = _output_by_depth(display)
        return self._outputs[display]

    def _display_of(self, widget: QWidget) -> Display:
        """Return what the system says of a screen; asked anew when a screen or window moved."""
        screen = _screen(widget)
        key = (screen.name(), screen.size().toTuple(), screen.depth(), screen.devicePixelRatio())
        found = self._seen.get(key)
        if found is None:
            found = self._seen[key] = _display(screen)
        return found

    def refresh(self) -> None:
        """Read the checks of all screens again. A failure leaves them not verified."""
        station, jobs = self._station, self._jobs
        if station is None or jobs is None:
            return
        displays = tuple({_display(screen) for screen in QGuiApplication.screens()})

        def work(_job: JobContext) -> tuple[Driven, ...]:
            # numpy takes as long to load as Qt, and the worklist needs neither it nor this answer
            from readstation.app.display.display_status import driven_displays  # noqa: PLC0415

            return driven_displays(station, displays)

        handle = jobs.start(Lane.DATABASE, work)
        handle.succeeded.connect(self._take)  # one worker: answers come in the order of requests
        handle.failed.connect(self._forget)

    @Slot()
    def moved(self) -> None:
        """Look again: a window was put on another screen, or a screen came or went."""
        self._seen.clear()
        self.refresh()
        self.changed.emit()

    @Slot(object)
    def _take(self, found: tuple[Driven, ...]) -> None:
        self._known = {driven.standing.display: driven for driven in found}
        self.changed.emit()

    @Slot(object)
    def _forget(self, error: BaseException) -> None:
        log.warning("the checks of the displays cannot be read: %s", where(error))
        self._known = {}
        self.changed.emit()


def _screen(widget: QWidget) -> QScreen:
    return widget.screen() or QGuiApplication.primaryScreen()


def _display(screen: QScreen) -> Display:
    from readstation.ui.screen_facts import display_of  # noqa: PLC0415 - as above

    return display_of(screen)


def _not_verified(display: Display) -> DisplayStanding:
    # what displays are is not loaded for the worklist
    from readstation.domain.display import DisplayStanding  # noqa: PLC0415

    return DisplayStanding(display)


def _output_by_depth(display: Display) -> DisplayOutput:
    # asked for by what draws images, which has loaded numpy and OpenCV long ago
    from readstation.imaging.output import TEN_BIT, UNCORRECTED  # noqa: PLC0415

    return TEN_BIT if display.bit_depth == TEN_BIT.bit_depth else UNCORRECTED
