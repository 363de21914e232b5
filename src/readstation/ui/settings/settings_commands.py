"""Every key of the settings page."""

from __future__ import annotations

from readstation.app.commands import Command, Context

HERE = Context.SETTINGS

SETTINGS_COMMANDS: tuple[Command, ...] = (
    Command(
        "settings.next",
        "Go to the next setting",
        HERE,
        lambda view: view.step(1),
        ("PgDown",),
        "chevron-down",
    ),
    Command(
        "settings.previous",
        "Go to the previous setting",
        HERE,
        lambda view: view.step(-1),
        ("PgUp",),
        "chevron-up",
    ),
)
