"""Commands as data: what a key, a menu item or the palette can start."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from enum import Enum
from itertools import combinations
from types import MappingProxyType
from typing import Any

from readstation.domain.late_dataclass import dataclass

Keys = tuple[str, ...]
NO_KEYS: Mapping[str, Keys] = MappingProxyType({})


class Context(Enum):
    """Where keys are live. A path: `window/reading/report` lies inside `window/reading`."""

    WINDOW = "window"
    WORKLIST = "window/worklist"
    READING = "window/reading"
    IMAGES = "window/reading/images"
    VIEWPORT = "window/reading/images/viewport"
    RECONSTRUCTION = "window/reading/images/viewport/reconstruction"
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
    keys: Keys = ()
    icon: str = ""


class CommandRegistry:
    """All commands, unique by id and free of key clashes.

    `later` brings the commands of the contexts `late`, whose modules take long to load; it is asked
    once, when one of them is wanted or all commands are. `own_keys` are the keys that this
    station's users chose, by command id; those that clash are left out, see `refused_keys`.
    """

    def __init__(
        self,
        commands: Iterable[Command],
        *,
        late: frozenset[Context] = frozenset(),
        later: Callable[[], Iterable[Command]] | None = None,
        own_keys: Mapping[str, Keys] = NO_KEYS,
    ) -> None:
        self._original: dict[str, Command] = {}
        self._commands: dict[str, Command] = {}
        self._own = dict(own_keys)
        self._listeners: list[Callable[[Command], None]] = []
        self._late, self._later = late, later
        self._add(commands)

    def complete(self) -> None:
        """Take in the late commands; a name or a key used twice is refused."""
        later, self._later = self._later, None
        if later is not None:
            self._add(later())

    def clashes(self) -> Iterator[tuple[Command, Command]]:
        """Yield the commands that share a key where both are live."""
        yield from _clashes(self._commands.values())

    def __iter__(self) -> Iterator[Command]:
        self.complete()
        return iter(tuple(self._commands.values()))

    def __getitem__(self, command_id: str) -> Command:
        self.complete()
        return self._commands[command_id]

    def in_context(self, context: Context) -> list[Command]:
        if context in self._late:
            self.complete()
        return [c for c in self._commands.values() if c.context is context]

    @property
    def own_keys(self) -> Mapping[str, Keys]:
        """The keys that hold instead of the program's own, by command id."""
        return {i: c.keys for i, c in self._commands.items() if c.keys != self._original[i].keys}

    @property
    def refused_keys(self) -> frozenset[str]:
        """Ids of the commands whose chosen keys clash, so that the program's own hold."""
        chosen = ((i, self._own[i]) for i in self._commands if i in self._own)
        return frozenset(i for i, keys in chosen if self._commands[i].keys != keys)

    def users_of(self, command_id: str, keys: Keys) -> list[Command]:
        """Return the other commands that have one of `keys` where `command_id` is live too."""
        wanted = replace(self[command_id], keys=keys)
        others = (c for c in self._commands.values() if c.id != command_id)
        return [c for c in others if any(_clashes((wanted, c)))]

    def on_keys_changed(self, listener: Callable[[Command], None]) -> Callable[[], None]:
        """Call `listener` with a command that has other keys now; returns how to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def set_keys(self, command_id: str, keys: Keys | None) -> None:
        """Give a command other keys, or with None the program's own.

        Raises
        ------
        ValueError
            If another command has one of them; `users_of` names it.
        """
        chosen = self._original[command_id].keys if keys is None else keys
        if self.users_of(command_id, chosen):
            raise ValueError(f"the keys of {command_id} are taken")
        self._commands[command_id] = replace(self._commands[command_id], keys=chosen)
        self._own.pop(command_id, None)
        if keys is not None:
            self._own[command_id] = keys
        for listener in list(self._listeners):
            listener(self._commands[command_id])

    def _add(self, commands: Iterable[Command]) -> None:
        for command in commands:
            if command.id in self._original:
                raise ValueError(f"two commands are named {command.id}")
            self._original[command.id] = command
        for a, b in _clashes(self._original.values()):
            raise ValueError(f"{a.id} and {b.id} share a key")
        self._commands = _with_keys(self._original, self._own)


def _clashes(commands: Iterable[Command]) -> Iterator[tuple[Command, Command]]:
    by_key: dict[str, list[Command]] = {}
    for command in commands:
        for key in set(command.keys):
            by_key.setdefault(key, []).append(command)
    for sharing in by_key.values():
        for a, b in combinations(sharing, 2):
            if a.context.overlaps(b.context):
                yield a, b


def _with_keys(original: Mapping[str, Command], own: Mapping[str, Keys]) -> dict[str, Command]:
    """Return the commands with all chosen keys at once, less those that clash in the end."""
    chosen = {i: keys for i, keys in own.items() if i in original}
    while True:
        commands = {
            i: replace(command, keys=chosen.get(i, command.keys)) for i, command in original.items()
        }
        clashing = {c.id for pair in _clashes(commands.values()) for c in pair} & chosen.keys()
        if not clashing:
            return commands
        chosen = {i: keys for i, keys in chosen.items() if i not in clashing}
