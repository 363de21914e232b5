"""Read graphics, texts and their layers (PS3.3 C.10.5, C.10.7); all counts are bounded."""

from __future__ import annotations

from typing import TypeVar

from readstation.adapters.dicom.attributes import Attributes
from readstation.adapters.dicom.referenced_images import read_references
from readstation.app.importing.refusals import refusal
from readstation.imaging.graphic_annotation import (
    Annotation,
    AnnotationUnits,
    Graphic,
    GraphicLayer,
    GraphicType,
    Justification,
    Point,
    TextAnchor,
    TextBox,
    TextObject,
)

MAX_OBJECTS = 10_000
MAX_POINTS = 200_000
MAX_TEXT = 1024
MAX_LAYERS = 1_000
FARTHEST = 1e6
MAX_US = 65_535
LEFT_OUT = "Some graphics of this presentation state cannot be drawn and are left out."
COMPOUND = "CompoundGraphicSequence"

_Kind = TypeVar("_Kind", GraphicType, AnnotationUnits, Justification)


class _Budget:
    """Counts objects and points over the whole state."""

    def __init__(self) -> None:
        self._objects = self._points = 0

    def spend(self, points: int) -> None:
        self._objects += 1
        self._points += points
        if self._objects > MAX_OBJECTS or self._points > MAX_POINTS:
            raise refusal("TOO_MANY_ELEMENTS", "too many graphics in a presentation state")


def read_annotations(root: Attributes, notes: list[str]) -> tuple[Annotation, ...]:
    """Return all annotations; those that cannot be drawn add one sentence to `notes`."""
    budget = _Budget()
    return tuple(
        _annotation(item, budget, notes) for item in root.items("GraphicAnnotationSequence")
    )


def read_layers(root: Attributes) -> tuple[GraphicLayer, ...]:
    """Return the layers of the state."""
    items = root.items("GraphicLayerSequence")
    if len(items) > MAX_LAYERS:
        raise refusal("TOO_MANY_ELEMENTS", f"{len(items)} graphic layers")
    return tuple(_layer(item) for item in items)


def _annotation(item: Attributes, budget: _Budget, notes: list[str]) -> Annotation:
    graphics = []
    for each in item.items("GraphicObjectSequence"):
        graphic = _graphic(each, budget)
        graphics.append(graphic)
    texts = [_text(each, budget) for each in item.items("TextObjectSequence")]
    if None in graphics or None in texts or item.items(COMPOUND):
        notes.append(LEFT_OUT)
    return Annotation(
        item.text("GraphicLayer", 16),
        tuple(graphic for graphic in graphics if graphic is not None),
        tuple(text for text in texts if text is not None),
        read_references(item),
    )


def _graphic(item: Attributes, budget: _Budget) -> Graphic | None:
    data = item.numbers("GraphicData")
    budget.spend(len(data) // 2)
    kind = _known(GraphicType, item.text("GraphicType", 16))
    units = _known(AnnotationUnits, item.text("GraphicAnnotationUnits", 16))
    dimensions = item.integer("GraphicDimensions")
    points = _points(data)
    if kind is None or units is None or dimensions not in {None, 2} or points is None:
        return None
    is_filled = item.text("GraphicFilled", 16).upper() == "Y"
    try:
        return Graphic(kind, points, units, is_filled)
    except ValueError:
        return None


def _points(data: tuple[float, ...]) -> tuple[Point, ...] | None:
    if not data or len(data) % 2 or any(abs(number) > FARTHEST for number in data):
        return None
    return tuple(zip(data[::2], data[1::2], strict=True))


def _text(item: Attributes, budget: _Budget) -> TextObject | None:
    budget.spend(2)
    text = "\n".join(item.text("UnformattedTextValue", MAX_TEXT).splitlines())
    box, anchor = _box(item), _anchor(item)
    if not text or (box is None and anchor is None):
        return None
    return TextObject(text, box, anchor)


def _box(item: Attributes) -> TextBox | None:
    units = _known(AnnotationUnits, item.text("BoundingBoxAnnotationUnits", 16))
    top_left = _points(item.numbers("BoundingBoxTopLeftHandCorner"))
    bottom_right = _points(item.numbers("BoundingBoxBottomRightHandCorner"))
    if units is None or top_left is None or bottom_right is None:
        return None
    stated = item.text("BoundingBoxTextHorizontalJustification", 16)
    justification = _known(Justification, stated) or Justification.LEFT
    return TextBox(top_left[0], bottom_right[0], units, justification)


def _anchor(item: Attributes) -> TextAnchor | None:
    units = _known(AnnotationUnits, item.text("AnchorPointAnnotationUnits", 16))
    point = _points(item.numbers("AnchorPoint"))
    if units is None or point is None:
        return None
    is_visible = item.text("AnchorPointVisibility", 16).upper() == "Y"
    return TextAnchor(point[0], units, is_visible)


def _layer(item: Attributes) -> GraphicLayer:
    gray = item.integer("GraphicLayerRecommendedDisplayGrayscaleValue")
    lab = item.numbers("GraphicLayerRecommendedDisplayCIELabValue")
    is_lab = len(lab) == 3 and all(0 <= number <= MAX_US for number in lab)
    return GraphicLayer(
        item.text("GraphicLayer", 16),
        item.integer("GraphicLayerOrder") or 0,
        item.text("GraphicLayerDescription", 64),
        gray if gray is not None and 0 <= gray <= MAX_US else None,
        # C.10.7.1.1: L* from 0 to 100; a* and b* from -128 to 127, 0x8080 is 0
        (lab[0] / MAX_US * 100, lab[1] / 257 - 128, lab[2] / 257 - 128) if is_lab else None,
    )


def _known(kinds: type[_Kind], text: str) -> _Kind | None:
    return next((kind for kind in kinds if kind.value == text.upper()), None)
