"""The list of screens. A new one is one row here and one folder under ui/."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from importlib import import_module
from typing import Protocol, runtime_checkable

from PySide6.QtWidgets import QWidget

from readstation.app.changes import ChangeFeed
from readstation.app.commands import CommandRegistry
from readstation.app.navigation import Navigation
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.late_dataclass import dataclass
from readstation.domain.reader import Permission
from readstation.ui.displays import Displays
from readstation.ui.errors import ErrorPresenter
from readstation.ui.job_runner import JobRunner


@dataclass(frozen=True, slots=True)
class ScreenContext:
    """What a screen is built with. One per login: nothing of it outlives the session."""

    station: Station
    session: Session
    jobs: JobRunner
    errors: ErrorPresenter
    changes: ChangeFeed
    registry: CommandRegistry
    navigation: Navigation
    displays: Displays = field(default_factory=Displays)
    show_ready: Callable[[], None] = lambda: None
    """To be called by a screen when the reader can use it: what can wait is done from then on."""


Build = Callable[[ScreenContext], QWidget]


@runtime_checkable
class EndsWithSession(Protocol):
    """A screen that has something to give back or to stop when its session ends."""

    def end_session(self) -> None: ...


@runtime_checkable
class SpreadsOverMonitors(Protocol):
    """A screen whose report and image boxes can be shown in windows of their own."""

    def lend_report(self) -> QWidget:
        """Give the report away, with the name of its patient and its own keys."""
        ...

    def take_report_back(self) -> None: ...

    def spread(self, further: int) -> list[QWidget]:
        """Divide the image boxes; return what holds those of `further` monitors. 0: none."""
        ...

    def focus_images(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Screen:
    """One entry of the rail. It is built when it is first shown."""

    id: str
    title: str
    icon: str
    key: str
    permission: Permission
    build: Build


@dataclass(frozen=True, slots=True)
class FromModule:
    """Builds a screen whose module is imported on first use, to keep the start short."""

    module: str
    view: str

    def view_class(self) -> type[QWidget]:
        found: type[QWidget] = getattr(import_module(self.module), self.view)
        return found

    def __call__(self, context: ScreenContext) -> QWidget:
        made: Callable[[ScreenContext], QWidget] = self.view_class()
        return made(context)


SCREENS: tuple[Screen, ...] = (
    Screen(
        "list",
        "List",
        "list",
        "Ctrl+1",
        Permission.SEE_WORKLIST,
        FromModule("readstation.ui.worklist.worklist_view", "WorklistView"),
    ),
    Screen(
        "read",
        "Read",
        "columns-2",
        "Ctrl+2",
        Permission.OPEN_IMAGES,
        FromModule("readstation.ui.reading.reading_view", "ReadingView"),
    ),
    Screen(
        "calls",
        "Calls",
        "phone",
        "Ctrl+3",
        Permission.LOG_CALL,
        FromModule("readstation.ui.calls.calls_view", "CallsView"),
    ),
    Screen(
        "second",
        "Second",
        "arrow-left-right",
        "Ctrl+4",
        Permission.HAND_OFF,
        FromModule("readstation.ui.handoff.handoff_view", "HandoffView"),
    ),
    Screen(
        "qa",
        "QA",
        "shield-check",
        "Ctrl+5",
        Permission.REVIEW_QUALITY,
        FromModule("readstation.ui.qa.quality_view", "QualityView"),
    ),
    Screen(
        "display",
        "Display",
        "sun",
        "Ctrl+6",
        Permission.CHECK_DISPLAY,
        FromModule("readstation.ui.display.display_view", "DisplayView"),
    ),
    Screen(
        "settings",
        "Settings",
        "settings",
        "Ctrl+7",
        Permission.CHANGE_SETTINGS,
        FromModule("readstation.ui.settings.settings_view", "SettingsView"),
    ),
)

BANNERS: tuple[tuple[Permission, Build], ...] = (
    (
        Permission.LOG_CALL,
        FromModule("readstation.ui.calls.critical_banner", "CriticalBanner"),
    ),
    (
        Permission.WRITE_REPORT,
        FromModule("readstation.ui.report.unsigned_banner", "UnsignedBanner"),
    ),
)
"""Shown above every screen, to those who may act on them; each hides itself when empty."""
