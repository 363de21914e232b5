"""The skeleton of a data set, walked without recursion and within limits (PS3.5 section 7).

The walk allocates nothing in proportion to what a length field claims: it checks each length
against what is there, counts elements, limits the depth, and stops at the pixel data.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from functools import lru_cache

from pydicom.datadict import dictionary_VR

from readstation.app.importing.refusals import refusal

MAX_DEPTH = 64
MAX_ELEMENTS = 500_000
MAX_ITEMS = 200_000
UNDEFINED = 0xFFFFFFFF
ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
PIXEL_TAGS = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010})
LONG_VRS = frozenset({b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV"}) | frozenset(
    {b"UC", b"UN", b"UR", b"UT", b"UV"}
)
SHORT_VRS = frozenset(b"AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split())

SHORT_HEADERS = {True: struct.Struct("<HH2sH"), False: struct.Struct(">HH2sH")}
SPECIAL_GROUPS = frozenset({0x7FE0, 0xFFFE})


@dataclass(frozen=True, slots=True)
class Encoding:
    """How elements are written: PS3.5 section 7.1."""

    is_implicit_vr: bool
    is_little_endian: bool


@dataclass(frozen=True, slots=True)
class Element:
    """One element header: where its value is and how long it claims to be."""

    tag: int
    vr: bytes
    value_offset: int
    length: int

    @property
    def is_undefined_length(self) -> bool:
        return self.length == UNDEFINED


@dataclass(frozen=True, slots=True)
class Structure:
    """Where the header ends and the pixels begin."""

    header_end: int
    pixel_element: Element | None
    elements: int


@dataclass(slots=True)
class Level:
    """One open sequence or one open data set (item) of the walk."""

    is_sequence: bool
    end: int
    is_undefined_length: bool
    encoding: Encoding
    holds_fragments: bool = False  # of an encapsulated icon: its items are bytes (PS3.5 A.4)


@dataclass(slots=True)
class Walk:
    """The state of one walk over a data set."""

    buffer: bytes
    position: int
    total_size: int
    levels: list[Level]
    elements: int = 0
    items: int = 0
    pixel_element: Element | None = field(default=None)


def walk_structure(
    buffer: bytes, encoding: Encoding, start: int = 0, total_size: int | None = None
) -> Structure:
    """Walk a data set to its pixel data or end; refuse what is malformed, too deep or too long.

    `buffer` may be the beginning of a longer file of `total_size` bytes.
    """
    size = len(buffer) if total_size is None else total_size
    walk = Walk(buffer, start, size, [Level(False, size, False, encoding)])
    while walk.levels and walk.pixel_element is None:
        level = walk.levels[-1]
        if not level.is_undefined_length and walk.position >= level.end:
            _close_defined(walk, level)
        elif level.is_sequence:
            _enter_item(walk, level)
        elif not _pass_short_elements(walk, level):
            _take_element(walk, level)
    end = walk.position
    return Structure(end, walk.pixel_element, walk.elements)


def read_element(buffer: bytes, position: int, encoding: Encoding) -> Element:
    """Read one element header, its VR from the dictionary where it is not written."""
    if position + 8 > len(buffer):
        raise refusal("TRUNCATED", f"an element header is cut off at byte {position}")
    endian = "<" if encoding.is_little_endian else ">"
    group, element = struct.unpack_from(endian + "HH", buffer, position)
    tag = group << 16 | element
    if group == 0xFFFE or encoding.is_implicit_vr:
        (length,) = struct.unpack_from(endian + "L", buffer, position + 4)
        return Element(tag, b"" if group == 0xFFFE else _dictionary_vr(tag), position + 8, length)
    vr = buffer[position + 4 : position + 6]
    if vr in SHORT_VRS:
        (length,) = struct.unpack_from(endian + "H", buffer, position + 6)
        return Element(tag, vr, position + 8, length)
    if vr not in LONG_VRS:
        raise refusal("MALFORMED", f"element ({group:04X},{element:04X}) has an unknown VR")
    if position + 12 > len(buffer):
        raise refusal("TRUNCATED", f"an element header is cut off at byte {position}")
    (length,) = struct.unpack_from(endian + "L", buffer, position + 8)
    return Element(tag, vr, position + 12, length)


@lru_cache(maxsize=4096)
def _dictionary_vr(tag: int) -> bytes:
    try:
        return dictionary_VR(tag)[:2].encode("ascii")
    except KeyError:
        return b"UN"


def _close_defined(walk: Walk, level: Level) -> None:
    if walk.position > level.end:
        raise refusal("MALFORMED", f"an element runs past its sequence at byte {level.end}")
    walk.levels.pop()


def _enter_item(walk: Walk, level: Level) -> None:
    item = read_element(walk.buffer, walk.position, level.encoding)
    walk.position = item.value_offset
    walk.items += 1
    if walk.items > MAX_ITEMS:
        raise refusal("TOO_MANY_ELEMENTS", f"more than {MAX_ITEMS} items")
    if item.tag == SEQUENCE_END:
        walk.levels.pop()
        return
    if item.tag != ITEM:
        raise refusal("MALFORMED", f"an item is expected at byte {walk.position - 8}")
    if level.holds_fragments and not item.is_undefined_length:
        walk.position = _skip(walk, item, level)
        return
    _open(walk, item, level, is_sequence=False, encoding=level.encoding)


def _pass_short_elements(walk: Walk, level: Level) -> bool:
    """Pass over elements that hold nothing but a short value; return whether there were any.

    Of a long header that is nearly all, and a million of them are to be refused at once.
    """
    if level.encoding.is_implicit_vr:
        return False
    unpack = SHORT_HEADERS[level.encoding.is_little_endian].unpack_from
    buffer, position, elements = walk.buffer, walk.position, walk.elements
    end = min(level.end, len(buffer))
    while position + 8 <= end and elements <= MAX_ELEMENTS:
        group, _element, vr, length = unpack(buffer, position)
        if vr not in SHORT_VRS or group in SPECIAL_GROUPS or position + 8 + length > end:
            break
        position += 8 + length
        elements += 1
    has_moved = position > walk.position
    walk.position, walk.elements = position, elements
    if elements > MAX_ELEMENTS:
        raise refusal("TOO_MANY_ELEMENTS", f"more than {MAX_ELEMENTS}")
    return has_moved


def _take_element(walk: Walk, level: Level) -> None:
    element = read_element(walk.buffer, walk.position, level.encoding)
    walk.elements += 1
    if walk.elements > MAX_ELEMENTS:
        raise refusal("TOO_MANY_ELEMENTS", f"more than {MAX_ELEMENTS}")
    if element.tag == ITEM_END and level.is_undefined_length:
        walk.position = element.value_offset
        walk.levels.pop()
    elif element.tag in PIXEL_TAGS and len(walk.levels) == 1:
        walk.pixel_element = element
    elif element.tag >> 16 == 0xFFFE:
        raise refusal("MALFORMED", f"a stray delimiter at byte {walk.position}")
    elif _is_sequence(element):
        # PS3.5 6.2.2 note 2: a sequence of unknown VR is written as Implicit VR Little Endian
        unknown = element.vr == b"UN" and not level.encoding.is_implicit_vr
        inner = Encoding(True, True) if unknown else level.encoding
        walk.position = element.value_offset
        _open(walk, element, level, is_sequence=True, encoding=inner)
        walk.levels[-1].holds_fragments = element.vr in {b"OB", b"OW"}
    else:
        walk.position = _skip(walk, element, level)


def _is_sequence(element: Element) -> bool:
    return element.vr == b"SQ" or element.is_undefined_length


def _open(
    walk: Walk, element: Element, outer: Level, *, is_sequence: bool, encoding: Encoding
) -> None:
    if len(walk.levels) > 2 * MAX_DEPTH:
        raise refusal("TOO_DEEP", f"more than {MAX_DEPTH} levels")
    undefined = element.is_undefined_length
    end = outer.end if undefined else element.value_offset + element.length
    if end > outer.end:
        raise refusal("TRUNCATED", f"a sequence at byte {element.value_offset} claims too much")
    walk.levels.append(Level(is_sequence, end, undefined, encoding))


def _skip(walk: Walk, element: Element, level: Level) -> int:
    end = element.value_offset + element.length
    if end > level.end:
        missing = end - level.end
        raise refusal("TRUNCATED", f"{missing} bytes are missing at byte {element.value_offset}")
    if end > len(walk.buffer):
        raise refusal("TOO_LARGE", "the header before the pixels is too long")
    return end
