"""Text and graphics that a presentation state lays over images (PS3.3 C.10.5, C.10.7).

Image points are (column, row) with the outer corner of the first pixel at (0, 0); points in
DISPLAY units are fractions of the displayed area, (0, 0) its upper left and (1, 1) its lower right
corner as it is seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

Point = tuple[float, float]


class AnnotationUnits(Enum):
    """Values of Graphic Annotation Units (0070,0005)."""

    PIXEL = "PIXEL"
    DISPLAY = "DISPLAY"


class GraphicType(Enum):
    """Values of Graphic Type (0070,0023)."""

    POINT = "POINT"
    POLYLINE = "POLYLINE"
    INTERPOLATED = "INTERPOLATED"
    CIRCLE = "CIRCLE"
    ELLIPSE = "ELLIPSE"
    MULTIPOINT = "MULTIPOINT"


POINTS_OF = {GraphicType.POINT: 1, GraphicType.CIRCLE: 2, GraphicType.ELLIPSE: 4}
"""How many points a graphic has, where that is fixed (C.10.5.1.2)."""


@dataclass(frozen=True, slots=True)
class Graphic:
    """One item of Graphic Object Sequence (0070,0009).

    A circle is its centre and one point on it; an ellipse the two ends of its major axis, then
    those of its minor axis; INTERPOLATED is a curve through all points.
    """

    graphic_type: GraphicType
    points: tuple[Point, ...]
    units: AnnotationUnits = AnnotationUnits.PIXEL
    is_filled: bool = False

    def __post_init__(self) -> None:
        wanted = POINTS_OF.get(self.graphic_type)
        if not self.points or (wanted is not None and len(self.points) != wanted):
            raise ValueError(f"{len(self.points)} points do not make a {self.graphic_type.value}")


class Justification(Enum):
    """Values of Bounding Box Text Horizontal Justification (0070,0012)."""

    LEFT = "LEFT"
    CENTER = "CENTER"
    RIGHT = "RIGHT"


@dataclass(frozen=True, slots=True)
class TextBox:
    """Where text stands: two opposite corners."""

    top_left: Point
    bottom_right: Point
    units: AnnotationUnits = AnnotationUnits.PIXEL
    justification: Justification = Justification.LEFT


@dataclass(frozen=True, slots=True)
class TextAnchor:
    """What text points at."""

    point: Point
    units: AnnotationUnits = AnnotationUnits.PIXEL
    is_visible: bool = False


@dataclass(frozen=True, slots=True)
class TextObject:
    """One item of Text Object Sequence (0070,0008). Untrusted: draw it as plain text."""

    text: str
    box: TextBox | None = None
    anchor: TextAnchor | None = None

    def __post_init__(self) -> None:
        if self.box is None and self.anchor is None:
            raise ValueError("a text has a bounding box or an anchor point")


@dataclass(frozen=True, slots=True)
class GraphicLayer:
    """One item of Graphic Layer Sequence (0070,0060); layers of a higher order lie on top.

    `gray` is 0 (black) to 65,535 (white); `cielab` is L*, a*, b* as numbers of the colour space.
    """

    name: str
    order: int = 0
    description: str = ""
    gray: int | None = None
    cielab: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class ImageReference:
    """An image that something concerns; without frame numbers, every frame of it."""

    sop_instance_uid: str
    frame_numbers: tuple[int, ...] = ()
    sop_class_uid: str = ""
    series_instance_uid: str = ""

    def covers(self, sop_instance_uid: str, frame_number: int) -> bool:
        is_same = self.sop_instance_uid == sop_instance_uid
        return is_same and (not self.frame_numbers or frame_number in self.frame_numbers)


def concerns(
    references: tuple[ImageReference, ...], sop_instance_uid: str, frame_number: int
) -> bool:
    """Return True for a named frame, and for every frame where none is named."""
    return not references or any(r.covers(sop_instance_uid, frame_number) for r in references)


@dataclass(frozen=True, slots=True)
class Annotation:
    """One item of Graphic Annotation Sequence (0070,0001): what lies on one layer."""

    layer: str
    graphics: tuple[Graphic, ...] = ()
    texts: tuple[TextObject, ...] = ()
    references: tuple[ImageReference, ...] = ()
