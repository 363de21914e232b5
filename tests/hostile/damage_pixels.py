"""Damage to the pixels: native bytes, fragments and their tables, and the codestreams inside."""

from __future__ import annotations

import struct

from tests.hostile.draft import LENGTHS, SIZES, Draft
from tests.hostile.parts import encapsulate, fragments

FRAME_MARKS = {*range(0xC0, 0xD0), 0x51, 0x52, 0x5C, 0xF7, 0xF8} - {0xC4, 0xC8, 0xCC}
"""SOFn and LS SOF of the JPEG family; SIZ, COD and QCD of JPEG 2000."""


def flip_pixel_bytes(draft: Draft) -> None:
    start = draft.header_end()
    for _ in range(draft.rng.randint(1, 20)):
        if start + 12 < len(draft.body):
            draft.body[draft.rng.randrange(start + 12, len(draft.body))] = draft.rng.randrange(256)


def wrong_number_of_pixel_bytes(draft: Draft) -> None:
    part = draft.seed.pixels
    if part is not None and not draft.seed.is_encapsulated:
        value = bytes(draft.body[part.value : part.end])
        count = len(value) + draft.choice(-len(value), -2, -1, 1, 2, 100, -len(value) // 2)
        draft.replace(part, (value + draft.rng.randbytes(100))[: max(count, 0)])


def fragment_length(draft: Draft) -> None:
    items = _items(draft)
    if items:
        at, length = draft.rng.choice(items)
        near = (length - 1, length + 1, length + 2, length - 2, length * 2)
        struct.pack_into("<L", draft.body, at - 4, draft.choice(*LENGTHS, *near) % (1 << 32))


def fragment_tag(draft: Draft) -> None:
    items = _items(draft)
    if items:
        at, _length = draft.rng.choice(items)
        tag = draft.choice(0xE0DDFFFE, 0xE00DFFFE, 0x0010FFFE, 0, 0xE000FFFF, 0x00107FE0)
        struct.pack_into("<L", draft.body, at - 8, tag)


def fragment_bounds_moved(draft: Draft) -> None:
    """Split frames over more fragments, each of even length: the same pixels (PS3.5 A.4)."""
    items = _items(draft)
    part = draft.seed.pixels
    if len(items) == 2 and part is not None:
        (at, length) = items[1]
        data = bytes(draft.body[at : at + length])
        cut = draft.rng.randrange(0, max(length, 2), 2)
        draft.body[part.value :] = encapsulate([data[:cut], data[cut:]], with_table=False)
        draft.keeps_pixels = True


def offset_table(draft: Draft) -> None:
    items = _items(draft)
    part = draft.seed.pixels
    if items and part is not None:
        count = draft.choice(0, 1, 2, len(items) - 1, 1000)
        choices = (0, 1, 8, 100, 0x7FFFFFFF, 0xFFFFFFFF)
        table = b"".join(struct.pack("<L", draft.choice(*choices)) for _ in range(count))
        table = table[: len(table) - draft.choice(0, 0, 2)]
        at, length = items[0]
        draft.body[at - 8 : at + length] = struct.pack("<LL", 0xE000FFFE, len(table)) + table


def extended_offset_table(draft: Draft) -> None:
    offsets = struct.pack("<3Q", 0, draft.choice(0, 8, 1 << 40), draft.choice(16, (1 << 64) - 1))
    draft.put(0x7FE00001, b"OV", offsets[: draft.choice(8, 16, 24, 5)])
    if draft.rng.random() < 0.7:
        draft.body[draft.header_end() : draft.header_end()] = draft.coding.element(
            0x7FE00002, b"OV", struct.pack("<Q", draft.choice(1, 1 << 40))
        )


def empty_or_many_fragments(draft: Draft) -> None:
    part = draft.seed.pixels
    if part is not None and draft.seed.is_encapsulated:
        frames = draft.rng.choice(([], [b""], [b""] * 3, [b"\xff\xd8"] * 2000, [b"\0" * 100]))
        draft.body[part.value :] = encapsulate(frames, with_table=draft.rng.random() < 0.5)


def no_delimiter(draft: Draft) -> None:
    if draft.seed.is_encapsulated and draft.body.endswith(b"\xfe\xff\xdd\xe0\0\0\0\0"):
        del draft.body[-8:]
        draft.keeps_pixels = True


def flip_codestream_head(draft: Draft) -> None:
    for at, length in _items(draft)[1:2]:
        for _ in range(draft.rng.randint(1, 4)):
            place = at + draft.rng.randrange(max(min(length, 100), 1))
            draft.body[place] ^= 1 << draft.rng.randrange(8)


def flip_codestream(draft: Draft) -> None:
    for at, length in _items(draft)[1:2]:
        for _ in range(draft.rng.randint(1, 8)):
            draft.body[at + draft.rng.randrange(max(length, 1))] = draft.rng.randrange(256)


def put_a_marker(draft: Draft) -> None:
    for at, length in _items(draft)[1:2]:
        place = at + draft.rng.randrange(max(length - 1, 1))
        draft.body[place : place + 2] = bytes((255, draft.rng.randrange(256)))


def lie_in_the_frame_header(draft: Draft) -> None:
    """Change sizes, depths and counts of the frame header of a JPEG, JPEG-LS or JPEG 2000."""
    for at, length in _items(draft)[1:2]:
        marks = [
            place
            for place in range(at, min(at + length, at + 400))
            if draft.body[place] == 255 and draft.body[place + 1] in FRAME_MARKS
        ]
        if marks:
            place = draft.rng.choice(marks) + draft.choice(2, 4, 5, 6, 7, 8, 9, 10, 12, 14, 18, 38)
            width = draft.choice(1, 2, 4)
            value = draft.choice(*SIZES, *LENGTHS) % (1 << 8 * width)
            draft.body[place : place + width] = value.to_bytes(width, "big")


def codestream_replaced(draft: Draft) -> None:
    part = draft.seed.pixels
    items = _items(draft)
    if part is None or len(items) < 2:
        return
    at, length = items[1]
    data = bytes(draft.body[at : at + length])
    half = length // 2
    other = draft.rng.choice([o for o in draft.others if o.is_encapsulated])
    there = fragments(other.body, other.pixels.value)[1:2] if other.pixels else []
    foreign = b"".join(other.body[a : a + n] for a, n in there)
    made = draft.rng.choice(
        (
            data[: draft.rng.randrange(length + 1)],
            data[:half] + bytes(length - half),
            data + data,
            data[:half] + data,
            draft.noise(200),
            foreign,
            data[:half] + foreign[half:],
            b"",
        )
    )
    draft.body[part.value :] = encapsulate([made], with_table=False)


def rle_header(draft: Draft) -> None:
    for at, length in _items(draft)[1:2]:
        if length >= 64:
            place = at + 4 * draft.rng.randrange(16)
            value = draft.choice(*SIZES, *LENGTHS, length, length - 1, 64, 63)
            struct.pack_into("<L", draft.body, place, value)


def _items(draft: Draft) -> list[tuple[int, int]]:
    part = draft.seed.pixels
    if part is None or not draft.seed.is_encapsulated:
        return []
    return fragments(draft.body, part.value)


DAMAGES = (
    flip_pixel_bytes,
    wrong_number_of_pixel_bytes,
    fragment_length,
    fragment_tag,
    fragment_bounds_moved,
    offset_table,
    extended_offset_table,
    empty_or_many_fragments,
    no_delimiter,
    flip_codestream_head,
    flip_codestream,
    put_a_marker,
    lie_in_the_frame_header,
    codestream_replaced,
    rle_header,
)
