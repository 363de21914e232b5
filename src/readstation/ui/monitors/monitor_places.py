"""Brings list, report and images to their monitors, and back."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, Qt, QTimer, Signal
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


CHOOSE = "window.choose_monitors"


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
        self._before: tuple[str, QRect, Qt.WindowState] | None = None
        make = context.station.monitor_layouts
        self._store: MonitorLayoutStore = make() if make is not None else NOTHING_REMEMBERED
        self.is_new = False
        self.watch.changed.connect(self._follow_change)

    @property
    def desk(self) -> int:
        """The monitor that the main window is on."""
        return self.watch.index_of(self._main.screen())

    def follow(self) -> None:
        """Show what was last chosen for the monitors there are now; else all in one window."""
        self._context.displays.moved()
        remembered = remembered_layout(self._store, self.watch.arrangement)
        self.is_new = remembered is None and len(self.watch.arrangement) > 1
        if remembered is None or remembered.is_on_one:
            was_spread = self._gather()
            self._keep_in_sight()
            self.layout = remembered or MonitorLayout(self.desk, (self.desk,))
            if was_spread:
                self._focus_images()
        else:
            self._spread(remembered)
        self.changed.emit()

    def _follow_change(self) -> None:
        """Say what to do with monitors that were never together here; nothing moves by itself."""
        self.follow()
        if self.is_new:
            keys = " or ".join(self._context.registry[CHOOSE].keys)
            how = f"Press {keys}" if keys else "Click Monitors, at the lower left,"
            self._context.errors.tell(
                f"{len(self.watch.arrangement)} monitors stand in an order that is new here.",
                f"{how} to choose what each of them shows. It is remembered for next time.",
            )

    def choose(self, layout: MonitorLayout) -> None:
        """Use a layout from now on, whenever these monitors stand in these places."""
        if not layout.fits(len(self.watch.arrangement)):
            return
        self.is_new = False
        try:
            remember_layout(self._store, self.watch.arrangement, layout)
        except StoreError as error:
            self._context.errors.show(error)
        if layout.is_on_one:
            self._gather()
            self.layout = layout
            self._move_main(layout.desk)
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
        self._cover(layout.desk)
        further = list(layout.images[1:])
        if not layout.has_images_beside_report:
            self._view.put_beside(reading.lend_report())
            self._open(self._view.lend(READ_SCREEN_ID), layout.images[0])
        for group, index in zip(reading.spread(len(further)), further, strict=True):
            self._open(group, index)
        self._focus_images()

    def _focus_images(self) -> None:
        if self._reading is not None and self._view.is_at(READ_SCREEN_ID):
            self._reading.focus_images()

    def _open(self, content: QWidget, index: int) -> None:
        window = ImageWindow(content, self._context.displays, self._main)
        bind_commands(self._context.registry, Context.WINDOW, window, self._main)
        window.closed.connect(self._close_all)
        self.windows.append(window)
        window.cover(self.watch.screen(index))

    def _close_all(self) -> None:
        """Gather everything; done later, since a window that is being closed asked for it."""
        QTimer.singleShot(0, self, lambda: self.choose(MonitorLayout(self.desk, (self.desk,))))

    def _gather(self) -> bool:
        """Bring everything back to the main window; False if it was all there."""
        reading, windows = self._reading, self.windows
        if not windows or reading is None:
            return False
        self.windows = []
        reading.spread(0)
        reading.take_report_back()
        self._view.take_back(READ_SCREEN_ID)
        for window in windows:
            window.hide()
            window.deleteLater()
        return True

    def _cover(self, index: int) -> None:
        """Let the main window fill a monitor; it will be as it was before once all is gathered."""
        main = self._main
        if self._before is None:
            self._before = (main.screen().name(), main.geometry(), main.windowState())
        main.setGeometry(self.watch.screen(index).geometry())
        main.showFullScreen()

    def _move_main(self, index: int) -> None:
        """Bring the main window to a monitor, as large as it was there before."""
        main, screen, before = self._main, self.watch.screen(index), self._before
        if before is not None and before[0] == screen.name():
            main.setWindowState(before[2])
            main.setGeometry(before[1])
        elif before is not None or self.desk != index:
            main.showNormal()
            main.setGeometry(screen.availableGeometry())
            main.showMaximized()
        self._before = None
        self._focus_images()

    def _keep_in_sight(self) -> None:
        """Bring the main window to a monitor that is there, should it be on none."""
        main = self._main
        centre = main.frameGeometry().center()
        if QGuiApplication.screenAt(centre) is None:
            main.setGeometry(QGuiApplication.primaryScreen().availableGeometry())
