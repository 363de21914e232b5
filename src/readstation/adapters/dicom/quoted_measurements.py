"""Measurements of other makers: their lines on an image, their numbers in words."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable

from readstation.adapters.dicom.content_items import ContentItem
from readstation.adapters.dicom.measurement_codes import CONCEPTS
from readstation.adapters.dicom.measurement_facts import Drawing
from readstation.domain.measurement import ImagePoint, Quoted, Tracking
from readstation.domain.study import FrameKey

ROUND = 48
"""Points of a drawn circle or ellipse."""
NOT_SAID = {CONCEPTS[key][:2] for key in ("row_spacing", "column_spacing", "row_aspect")}
Line = tuple[ImagePoint, ...]
NO_IMAGE = "no place on one image"
IN_SPACE = "a place in space, not on an image"
UNKNOWN_SHAPE = "a shape that is not known"


class NoPlaceError(ValueError):
    """A measurement cannot be drawn; the message says why."""


def quoted(
    group: Iterable[ContentItem], measurement_uid: str, tracking: Tracking, maker: str
) -> tuple[Quoted, ...]:
    """Return what a group of items shows on images: one graphic for each frame.

    Raises
    ------
    NoPlaceError
        If none of it can be drawn.
    """
    every = tuple(group)
    words = "; ".join(text for item in every if (text := _said(item)))
    drawn: dict[FrameKey, list[Line]] = defaultdict(list)
    for item in every:
        if item.value_type == "SCOORD":
            drawing = item.drawing
            for frame in (f for child in item.children for f in child.frames):
                drawn[frame].extend(_lines(drawing))
    if not drawn:
        in_space = any(item.value_type == "SCOORD3D" for item in every)
        raise NoPlaceError(IN_SPACE if in_space else NO_IMAGE)
    return tuple(
        Quoted(
            f"{measurement_uid}.{number}",
            frame,
            tuple(lines),
            words,
            tracking=tracking,
            maker=maker,
        )
        for number, (frame, lines) in enumerate(drawn.items())
        if lines
    )


def _said(item: ContentItem) -> str:
    """Return a number with its name and unit as the maker gives them."""
    if item.value_type != "NUM" or item.number is None or item.name[:2] in NOT_SAID:
        return ""
    unit = item.unit
    shown = unit.value if unit.scheme == "UCUM" and not unit.value.startswith("{") else ""
    shown = {"1": "", "mm2": "mm²", "deg": "°", "[hnsf'U]": "HU"}.get(shown, shown)
    return f"{item.name.meaning} {item.number:.6g} {shown or _meaning(unit.meaning)}".strip()


def _meaning(text: str) -> str:
    return "" if text.lower() in {"no units", "no unit", "unity", "1"} else text


def _lines(drawing: Drawing | None) -> tuple[Line, ...]:
    """Return the lines of a graphic; raises NoPlaceError for one that is not known."""
    if drawing is None:
        raise NoPlaceError(UNKNOWN_SHAPE)
    points = drawing.points
    if drawing.graphic_type in {"POINT", "MULTIPOINT"}:
        return tuple((point,) for point in points)
    if drawing.graphic_type == "POLYLINE":
        return (points,)
    if drawing.graphic_type == "CIRCLE" and len(points) == 2:
        center, edge = points
        across = (edge.column - center.column, edge.row - center.row)
        return (_oval(center, across, (-across[1], across[0])),)
    if drawing.graphic_type == "ELLIPSE" and len(points) == 4:
        a, b, c, d = points
        center = ImagePoint((a.column + b.column) / 2, (a.row + b.row) / 2)
        one = ((b.column - a.column) / 2, (b.row - a.row) / 2)
        return (_oval(center, one, ((d.column - c.column) / 2, (d.row - c.row) / 2)),)
    raise NoPlaceError(UNKNOWN_SHAPE)


def _oval(center: ImagePoint, one: tuple[float, float], other: tuple[float, float]) -> Line:
    """Return the outline with two half axes as vectors."""
    turns = (math.tau * step / ROUND for step in range(ROUND + 1))
    return tuple(
        ImagePoint(
            center.column + math.cos(t) * one[0] + math.sin(t) * other[0],
            center.row + math.cos(t) * one[1] + math.sin(t) * other[1],
        )
        for t in turns
    )
