"""The keys of the worklist."""

from __future__ import annotations

from readstation.app.commands import Command, Context

_HERE = Context.WORKLIST

WORKLIST_COMMANDS: tuple[Command, ...] = (
    Command(
        "worklist.open",
        "Open the selected study",
        _HERE,
        lambda screen: screen.open_selected(),
        ("Return", "Enter"),
        "eye",
    ),
    Command(
        "worklist.read_next",
        "Read the next free study",
        _HERE,
        lambda screen: screen.read_next(),
        ("N",),
        "play",
    ),
    Command(
        "worklist.search",
        "Search the worklist",
        _HERE,
        lambda screen: screen.focus_search(),
        ("/", "Ctrl+F"),
        "search",
    ),
    Command(
        "worklist.clear_filter",
        "Clear search and filters",
        _HERE,
        lambda screen: screen.clear_filter(),
        ("Esc",),
        "filter",
    ),
    Command(
        "worklist.refresh",
        "Refresh the worklist",
        _HERE,
        lambda screen: screen.refresh(),
        ("F5",),
        "refresh-cw",
    ),
    Command(
        "worklist.next_list",
        "Next list",
        _HERE,
        lambda screen: screen.step_list(1),
        ("Alt+Down",),
        "chevron-down",
    ),
    Command(
        "worklist.previous_list",
        "Previous list",
        _HERE,
        lambda screen: screen.step_list(-1),
        ("Alt+Up",),
        "chevron-up",
    ),
    Command(
        "worklist.concern",
        "Raise a concern about the selected study",
        _HERE,
        lambda screen: screen.focus_concern(),
        ("Shift+C",),
        "flag",
    ),
)
