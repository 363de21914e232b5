"""Modality and VOI tables, windows and padding as the imaging layer takes them (PS3.3 C.11)."""

from __future__ import annotations

import struct

from readstation.adapters.dicom.attributes import STRUCT_ORDER, Attributes
from readstation.adapters.dicom.pixel_geometry import PixelGeometry
from readstation.imaging.frame import PixelPadding
from readstation.imaging.modality_lut import IDENTITY, ModalityLut, ModalityTransform
from readstation.imaging.voi import Voi, VoiLut, VoiLutFunction, VoiWindow, WindowError

MAX_ENTRIES = 65_536
MAX_VOIS = 64


def read_modality(attributes: Attributes, geometry: PixelGeometry) -> ModalityTransform | None:
    """Return the modality transform of an item; IDENTITY without one, None if it is not usable."""
    lut_items = attributes.items("ModalityLUTSequence")
    if lut_items:
        lut = read_lut(lut_items[0], is_signed=geometry.is_signed)
        if lut is None:
            return None
        first, _, data = lut
        kind = lut_items[0].text("ModalityLUTType", 16)
        return ModalityTransform(rescale_type=kind, lut=ModalityLut(first, data), is_stated=True)
    slope, intercept = attributes.number("RescaleSlope"), attributes.number("RescaleIntercept")
    if "RescaleSlope" not in attributes and "RescaleIntercept" not in attributes:
        return IDENTITY
    if slope is None or intercept is None or slope == 0:
        return None
    return ModalityTransform(slope, intercept, attributes.text("RescaleType", 16), is_stated=True)


def read_vois(attributes: Attributes, geometry: PixelGeometry) -> tuple[tuple[Voi, ...], int]:
    """Return windows, then VOI tables, and how many stated ones were not usable."""
    windows, bad_windows = _read_windows(attributes)
    tables, bad_tables = _read_tables(attributes, geometry)
    return (*windows, *tables), bad_windows + bad_tables


def read_padding(attributes: Attributes, geometry: PixelGeometry) -> PixelPadding | None:
    """Return the pixel padding, read with the sign of the pixels (C.7.5.1.1.2)."""
    value = _pixel_value(attributes, "PixelPaddingValue", geometry)
    if value is None:
        return None
    return PixelPadding.between(value, _pixel_value(attributes, "PixelPaddingRangeLimit", geometry))


def read_lut(item: Attributes, *, is_signed: bool) -> tuple[int, int, tuple[int, ...]] | None:
    """Return (first value mapped, bits, data) of a LUT item, or None if it contradicts itself."""
    raw, order = item.raw_bytes("LUTDescriptor")
    if len(raw) != 6:
        return None
    kinds = "HhH" if is_signed else "HHH"
    entries, first, bits = struct.unpack(STRUCT_ORDER[order] + kinds, raw)
    entries = entries or MAX_ENTRIES  # C.11.1.1: 0 stands for 65,536
    data, order = item.raw_bytes("LUTData")
    if not 1 <= bits <= 16:
        return None
    if len(data) == entries * 2:
        return first, bits, struct.unpack(f"{STRUCT_ORDER[order]}{entries}H", data)
    if bits <= 8 and len(data) in {entries, entries + entries % 2}:
        return first, bits, tuple(data[:entries])
    return None


def _read_windows(attributes: Attributes) -> tuple[list[Voi], int]:
    centers, widths = attributes.numbers("WindowCenter"), attributes.numbers("WindowWidth")
    names = attributes.texts("WindowCenterWidthExplanation")
    function = _function(attributes.text("VOILUTFunction", 16))
    windows: list[Voi] = []
    bad = 0
    for index, (center, width) in enumerate(zip(centers, widths, strict=False)):
        name = names[index] if index < len(names) else ""
        try:
            windows.append(VoiWindow(center, width, function, name[:64]))
        except WindowError:
            bad += 1
    stated = "WindowCenter" in attributes and "WindowWidth" in attributes
    if stated and len(centers) != len(widths):
        bad += 1
    return windows[:MAX_VOIS], bad


def _function(text: str) -> VoiLutFunction:
    known = {function.value: function for function in VoiLutFunction}
    return known.get(text.upper(), VoiLutFunction.LINEAR)


def _read_tables(attributes: Attributes, geometry: PixelGeometry) -> tuple[list[Voi], int]:
    tables: list[Voi] = []
    bad = 0
    for item in attributes.items("VOILUTSequence")[:MAX_VOIS]:
        lut = read_lut(item, is_signed=geometry.is_signed)
        if lut is None:
            bad += 1
        else:
            tables.append(VoiLut(*lut, explanation=item.text("LUTExplanation", 64)))
    return tables, bad


def _pixel_value(attributes: Attributes, keyword: str, geometry: PixelGeometry) -> int | None:
    raw, order = attributes.raw_bytes(keyword)
    if len(raw) != 2:
        return None
    return int.from_bytes(raw, order, signed=geometry.is_signed)
