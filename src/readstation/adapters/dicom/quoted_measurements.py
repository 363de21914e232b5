"""Measurements of other makers: their lines on an image, their numbers in words.

What cannot be drawn is counted with its reason; nothing goes without a word.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from readstation.adapters.dicom.content_items import ContentItem, Path, is_called
from readstation.adapters.dicom.content_references import (
    DRAWN,
    UnfollowedError,
    drawings_by_reference,
    images_of,
)
from readstation.adapters.dicom.measurement_codes import (
    CONCEPTS,
    FINDING,
    FINDING_SITES,
    TRACKING_IDENTIFIER,
    TRACKING_UID,
    UNNAMED,
)
from readstation.adapters.dicom.quoted_shapes import Line, UnknownShapeError, lines, lines_mm
from readstation.app.reading.measurement_report import InSpace
from readstation.domain.measurement import Quoted, Tracking
from readstation.domain.study import FrameKey

NOT_SAID = {CONCEPTS[key][:2] for key in ("row_spacing", "column_spacing", "row_aspect")}
UNITS = {
    "1": "",
    "mm2": "mm²",
    "cm2": "cm²",
    "mm3": "mm³",
    "cm3": "cm³",
    "deg": "°",
    "[hnsf'U]": "HU",
}
NO_UNIT = frozenset({"no units", "no unit", "unity", "1"})
NO_IMAGE = "no place on one image"
IN_SPACE = "a place in space, not on an image"
UNKNOWN_SHAPE = "a shape that is not known"
PART = "part of a measurement"
MOST_WORDS = 1_000


@dataclass(frozen=True, slots=True)
class Quotation:
    """What a group of items gives: graphics on images, others in space, and what is left out."""

    measurements: tuple[Quoted, ...] = ()
    in_space: tuple[InSpace, ...] = ()
    on_whole_images: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def quoted(group: Iterable[ContentItem], measurement_uid: str, maker: str) -> Quotation:
    """Return what a group of items shows: one graphic for each frame, and one in space."""
    every = tuple(group)
    drawn = _Drawn(every)
    tracking, words = tracking_of(every), _words(every)
    placed = []
    on_whole_images = []
    for number, ((frame, is_named), found) in enumerate(drawn.on_frames.items()):
        uid = f"{measurement_uid}.{number}"
        placed.append(Quoted(uid, frame, tuple(found), words, tracking=tracking, maker=maker))
        if not is_named:
            on_whole_images.append(uid)
    in_space = tuple(
        InSpace(f"{measurement_uid}.3D.{number}", uid, tuple(found), words, tracking, maker)
        for number, (uid, found) in enumerate(drawn.in_space.items())
    )
    left_out: Iterable[str] = (f"{PART}: {reason}" for reason in drawn.lost)
    if not placed and not in_space:
        left_out = (next(iter(drawn.lost), NO_IMAGE),)
    return Quotation(tuple(placed), in_space, tuple(on_whole_images), tuple(left_out))


def tracking_of(items: Iterable[ContentItem]) -> Tracking:
    """Return which lesion a group measures; the first that is said counts."""
    every = tuple(items)
    uid = next((i.words for i in every if is_called(i, TRACKING_UID) and i.words), "")
    name = next((i.words for i in every if is_called(i, TRACKING_IDENTIFIER) and i.words), "")
    return Tracking(uid, "" if name == UNNAMED else name)


class _Drawn:
    """The graphics of a group by frame and by frame of reference, and why others are not there."""

    def __init__(self, items: Iterable[ContentItem]) -> None:
        self.on_frames: dict[tuple[FrameKey, bool], list[Line]] = defaultdict(list)
        self.in_space: dict[str, list[tuple[tuple[float, float, float], ...]]] = defaultdict(list)
        self.lost: Counter[str] = Counter()
        self._taken: set[Path] = set()
        for item in items:
            self._take(item)
            for place in drawings_by_reference(item):
                if isinstance(place, UnfollowedError):
                    self.lost[str(place)] += 1
                else:
                    self._take(place)

    def _take(self, item: ContentItem) -> None:
        """Take coordinates, once however often they are referred to."""
        if item.value_type not in DRAWN or item.path in self._taken:
            return
        self._taken.add(item.path)
        try:
            self._draw(item)
        except UnknownShapeError:
            self.lost[UNKNOWN_SHAPE] += 1

    def _draw(self, item: ContentItem) -> None:
        if item.value_type == "SCOORD":
            found = lines(item.drawing)
            frames, reasons = _frames(item)
            for frame in frames:
                self.on_frames[frame].extend(found)
            self.lost.update(reasons)
            if not frames and not reasons:
                self.lost[NO_IMAGE] += 1
        elif item.value_type == "SCOORD3D":
            uid = item.attributes.text("ReferencedFrameOfReferenceUID", 64)
            in_space = lines_mm(item) if uid else ()
            if in_space:
                self.in_space[uid].extend(in_space)
            else:
                self.lost[IN_SPACE] += 1


def _frames(item: ContentItem) -> tuple[list[tuple[FrameKey, bool]], list[str]]:
    """Return the frames that flat coordinates lie on, and why others are not known."""
    frames: list[tuple[FrameKey, bool]] = []
    reasons: list[str] = []
    for image in images_of(item):
        if isinstance(image, UnfollowedError):
            reasons.append(str(image))
        else:
            frames += [(frame, image.names_frames) for frame in image.frames]
    return frames, reasons


def _words(items: tuple[ContentItem, ...]) -> str:
    """Return finding and site as far as they are coded, then every number."""
    found = [i.code.meaning for i in items if i.value_type == "CODE" and is_called(i, FINDING)]
    sites = [i.code.meaning for i in items if i.name[:2] in FINDING_SITES and i.code.meaning]
    what = " · ".join(dict.fromkeys(text for text in (*found, *sites) if text))
    numbers = "; ".join(text for item in items if (text := _said(item)))
    return ": ".join(text for text in (what, numbers) if text)[:MOST_WORDS]


def _said(item: ContentItem) -> str:
    """Return a number with its name and unit as the maker gives them."""
    if item.value_type != "NUM" or item.name[:2] in NOT_SAID:
        return ""
    if item.number is None:
        return f"{item.name.meaning} without a value".strip()
    unit = item.unit
    shown = unit.value if unit.scheme == "UCUM" and not unit.value.startswith("{") else ""
    shown = UNITS.get(shown, shown)
    return f"{item.name.meaning} {item.number:.6g} {shown or _meaning(unit.meaning)}".strip()


def _meaning(text: str) -> str:
    return "" if text.lower() in NO_UNIT else text


def own_items(group: ContentItem, is_group: frozenset[tuple[str, str]]) -> Iterator[ContentItem]:
    """Yield a group and all below it, without the groups that it holds: they are their own."""
    yield group
    for child in group.children:
        if child.value_type != "CONTAINER" or child.name[:2] not in is_group:
            yield from own_items(child, is_group)
