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
    SETTINGS = "window/settings"

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
    """All commands, unique by id and free of key clashes.

    `later` brings the commands of the contexts `late`, whose modules take long to load; it is asked
    once, when one of them is wanted or all commands are.
    """

    def __init__(
        self,
        commands: Iterable[Command],
        *,
        late: frozenset[Context] = frozenset(),
        later: Callable[[], Iterable[Command]] | None = None,
    ) -> None:
        self._commands: dict[str, Command] = {}
        self._late, self._later = late, later
        self._add(commands)

    def complete(self) -> None:
        """Take in the late commands; a name or a key used twice is refused."""
        later, self._later = self._later, None
        if later is not None:
            self._add(later())

    def clashes(self) -> Iterator[tuple[Command, Command]]:
        """Yield the commands that share a key where both are live."""
        by_key: dict[str, list[Command]] = {}
        for command in self._commands.values():
            for key in set(command.keys):
                by_key.setdefault(key, []).append(command)
        for sharing in by_key.values():
            for a, b in combinations(sharing, 2):
                if a.context.overlaps(b.context):
                    yield a, b

    def __iter__(self) -> Iterator[Command]:
        self.complete()
        return iter(tuple(self._commands.values()))

    def in_context(self, context: Context) -> list[Command]:
        if context in self._late:
            self.complete()
        return [c for c in self._commands.values() if c.context is context]

    def _add(self, commands: Iterable[Command]) -> None:
        for command in commands:
            if command.id in self._commands:
                raise ValueError(f"two commands are named {command.id}")
            self._commands[command.id] = command
        for a, b in self.clashes():
            raise ValueError(f"{a.id} and {b.id} share a key")
