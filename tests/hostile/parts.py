"""Takes a DICOM file apart into elements that can be damaged one by one, and builds new ones.

Written anew for the tests: it shares nothing with the reader under test.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from pydicom.datadict import dictionary_VR

LONG = {b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"}
UNDEFINED = 0xFFFFFFFF
DELIMITERS = {0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD}
PIXELS = 0x7FE00010
META_START = 132


@dataclass(frozen=True)
class Coding:
    """How the elements of a body are written."""

    is_implicit: bool
    order: str  # of struct: < or >

    def header(self, tag: int, vr: bytes, length: int) -> bytes:
        start = struct.pack(f"{self.order}HH", tag >> 16, tag & 0xFFFF)
        if self.is_implicit or tag in DELIMITERS:
            return start + struct.pack(f"{self.order}L", length)
        if vr in LONG:
            return start + vr + b"\0\0" + struct.pack(f"{self.order}L", length)
        return start + vr + struct.pack(f"{self.order}H", length & 0xFFFF)

    def element(self, tag: int, vr: bytes, value: bytes) -> bytes:
        padded = value + (b"\0" if vr in LONG | {b"UI"} else b" ") * (len(value) % 2)
        return self.header(tag, vr, len(padded)) + padded

    def shorts(self, *values: int) -> bytes:
        return struct.pack(f"{self.order}{len(values)}H", *(v & 0xFFFF for v in values))

    def sequence(self, tag: int, *items: bytes) -> bytes:
        """Write a sequence of undefined length with items of undefined length."""
        opened = self.header(tag, b"SQ", UNDEFINED)
        start = self.header(0xFFFEE000, b"", UNDEFINED)
        end = self.header(0xFFFEE00D, b"", 0)
        inner = b"".join(start + item + end for item in items)
        return opened + inner + self.header(0xFFFEE0DD, b"", 0)


@dataclass(frozen=True)
class Part:
    """One element of a body: `start` is its header, `value` its value, `end` what follows."""

    tag: int
    vr: bytes
    start: int
    value: int
    end: int
    depth: int

    @property
    def length_at(self) -> int:
        """Where the length field is."""
        return self.value - (4 if self.is_long else 2)

    @property
    def is_long(self) -> bool:
        return self.value - self.start == 12 or not self.vr

    @property
    def group(self) -> int:
        return self.tag >> 16


def take_apart(body: bytes, coding: Coding) -> list[Part]:
    """Return every element up to the end, those inside sequences too, delimiters left out."""
    parts: list[Part] = []
    _walk(body, coding, 0, len(body), 0, parts)
    return parts


def _walk(body: bytes, coding: Coding, at: int, end: int, depth: int, parts: list[Part]) -> int:
    """Walk one data set or item; return where it ends."""
    while at + 8 <= end:
        tag, vr, value, length = _read_header(body, coding, at)
        if tag in DELIMITERS:
            return value
        if tag >> 16 == 0x7FE0 and depth == 0:
            parts.append(Part(tag, vr, at, value, len(body), 0))
            return len(body)
        if vr == b"SQ" or length == UNDEFINED:
            place = len(parts)
            after = _walk_items(body, coding, value, length, depth + 1, parts)
            parts.insert(
                place, Part(tag, b"" if coding.is_implicit else vr, at, value, after, depth)
            )
            at = after
            continue
        shown = b"" if coding.is_implicit else vr
        parts.append(Part(tag, shown, at, value, min(value + length, end), depth))
        at = value + length
    return at


def _walk_items(
    body: bytes, coding: Coding, at: int, length: int, depth: int, parts: list[Part]
) -> int:
    end = len(body) if length == UNDEFINED else at + length
    while at + 8 <= end:
        tag, _vr, value, item_length = _read_header(body, coding, at)
        if tag != 0xFFFEE000:
            return value
        item_end = end if item_length == UNDEFINED else value + item_length
        at = _walk(body, coding, value, item_end, depth, parts)
        if item_length != UNDEFINED:
            at = item_end
    return at


def _read_header(body: bytes, coding: Coding, at: int) -> tuple[int, bytes, int, int]:
    group, element = struct.unpack_from(f"{coding.order}HH", body, at)
    tag = group << 16 | element
    if coding.is_implicit or tag in DELIMITERS:
        (length,) = struct.unpack_from(f"{coding.order}L", body, at + 4)
        return tag, _vr_of(tag), at + 8, length
    vr = bytes(body[at + 4 : at + 6])
    if vr in LONG:
        (length,) = struct.unpack_from(f"{coding.order}L", body, at + 8)
        return tag, vr, at + 12, length
    (length,) = struct.unpack_from(f"{coding.order}H", body, at + 6)
    return tag, vr, at + 8, length


def _vr_of(tag: int) -> bytes:
    try:
        return dictionary_VR(tag)[:2].encode("ascii")
    except KeyError:
        return b"UN"


def meta_length(content: bytes) -> int:
    """Return where the data set begins: behind group 0002 of a file with a preamble."""
    at = META_START
    coding = Coding(is_implicit=False, order="<")
    while content[at : at + 2] == b"\x02\x00":
        _tag, _vr, value, length = _read_header(content, coding, at)
        at = value + length
    return at


def fragments(body: bytes, at: int) -> list[tuple[int, int]]:
    """Return start of the value and length of each item of encapsulated pixel data."""
    found = []
    while at + 8 <= len(body):
        tag, length = struct.unpack_from("<LL", body, at)
        if tag != 0xE000FFFE or at + 8 + length > len(body):
            break
        found.append((at + 8, length))
        at += 8 + length
    return found


def encapsulate(frames: list[bytes], *, with_table: bool = True) -> bytes:
    """Write frames as one fragment each, with a Basic Offset Table, and the delimiter."""
    padded = [frame + b"\0" * (len(frame) % 2) for frame in frames]
    offsets, at = [], 0
    for frame in padded:
        offsets.append(at)
        at += 8 + len(frame)
    table = struct.pack(f"<{len(offsets)}L", *offsets) if with_table else b""
    items = [table, *padded]
    parts = [struct.pack("<LL", 0xE000FFFE, len(item)) + item for item in items]
    return b"".join(parts) + struct.pack("<LL", 0xE0DDFFFE, 0)
