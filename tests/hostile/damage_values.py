"""Damage to values: the image description, tables, numbers, texts, and modules that are added."""

from __future__ import annotations

from tests.hostile.draft import LENGTHS, NUMBERS, SIZES, TEXTS, Draft

DIMENSIONS = {
    0x00280002: "samples",
    0x00280006: "planar",
    0x00280010: "rows",
    0x00280011: "columns",
    0x00280100: "allocated",
    0x00280101: "stored",
    0x00280102: "high bit",
    0x00280103: "sign",
}
PHOTOMETRIC = (
    b"MONOCHROME1",
    b"MONOCHROME2",
    b"RGB",
    b"ARGB",
    b"CMYK",
    b"HSV",
    b"YBR_FULL",
    b"YBR_FULL_422",
    b"YBR_PARTIAL_422",
    b"YBR_PARTIAL_420",
    b"YBR_ICT",
    b"YBR_RCT",
    b"XYB",
    b"PALETTE COLOR",
    b"monochrome2",
    b"",
    b"\0",
    b"MONOCHROME2\\RGB",
)
NUMBER_TAGS = (
    0x00200013,
    0x00200032,
    0x00200037,
    0x00201041,
    0x00180050,
    0x00180088,
    0x00181110,
    0x00181111,
    0x00181114,
    0x00181164,
    0x00182010,
    0x00280030,
    0x00280034,
    0x00281050,
    0x00281051,
    0x00281052,
    0x00281053,
    0x00101010,
    0x00101030,
    0x00181063,
    0x00080008,
)
TEXT_TAGS = (
    0x00080005,
    0x00080016,
    0x00080020,
    0x00080030,
    0x00080050,
    0x00080060,
    0x00080070,
    0x00080090,
    0x00081030,
    0x0008103E,
    0x00100010,
    0x00100020,
    0x00100030,
    0x00100040,
    0x0020000D,
    0x0020000E,
    0x00200060,
    0x00280A02,
    0x00281055,
    0x00281056,
    0x00282110,
    0x20500020,
)


def one_dimension(draft: Draft) -> None:
    tag = draft.choice(*DIMENSIONS)
    draft.put(tag, b"US", draft.coding.shorts(draft.choice(*SIZES)))


def some_dimensions(draft: Draft) -> None:
    made = Draft(draft.seed, draft.others, draft.rng)
    for tag in draft.rng.sample(sorted(DIMENSIONS), 3):
        found = draft.seed.part(tag)
        if found is not None and found.end - found.value == 2:
            made.put_number(found.value, 2, draft.choice(*SIZES))
    draft.body = made.body


def dimension_of_another_shape(draft: Draft) -> None:
    tag = draft.choice(*DIMENSIONS)
    vr = draft.rng.choice((b"UL", b"SS", b"IS", b"OB", b"LO", b"SQ", b"UN", b"US", b"FD"))
    values = [draft.choice(*SIZES) for _ in range(draft.choice(0, 1, 2, 4))]
    draft.put(tag, vr, draft.coding.shorts(*values))


def number_of_frames(draft: Draft) -> None:
    frames = (b"2", b"3", b"100", b"99999", b"100001", b"1000000000", b"4294967297")
    draft.put(0x00280008, b"IS", draft.rng.choice(frames + NUMBERS))


def photometric_interpretation(draft: Draft) -> None:
    draft.put(0x00280004, b"CS", draft.rng.choice(PHOTOMETRIC))


def strange_number(draft: Draft) -> None:
    value = draft.rng.choice(NUMBERS)
    if draft.rng.random() < 0.4:
        value = b"\\".join(draft.rng.choice(NUMBERS) for _ in range(draft.choice(2, 3, 6, 7)))
    draft.put(draft.choice(*NUMBER_TAGS), b"DS", value)
    draft.keeps_pixels = True


def strange_text(draft: Draft) -> None:
    draft.put(draft.choice(*TEXT_TAGS), b"LO", draft.rng.choice(TEXTS))
    draft.keeps_pixels = True


def text_noise(draft: Draft) -> None:
    texts = [p for p in draft.seed.parts if p.vr in {b"LO", b"PN", b"SH", b"ST", b"LT", b"UT"}]
    if texts:
        part = draft.rng.choice(texts)
        for at in range(part.value, part.end):
            if draft.rng.random() < 0.3:
                draft.body[at] = draft.rng.randrange(256)
        draft.keeps_pixels = True


def look_up_table(draft: Draft) -> None:
    """Put a Modality or VOI LUT Sequence whose table and description may not agree."""
    item = _table(draft, 0x00283002, 0x00283006)
    tag = draft.choice(0x00283000, 0x00283010)
    made = draft.coding.sequence(tag, *[item] * draft.choice(1, 1, 2, 0))
    draft.put_raw(tag, made)
    draft.keeps_pixels = True


def palette(draft: Draft) -> None:
    """Damage the colour tables, plain or segmented; the image may become a palette one."""
    colour = draft.choice(0, 1, 2)
    item = _table(draft, 0x00281101 + colour, draft.choice(0x00281201, 0x00281221) + colour)
    draft.put_raw(0x00281101 + colour, item)
    if draft.rng.random() < 0.5:
        found = draft.seed.part(0x00280004)
        if found is not None:
            draft.body[found.start : found.end] = draft.coding.element(
                0x00280004, b"CS", b"PALETTE COLOR"
            )


def _table(draft: Draft, descriptor_tag: int, data_tag: int) -> bytes:
    count = draft.choice(0, 1, 16, 255, 256, 65535)
    entries = draft.choice(count, count, count - 1, count + 1, 0, 3)
    bits = draft.choice(8, 16, 16, 12, 0, 1, 32, 65535)
    first = draft.choice(0, 0, 1, 32768, 65535, 40000)
    values = [count, first, bits][: draft.choice(3, 3, 3, 2, 1, 0)]
    vr = draft.rng.choice((b"US", b"SS", b"US", b"UN", b"OW"))
    data = draft.rng.randbytes(max(entries, 0) * draft.choice(1, 2, 2))
    return draft.coding.element(descriptor_tag, vr, draft.coding.shorts(*values)) + (
        draft.coding.element(data_tag, b"OW", data)
    )


def overlay(draft: Draft) -> None:
    """Put an overlay plane of group 60xx, its description, data and place at odds."""
    group = draft.choice(0x6000, 0x6002, 0x601E, 0x6001, 0x6020) << 16
    coding, rng = draft.coding, draft.rng
    elements = [
        (0x10, b"US", coding.shorts(draft.choice(16, *SIZES))),
        (0x11, b"US", coding.shorts(draft.choice(16, *SIZES))),
        (0x15, b"IS", rng.choice((b"1", b"2", *NUMBERS))),
        (0x40, b"CS", rng.choice((b"G", b"R", b"", b"X"))),
        (0x50, b"SS", coding.shorts(draft.choice(1, 0, -5, 32767), draft.choice(1, -32768))),
        (0x51, b"US", coding.shorts(draft.choice(1, 0, 2, 65535))),
        (0x100, b"US", coding.shorts(draft.choice(1, 16, 8, 0, 65535))),
        (0x102, b"US", coding.shorts(draft.choice(0, 12, 15, 16, 65535))),
        (0x3000, rng.choice((b"OW", b"OB", b"UN")), rng.randbytes(draft.choice(0, 1, 32, 33))),
    ]
    kept = [e for e in elements if rng.random() < 0.9]
    draft.put_raw(group | 0x10, b"".join(coding.element(group | e, v, d) for e, v, d in kept))
    draft.keeps_pixels = True


def shutter(draft: Draft) -> None:
    """Put a display shutter with edges, circles, polygons and planes at odds."""
    coding, rng = draft.coding, draft.rng
    shapes = (b"RECTANGULAR", b"CIRCULAR", b"POLYGONAL", b"BITMAP", b"RECTANGULAR\\CIRCULAR", b"X")
    elements = [
        (0x00181600, b"CS", rng.choice(shapes)),
        *((tag, b"IS", rng.choice(NUMBERS)) for tag in (0x00181602, 0x00181604)),
        *((tag, b"IS", rng.choice((b"3", *NUMBERS))) for tag in (0x00181606, 0x00181608)),
        (0x00181610, b"IS", rng.choice((b"8\\8", b"8", b"-1\\99999", *NUMBERS))),
        (0x00181612, b"IS", rng.choice((b"4", *NUMBERS))),
        (0x00181620, b"IS", rng.choice((b"1\\1\\1\\9\\9\\9", b"1\\1\\2", *NUMBERS))),
        (0x00181622, b"US", coding.shorts(draft.choice(0, 1, 65535))),
        (0x00181623, b"US", coding.shorts(draft.choice(0x6000, 0, 65535))),
    ]
    kept = [e for e in elements if rng.random() < 0.85]
    draft.put_raw(0x00181600, b"".join(coding.element(*element) for element in kept))
    draft.keeps_pixels = True


def functional_groups(draft: Draft) -> None:
    """Put shared and per-frame groups: too few, too many, empty, nested, with strange values."""
    coding, rng = draft.coding, draft.rng

    def item() -> bytes:
        numbers = [rng.choice(NUMBERS) for _ in range(3)]
        inner = {
            0x00289110: coding.element(0x00280030, b"DS", numbers[0]),
            0x00209113: coding.element(0x00200032, b"DS", b"\\".join(numbers)),
            0x00209116: coding.element(0x00200037, b"DS", b"\\".join(numbers * 2)),
            0x00289132: coding.element(0x00281050, b"DS", numbers[1])
            + coding.element(0x00281051, b"DS", numbers[2]),
            0x00289145: coding.element(0x00281052, b"DS", numbers[1])
            + coding.element(0x00281053, b"DS", numbers[2]),
        }
        chosen = [tag for tag in sorted(inner) if rng.random() < 0.7]
        return b"".join(coding.sequence(tag, inner[tag]) for tag in chosen)

    tag = draft.choice(0x52009229, 0x52009230)
    draft.put_raw(tag, coding.sequence(tag, *(item() for _ in range(draft.choice(0, 1, 1, 2, 5)))))
    draft.keeps_pixels = True


def ultrasound_regions(draft: Draft) -> None:
    coding, rng = draft.coding, draft.rng
    item = b"".join(
        [
            coding.element(0x00186012, b"US", coding.shorts(draft.choice(0, 1, 2, 65535))),
            coding.element(0x00186018, b"UL", rng.randbytes(4)),
            coding.element(0x0018601A, b"UL", rng.randbytes(4)),
            coding.element(0x0018601C, b"UL", rng.randbytes(draft.choice(4, 2))),
            coding.element(0x0018601E, b"UL", rng.randbytes(4)),
            coding.element(0x00186024, b"US", coding.shorts(draft.choice(0, 3, 65535))),
            coding.element(0x0018602C, b"FD", rng.randbytes(8)),
            coding.element(0x0018602E, b"FD", rng.randbytes(draft.choice(8, 4))),
        ]
    )
    draft.put_raw(0x00186011, coding.sequence(0x00186011, *[item] * draft.choice(0, 1, 3)))
    draft.keeps_pixels = True


def radiopharmaceutical(draft: Draft) -> None:
    coding, rng = draft.coding, draft.rng
    item = b"".join(
        [
            coding.element(0x00181072, b"TM", rng.choice((b"101010", *NUMBERS))),
            coding.element(0x00181074, b"DS", rng.choice(NUMBERS)),
            coding.element(0x00181075, b"DS", rng.choice(NUMBERS)),
        ]
    )
    draft.put_raw(0x00540016, coding.sequence(0x00540016, *[item] * draft.choice(0, 1, 2)))
    draft.keeps_pixels = True


def icon_image(draft: Draft) -> None:
    """Put an icon whose own pixel data must not be taken for those of the image."""
    coding = draft.coding
    pixels = coding.header(0x7FE00010, b"OW", draft.choice(*LENGTHS)) + draft.noise(64)
    item = coding.element(0x00280010, b"US", coding.shorts(draft.choice(*SIZES))) + pixels
    draft.put_raw(0x00880200, coding.sequence(0x00880200, item))


def pixel_padding(draft: Draft) -> None:
    values = draft.coding.shorts(draft.choice(*SIZES), draft.choice(*SIZES))
    made = draft.coding.element(0x00280120, draft.rng.choice((b"US", b"SS", b"OW")), values[:2])
    draft.put_raw(0x00280120, made)
    draft.keeps_pixels = True


DAMAGES = (
    one_dimension,
    some_dimensions,
    dimension_of_another_shape,
    number_of_frames,
    photometric_interpretation,
    strange_number,
    strange_text,
    text_noise,
    look_up_table,
    palette,
    overlay,
    shutter,
    functional_groups,
    ultrasound_regions,
    radiopharmaceutical,
    icon_image,
    pixel_padding,
)
