"""The monitors of a desk, how they stand, and what is shown on which of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Self

from readstation.domain.display import Display

CODE = re.compile(r"([1-9]):([1-9](?:\+[1-9])*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Monitor:
    """One display and its place on the desktop, in points of the desktop."""

    display: Display
    x: int
    y: int
    width: int
    height: int
    pixel_ratio: float = 1.0

    @property
    def key(self) -> str:
        """Who it is, where it stands and how it is scaled."""
        place = f"{self.width}x{self.height}{self.x:+}{self.y:+}*{self.pixel_ratio:g}"
        return f"{self.display.key}@{place}"


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The monitors that are connected, from left to right, then from top to bottom."""

    monitors: tuple[Monitor, ...]

    @classmethod
    def of(cls, monitors: Iterable[Monitor]) -> Self:
        """Return the arrangement of monitors that the system lists in any order."""
        return cls(tuple(sorted(monitors, key=lambda m: (m.x, m.y, m.key))))

    @property
    def key(self) -> str:
        """What its layout is remembered under: the same monitors in the same places."""
        return ", ".join(monitor.key for monitor in self.monitors)

    def __len__(self) -> int:
        return len(self.monitors)


class MonitorUse(Enum):
    """What one monitor shows."""

    DESK = "List and report"
    DESK_AND_IMAGES = "List, report and images"
    IMAGES = "Images"
    NOTHING = "Not used"


@dataclass(frozen=True, slots=True)
class MonitorLayout:
    """Which monitor of an arrangement has the list and the report, and which have images.

    Indices count from 0 in the order of the arrangement; images fill their monitors in the order
    of `images`. The monitor of list and report has images too if it comes first among them.
    """

    desk: int = 0
    images: tuple[int, ...] = (0,)

    def __post_init__(self) -> None:
        is_once = len(set(self.images)) == len(self.images)
        if not self.images or not is_once or self.desk in self.images[1:]:
            raise ValueError(f"no layout: {self.desk} and {self.images}")

    @property
    def is_on_one(self) -> bool:
        return self.images == (self.desk,)

    @property
    def has_images_beside_report(self) -> bool:
        return self.images[0] == self.desk

    @property
    def code(self) -> str:
        """Return what `of_code` reads: numbers from 1, list and report first.

        >>> MonitorLayout(0, (1, 2)).code
        '1:2+3'
        """
        return f"{self.desk + 1}:{'+'.join(str(index + 1) for index in self.images)}"

    @classmethod
    def of_code(cls, code: str) -> Self:
        """Return a layout from its code.

        Raises
        ------
        ValueError
            If it is none.
        """
        stated = CODE.fullmatch(code)
        if stated is None:
            raise ValueError(code)
        return cls(int(stated[1]) - 1, tuple(int(part) - 1 for part in stated[2].split("+")))

    def fits(self, count: int) -> bool:
        """Return True if every monitor it names is among the first `count`."""
        return max(self.desk, *self.images) < count

    def use_of(self, index: int) -> MonitorUse:
        if index == self.desk:
            return MonitorUse.DESK_AND_IMAGES if self.has_images_beside_report else MonitorUse.DESK
        return MonitorUse.IMAGES if index in self.images else MonitorUse.NOTHING

    def with_images_toggled(self, index: int) -> MonitorLayout:
        """Return the layout in which one monitor gets images, or loses those it has.

        Some monitor always has images.
        """
        others = tuple(i for i in self.images if i != index)
        if index not in self.images:
            is_desk = index == self.desk
            return replace(self, images=(index, *others) if is_desk else (*others, index))
        return replace(self, images=others) if others else self

    def with_desk_on(self, index: int) -> MonitorLayout:
        """Return the layout with list and report on another monitor, which they take alone.

        The monitor that they leave has images then.
        """
        if index == self.desk:
            return self
        images = tuple(i for i in self.images if i not in (index, self.desk))
        return MonitorLayout(index, tuple(sorted((self.desk, *images))))


@dataclass(frozen=True, slots=True)
class OfferedLayout:
    """A layout that a desk can have, in words."""

    title: str
    layout: MonitorLayout


ON_ONE = "Everything on one monitor"
APART = "List and report here, images on the others"
TOGETHER = "List, report and images here, further images on the others"


def offered_layouts(count: int, desk: int) -> tuple[OfferedLayout, ...]:
    """Return what `count` monitors offer with list and report on the monitor `desk`."""
    others = tuple(index for index in range(count) if index != desk)
    on_one = OfferedLayout(ON_ONE, MonitorLayout(desk, (desk,)))
    if not others:
        return (on_one,)
    apart = OfferedLayout(APART, MonitorLayout(desk, others))
    together = OfferedLayout(TOGETHER, MonitorLayout(desk, (desk, *others)))
    return (on_one, apart, together)
