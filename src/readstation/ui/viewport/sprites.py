"""Small pictures of what was painted over an image: only what has changed is painted anew."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPoint, QRectF
from PySide6.QtGui import QImage, QPainter


@dataclass(frozen=True, slots=True)
class Strokes:
    """How something is painted, and the logical rectangle that it stays inside of."""

    area: QRectF
    paint: Callable[[QPainter], None]


class Surface(Protocol):
    """What words and lines are put on."""

    def put(self, key: Hashable, prepare: Callable[[], Strokes]) -> None:
        """Take one thing; `key` names all that decides how it looks and where it is."""

    def put_group(self, key: Hashable, put_all: Callable[[], None]) -> None:
        """Take all that `put_all` puts; `key` names all that decides about it."""


@dataclass(frozen=True, slots=True)
class _Sprite:
    corner: QPoint
    picture: QImage


class Sprites:
    """A surface that keeps the picture of everything put on it, for as long as it is shown.

    Pictures lie on whole device pixels, painted as they would be in place.
    """

    def __init__(self) -> None:
        self._ratio = 1.0
        self._kept: dict[Hashable, _Sprite] = {}
        self._shown: dict[Hashable, _Sprite] = {}
        self._kept_groups: dict[Hashable, dict[Hashable, _Sprite]] = {}
        self._groups: dict[Hashable, dict[Hashable, _Sprite]] = {}

    def begin(self, pixel_ratio: float) -> None:
        """Start over: what is not put again is forgotten."""
        is_same = pixel_ratio == self._ratio
        self._kept, self._kept_groups = (self._shown, self._groups) if is_same else ({}, {})
        self._shown, self._groups, self._ratio = {}, {}, pixel_ratio

    def put(self, key: Hashable, prepare: Callable[[], Strokes]) -> None:
        kept = self._kept.get(key)
        self._shown[key] = kept if kept is not None else self._painted(prepare())

    def put_group(self, key: Hashable, put_all: Callable[[], None]) -> None:
        group = self._kept_groups.get(key)
        if group is None:
            before, self._shown = self._shown, {}
            put_all()
            group, self._shown = self._shown, before
        self._groups[key] = group
        self._shown.update(group)

    def draw(self, painter: QPainter) -> None:
        """Draw everything, on a painter of device pixels."""
        for sprite in self._shown.values():
            painter.drawImage(sprite.corner, sprite.picture)

    def _painted(self, strokes: Strokes) -> _Sprite:
        area, ratio = strokes.area, self._ratio
        left, top = math.floor(area.left() * ratio), math.floor(area.top() * ratio)
        width = max(math.ceil(area.right() * ratio) - left, 1)
        height = max(math.ceil(area.bottom() * ratio) - top, 1)
        picture = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
        picture.fill(0)
        painter = QPainter(picture)
        try:
            painter.translate(-left, -top)
            painter.scale(ratio, ratio)
            strokes.paint(painter)
        finally:
            painter.end()
        return _Sprite(QPoint(left, top), picture)
