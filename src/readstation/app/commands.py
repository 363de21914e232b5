"""Commands as data: what a key, a menu item or the palette can start."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import combinations
from typing import Any


class Context(Enum):
    """Where keys are live. A path: `window/reading/report` lies inside `window/reading`."""

    WINDOW = "window"
    WORKLIST = "window/worklist"
    READING = "window/reading"
    IMAGES = "window/reading/images"
    VIEWPORT = "window/reading/images/viewport"
    REPORT = "window/reading/report"
    CALLS = "window/calls"
    HANDOFF = "window/handoff"
    QUALITY = "window/quality"
    DISPLAY = "window/display"

    def overlaps(self, other: Context) -> bool:
        """Return True if both can be live at the same moment."""
        a, b = sorted((self.value, other.value), key=len)
        return b == a or b.startswith(a + "/")


@dataclass(frozen=True, slots=True)
class Command:
    """`run` receives the model of `context` and nothing else."""

    id: str
    title: str
    context: Context
    run: Callable[[Any], object]
    keys: tuple[str, ...] = ()
    icon: str = ""


class CommandRegistry:
    """All commands, unique by id and free of key clashes."""

    def __init__(self, commands: Iterable[Command]) -> None:
        self._commands: dict[str, Command] = {}
        for command in commands:
            if command.id in self._commands:
                raise ValueError(f"two commands are named {command.id}")
            self._commands[command.id] = command
        for a, b in self.clashes():
            raise ValueError(f"{a.id} and {b.id} share a key")

    def clashes(self) -> Iterator[tuple[Command, Command]]:
        for a, b in combinations(self._commands.values(), 2):
            if a.context.overlaps(b.context) and set(a.keys) & set(b.keys):
                yield a, b

    def __iter__(self) -> Iterator[Command]:
        return iter(self._commands.values())

    def in_context(self, context: Context) -> list[Command]:
        return [c for c in self if c.context is context]
