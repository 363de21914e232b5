"""Damage to the encoding: bytes, lengths, VRs, tags, nesting, meta information, deflate."""

from __future__ import annotations

import struct
import zlib

from tests.hostile.draft import LENGTHS, Draft
from tests.hostile.parts import META_START, UNDEFINED
from tests.hostile.seeds import DEFLATED, deflate

SYNTAXES = (
    "1.2.840.10008.1.2",
    "1.2.840.10008.1.2.1",
    "1.2.840.10008.1.2.2",
    "1.2.840.10008.1.2.1.99",
    "1.2.840.10008.1.2.1.98",
    *(f"1.2.840.10008.1.2.4.{n}" for n in (50, 51, 53, 55, 57, 70, 80, 81, 90, 91, 92, 93)),
    *(f"1.2.840.10008.1.2.4.{n}" for n in (100, 102, 104, 106, 107, 110, 111, 112, 201, 202, 203)),
    "1.2.840.10008.1.2.5",
    "1.2.840.10008.1.2.8.1",
    "1.2.3",
    "",
    "x" * 64,
)
VRS = (
    b"AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR "
    b"US UT UV ?? \0\0 ZZ"
).split(b" ")


def flip_bytes(draft: Draft) -> None:
    for _ in range(draft.rng.randint(1, 8)):
        draft.body[draft.rng.randrange(len(draft.body))] = draft.rng.randrange(256)


def flip_header_bits(draft: Draft) -> None:
    for _ in range(draft.rng.randint(1, 4)):
        at = draft.rng.randrange(max(draft.header_end(), 1))
        draft.body[at] ^= 1 << draft.rng.randrange(8)


def overwrite_run(draft: Draft) -> None:
    at = draft.rng.randrange(len(draft.body))
    count = min(draft.rng.randint(1, 40), len(draft.body) - at)
    draft.body[at : at + count] = bytes([draft.choice(0, 255, 32, 65)]) * count


def cut_the_end(draft: Draft) -> None:
    content = draft.content()
    draft.made = content[: draft.rng.randrange(len(content))]


def cut_the_middle(draft: Draft) -> None:
    at = draft.rng.randrange(len(draft.body))
    del draft.body[at : at + draft.rng.randint(1, 64)]


def insert_noise(draft: Draft) -> None:
    at = draft.rng.randrange(len(draft.body))
    draft.body[at:at] = draft.noise(64)


def repeat_a_slice(draft: Draft) -> None:
    at = draft.rng.randrange(len(draft.body))
    piece = bytes(draft.body[at : at + draft.rng.randint(1, 200)])
    draft.body[at:at] = piece * draft.choice(1, 2, 10)


def lie_about_a_length(draft: Draft) -> None:
    part = draft.any_part()
    true = part.end - part.value
    near = (true - 2, true - 1, true + 1, true + 2, true * 2, true + 65536)
    width = 4 if part.is_long else 2
    draft.put_number(part.length_at, width, draft.choice(*LENGTHS, *near))


def confuse_a_vr(draft: Draft) -> None:
    part = draft.any_part()
    draft.body[part.start + 4 : part.start + 6] = draft.rng.choice(VRS)


def rewrite_with_another_vr(draft: Draft) -> None:
    part = draft.any_part(with_pixels=False)
    value = bytes(draft.body[part.value : part.end])
    draft.replace(part, value, draft.rng.choice(VRS[:-3]))


def change_a_tag(draft: Draft) -> None:
    part = draft.any_part()
    group = draft.choice(0, 2, 8, 9, 0x10, 0x20, 0x28, 0x29, 0x5200, 0x6000, 0x7FE0, 0xFFFE)
    draft.put_number(part.start, 2, group)
    if draft.rng.random() < 0.5:
        draft.put_number(
            part.start + 2, 2, draft.choice(0, 2, 8, 0x10, 0x11, 0x100, 0xE000, 0xE0DD)
        )


def drop_an_element(draft: Draft) -> None:
    part = draft.any_part()
    del draft.body[part.start : part.end]


def repeat_an_element(draft: Draft) -> None:
    part = draft.any_part(with_pixels=False)
    draft.body[part.start : part.start] = draft.body[part.start : part.end] * draft.choice(1, 2, 50)


def swap_two_elements(draft: Draft) -> None:
    first, second = sorted(
        (draft.any_part(of_depth=0), draft.any_part(of_depth=0)), key=lambda part: part.start
    )
    if first.end <= second.start:
        one, two = draft.body[first.start : first.end], draft.body[second.start : second.end]
        draft.body[second.start : second.end] = one
        draft.body[first.start : first.end] = two


def nest_sequences(draft: Draft) -> None:
    """Open sequences in sequences, and close fewer of them, or all."""
    depth = draft.choice(1, 2, 10, 60, 63, 64, 65, 100, 1000)
    coding = draft.coding
    start = coding.header(0x00081140, b"SQ", UNDEFINED) + coding.header(0xFFFEE000, b"", UNDEFINED)
    end = coding.header(0xFFFEE00D, b"", 0) + coding.header(0xFFFEE0DD, b"", 0)
    closed = draft.choice(depth, depth, 0, max(depth - 1, 0), depth + 1)
    draft.put_raw(0x00081140, start * depth + end * closed)


def nest_with_lengths(draft: Draft) -> None:
    """Nest sequences of defined length, one of which may be wrong."""
    made, coding = b"", draft.coding
    for level in range(draft.choice(1, 3, 20, 70)):
        wrong = draft.choice(-8, 8, 1000) if draft.rng.random() < 0.05 else 0
        item = coding.header(0xFFFEE000, b"", max(len(made) + wrong, 0)) + made
        made = coding.header(0x00081140 + level % 2, b"SQ", len(item)) + item
    draft.put_raw(0x00081140, made)


def stray_delimiter(draft: Draft) -> None:
    part = draft.any_part()
    tag = draft.choice(0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD, 0xFFFEE0FF)
    at = draft.choice(part.start, part.value, part.end)
    draft.body[at:at] = draft.coding.header(tag, b"", draft.choice(0, 8, UNDEFINED))


def undefined_length(draft: Draft) -> None:
    part = draft.any_part()
    value = bytes(draft.body[part.value : part.end])
    vr = draft.rng.choice((b"SQ", b"UN", b"OB", b"UT"))
    made = draft.coding.header(part.tag, vr, UNDEFINED) + value
    if draft.rng.random() < 0.5:
        made += draft.coding.header(0xFFFEE0DD, b"", 0)
    draft.body[part.start : part.end] = made


def splice_with_another_file(draft: Draft) -> None:
    other = draft.rng.choice(draft.others)
    at, there = draft.rng.randrange(len(draft.body)), draft.rng.randrange(len(other.body))
    draft.body[at:] = other.body[there : there + 50_000]


def element_of_another_file(draft: Draft) -> None:
    other = draft.rng.choice([o for o in draft.others if o.coding == draft.coding])
    part = draft.rng.choice([p for p in other.parts if p.depth == 0])
    if part.end - part.start < 20_000:
        draft.put_raw(part.tag, other.body[part.start : part.end])


def another_transfer_syntax(draft: Draft) -> None:
    draft.meta = meta_with(draft.meta, draft.rng.choice(SYNTAXES))
    draft.made = draft.meta + bytes(draft.body)


def meta_with(meta: bytes, uid: str) -> bytes:
    """Return meta information that names another transfer syntax, its group length unchanged."""
    at = meta.index(b"\x02\x00\x10\x00UI")
    (length,) = struct.unpack_from("<H", meta, at + 6)
    value = uid.encode("ascii") + b"\0" * (len(uid) % 2)
    element = meta[at : at + 6] + struct.pack("<H", len(value)) + value
    return meta[:at] + element + meta[at + 8 + length :]


def damage_the_meta_information(draft: Draft) -> None:
    meta = bytearray(draft.meta)
    kind = draft.rng.randrange(5)
    at = draft.rng.randrange(META_START, len(meta))
    if kind == 0:
        meta[at] = draft.rng.randrange(256)
    elif kind == 1:
        del meta[at : at + draft.rng.randint(1, 40)]
    elif kind == 2:
        meta[128:132] = draft.noise(4)
    elif kind == 3:
        del meta[:META_START]
    else:
        meta[at:at] = draft.noise(40)
    draft.meta = bytes(meta)


def fill_the_preamble(draft: Draft) -> None:
    magic = draft.rng.choice((b"MZ", b"\x7fELF", b"II*\0", b"%PDF-1.7", b"PK\x03\x04", b"{", b"\0"))
    draft.meta = (magic + draft.rng.randbytes(128))[:128] + draft.meta[128:]
    draft.keeps_pixels = True


def append_bytes(draft: Draft) -> None:
    draft.made = draft.content() + draft.noise(100)
    draft.keeps_pixels = draft.seed.is_encapsulated


def damage_the_deflated_bytes(draft: Draft) -> None:
    packed = bytearray(deflate(bytes(draft.body)))
    kind = draft.rng.randrange(4)
    at = draft.rng.randrange(len(packed))
    if kind == 0:
        packed[at] = draft.rng.randrange(256)
    elif kind == 1:
        del packed[at:]
    elif kind == 2:
        packed = bytearray(zlib.compress(bytes(draft.body)))  # with a zlib header
    else:
        packed += draft.noise(200)
    draft.made = meta_with(draft.meta, DEFLATED) + bytes(packed)


def many_elements(draft: Draft) -> None:
    count = draft.choice(10, 500, 2000)
    element = draft.coding.element(0x00091001, b"LO", b"")
    draft.put_raw(0x00091001, element * count)


DAMAGES = (
    flip_bytes,
    flip_header_bits,
    overwrite_run,
    cut_the_end,
    cut_the_middle,
    insert_noise,
    repeat_a_slice,
    lie_about_a_length,
    confuse_a_vr,
    rewrite_with_another_vr,
    change_a_tag,
    drop_an_element,
    repeat_an_element,
    swap_two_elements,
    nest_sequences,
    nest_with_lengths,
    stray_delimiter,
    undefined_length,
    splice_with_another_file,
    element_of_another_file,
    another_transfer_syntax,
    damage_the_meta_information,
    fill_the_preamble,
    append_bytes,
    damage_the_deflated_bytes,
    many_elements,
)
