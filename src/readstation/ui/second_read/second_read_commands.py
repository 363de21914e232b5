"""Every key of the panels of a second read."""

from __future__ import annotations

from readstation.app.commands import Command, Context

SECOND_READ_COMMANDS: tuple[Command, ...] = (
    Command(
        "handoff.submit",
        "Hand the study over, return the opinion, or decide",
        Context.HANDOFF,
        lambda panel: panel.submit(),
        ("Ctrl+Return", "Ctrl+Enter"),
        "check",
    ),
    Command(
        "handoff.leave",
        "Leave the panel; what was entered is kept",
        Context.HANDOFF,
        lambda panel: panel.leave(),
        ("Escape",),
        "x",
    ),
)
