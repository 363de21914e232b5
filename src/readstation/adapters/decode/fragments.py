"""Where the bytes of each frame are: native offsets, and fragments (PS3.5 A.4)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from readstation.adapters.dicom.attributes import STRUCT_ORDER, Attributes
from readstation.adapters.dicom.byte_source import ByteSource
from readstation.adapters.dicom.pixel_geometry import PixelGeometry
from readstation.adapters.dicom.structure import ITEM, SEQUENCE_END, Element
from readstation.app.importing.refusals import refusal

MAX_FRAGMENTS = 100_000
MARK_BYTES = 8
START_MARKS = (
    b"\xff\xd8",  # JPEG, JPEG-LS
    b"\xff\x4f",  # JPEG 2000
    b"\xff\x0a",  # JPEG XL
    b"\x00\x00\x00\x0cjP  ",  # JP2 file
    b"\x00\x00\x00\x0cJXL ",  # JPEG XL container
)
MAX_FRAME_BYTES = 512 * 1024**2


@dataclass(frozen=True, slots=True)
class Fragment:
    """One item: where its value lies in the file, and where its item header is."""

    item_offset: int
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Fragments:
    """All fragments of one Pixel Data element, parted into frames."""

    frames: tuple[tuple[Fragment, ...], ...]
    has_delimiter: bool

    def read(self, source: ByteSource, frame_index: int) -> bytes:
        """Return the joined bytes of one frame."""
        parts = self.frames[frame_index]
        if sum(part.length for part in parts) > MAX_FRAME_BYTES:
            raise refusal("TOO_LARGE", "one compressed frame")
        return b"".join(source.read_at(part.offset, part.length) for part in parts)


@dataclass(frozen=True, slots=True)
class Items:
    """The items of one encapsulated Pixel Data element: the offset table, then fragments."""

    table: Fragment
    fragments: list[Fragment]
    has_delimiter: bool


def read_items(source: ByteSource, element: Element) -> Items:
    """Walk the items, without sharing them out to frames."""
    items, has_delimiter = _read_items(source, element.value_offset)
    if not items:
        raise refusal("TRUNCATED", "the Pixel Data has no items")
    return Items(items[0], items[1:], has_delimiter)


def find_fragments(
    source: ByteSource, element: Element, attributes: Attributes, geometry: PixelGeometry
) -> Fragments:
    """Find the fragments and share them out to the frames."""
    items = read_items(source, element)
    if len(items.fragments) < geometry.number_of_frames:
        missing = geometry.number_of_frames - len(items.fragments)
        raise refusal("TRUNCATED", f"at least {missing} frames are missing")
    frames = _share_out(source, items.table, items.fragments, attributes, geometry)
    return Fragments(tuple(tuple(frame) for frame in frames), items.has_delimiter)


def find_codestreams(source: ByteSource, element: Element) -> Fragments:
    """Share the fragments out to codestreams of several frames each, by how they begin."""
    items = read_items(source, element)
    groups = _group_by_marks(source, items.fragments)
    if not groups:
        raise refusal("TRUNCATED", "the Pixel Data has no frames")
    return Fragments(tuple(tuple(group) for group in groups), items.has_delimiter)


def _read_items(source: ByteSource, position: int) -> tuple[list[Fragment], bool]:
    """Walk the items; a missing delimiter at the end of the file is tolerated and reported."""
    items: list[Fragment] = []
    while position + 8 <= source.size:
        group, element, length = struct.unpack("<HHL", source.read_at(position, 8))
        tag = group << 16 | element
        if tag == SEQUENCE_END:
            return items, True
        if tag != ITEM:
            raise refusal("CORRUPT_FRAME", f"an item is expected at byte {position}")
        if position + 8 + length > source.size:
            raise refusal("TRUNCATED", f"a fragment at byte {position} is cut off")
        items.append(Fragment(position, position + 8, length))
        if len(items) > MAX_FRAGMENTS:
            raise refusal("TOO_MANY_ELEMENTS", "fragments")
        position += 8 + length
    return items, False


def _share_out(
    source: ByteSource,
    table: Fragment,
    fragments: list[Fragment],
    attributes: Attributes,
    geometry: PixelGeometry,
) -> list[list[Fragment]]:
    wanted = geometry.number_of_frames
    if wanted == 1:
        return [fragments]
    if len(fragments) == wanted:
        return [[fragment] for fragment in fragments]
    starts = _extended_offsets(attributes) or _basic_offsets(source, table)
    if starts:
        return _by_offsets(fragments, starts, wanted)
    return _by_start_marks(source, fragments, wanted)


def _basic_offsets(source: ByteSource, table: Fragment) -> list[int]:
    data = source.read_at(table.offset, table.length)
    if len(data) % 4:
        raise refusal("CORRUPT_FRAME", "the offset table is damaged")
    return list(struct.unpack(f"<{len(data) // 4}L", data))


def _extended_offsets(attributes: Attributes) -> list[int]:
    data, order = attributes.raw_bytes("ExtendedOffsetTable")
    if len(data) % 8:
        raise refusal("CORRUPT_FRAME", "the extended offset table is damaged")
    return list(struct.unpack(f"{STRUCT_ORDER[order]}{len(data) // 8}Q", data))


def _by_offsets(fragments: list[Fragment], starts: list[int], wanted: int) -> list[list[Fragment]]:
    origin = fragments[0].item_offset
    index_of = {fragment.item_offset - origin: i for i, fragment in enumerate(fragments)}
    if len(starts) != wanted or any(start not in index_of for start in starts):
        raise refusal("CORRUPT_FRAME", "the offset table does not fit the fragments")
    indices = [index_of[start] for start in starts]
    if indices[0] != 0 or indices != sorted(set(indices)):
        raise refusal("CORRUPT_FRAME", "the offset table is out of order")
    ends = [*indices[1:], len(fragments)]
    return [fragments[a:b] for a, b in zip(indices, ends, strict=True)]


def _by_start_marks(
    source: ByteSource, fragments: list[Fragment], wanted: int
) -> list[list[Fragment]]:
    frames = _group_by_marks(source, fragments)
    if len(frames) != wanted:
        raise refusal("CORRUPT_FRAME", f"{len(frames)} frames are found, not {wanted}")
    return frames


def _group_by_marks(source: ByteSource, fragments: list[Fragment]) -> list[list[Fragment]]:
    groups: list[list[Fragment]] = []
    for fragment in fragments:
        start = source.read_at(fragment.offset, min(MARK_BYTES, fragment.length))
        if start.startswith(START_MARKS) or not groups:
            groups.append([])
        groups[-1].append(fragment)
    return groups


def check_native_length(element: Element, geometry: PixelGeometry, source: ByteSource) -> str:
    """Refuse too few pixel bytes; return a note where there are too many."""
    expected = (geometry.frame_bits * geometry.number_of_frames + 7) // 8
    available = min(element.length, source.size - element.value_offset)
    if available < expected:
        detail = f"{available} bytes of pixels, not {expected}"
        raise refusal("TRUNCATED", detail)
    if element.length > expected + expected % 2:
        return "the file holds more pixel data than it declares"
    return ""
