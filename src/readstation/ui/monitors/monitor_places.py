"""Brings list, report and images to their monitors, and back."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from readstation.app.commands import Context
from readstation.app.navigation import READ_SCREEN_ID
from readstation.app.settings.monitor_layouts import (
    NOTHING_REMEMBERED,
    MonitorLayoutStore,
    remember_layout,
    remembered_layout,
)
from readstation.domain.errors import StoreError
from readstation.domain.monitors import MonitorLayout, offered_layouts
from readstation.ui.command_binding import bind_commands
from readstation.ui.monitors.image_window import ImageWindow
from readstation.ui.monitors.monitor_watch import MonitorWatch
from readstation.ui.screens import ScreenContext, SpreadsOverMonitors

if TYPE_CHECKING:
    from readstation.ui.session_view import SessionView

log = logging.getLogger(__name__)


class MonitorPlaces(QObject):
    """Holds the layout in force for one session; each arrangement of monitors has its own.

    There is one reading screen and one model behind all windows: parts of it move, nothing is
    shown twice. A change of monitors brings everything back to one window first.
    """

    changed = Signal()

    def __init__(
        self, view: SessionView, context: ScreenContext, watch: MonitorWatch | None = None
    ) -> None:
        super().__init__(view)
        self._view, self._context = view, context
        self.watch = watch or MonitorWatch(self)
        self.windows: list[ImageWindow] = []
        self.layout = MonitorLayout()
        make = context.station.monitor_layouts
        self._store: MonitorLayoutStore = make() if make is not None else NOTHING_REMEMBERED
        self.watch.changed.connect(self.follow)

    @property
    def desk(self) -> int:
        """The monitor that the main window is on."""
        return self.watch.index_of(self._main.screen())

    def follow(self) -> None:
        """Show what was last chosen for the monitors there are now; else all in one window."""
        self._context.displays.moved()
        remembered = remembered_layout(self._store, self.watch.arrangement)
        if remembered is None or remembered.is_on_one:
            self._gather()
            self.layout = remembered or MonitorLayout(self.desk, (self.desk,))
            self._keep_in_sight()
        else:
            self._spread(remembered)
        self.changed.emit()

    def choose(self, layout: MonitorLayout) -> None:
        """Use a layout from now on, whenever these monitors stand in these places."""
        if not layout.fits(len(self.watch.arrangement)):
            return
        try:
            remember_layout(self._store, self.watch.arrangement, layout)
        except StoreError as error:
            self._context.errors.show(error)
        if layout.is_on_one:
            was_spread = bool(self.windows)
            self._gather()
            self.layout = layout
            self._move_main(layout.desk, is_covering=False, was_covering=was_spread)
        else:
            self._spread(layout)
        self.changed.emit()

    def choose_offered(self, place: int) -> None:
        """Use one of the layouts that are offered with list and report where they are now."""
        desk = self.layout.desk if self.windows else self.desk
        offered = offered_layouts(len(self.watch.arrangement), desk)
        if place < len(offered):
            self.choose(offered[place].layout)

    def end(self) -> None:
        """Close the windows of images: the session is over."""
        self._gather()

    @property
    def _main(self) -> QWidget:
        return self._view.window()

    @property
    def _reading(self) -> SpreadsOverMonitors | None:
        """The reading screen, if the role has one."""
        found = self._view.screen_built(READ_SCREEN_ID)
        return found if isinstance(found, SpreadsOverMonitors) else None

    def _spread(self, layout: MonitorLayout) -> None:
        reading = self._reading
        if reading is None:
            return
        self._gather()
        self.layout = layout
        self._move_main(layout.desk, is_covering=True, was_covering=False)
        further = list(layout.images[1:])
        if not layout.has_images_beside_report:
            self._view.put_beside(reading.lend_report())
            self._open(self._view.lend(READ_SCREEN_ID), layout.images[0])
        for group, index in zip(reading.spread(len(further)), further, strict=True):
            self._open(group, index)
        if self._view.is_at(READ_SCREEN_ID):
            reading.focus_images()

    def _open(self, content: QWidget, index: int) -> None:
        window = ImageWindow(content, self._context.displays, self._main)
        bind_commands(self._context.registry, Context.WINDOW, window, self._main)
        window.closed.connect(self._close_all)
        self.windows.append(window)
        window.cover(self.watch.screen(index))

    def _close_all(self) -> None:
        """Gather everything; done later, since a window that is being closed asked for it."""
        QTimer.singleShot(0, self, lambda: self.choose(MonitorLayout(self.desk, (self.desk,))))

    def _gather(self) -> None:
        """Bring everything back to the main window."""
        reading, windows = self._reading, self.windows
        if not windows or reading is None:
            return
        self.windows = []
        reading.spread(0)
        reading.take_report_back()
        self._view.take_back(READ_SCREEN_ID)
        for window in windows:
            window.hide()
            window.deleteLater()

    def _move_main(self, index: int, *, is_covering: bool, was_covering: bool) -> None:
        main, screen = self._main, self.watch.screen(index)
        if self.desk != index or was_covering:
            main.showNormal()
            main.setGeometry(screen.availableGeometry())
        if is_covering:
            main.setGeometry(screen.geometry())
            main.showFullScreen()
        elif was_covering:
            main.showMaximized()

    def _keep_in_sight(self) -> None:
        """Bring the main window to a monitor that is there, should it be on none."""
        main = self._main
        centre = main.frameGeometry().center()
        if QGuiApplication.screenAt(centre) is None:
            main.setGeometry(QGuiApplication.primaryScreen().availableGeometry())
