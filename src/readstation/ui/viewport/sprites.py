"""Small pictures of what was painted over an image: only what has changed is painted anew."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

MOST_KEPT = 400
"""Pictures; a line of words has about 20 kB."""


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


class SpriteShelf:
    """Pictures that many surfaces need, or one again and again: those used last are kept.

    Image boxes beside each other say much alike, and whoever scrolls back reads the same words.
    """

    def __init__(self) -> None:
        self._sprites: OrderedDict[Hashable, _Sprite] = OrderedDict()
        self._paper = QImage()

    def sprite(self, key: Hashable, ratio: float, prepare: Callable[[], Strokes]) -> _Sprite:
        """Return the picture of that name and pixel ratio; `prepare` says how it is painted."""
        name = (key, ratio)
        found = self._sprites.get(name)
        if found is not None:
            self._sprites.move_to_end(name)
            return found
        made = self._sprites[name] = self._painted(prepare(), ratio)
        if len(self._sprites) > MOST_KEPT:
            self._sprites.popitem(last=False)
        return made

    def _painted(self, strokes: Strokes, ratio: float) -> _Sprite:
        area = strokes.area
        left, top = math.floor(area.left() * ratio), math.floor(area.top() * ratio)
        width = max(math.ceil(area.right() * ratio) - left, 1)
        height = max(math.ceil(area.bottom() * ratio) - top, 1)
        painter = QPainter(self._blank_paper(width, height))
        try:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
            painter.fillRect(0, 0, width, height, Qt.GlobalColor.transparent)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
            painter.translate(-left, -top)
            painter.scale(ratio, ratio)
            strokes.paint(painter)
        finally:
            painter.end()
        return _Sprite(QPoint(left, top), self._paper.copy(0, 0, width, height))

    def _blank_paper(self, width: int, height: int) -> QImage:
        """Return an image at least that large; a new one costs more than what is painted on it."""
        paper = self._paper
        if paper.width() < width or paper.height() < height:
            size = (max(width, paper.width()), max(height, paper.height()))
            self._paper = QImage(*size, QImage.Format.Format_ARGB32_Premultiplied)
        return self._paper


@cache
def shared_shelf() -> SpriteShelf:
    """Return the shelf of all image boxes."""
    return SpriteShelf()


class Sprites:
    """A surface that keeps the picture of everything put on it, for as long as it is shown.

    Pictures lie on whole device pixels, painted as they would be in place.
    """

    def __init__(self, shelf: SpriteShelf | None = None) -> None:
        self._shelf = shelf or SpriteShelf()
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
        self._shown[key] = kept or self._shelf.sprite(key, self._ratio, prepare)

    def put_group(self, key: Hashable, put_all: Callable[[], None]) -> None:
        group = self._kept_groups.get(key)
        if group is None:
            before, self._shown = self._shown, {}
            put_all()
            group, self._shown = self._shown, before
        self._groups[key] = group
        self._shown.update(group)

    def changed_px(self) -> list[QRect]:
        """Return where anything came or went since `begin`, in device pixels."""
        kept, shown = self._kept, self._shown
        changed = [kept[key] for key in kept.keys() - shown.keys()]
        changed += [shown[key] for key in shown.keys() - kept.keys()]
        return [QRect(sprite.corner, sprite.picture.size()) for sprite in changed]

    def draw(self, painter: QPainter) -> None:
        """Draw everything, on a painter of device pixels."""
        for sprite in self._shown.values():
            painter.drawImage(sprite.corner, sprite.picture)
