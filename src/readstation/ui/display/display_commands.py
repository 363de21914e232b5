"""Every key of the display check."""

from __future__ import annotations

from readstation.app.commands import Command, Context

HERE = Context.DISPLAY

DISPLAY_COMMANDS: tuple[Command, ...] = (
    Command(
        "display.look",
        "Look at the test pattern",
        HERE,
        lambda view: view.look(),
        ("Alt+L",),
        "eye",
    ),
    Command(
        "display.measure",
        "Measure luminances",
        HERE,
        lambda view: view.measure(),
        ("Alt+M",),
        "sun",
    ),
    Command(
        "display.all_seen",
        "Everything on the pattern is as it should be",
        HERE,
        lambda view: view.answer_all(),
        ("Alt+A",),
        "list-checks",
    ),
    Command(
        "display.record",
        "Record the check of the display",
        HERE,
        lambda view: view.record(),
        ("Ctrl+Return", "Ctrl+Enter"),
        "check",
    ),
    Command(
        "display.next_level",
        "Show the next level to measure",
        HERE,
        lambda view: view.step_level(1),
        ("PgDown",),
        "chevron-right",
    ),
    Command(
        "display.previous_level",
        "Show the previous level to measure",
        HERE,
        lambda view: view.step_level(-1),
        ("PgUp",),
        "chevron-left",
    ),
    Command(
        "display.pattern",
        "Show the test pattern again",
        HERE,
        lambda view: view.show_pattern(),
        ("Esc",),
        "image",
    ),
    Command(
        "display.panel",
        "Pattern alone, or beside the questions",
        HERE,
        lambda view: view.toggle_panel(),
        ("Alt+P",),
        "square",
    ),
)
