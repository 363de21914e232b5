"""Who gets how much of a narrow strip: what must not be cut comes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """What one part of a strip wants; one that wants nothing takes no room, nor a gap.

    `rank` 0 is served first, `least` is the narrowest that still says something, and between
    `least` and `whole` it grows in units of `step` (0: all or nothing).
    """

    rank: int
    least: int
    whole: int
    step: int = 1

    @classmethod
    def fixed(cls, rank: int, width: int) -> Part:
        """Return a part that is shown whole or not at all."""
        return cls(rank, width, width, 0)


def share_room(room: int, gap: int, parts: Sequence[Part]) -> tuple[int, ...]:
    """Return the width of each part, 0 for those that there is no room for.

    The part with the lowest rank is always there, cut only where it alone is too wide. What grows
    in larger steps grows last.

    >>> share_room(100, 10, [Part.fixed(0, 40), Part(1, 20, 90), Part.fixed(2, 30)])
    (40, 50, 0)
    """
    order = sorted(range(len(parts)), key=lambda index: parts[index].rank)
    widths = [0] * len(parts)
    left = room + gap
    for index in order:
        least = parts[index].least
        is_first = left == room + gap
        if least and (is_first or least + gap <= left):
            widths[index] = min(least, room)
            left -= widths[index] + gap
    for index in sorted(order, key=lambda index: parts[index].step > 1):
        part = parts[index]
        if widths[index]:
            more = _in_steps(min(part.whole - widths[index], left), part)
            widths[index] += more
            left -= more
    return tuple(widths)


def _in_steps(more: int, part: Part) -> int:
    return more // part.step * part.step if part.step > 0 and more > 0 else 0
