"""Content items of a structured report (PS3.3 C.17.3), read without trust."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from readstation.adapters.dicom.attributes import Attributes
from readstation.adapters.dicom.measurement_codes import Concept
from readstation.adapters.dicom.measurement_facts import Drawing
from readstation.domain.measurement import ImagePoint
from readstation.domain.study import FrameKey
from readstation.imaging.plane import Vector

MAX_DEPTH = 16
MAX_POINTS = 20_000
MAX_WORDS = 200


Path = tuple[int, ...]
"""Places on the way from the root, counted from 1; the root itself is 1 (PS3.3 C.17.3.2.5)."""


@dataclass(slots=True)
class ContentTree:
    """What all items of one report share: its root, and the children that were read so far."""

    root: Attributes
    children: dict[Path, tuple[ContentItem, ...]] = field(default_factory=dict)
    referred: dict[Path, Path | str] = field(default_factory=dict)
    """Where each reference that was followed leads, or why it leads nowhere."""
    referred_size: int = 0


@dataclass(frozen=True, slots=True)
class ContentItem:
    """One node of the content tree."""

    attributes: Attributes
    path: Path = (1,)
    tree: ContentTree = field(kw_only=True, repr=False, compare=False)

    @classmethod
    def root_of(cls, attributes: Attributes) -> ContentItem:
        """Return the root of a report, from which all other items are reached."""
        return cls(attributes, tree=ContentTree(attributes))

    @property
    def depth(self) -> int:
        """Return 0 for the root."""
        return len(self.path) - 1

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
        known = self.tree.children.get(self.path)
        if known is None:
            items = enumerate(self.attributes.items("ContentSequence"), start=1)
            known = tuple(
                ContentItem(item, (*self.path, place), tree=self.tree) for place, item in items
            )
            self.tree.children[self.path] = known
        return known

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
