"""Finds commands by a few letters of their words."""

from __future__ import annotations

from collections.abc import Iterable

from readstation.app.commands import Command


def find_commands(commands: Iterable[Command], text: str) -> list[Command]:
    """Return the commands that have every word of `text`, those starting with it first.

    The shipped order decides between equals, so that the same letters give the same command.
    """
    words = text.casefold().split()
    ranked = []
    for position, command in enumerate(commands):
        ranks = [_rank(command, word) for word in words]
        if all(rank is not None for rank in ranks):
            ranked.append((sum(r for r in ranks if r is not None), position, command))
    return [command for _, _, command in sorted(ranked, key=lambda entry: entry[:2])]


def _rank(command: Command, word: str) -> int | None:
    """Return how far a word is from the command (0 is nearest), None if it is not there."""
    title = command.title.casefold()
    if title.startswith(word):
        return 0
    if any(part.startswith(word) for part in title.split()):
        return 1
    if word in title:
        return 2
    place = f"{command.context.value} {command.id} {' '.join(command.keys)}".casefold()
    return 3 if word in place else None
