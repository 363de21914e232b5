"""Content items of a structured report (PS3.3 C.17.3), read without trust."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from readstation.adapters.dicom.attributes import Attributes
from readstation.adapters.dicom.measurement_codes import Concept
from readstation.adapters.dicom.measurement_facts import Drawing
from readstation.domain.measurement import ImagePoint
from readstation.domain.study import FrameKey
from readstation.imaging.plane import Vector

MAX_DEPTH = 16
MAX_POINTS = 20_000
MAX_WORDS = 200


@dataclass(frozen=True, slots=True)
class ContentItem:
    """One node of the content tree."""

    attributes: Attributes
    depth: int = 0

    @property
    def value_type(self) -> str:
        return self.attributes.text("ValueType", 16)

    @property
    def name(self) -> Concept:
        return concept(self.attributes.first_item("ConceptNameCodeSequence"))

    @property
    def code(self) -> Concept:
        return concept(self.attributes.first_item("ConceptCodeSequence"))

    @property
    def children(self) -> tuple[ContentItem, ...]:
        if self.depth >= MAX_DEPTH:
            return ()
        items = self.attributes.items("ContentSequence")
        return tuple(ContentItem(item, self.depth + 1) for item in items)

    @property
    def words(self) -> str:
        """Return what a TEXT or UIDREF item says."""
        is_uid = self.value_type == "UIDREF"
        return self.attributes.text("UID" if is_uid else "TextValue", MAX_WORDS)

    @property
    def number(self) -> float | None:
        """Return a NUM item's value, at full precision where it is given."""
        measured = self.attributes.first_item("MeasuredValueSequence")
        exact = measured.number("FloatingPointValue")
        return exact if exact is not None else measured.number("NumericValue")

    @property
    def unit(self) -> Concept:
        measured = self.attributes.first_item("MeasuredValueSequence")
        return concept(measured.first_item("MeasurementUnitsCodeSequence"))

    @property
    def drawing(self) -> Drawing | None:
        """Return the coordinates of an SCOORD item; None without usable ones."""
        flat = self.attributes.numbers("GraphicData")
        if not flat or len(flat) % 2 or len(flat) > 2 * MAX_POINTS:
            return None
        pairs = zip(flat[::2], flat[1::2], strict=True)
        points = tuple(ImagePoint(column, row) for column, row in pairs)
        return Drawing(self.attributes.text("GraphicType", 16), points)

    @property
    def frames(self) -> tuple[FrameKey, ...]:
        """Return the frames that an IMAGE item refers to; the first one if it names none."""
        reference = self.attributes.first_item("ReferencedSOPSequence")
        uid = reference.text("ReferencedSOPInstanceUID", 64)
        numbers = reference.numbers("ReferencedFrameNumber") or (1.0,)
        return tuple(FrameKey(uid, int(n)) for n in numbers[:MAX_POINTS] if uid and n >= 1)

    @property
    def names_frames(self) -> bool:
        """Return True if an IMAGE item says which frames it means."""
        return bool(
            self.attributes.first_item("ReferencedSOPSequence").text("ReferencedFrameNumber")
        )

    @property
    def is_cut_off(self) -> bool:
        """Return True if what is below lies deeper than is read."""
        return self.depth >= MAX_DEPTH and bool(self.attributes.items("ContentSequence"))

    @property
    def points_mm(self) -> tuple[Vector, ...]:
        """Return the patient coordinates of an SCOORD3D item; () without usable ones."""
        flat = self.attributes.numbers("GraphicData")
        if len(flat) % 3 or len(flat) > 3 * MAX_POINTS:
            return ()
        return tuple(zip(flat[::3], flat[1::3], flat[2::3], strict=True))

    def walk(self) -> Iterator[ContentItem]:
        """Yield this item and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


def concept(code: Attributes) -> Concept:
    """Return a code, whichever of its three spellings it uses (PS3.3 8.1)."""
    spelled = (code.text(name, 128) for name in ("CodeValue", "LongCodeValue", "URNCodeValue"))
    value = next((text for text in spelled if text), "")
    scheme, meaning = code.text("CodingSchemeDesignator", 16), code.text("CodeMeaning", 64)
    return Concept(value, scheme, meaning)


def is_called(item: ContentItem, wanted: Concept) -> bool:
    """Return True if an item has this name; meanings may differ."""
    return item.name[:2] == wanted[:2]
