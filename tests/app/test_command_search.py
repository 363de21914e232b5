"""Commands are found by a few letters, always in the same order."""

from readstation.app.command_search import find_commands
from readstation.app.commands import Command, Context

COMMANDS = [
    Command(id_, title, context, lambda _: None, keys)
    for id_, title, context, keys in (
        ("viewport.invert", "Invert", Context.VIEWPORT, ("I",)),
        ("window.go_list", "Go to List", Context.WINDOW, ("Ctrl+1",)),
        ("worklist.next", "Read next", Context.WORKLIST, ("Return",)),
        ("report.list", "List templates", Context.REPORT, ()),
    )
]


def ids(text):
    return [command.id for command in find_commands(COMMANDS, text)]


def test_no_letters_find_everything_in_the_shipped_order():
    assert ids("  ") == [command.id for command in COMMANDS]


def test_a_title_that_begins_with_the_letters_comes_first():
    assert ids("list") == ["report.list", "window.go_list", "worklist.next"]


def test_every_word_must_be_there():
    assert ids("go li") == ["window.go_list"]
    assert ids("go templates") == []


def test_a_key_or_a_place_finds_its_commands():
    assert ids("ctrl+1") == ["window.go_list"]
    assert "viewport.invert" in ids("viewport")
