"""The commands of all screens together: no key twice, each named, drawn and typed as it says."""

import importlib
import re

import pytest
from PySide6.QtGui import QKeySequence

from readstation.app.commands import Command, CommandRegistry
from readstation.resource_files import resources
from readstation.ui.palette.key_help import PLACES
from tests.checkout_files import CHECKOUT, committed_files

SOURCE = CHECKOUT / "src"
modules = [
    ".".join(path.relative_to(SOURCE).with_suffix("").parts)
    for path in committed_files("src/readstation/ui")
    if path.stem.endswith("_commands")
]


def listed_in(module):
    """Return the commands of every list in a module."""
    lists = vars(importlib.import_module(module)).values()
    return [
        command
        for entries in lists
        if isinstance(entries, (tuple, list))
        for command in entries
        if isinstance(command, Command)
    ]


def every_command():
    return [command for module in modules for command in listed_in(module)]


@pytest.mark.parametrize("module", modules)
def test_module_of_commands_lists_some(module):
    assert listed_in(module)


def test_no_two_commands_share_a_name_or_a_live_key():
    assert len(list(CommandRegistry(every_command()))) == len(every_command()) > 5


def test_each_command_has_a_dotted_name_a_title_and_keys_that_exist():
    for command in every_command():
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*\.[a-z0-9_]+", command.id), command.id
        assert re.match(r"[A-Z0-9]", command.title), command.id
        for key in command.keys:
            sequence = QKeySequence(key)
            assert sequence.toString(QKeySequence.SequenceFormat.PortableText), (command.id, key)


def test_each_icon_of_a_command_is_packed():
    icons = {entry.name for entry in (resources() / "icons").iterdir()}
    named = {f"{command.icon}.svg" for command in every_command() if command.icon}
    assert named - icons == set()


def test_the_key_help_has_a_place_for_every_key():
    assert {command.context for command in every_command() if command.keys} == set(PLACES)
