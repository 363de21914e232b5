"""Checked access to the attributes of a parsed header.

Everything that may raise on untrusted values is here; above this module values are plain.
"""

from __future__ import annotations

import math
import re
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from typing import Any, Literal

import numpy as np
import pydicom
from pydicom.datadict import tag_for_keyword
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset
from pydicom.tag import BaseTag

from readstation.adapters.dicom.part10 import OpenedFile
from readstation.app.importing.refusals import refusal

PARSE_FAILURES = (
    ArithmeticError,
    AttributeError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    pydicom.errors.BytesLengthException,
)
ByteOrder = Literal["little", "big"]
STRUCT_ORDER: dict[ByteOrder, str] = {"little": "<", "big": ">"}
MAX_TEXT = 1024
OVERLAY_GROUP = 0x6000
# Repeating groups have no keyword in pydicom's dictionary (PS3.6, 60xx).
OVERLAY_TAGS = {
    "OverlayRows": 0x60000010,
    "OverlayColumns": 0x60000011,
    "NumberOfFramesInOverlay": 0x60000015,
    "OverlayDescription": 0x60000022,
    "OverlayType": 0x60000040,
    "OverlayOrigin": 0x60000050,
    "ImageFrameOrigin": 0x60000051,
    "OverlayBitsAllocated": 0x60000100,
    "OverlayBitPosition": 0x60000102,
    "OverlayActivationLayer": 0x60001001,
    "OverlayLabel": 0x60001500,
    "OverlayData": 0x60003000,
}
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
INTEGER = re.compile(r"[ ]*[+-]?[0-9]{1,11}[ ]*")


@contextmanager
def quiet_parsing() -> Iterator[None]:
    """Read tolerantly: pydicom's own warnings are replaced by our checks."""
    before = pydicom.config.settings.reading_validation_mode
    pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        pydicom.config.settings.reading_validation_mode = before


class Attributes:
    """The attributes of one data set or of one sequence item."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        # pydicom compares its tags in Python; most attributes asked for are not there
        self._tags = frozenset(map(int, dataset.keys()))

    def __contains__(self, keyword: str) -> bool:
        return self._tag(keyword) is not None

    def text(self, keyword: str, limit: int = MAX_TEXT) -> str:
        """Return the value as text; several values are joined by a backslash."""
        return clean_text(self._joined(keyword))[:limit]

    def full_text(self, keyword: str) -> str:
        """Return the text however long it is."""
        return clean_text(self._joined(keyword))

    def texts(self, keyword: str) -> tuple[str, ...]:
        joined = self._joined(keyword)
        return tuple(clean_text(part) for part in joined.split("\\")) if joined else ()

    def numbers(self, keyword: str) -> tuple[float, ...]:
        """Return the finite numbers of an attribute; () where one of them is not a number."""
        value = self._value(keyword)
        if value is None or value == "":
            return ()
        values = value if isinstance(value, (list, tuple, pydicom.multival.MultiValue)) else [value]
        try:
            found = tuple(float(v) for v in values)
        except PARSE_FAILURES:
            return ()
        return found if all(math.isfinite(v) for v in found) else ()

    def number(self, keyword: str) -> float | None:
        found = self.numbers(keyword)
        return found[0] if found else None

    def integer(self, keyword: str) -> int | None:
        found = self.number(keyword)
        return int(found) if found is not None and found == int(found) else None

    def items(self, keyword: str) -> list[Attributes]:
        value = self._value(keyword)
        if not isinstance(value, pydicom.sequence.Sequence):
            return []
        try:
            return [Attributes(item) for item in value]
        except PARSE_FAILURES:
            return []

    def first_item(self, keyword: str) -> Attributes:
        found = self.items(keyword)
        return found[0] if found else NO_ATTRIBUTES

    def overlay_group(self, group: int) -> Attributes:
        """Return the elements of one overlay group (60xx), found by their keywords."""
        offset = (group - OVERLAY_GROUP) << 16
        # pydicom's keys() gives tags; iterating a data set gives parsed elements
        tags = [tag for tag in self._dataset.keys() if tag >> 16 == group]  # noqa: SIM118
        if not tags:
            return NO_ATTRIBUTES
        found = Dataset()
        for tag in sorted(tags):
            element = self._dataset.get_item(tag)
            if isinstance(element, RawDataElement):
                found[tag - offset] = element._replace(tag=BaseTag(tag - offset))
        return Attributes(found)

    def unsigned_short(self, keyword: str) -> int | None:
        """Return a US of one value, exactly as encoded; refuse any other VR or length."""
        raw = self.raw(keyword)
        if raw is None:
            return None
        value = raw.value or b""
        if raw.VR not in {"US", "UN", None} or not isinstance(value, bytes) or len(value) != 2:
            raise refusal("BAD_PIXEL_GEOMETRY", f"{keyword} is not one unsigned short")
        return int.from_bytes(value, "little" if raw.is_little_endian else "big")

    def integer_string(self, keyword: str) -> int | None:
        """Return an IS of one value; refuse what is not an integer."""
        raw = self.raw(keyword)
        if raw is None or not raw.value:
            return None
        found = bytes(raw.value).decode("ascii", "replace").rstrip("\0")
        if not INTEGER.fullmatch(found):
            raise refusal("BAD_PIXEL_GEOMETRY", f"{keyword} is not an integer")
        return int(found)

    def raw(self, keyword: str) -> RawDataElement | None:
        """Return the undecoded element, or None."""
        tag = self._tag(keyword)
        if tag is None:
            return None
        element = self._dataset.get_item(tag)
        return element if isinstance(element, RawDataElement) else None

    def private_text(self, group: int, creator: str, offset: int) -> str:
        """Return a private attribute (gggg,xx`offset`) of a named creator as text."""
        try:
            value = self._dataset.private_block(group, creator)[offset].value
        except PARSE_FAILURES:
            return ""
        text = value.decode("ascii", "replace") if isinstance(value, bytes) else str(value)
        return clean_text(text)[:MAX_TEXT]

    def private_number(self, group: int, creator: str, offset: int) -> float | None:
        """Return a private attribute as one finite number, or None."""
        try:
            found = float(self.private_text(group, creator, offset))
        except ValueError:
            return None
        return found if math.isfinite(found) else None

    def raw_bytes(self, keyword: str) -> tuple[bytes, ByteOrder]:
        """Return the value's bytes as encoded, and their byte order."""
        raw = self.raw(keyword)
        if raw is None or not isinstance(raw.value, bytes):
            return b"", "little"
        return raw.value, "little" if raw.is_little_endian else "big"

    def words(self, keyword: str) -> bytes:
        """Return the value's bytes in little-endian order, whatever the order of the file."""
        raw = self.raw(keyword)
        if raw is None or not isinstance(raw.value, bytes):
            return b""
        if raw.is_little_endian or raw.VR == "OB":
            return raw.value
        data = raw.value[: len(raw.value) & ~1]
        return np.frombuffer(data, ">u2").astype("<u2").tobytes()

    def _value(self, keyword: str) -> Any:
        tag = self._tag(keyword)
        if tag is None:
            return None
        try:
            return self._dataset[tag].value  # asking by keyword takes ten times as long
        except PARSE_FAILURES:
            return None

    def _tag(self, keyword: str) -> BaseTag | None:
        """Return the tag of an attribute that is there."""
        tag = _tag_of(keyword)
        return tag if tag in self._tags else None

    def _joined(self, keyword: str) -> str:
        value = self._value(keyword)
        if value is None:
            return ""
        if isinstance(value, (list, tuple, pydicom.multival.MultiValue)):
            return "\\".join(str(v) for v in value)
        return str(value)


@cache
def _tag_of(keyword: str) -> BaseTag | None:
    tag = OVERLAY_TAGS.get(keyword) or tag_for_keyword(keyword)
    return None if tag is None else BaseTag(tag)


NO_ATTRIBUTES = Attributes(Dataset())
"""Of a sequence item that is not there."""


def clean_text(text: str) -> str:
    """Drop padding; show control characters as U+FFFD so that they are seen and do nothing."""
    return CONTROL.sub("\ufffd", text.rstrip("\0 ").lstrip(" "))


def parse_header(opened: OpenedFile) -> Attributes:
    """Parse a walked header into attributes."""
    encoding = opened.encoding
    try:
        dataset = read_dataset(
            BytesIO(opened.header), encoding.is_implicit_vr, encoding.is_little_endian
        )
    except RecursionError as problem:
        raise refusal("TOO_DEEP") from problem
    except PARSE_FAILURES as problem:
        raise refusal("MALFORMED", type(problem).__name__) from problem
    return Attributes(dataset)
