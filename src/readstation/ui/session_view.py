"""Everything one logged-in person sees: rail, banners, screens, status. Gone when they leave."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from readstation.app.changes import Subject
from readstation.app.jobs import Lane
from readstation.app.navigation import READ_SCREEN_ID
from readstation.domain.reader import Permission
from readstation.ui import theme
from readstation.ui.after_start import AfterStart
from readstation.ui.job_runner import JobHandle
from readstation.ui.rail import Rail
from readstation.ui.screens import (
    BANNERS,
    SCREENS,
    Build,
    EndsWithSession,
    FromModule,
    Screen,
    ScreenContext,
)
from readstation.ui.widgets.badge import Badge
from readstation.ui.widgets.section import EmptyState
from readstation.ui.widgets.text import PlainLabel

if TYPE_CHECKING:
    from readstation.ui.monitors.monitor_places import MonitorPlaces

NOT_VALIDATED = "Not for diagnostic use without local validation"


def load_first_screen() -> None:
    """Import what most people see first; a session builds it."""
    first = SCREENS[0].build
    if isinstance(first, FromModule):
        first.view_class()


class SessionView(QWidget):
    """Shows the screens that the session's roles allow; builds each when it is first shown."""

    lock_asked = Signal()
    log_out_asked = Signal()
    monitors_asked = Signal()
    settled = Signal()
    """The first screen can be used and nothing is left out any more."""

    def __init__(
        self,
        context: ScreenContext,
        screens: tuple[Screen, ...] = SCREENS,
        banners: tuple[tuple[Permission, Build], ...] = BANNERS,
    ) -> None:
        super().__init__()
        self._context = context
        user = context.session.user
        self.screens = [s for s in screens if user.may(s.permission)]
        self.built: dict[str, QWidget] = {}
        self._banners: list[QWidget] = []
        self.after_start = AfterStart(
            [
                *(
                    partial(self._add_banner, build)
                    for needed, build in banners
                    if user.may(needed)
                ),
                self._look_at_displays,
                self._settle,
            ],
            [self._load_images, self._build_images, self._rehearse, self._place_windows],
            self,
        )
        self._lent: set[str] = set()
        self.places: MonitorPlaces | None = None
        self.rail = Rail(self.screens)
        self.display_state = PlainLabel()
        self._stack = QStackedWidget()
        self._place()
        self._connect()

    def _connect(self) -> None:
        context = self._context
        self.rail.chosen.connect(context.navigation.go)
        self.rail.monitors_asked.connect(self.monitors_asked)
        self.rail.lock_asked.connect(self.lock_asked)
        self.rail.log_out_asked.connect(self.log_out_asked)
        self._stops = [
            context.navigation.listen_screen(self._show_screen),
            context.navigation.listen_counts(self._show_counts),
            context.changes.listen({Subject.DISPLAYS}, context.displays.refresh),
        ]

        context.displays.setParent(self)  # it lives as long as the session
        context.displays.changed.connect(self._show_display)

    def _settle(self) -> None:
        self.settled.emit()  # which returns a value, and a step returns a job or nothing

    def show_ready(self) -> None:
        """Add what was left out so that the first screen could be used sooner."""
        self.after_start.begin()

    def _add_banner(self, build: Build) -> None:
        banner = build(self._context)
        self._above.addWidget(banner)
        self._banners.append(banner)

    def _look_at_displays(self) -> None:
        self._show_display()
        self._context.displays.refresh()

    def _load_images(self) -> JobHandle | None:
        """Import the reading screen off the GUI thread: OpenCV and numpy are large."""
        build = self._screen(READ_SCREEN_ID)
        if build is None or not isinstance(build.build, FromModule):
            return None
        load = build.build.view_class
        return self._context.jobs.start(Lane.FILES, lambda _job: load())

    def _build_images(self) -> None:
        """Build the reading screen unseen, so that the first study opens as fast as the next."""
        screen = self._screen(READ_SCREEN_ID)
        if screen is not None:
            self._build(screen)

    def _rehearse(self) -> None:
        if READ_SCREEN_ID in self.built:
            from readstation.ui.viewport.rehearsal import rehearse  # noqa: PLC0415 - start fast

            rehearse()

    def _place_windows(self) -> None:
        """Bring what was on several monitors the last time back to them."""
        self.monitor_places().follow()

    def monitor_places(self) -> MonitorPlaces:
        """Return what spreads this session over monitors, made when first asked for."""
        if self.places is None:
            from readstation.ui.monitors.monitor_places import MonitorPlaces  # noqa: PLC0415

            self._build_images()
            self.places = MonitorPlaces(self, self._context)
            self.places.changed.connect(self._show_monitors)
            self._show_monitors()
        return self.places

    def _show_monitors(self) -> None:
        if self.places is not None:
            count = len(self.places.watch.arrangement)
            self.rail.show_monitors(count, is_new=self.places.is_new)

    def lend(self, screen_id: str) -> QWidget:
        """Give a screen away, to be shown in a window of its own until it comes back."""
        screen = self.built[screen_id]
        self._lent.add(screen_id)
        self._stack.removeWidget(screen)
        if self.is_at(screen_id):
            self._stack.setCurrentWidget(self._build(self.screens[0]))
        return screen

    def take_back(self, screen_id: str) -> None:
        if screen_id in self._lent:
            self._lent.discard(screen_id)
            self._stack.addWidget(self.built[screen_id])
            if self.is_at(screen_id):
                self._stack.setCurrentWidget(self.built[screen_id])

    def put_beside(self, part: QWidget) -> None:
        """Show a part of a lent screen beside whichever screen is shown."""
        self._row.addWidget(part)

    def screen_built(self, screen_id: str) -> QWidget | None:
        return self.built.get(screen_id)

    def is_at(self, screen_id: str) -> bool:
        return self._context.navigation.screen_id == screen_id

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        handle = self.window().windowHandle()
        if handle is not None:
            handle.screenChanged.connect(
                self._context.displays.moved, Qt.ConnectionType.UniqueConnection
            )

    def _show_display(self) -> None:
        self.display_state.setText(self._context.displays.standing(self).badge)

    def _place(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(0)
        self._above = QVBoxLayout()
        right.addLayout(self._above)
        right.addWidget(self._stack, 1)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(right, 1)
        self._row = row
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row, 1)
        column.addWidget(self._status_bar())

    def _status_bar(self) -> QWidget:
        bar = theme.surface("status")
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 3, 12, 3)
        row.setSpacing(18)
        user, station = self._context.session.user, self._context.station
        roles = ", ".join(sorted(role.value for role in user.roles))
        row.addWidget(PlainLabel(f"{user.full_name} · {roles}"))
        row.addWidget(PlainLabel(f"{station.station_name} · {station.policy.site_name}"))
        if station.is_demo:
            row.addWidget(Badge("DEMO: SYNTHETIC ORDERS AND PEOPLE", "incidental"))
        row.addStretch(1)
        row.addWidget(self.display_state)
        row.addWidget(PlainLabel(NOT_VALIDATED, role="warning"))
        return bar

    def start(self, screen_id: str = "") -> None:
        """Show a screen, by default the first of the rail; say so if there is none."""
        allowed = [s.id for s in self.screens]
        if not allowed:
            self._stack.addWidget(
                EmptyState(
                    "shield-check",
                    "This account has no screen here.",
                    "Administration is done from the command line: readstation user --help",
                )
            )
            return
        self._context.navigation.go(screen_id if screen_id in allowed else allowed[0])

    def _show_screen(self) -> None:
        screen_id = self._context.navigation.screen_id
        screen = self._screen(screen_id)
        if screen is None:
            return
        shown = self._build(screen)
        if screen_id not in self._lent:
            self._stack.setCurrentWidget(shown)
        if self._lent:
            shown.window().activateWindow()
        self.rail.set_current(screen_id)
        shown.setFocus()

    def _screen(self, screen_id: str) -> Screen | None:
        return next((s for s in self.screens if s.id == screen_id), None)

    def _build(self, screen: Screen) -> QWidget:
        if screen.id not in self.built:
            self.built[screen.id] = screen.build(self._context)
            self._stack.addWidget(self.built[screen.id])
        return self.built[screen.id]

    def _show_counts(self) -> None:
        self.rail.set_counts(self._context.navigation.counts)

    def end(self) -> None:
        """Stop listening and let every screen give back what it holds."""
        self.after_start.stop()
        if self.places is not None:
            self.places.end()
        for stop in self._stops:
            stop()
        self._stops.clear()
        for part in (*self.built.values(), *self._banners):
            if isinstance(part, EndsWithSession):
                part.end_session()
