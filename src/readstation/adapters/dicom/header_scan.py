"""The header of an ordinary file, passed over in microseconds; whatever is odd is left to others.

This runs in the program's own process and never interprets a value: it follows lengths, each
checked against what is there, and hands out the raw bytes of the elements that were asked for. It
knows Explicit and Implicit VR Little Endian with a preamble and file meta information, no wanted
element twice, and sequences of stated and of undefined length. Anything else raises
`UnusualHeaderError`: then the file goes to a worker, where pydicom reads it.

What lies inside a value of stated length is not looked at, sequences included; pydicom does not
either before they are asked for.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

EXPLICIT_LE = b"1.2.840.10008.1.2.1"
IMPLICIT_LE = b"1.2.840.10008.1.2"
EXPLICIT_BE = b"1.2.840.10008.1.2.2"
NOT_PLAIN = frozenset({EXPLICIT_BE, b"1.2.840.10008.1.2.1.99", b"1.2.840.10008.1.2.4.95"})
"""Big endian; deflated data sets, the second with pixels to be fetched elsewhere (PS3.5 A.5)."""

UID_CHARACTERS = b"0123456789."
START = 132
MAGIC = b"DICM"
TRANSFER_SYNTAX = 0x00020010
FIRST_OVERLAY, BEHIND_OVERLAYS = 0x60000000, 0x61000000
PIXEL_GROUP_LENGTH, PIXEL_DATA = 0x7FE00000, 0x7FE00010
UNDEFINED = 0xFFFFFFFF
ITEM, SEQUENCE_END = 0xE000FFFE, 0xE0DDFFFE  # as one little-endian number
SEQUENCE_END_BYTES = b"\xfe\xff\xdd\xe0"
DELIMITERS, ITEM_END = 0xFFFE, 0xE00D
MAX_DEPTH = 16


def _numbers_of(names: bytes) -> frozenset[int]:
    return frozenset(int.from_bytes(name, "little") for name in names.split())


SHORT_VRS = _numbers_of(b"AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US")
LONG_VRS = _numbers_of(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV")
SQ, OB, OW, US, CS = (
    int.from_bytes(name, "little") for name in (b"SQ", b"OB", b"OW", b"US", b"CS")
)
PIXEL_VRS = frozenset({OB, OW})

_explicit = struct.Struct("<HHHH").unpack_from
_implicit = struct.Struct("<HHL").unpack_from
_long = struct.Struct("<L").unpack_from
_item = struct.Struct("<LL").unpack_from


class UnusualHeaderError(Exception):
    """The header is not of the kinds that are read here; nothing is said about whether it is good.

    `needs_more` tells that more bytes of the file may settle it.
    """

    def __init__(self, reason: str, *, needs_more: bool = False) -> None:
        super().__init__(reason)
        self.needs_more = needs_more


class ScannedHeader(NamedTuple):
    """Raw values by tag, and where the pixels begin; without Pixel Data their offset is 0.

    `vrs` holds the VRs of the values as little-endian numbers, where the file states them.
    """

    transfer_syntax_uid: str
    values: dict[int, bytes]
    vrs: dict[int, int]
    has_overlays: bool = False
    pixel_offset: int = 0
    pixel_length: int = 0


def scan_header(head: bytes, size: int, wanted: frozenset[int]) -> ScannedHeader:
    """Return the wanted elements of a file of `size` bytes that begins with `head`.

    Raises
    ------
    UnusualHeaderError
    """
    if head[128:START] != MAGIC:
        raise UnusualHeaderError("no preamble", needs_more=len(head) < min(START, size))
    try:
        start, uid = _pass_meta(head)
        if uid in NOT_PLAIN or uid.strip(UID_CHARACTERS):
            raise UnusualHeaderError("the transfer syntax")
        walk = _walk_implicit if uid == IMPLICIT_LE else _walk_explicit
        found = walk(head, start, wanted)
    except struct.error:
        raise UnusualHeaderError("cut off", needs_more=len(head) < size) from None
    if found.pixel_offset == 0 and len(head) < size:
        raise UnusualHeaderError("a long header", needs_more=True)
    return found._replace(transfer_syntax_uid=uid.decode("ascii"))


def _pass_meta(head: bytes) -> tuple[int, bytes]:
    """Return where the data set begins, and the Transfer Syntax UID (PS3.10 7.1)."""
    position, last, uid = START, -1, b""
    group, element, vr, length = _explicit(head, position)
    while group == 2:
        if element <= last:
            raise UnusualHeaderError("the order of the file meta information")
        last = element
        position += 8
        if vr not in SHORT_VRS:
            length = _long_length(head, position, vr, length)
            position += 4
        if element == 0x0010:
            uid = head[position : position + length].rstrip(b"\0 ")
        position += length
        group, element, vr, length = _explicit(head, position)
    if not uid or group == 0:
        raise UnusualHeaderError("no transfer syntax, or a command set")
    return position, uid


def _walk_explicit(head: bytes, position: int, wanted: frozenset[int]) -> ScannedHeader:
    """Walk over elements with a VR."""
    end = len(head)
    pass_unwanted = _unwanted(wanted, SHORT_HEADER).match
    values: dict[int, bytes] = {}
    vrs: dict[int, int] = {}
    has_overlays = False
    while (position := pass_unwanted(head, position).end()) < end:  # type: ignore[union-attr] # any number matches, none too
        group, element, vr, length = _explicit(head, position)
        tag = group << 16 | element
        position += 8
        if vr not in SHORT_VRS:
            length = _long_length(head, position, vr, length)
            position += 4
            if tag == PIXEL_DATA and vr in PIXEL_VRS:
                return ScannedHeader("", values, vrs, has_overlays, position, length)
            if length == UNDEFINED:
                position = _pass_value(head, position, tag in wanted or vr != SQ)
                continue
        after = position + length
        if tag in wanted:
            _keep(values, tag, head[position:after])
            vrs[tag] = vr
        if after > end:  # the next match would begin at the end instead
            raise struct.error
        position = after
        if tag >= FIRST_OVERLAY:
            has_overlays = _is_overlay(tag) or has_overlays
    return ScannedHeader("", values, vrs, has_overlays)


def _walk_implicit(head: bytes, position: int, wanted: frozenset[int]) -> ScannedHeader:
    """Walk over elements without a VR."""
    _require_no_vr(head, position)
    end = len(head)
    pass_unwanted = _unwanted(wanted, NO_VR).match
    values: dict[int, bytes] = {}
    has_overlays = False
    while (position := pass_unwanted(head, position).end()) < end:  # type: ignore[union-attr] # any number matches, none too
        group, element, length = _implicit(head, position)
        tag = group << 16 | element
        position += 8
        if tag == PIXEL_DATA:
            return ScannedHeader("", values, {}, has_overlays, position, length)
        if length == UNDEFINED:
            position = _pass_unnamed_value(head, position, tag in wanted)
            continue
        after = position + length
        if tag in wanted:
            _keep(values, tag, head[position:after])
        if after > end:
            raise struct.error
        position = after
        if tag >= FIRST_OVERLAY:
            has_overlays = _is_overlay(tag) or has_overlays
    return ScannedHeader("", values, {}, has_overlays)


SHORT_HEADER = rb"(?:L[OT]|CS|D[AST]|U[ILS]|IS|S[HLST]|TM|PN|A[EST]|F[DL])", b""
NO_VR = b"", rb"\x00\x00"
"""What stands in a header before and behind the lower half of the length."""


@lru_cache(maxsize=8)
def _unwanted(wanted: frozenset[int], around_length: tuple[bytes, bytes]) -> re.Pattern[bytes]:
    """Return what passes over elements that are not wanted, short, and not of a high group.

    An element is passed in a tenth of the time that the loops above take. What it does not know,
    such as a longer value, it stops at, and one turn of the loop takes that.
    """
    before, behind = around_length
    not_wanted = rb"(?!%s)" % b"|".join(_one_of(group, wanted) for group in _groups(wanted))
    values = b"|".join(rb"\x%02x\x00%s.{%d}" % (n, behind, n) for n in (*range(2, 66, 2), 0))
    element = not_wanted + rb".[\x00-\x5f].." + before + rb"(?:%s)" % values
    # greedy: nothing follows that could fail, and possessive groups match wrongly in Python 3.11.2
    return re.compile(rb"(?s:%s)*" % element)


def _groups(tags: frozenset[int]) -> list[int]:
    return sorted({tag >> 16 for tag in tags})


def _one_of(group: int, tags: frozenset[int]) -> bytes:
    """Return the pattern of those tags that are of one group."""
    elements = b"|".join(_escaped(tag & 0xFFFF) for tag in sorted(tags) if tag >> 16 == group)
    return rb"%s(?:%s)" % (_escaped(group), elements)


def _escaped(number: int) -> bytes:
    return rb"\x%02x\x%02x" % (number & 0xFF, number >> 8)


def _keep(values: dict[int, bytes], tag: int, value: bytes) -> None:
    if tag in values:
        raise UnusualHeaderError("an element that comes twice")
    values[tag] = value


def _long_length(head: bytes, position: int, vr: int, reserved: int) -> int:
    """Return the length that stands behind two reserved bytes (PS3.5 7.1.2)."""
    if vr not in LONG_VRS or reserved:
        raise UnusualHeaderError("a VR")
    length: int = _long(head, position)[0]
    return length


def _pass_value(head: bytes, position: int, is_no_sequence: bool) -> int:
    if is_no_sequence:
        raise UnusualHeaderError("an undefined length")
    return _pass_sequence(head, position, is_implicit=False)


def _pass_unnamed_value(head: bytes, position: int, is_wanted: bool) -> int:
    """Pass a value of undefined length and unknown VR, which must be a sequence of plain items."""
    end = _pass_sequence(head, position, is_implicit=True)
    # pydicom takes it as bytes up to the first delimiter where the dictionary knows no sequence
    if is_wanted or head.find(SEQUENCE_END_BYTES, position) != end - 8:
        raise UnusualHeaderError("an undefined length")
    return end


def _is_overlay(tag: int) -> bool:
    """Say whether a tag is of an overlay; the walk ends before what belongs to the pixels."""
    if tag > PIXEL_GROUP_LENGTH:
        raise UnusualHeaderError("an element beside the pixels")
    return tag < BEHIND_OVERLAYS


def _require_no_vr(head: bytes, position: int) -> None:
    vr = head[position + 4 : position + 6]
    if vr.isalpha() and vr.isupper():
        raise UnusualHeaderError("a VR where none should be")


def _pass_sequence(head: bytes, position: int, *, is_implicit: bool, depth: int = 0) -> int:
    """Return where a sequence of undefined length ends, its items looked into."""
    if depth > MAX_DEPTH:
        raise UnusualHeaderError("depth")
    while True:
        mark, length = _item(head, position)
        position += 8
        if mark == SEQUENCE_END and not length:
            return position
        if mark != ITEM:
            raise UnusualHeaderError("no item where one should be")
        end = None if length == UNDEFINED else position + length
        position = _pass_item(head, position, end, is_implicit=is_implicit, depth=depth)
        if end is not None and position != end:
            raise UnusualHeaderError("an element that runs past its item")


def _pass_item(
    head: bytes, position: int, end: int | None, *, is_implicit: bool, depth: int
) -> int:
    """Return where the last element of an item ends."""
    while end is None or position < end:
        group, element, vr, length = _explicit(head, position)
        position += 8
        if group == DELIMITERS:
            if end is not None or (element, vr, length) != (ITEM_END, 0, 0):
                raise UnusualHeaderError("a delimiter where none should be")
            return position
        if is_implicit:
            length = length << 16 | vr
        elif vr not in SHORT_VRS:
            length = _long_length(head, position, vr, length)
            position += 4
        if length == UNDEFINED:
            if not is_implicit and vr != SQ:
                raise UnusualHeaderError("an undefined length")
            position = _pass_sequence(head, position, is_implicit=is_implicit, depth=depth + 1)
        else:
            position += length
    return position


class ElementPlace(NamedTuple):
    """Where one element of a scanned header begins and ends, and how long its value is."""

    tag: int
    start: int
    end: int
    length: int
    is_undefined_length: bool = False


def places_of(head: bytes, pixel_offset: int, *, is_implicit: bool) -> Iterator[ElementPlace]:
    """Yield the elements of a header that was scanned to its pixels, those being the last."""
    position = START
    while position < pixel_offset:
        group, element, vr, length = _explicit(head, position)
        tag, start = group << 16 | element, position
        position += 8
        if is_implicit and group != 2:
            length = length << 16 | vr
        elif vr not in SHORT_VRS:
            length = _long_length(head, position, vr, length)
            position += 4
        if position == pixel_offset:
            yield ElementPlace(tag, start, position, 0)
        elif length == UNDEFINED:
            position = _pass_sequence(head, position, is_implicit=is_implicit)
            yield ElementPlace(tag, start, position, 0, is_undefined_length=True)
        else:
            position += length
            yield ElementPlace(tag, start, position, length)
