"""Modality and VOI tables, windows and padding as the imaging layer takes them (PS3.3 C.11)."""

from __future__ import annotations

import struct
from typing import NamedTuple

from readstation.adapters.dicom.attributes import STRUCT_ORDER, Attributes, ByteOrder
from readstation.adapters.dicom.frame_attributes import FrameAttributes
from readstation.adapters.dicom.pixel_geometry import PixelGeometry
from readstation.imaging.frame import PixelPadding
from readstation.imaging.modality_lut import IDENTITY, ModalityLut, ModalityTransform
from readstation.imaging.voi import Voi, VoiLut, VoiLutFunction, VoiWindow, WindowError

REAL_WORLD = "RealWorldValueMappingSequence"
MAX_ENTRIES = 65_536
MAX_VOIS = 64
FEWEST_BITS, MOST_BITS = 8, 16
RESCALE_LIMIT = 1e30
"""Slopes and intercepts beyond this, and slopes below its inverse, are errors in the file."""

WINDOW_LEFT_OUT = "A window of this image is not usable and is left out."
TABLE_REPAIRED = "A look-up table of this image contradicts its own description; it may be wrong."
OTHER_REAL_WORLD_VALUES = "Real world values that this image states in another way are not shown."
FUNCTION_UNKNOWN = "A window of this image names an unknown function; it is applied as LINEAR."


class LutItem(NamedTuple):
    """LUT Descriptor (0028,3002) and LUT Data (0028,3006) of one sequence item."""

    first_value_mapped: int
    bits: int
    data: tuple[int, ...]


class StatedVois(NamedTuple):
    """Windows in file order, then VOI tables; and what the reader should know of them."""

    vois: tuple[Voi, ...]
    notes: tuple[str, ...] = ()


def read_modality(attributes: Attributes, geometry: PixelGeometry) -> ModalityTransform | None:
    """Return the modality transform of an item; IDENTITY without one, None if it is not usable."""
    lut_items = attributes.items("ModalityLUTSequence")
    if lut_items:
        lut = read_lut(lut_items[0], is_signed=geometry.is_signed)
        if lut is None:
            return None
        table = ModalityLut(lut.first_value_mapped, lut.data)
        kind = lut_items[0].text("ModalityLUTType", 16)
        return ModalityTransform(rescale_type=kind, lut=table, is_stated=True)
    if "RescaleSlope" not in attributes and "RescaleIntercept" not in attributes:
        return IDENTITY
    slope, intercept = attributes.number("RescaleSlope"), attributes.number("RescaleIntercept")
    if slope is None or intercept is None or abs(intercept) > RESCALE_LIMIT:
        return None
    if not 1 / RESCALE_LIMIT <= abs(slope) <= RESCALE_LIMIT:
        return None
    return ModalityTransform(slope, intercept, attributes.text("RescaleType", 16), is_stated=True)


def may_be_negative(transform: ModalityTransform, geometry: PixelGeometry) -> bool:
    """Return True if modality values of the image may be below 0, whatever its pixels hold.

    It decides the sign of the first value that a VOI LUT maps (C.11.2.1.1): the output of a
    modality LUT is never negative, that of a rescale is if any stored value gives such a one.
    """
    if transform.lut is not None:
        return False
    lowest = -(1 << geometry.bits_stored - 1) if geometry.is_signed else 0
    highest = lowest + (1 << geometry.bits_stored) - 1
    slope, intercept = transform.rescale_slope, transform.rescale_intercept
    return min(lowest * slope, highest * slope) + intercept < 0


def has_other_real_world_values(frame: FrameAttributes, transform: ModalityTransform) -> bool:
    """Return True if Real World Value Mapping states values, none of them the modality values.

    Such mappings measure, they do not display (C.7.6.16.2.11): the reader is told of them.
    """
    keywords = ("RealWorldValueSlope", "RealWorldValueLUTData")
    place = frame.place_of_any(REAL_WORLD, keywords)
    mappings = frame.root.items(REAL_WORLD) if place is frame.root else [place]
    stated = [
        (mapping.number("RealWorldValueSlope"), mapping.number("RealWorldValueIntercept"))
        for mapping in mappings
    ]
    return bool(stated) and (transform.rescale_slope, transform.rescale_intercept) not in stated


def read_vois(attributes: Attributes, *, is_signed: bool) -> StatedVois:
    """Return the windows and tables of an item; `is_signed` is of the values they are put on."""
    windows, notes = _read_windows(attributes)
    tables, table_notes = _read_tables(attributes, is_signed=is_signed)
    every_note = dict.fromkeys((*notes, *table_notes))
    return StatedVois((*windows, *tables), tuple(every_note))


def read_padding(attributes: Attributes, geometry: PixelGeometry) -> PixelPadding | None:
    """Return the pixel padding, read with the sign of the pixels (C.7.5.1.1.2)."""
    if geometry.is_float:
        return _read_float_padding(attributes, geometry)
    value = _pixel_value(attributes, "PixelPaddingValue", geometry)
    if value is None:
        return None
    return PixelPadding.between(value, _pixel_value(attributes, "PixelPaddingRangeLimit", geometry))


def _read_float_padding(attributes: Attributes, geometry: PixelGeometry) -> PixelPadding | None:
    kind = "FloatPixelPadding" if geometry.bits_allocated == 32 else "DoubleFloatPixelPadding"
    value = attributes.number(f"{kind}Value")
    if value is None:
        return None
    return PixelPadding.between(value, attributes.number(f"{kind}RangeLimit"))


def read_lut(item: Attributes, *, is_signed: bool) -> LutItem | None:
    """Return a LUT item, or None if there is less data than its descriptor says.

    Notes
    -----
    `is_signed` is of the values that the table is put on: the descriptor itself may state either.
    Entries of 8 bits may be packed two to a word, the first in its low byte (C.11.1.1.2). More
    data than stated is taken as it is, as DCMTK does. A number of bits outside 8 to 16, or too
    few for the entries, gives way to the bits that the largest entry needs.
    """
    raw, order = item.raw_bytes("LUTDescriptor")
    if len(raw) != 6:
        return None
    kinds = "HhH" if is_signed else "HHH"
    stated, first, bits = struct.unpack(STRUCT_ORDER[order] + kinds, raw)
    stated = stated or MAX_ENTRIES  # C.11.1.1: 0 stands for 65,536
    data = _entries(*item.raw_bytes("LUTData"), stated, bits)
    if len(data) < stated:
        return None
    needed = max(max(data).bit_length(), FEWEST_BITS)
    return LutItem(first, bits if needed <= bits <= MOST_BITS else needed, data)


def _is_as_described(item: Attributes, lut: LutItem) -> bool:
    raw, order = item.raw_bytes("LUTDescriptor")
    stated, _, bits = struct.unpack(STRUCT_ORDER[order] + "HHH", raw)
    return (stated or MAX_ENTRIES, bits) == (len(lut.data), lut.bits)


def _entries(raw: bytes, order: ByteOrder, stated: int, bits: int) -> tuple[int, ...]:
    words = min(len(raw) // 2, MAX_ENTRIES)
    if bits <= FEWEST_BITS and words == (stated + 1) // 2:
        packed = raw if order == "little" else _swapped(raw)
        return tuple(packed[:stated])
    return struct.unpack(f"{STRUCT_ORDER[order]}{words}H", raw[: words * 2])


def _swapped(raw: bytes) -> bytes:
    """Return the bytes of big-endian words with the low byte of each first."""
    swapped = bytearray(raw)
    swapped[0::2], swapped[1::2] = raw[1::2], raw[0::2]
    return bytes(swapped)


def _read_windows(attributes: Attributes) -> tuple[list[Voi], list[str]]:
    centers, widths = attributes.numbers("WindowCenter"), attributes.numbers("WindowWidth")
    names = attributes.texts("WindowCenterWidthExplanation")
    function = _function(attributes.text("VOILUTFunction", 16))
    windows: list[Voi] = []
    pairs = list(zip(centers, widths, strict=False))
    for index, (center, width) in enumerate(pairs):
        name = names[index] if index < len(names) else ""
        try:
            windows.append(VoiWindow(center, width, function or VoiLutFunction.LINEAR, name[:64]))
        except WindowError:
            continue
    stated = max(len(attributes.texts(k)) for k in ("WindowCenter", "WindowWidth"))
    notes = [WINDOW_LEFT_OUT] if len(windows) < stated else []
    if windows and function is None:
        notes.append(FUNCTION_UNKNOWN)
    return windows[:MAX_VOIS], notes


def _function(text: str) -> VoiLutFunction | None:
    """Return LINEAR where nothing is stated (C.11.2.1.3), None for an unknown word."""
    known = {function.value: function for function in VoiLutFunction}
    return known.get(text.strip().upper() or VoiLutFunction.LINEAR.value)


def _read_tables(attributes: Attributes, *, is_signed: bool) -> tuple[list[Voi], list[str]]:
    tables: list[Voi] = []
    notes: list[str] = []
    for item in attributes.items("VOILUTSequence")[:MAX_VOIS]:
        lut = read_lut(item, is_signed=is_signed)
        if lut is None:
            notes.append(WINDOW_LEFT_OUT)
            continue
        if not _is_as_described(item, lut):
            notes.append(TABLE_REPAIRED)
        name = item.text("LUTExplanation", 64)
        tables.append(VoiLut(*lut, explanation=name))
    return tables, notes


def _pixel_value(attributes: Attributes, keyword: str, geometry: PixelGeometry) -> int | None:
    raw, order = attributes.raw_bytes(keyword)
    if len(raw) != 2:
        return None
    return int.from_bytes(raw, order, signed=geometry.is_signed)
