"""Read the measurements of a structured report (PS3.16 TID 1500). Runs in the decode worker.

Groups written here come back as they were; those of other makers are quoted: their lines on the
image, their numbers in words. What cannot be drawn on an image is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from readstation.adapters.dicom.attributes import Attributes, quiet_parsing
from readstation.adapters.dicom.content_items import ContentItem, Path, is_called
from readstation.adapters.dicom.content_references import (
    DRAWN,
    drawings_by_reference,
    referenced_drawings,
)
from readstation.adapters.dicom.measurement_codes import (
    COMMENT,
    CONCEPTS,
    FRAME_OF_REFERENCE,
    GROUP,
    KIND,
    OWN_SCHEME,
    SPACING_NOTE,
    SPACING_SOURCE,
    Concept,
)
from readstation.adapters.dicom.measurement_facts import (
    Drawing,
    Facts,
    Stated,
    measurement_of,
    source_of,
)
from readstation.adapters.dicom.part10 import OpenedFile
from readstation.adapters.dicom.quoted_measurements import own_items, quoted, tracking_of
from readstation.adapters.dicom.read_instance import read_instance
from readstation.adapters.dicom.sop_classes import STORAGE
from readstation.app.importing.refusals import refusal
from readstation.app.reading.measurement_report import InSpace, MeasurementReport
from readstation.domain.calibration import Calibration
from readstation.domain.measurement import Measurement
from readstation.domain.study import FrameKey

REPORTS = STORAGE + "88."
MAX_GROUPS = 5_000
WITHOUT_MEASUREMENTS = frozenset(f"{REPORTS}{n}" for n in (40, 59, 67, 68, 69, 73, 74, 76))
"""Procedure log, key objects, doses, performed procedures: their numbers measure no image."""
NO_PLACE = "a number that names no place on an image"
NO_NUMBER = "a mark that belongs to no measurement"
TOO_DEEP = "content that is nested too deep"
KEYS = {concept[:2]: key for key, concept in CONCEPTS.items()}


def read_measurement_report(opened: OpenedFile) -> MeasurementReport:
    """Read the measurement groups of one structured report, of whatever template.

    Raises
    ------
    RefusedInputError
        If the object is no structured report.
    """
    instance = read_instance(opened)
    header = instance.header
    if not header.sop_class_uid.startswith(REPORTS):
        raise refusal("NOT_A_REPORT")
    with quiet_parsing():
        root = instance.attributes
        maker = _maker(root)
        found = _Found(header.sop_instance_uid, maker)
        tree = ContentItem.root_of(root)
        for group in _groups(tree):
            found.take_group(group)
        if header.sop_class_uid not in WITHOUT_MEASUREMENTS:
            found.take_loose(tree, referenced_drawings(tree.walk()))
        return MeasurementReport(
            header.study.study_instance_uid,
            header.series.series_instance_uid,
            header.sop_instance_uid,
            maker=maker,
            measurements=tuple(found.measurements),
            left_out=tuple(f"{count} × {reason}" for reason, count in found.left_out.items()),
            on_whole_images=tuple(found.on_whole_images),
            in_space=tuple(found.in_space),
        )


class _Found:
    """Collects what a report shows, and counts why the rest of it is not shown."""

    def __init__(self, sop_instance_uid: str, maker: str) -> None:
        self._uid, self._maker, self._count = sop_instance_uid, maker, 0
        self.measurements: list[Measurement] = []
        self.in_space: list[InSpace] = []
        self.on_whole_images: list[str] = []
        self.left_out: Counter[str] = Counter()

    def take_group(self, group: ContentItem) -> None:
        """Take our own measurement as it was, any other as a quotation."""
        uid = self._next_uid()
        try:
            self.measurements.append(measurement_of(_facts(group), uid, self._maker))
        except (ValueError, KeyError, TypeError, IndexError):
            self._quote(own_items(group, frozenset({GROUP[:2]})), uid)

    def take_loose(self, item: ContentItem, referenced: frozenset[Path]) -> None:
        """Take numbers that stand in no group, and count marks that belong to none.

        `referenced` says where marks stand that belong to a number elsewhere in the report.
        """
        if item.is_cut_off:
            self.left_out[TOO_DEEP] += 1
        for child in item.children:
            kind = child.value_type
            if kind == "CONTAINER" and is_called(child, GROUP):
                continue
            if kind == "NUM":
                self._take_number(child)
            elif kind not in DRAWN:
                self.take_loose(child, referenced)
            elif child.path not in referenced:
                self.left_out[NO_NUMBER] += 1

    def _take_number(self, item: ContentItem) -> None:
        every = tuple(item.walk())
        has_place = any(each.value_type in DRAWN for each in every)
        if has_place or any(True for each in every for _ in drawings_by_reference(each)):
            self._quote(every, self._next_uid())
        else:
            self.left_out[NO_PLACE] += 1

    def _quote(self, items: Iterable[ContentItem], uid: str) -> None:
        quotation = quoted(items, uid, self._maker)
        self.measurements.extend(quotation.measurements)
        self.in_space.extend(quotation.in_space)
        self.on_whole_images.extend(quotation.on_whole_images)
        self.left_out.update(quotation.left_out)

    def _next_uid(self) -> str:
        self._count += 1
        return f"{self._uid}.{self._count - 1}"


def _groups(root: ContentItem) -> tuple[ContentItem, ...]:
    found = tuple(
        item for item in root.walk() if item.value_type == "CONTAINER" and is_called(item, GROUP)
    )
    if len(found) > MAX_GROUPS:
        raise refusal("TOO_MANY_ELEMENTS", f"{len(found)} groups of measurements")
    return found


def _maker(root: Attributes) -> str:
    """Return what made the report, as its source is named beside every graphic."""
    names = (root.text("Manufacturer", 64), root.text("ManufacturerModelName", 64))
    return " ".join(dict.fromkeys(name for name in names if name)) or "unknown software"


def _facts(group: ContentItem) -> Facts:
    """Return the parts of a group that was written here; KeyError or ValueError for others."""
    codes = {item.name[:2]: item.code for item in group.children if item.value_type == "CODE"}
    kind = codes[KIND[:2]]
    if kind.scheme != OWN_SCHEME:
        raise ValueError("the kind is not one of ours")
    frame = _frame(group)
    numbers = {
        key: stated for item in group.children if (key := _key(item)) for stated in _stated(item)
    }
    region = next((d for item in group.children if (d := _drawing(item)) is not None), None)
    tracking = tracking_of(group.children)
    return Facts(
        kind.value.lower(),
        frame,
        tracking.tracking_uid,
        tracking.tracking_identifier,
        numbers,
        region,
        _calibration(group, codes.get(SPACING_SOURCE[:2]), numbers),
        _words(group, COMMENT),
    )


def _key(item: ContentItem) -> str:
    return KEYS.get(item.name[:2], "") if item.value_type == "NUM" else ""


def _stated(item: ContentItem) -> tuple[Stated, ...]:
    value = item.number
    drawings = tuple(d for child in item.children if (d := _drawing(child)) is not None)
    return () if value is None else (Stated(value, item.unit.meaning, drawings),)


def _drawing(item: ContentItem) -> Drawing | None:
    return item.drawing if item.value_type == "SCOORD" else None


def _frame(group: ContentItem) -> FrameKey:
    """Return the one frame that a group of ours refers to."""
    frames = {frame for item in group.walk() for frame in item.frames}
    if len(frames) != 1:
        raise ValueError("the group refers to more than one frame")
    frame = frames.pop()
    uid = _words(group, FRAME_OF_REFERENCE) or None
    return FrameKey(frame.sop_instance_uid, frame.frame_number, uid)


def _calibration(
    group: ContentItem, source: Concept | None, numbers: dict[str, Stated]
) -> Calibration | None:
    if source is None:
        return None
    row, column = numbers.get("row_spacing"), numbers.get("column_spacing")
    return source_of(
        source.value,
        _words(group, SPACING_NOTE),
        row.value if row else None,
        column.value if column else None,
    )


def _words(group: ContentItem, wanted: Concept) -> str:
    return next((item.words for item in group.children if is_called(item, wanted)), "")
