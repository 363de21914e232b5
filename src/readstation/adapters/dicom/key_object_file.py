"""Read a key object selection (PS3.16 TID 2010) of whatever maker. Runs in the decode worker."""

from __future__ import annotations

from collections.abc import Iterable

from readstation.adapters.dicom.attributes import Attributes, quiet_parsing
from readstation.adapters.dicom.content_items import ContentItem
from readstation.adapters.dicom.part10 import OpenedFile
from readstation.adapters.dicom.read_instance import read_instance
from readstation.adapters.dicom.sop_classes import STORAGE
from readstation.app.importing.refusals import refusal
from readstation.app.reading.key_object_selection import FiledSelection
from readstation.domain.key_image import purpose_of
from readstation.domain.patient import shown_name
from readstation.imaging.graphic_annotation import ImageReference

KEY_OBJECT_SELECTION = STORAGE + "88.59"
DESCRIPTION = ("113012", "DCM")
TITLE_MODIFIER = ("113011", "DCM")
OBSERVER_NAME = ("121008", "DCM")
MAX_DESCRIPTION, MAX_NAME, MAX_REASONS = 1_000, 64, 10
MAX_OBJECTS = 20_000
NAMING = frozenset({"IMAGE", "COMPOSITE", "WAVEFORM"})
"""Value types of items that name an object."""


def read_key_objects(opened: OpenedFile) -> FiledSelection:
    """Read what a key object selection names, and why.

    Raises
    ------
    RefusedInputError
        If the object is none.
    """
    instance = read_instance(opened)
    header = instance.header
    if header.sop_class_uid != KEY_OBJECT_SELECTION:
        raise refusal("NOT_A_REPORT")
    with quiet_parsing():
        root = ContentItem.root_of(instance.attributes)
        items = tuple(item for item in root.walk() if item.depth)
        title = root.name
        images = tuple(each for item in items for each in _image(item))
        return FiledSelection(
            header.study.study_instance_uid,
            header.series.series_instance_uid,
            header.sop_instance_uid,
            purpose_of(title.value, title.scheme),
            title.meaning,
            tuple(dict.fromkeys(_reasons(items)))[:MAX_REASONS],
            _description(items),
            _author(items),
            _maker(instance.attributes),
            images,
            sum(item.value_type in NAMING for item in items) - len(images),
        )


def _image(item: ContentItem) -> Iterable[ImageReference]:
    """Yield what an IMAGE item names; without frame numbers it names all frames."""
    if item.value_type != "IMAGE":
        return
    named = item.attributes.first_item("ReferencedSOPSequence")
    uid = named.text("ReferencedSOPInstanceUID", 64)
    numbers = tuple(int(n) for n in named.numbers("ReferencedFrameNumber")[:MAX_OBJECTS])
    is_garbled = bool(named.text("ReferencedFrameNumber")) and not numbers
    if uid and not is_garbled:  # which frames are meant is not guessed
        yield ImageReference(uid, numbers, named.text("ReferencedSOPClassUID", 64))


def _reasons(items: Iterable[ContentItem]) -> Iterable[str]:
    for item in items:
        if item.value_type == "CODE" and item.name[:2] == TITLE_MODIFIER and item.code.meaning:
            yield item.code.meaning


def _description(items: Iterable[ContentItem]) -> str:
    """Return the words about the selection, those of several items one after the other."""
    said = (
        item.attributes.text("TextValue", MAX_DESCRIPTION)
        for item in items
        if item.value_type == "TEXT" and item.name[:2] == DESCRIPTION
    )
    return " ".join(" ".join(said).split())[:MAX_DESCRIPTION]


def _author(items: Iterable[ContentItem]) -> str:
    named = (
        item.attributes.text("PersonName", MAX_NAME)
        for item in items
        if item.value_type == "PNAME" and item.name[:2] == OBSERVER_NAME
    )
    return shown_name(next(named, ""))


def _maker(root: Attributes) -> str:
    names = (root.text("Manufacturer", 64), root.text("ManufacturerModelName", 64))
    return " ".join(dict.fromkeys(name for name in names if name)) or "unknown software"
