"""Commands that work on every screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from readstation.app.commands import Command, Context
from readstation.ui.screens import SCREENS, Screen

GO = "window.go_"
"""Before the id of a screen: the command that shows it."""


class WindowActions(Protocol):
    """What the window does on command; each is a no-op while nobody is logged in."""

    def go(self, screen_id: str) -> None: ...

    def show_palette(self) -> None: ...

    def show_key_help(self) -> None: ...

    def choose_monitors(self) -> None: ...

    def use_offered_layout(self, place: int) -> None: ...

    def dismiss_notice(self) -> None: ...

    def toggle_full_screen(self) -> None: ...

    def lock(self) -> None: ...

    def log_out(self) -> None: ...


def _go(screen: Screen) -> Callable[[WindowActions], None]:
    return lambda window: window.go(screen.id)


def _use_layout(place: int) -> Callable[[WindowActions], None]:
    return lambda window: window.use_offered_layout(place)


MONITOR_LAYOUTS = (
    ("one", "Everything on one monitor", "Ctrl+F2"),
    ("apart", "List and report here, images on the other monitors", "Ctrl+F3"),
    ("together", "Images here and on the other monitors", "Ctrl+F4"),
)
"""In the order in which `domain.monitors` offers them; that module is not loaded for the list."""

WINDOW_COMMANDS: tuple[Command, ...] = (
    *(
        Command(f"{GO}{s.id}", f"Go to {s.title}", Context.WINDOW, _go(s), (s.key,), s.icon)
        for s in SCREENS
    ),
    Command(
        "window.palette",
        "Find a command",
        Context.WINDOW,
        lambda window: window.show_palette(),
        ("Ctrl+K",),
        "command",
    ),
    Command(
        "window.key_help",
        "Show all keys",
        Context.WINDOW,
        lambda window: window.show_key_help(),
        ("F1", "?"),
        "keyboard",
    ),
    Command(
        "window.dismiss_notice",
        "Dismiss the notice",
        Context.WINDOW,
        lambda window: window.dismiss_notice(),
        ("Ctrl+Backspace",),
        "x",
    ),
    Command(
        "window.full_screen",
        "Full screen on or off",
        Context.WINDOW,
        lambda window: window.toggle_full_screen(),
        ("F11",),
        "",
    ),
    Command(
        "window.choose_monitors",
        "Layouts across monitors",
        Context.WINDOW,
        lambda window: window.choose_monitors(),
        ("Ctrl+F11",),
        "monitor",
    ),
    *(
        Command(
            f"window.monitors_{name}", title, Context.WINDOW, _use_layout(place), (key,), "monitor"
        )
        for place, (name, title, key) in enumerate(MONITOR_LAYOUTS)
    ),
    Command(
        "window.lock",
        "Lock the station",
        Context.WINDOW,
        lambda window: window.lock(),
        ("Ctrl+L",),
        "lock",
    ),
    Command(
        "window.log_out",
        "Log out",
        Context.WINDOW,
        lambda window: window.log_out(),
        ("Ctrl+Shift+Q",),
        "log-out",
    ),
)
