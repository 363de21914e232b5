"""Every key of the calls."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from readstation.app.commands import Command, Context


def _call_most_pressing(window: QWidget) -> None:
    # the banner is there, or this command has nothing to do: it is not to load it for the start
    from readstation.ui.calls.critical_banner import CriticalBanner  # noqa: PLC0415

    banner = window.findChild(CriticalBanner)
    if isinstance(banner, CriticalBanner):
        banner.call_most_pressing()


CALLS_COMMANDS: tuple[Command, ...] = (
    Command(
        "calls.call_most_pressing",
        "Call about the most pressing result and log it",
        Context.WINDOW,
        _call_most_pressing,
        ("Ctrl+Shift+L",),
        "phone",
    ),
    Command(
        "calls.submit",
        "Close the result, or save the attempt",
        Context.CALLS,
        lambda panel: panel.submit(),
        ("Ctrl+Return", "Ctrl+Enter"),
        "check",
    ),
    Command(
        "calls.leave",
        "Leave the call panel; what was entered is kept",
        Context.CALLS,
        lambda panel: panel.leave(),
        ("Escape",),
        "x",
    ),
)
