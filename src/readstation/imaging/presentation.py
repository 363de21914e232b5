"""Stored values to what the screen shows, as one table per frame kind (PS3.3 C.11).

One table entry per possible stored value, computed in float64: exact for every VOI function, and
as quick for a sigmoid as for a straight line. Levels are rounded down, as DCMTK does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from readstation.imaging.frame import PixelPadding, StoredFrame
from readstation.imaging.modality_lut import ModalityTransform, modality_values
from readstation.imaging.palette import ColourPalette
from readstation.imaging.voi import (
    GrayRange,
    Voi,
    VoiLut,
    full_range_window,
    gray_levels,
    percentile_window,
    table_levels,
    table_positions,
)

TABLE_BITS = 16
AUTOMATIC_SAMPLES = 100_000
OPAQUE = np.uint32(0xFF000000)
GRAY_TO_RGB = np.uint32(0x010101)


class PresentationLutShape(Enum):
    """Values of Presentation LUT Shape (2050,0020), PS3.3 C.11.6."""

    IDENTITY = "IDENTITY"
    INVERSE = "INVERSE"


@dataclass(frozen=True, slots=True)
class PresentationLut:
    """Presentation LUT Sequence (2050,0010): VOI output to P-values (C.11.4)."""

    first_value_mapped: int
    bits: int
    data: tuple[int, ...]
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Rendering:
    """Everything between stored values and gray levels.

    `padding` names stored values that are shown black; None shows them like any other. With a
    `palette` the range of the VOI is shown in its colours: see `pseudo_colour`.
    """

    modality: ModalityTransform
    voi: Voi
    is_inverse: bool = False
    presentation_lut: PresentationLut | None = None
    padding: PixelPadding | None = None
    palette: ColourPalette | None = None


def is_shown_inverse(frame: StoredFrame, shape: PresentationLutShape | None) -> bool:
    """Return True if the lowest value shows white, before the reader's own inversion.

    Presentation LUT Shape, where present, decides; else MONOCHROME1 does (C.7.6.3.1.2, C.11.6.1.2).
    """
    if shape is not None:
        return shape is PresentationLutShape.INVERSE
    return frame.is_monochrome1


def levels_of(
    stored_values: NDArray[Any], rendering: Rendering, *, maximum: int = 255
) -> NDArray[np.float64]:
    """Map stored values to whole gray levels 0 to `maximum`, rounded down (float64 array)."""
    modality = modality_values(stored_values, rendering.modality)
    return _levels(stored_values, modality, rendering, maximum)


def shown_range(rendering: Rendering, maximum: int) -> GrayRange:
    """Return the gray levels of the lowest and of the highest display value."""
    gray = GrayRange(0, maximum)
    return gray.inverted if rendering.is_inverse else gray


def _levels(
    stored_values: NDArray[Any],
    modality: NDArray[np.float64],
    rendering: Rendering,
    maximum: int,
) -> NDArray[np.float64]:
    """Return gray levels; values that are no number, and padding, are black."""
    gray = shown_range(rendering, maximum)
    black = np.isnan(modality) if stored_values.dtype.kind == "f" else None
    shown = modality if black is None else np.where(black, 0.0, modality)
    with np.errstate(over="ignore"):  # the largest floats: beyond every window
        if rendering.presentation_lut is None:
            levels = gray_levels(shown, rendering.voi, gray)
        else:
            levels = _through_table(shown, rendering.voi, rendering.presentation_lut, gray)
    if black is not None:
        levels[black] = 0
    padding = rendering.padding
    if padding is not None:
        levels[(stored_values >= padding.lowest) & (stored_values <= padding.highest)] = 0
    return levels


def _through_table(
    modality: NDArray[np.float64], voi: Voi, lut: PresentationLut, gray: GrayRange
) -> NDArray[np.float64]:
    """Map modality values through VOI and Presentation LUT (C.11.4), rounding where DCMTK does."""
    highest = (1 << lut.bits) - 1
    outputs = np.clip(np.asarray(lut.data, dtype=np.float64), 0, highest)
    if isinstance(voi, VoiLut):
        levels = table_levels(outputs, lut.bits, gray)
    else:
        levels = np.floor(gray.low + outputs * ((gray.high - gray.low) / highest))
    taken: NDArray[np.float64] = levels[table_positions(modality, voi, len(lut.data))]
    return taken


def build_display_lut(
    dtype: np.dtype[Any], rendering: Rendering, *, maximum: int = 255
) -> NDArray[np.uint16]:
    """Build the table from the bit pattern of a stored value to its gray level.

    Parameters
    ----------
    dtype : numpy dtype
        Of the stored values: 8 or 16 bit, signed or not.
    rendering : Rendering
        Modality LUT, VOI, Presentation LUT, inversion and padding.
    maximum : int
        Highest gray level: 255, 1023 or 65535.

    Returns
    -------
    ndarray, shape (256,) or (65536,), uint16
        Indexed by the stored value's bits read as unsigned.

    Raises
    ------
    TypeError
        If the stored values are wider than 16 bit.

    References
    ----------
    DICOM PS3.3 C.11.2.1.2; the rounding is not fixed there, floor equals DCMTK's renderer.
    """
    dtype = np.dtype(dtype)
    if dtype.kind not in "iu" or dtype.itemsize > 2:
        raise TypeError(f"no table for stored values of type {dtype}")
    modality = modality_of_codes(dtype, rendering.modality)
    return _levels(_every_value(dtype), modality, rendering, maximum).astype(np.uint16)


@lru_cache(maxsize=4)
def _every_value(dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return the stored value of every bit pattern."""
    unsigned = np.dtype(f"u{dtype.itemsize}")
    codes = np.arange(1 << (8 * dtype.itemsize), dtype=np.uint32).astype(unsigned).view(dtype)
    codes.flags.writeable = False
    return codes


@lru_cache(maxsize=16)
def modality_of_codes(dtype: np.dtype[Any], modality: ModalityTransform) -> NDArray[np.float64]:
    """Return the modality value of every bit pattern; the same while the reader windows."""
    values = modality_values(_every_value(dtype), modality)
    values.flags.writeable = False
    return values


def rgb32_lut(gray_lut: NDArray[np.uint16]) -> NDArray[np.uint32]:
    """Return the table with 0xFFRRGGBB entries from one with gray levels 0 to 255."""
    table: NDArray[np.uint32] = gray_lut.astype(np.uint32) * GRAY_TO_RGB | OPAQUE
    return table


def apply_lut(
    stored_values: NDArray[Any], lut: NDArray[Any], out: NDArray[Any] | None = None
) -> NDArray[Any]:
    """Look every stored value up in a table indexed by its bit pattern.

    The result may be written into `out`, a contiguous array of the right shape and type; it is
    the array returned that counts.
    """
    values = np.ascontiguousarray(stored_values)
    if LUT_IS_TRUSTED and values.dtype.itemsize == 2:
        return np.asarray(cv2.LUT(values, lut, dst=out))
    taken: NDArray[Any] = lut[values.view(np.dtype(f"u{values.dtype.itemsize}"))]
    return taken


def cv2_lut_is_exact() -> bool:
    """Return True if cv2.LUT takes 65,536 entries and indexes int16 by its bits (OpenCV 5)."""
    table = np.arange(1 << TABLE_BITS, dtype=np.uint32)[::-1].copy()
    codes = np.arange(1 << TABLE_BITS, dtype=np.uint32).astype(np.uint16).reshape(256, 256)
    try:
        return all(
            np.array_equal(cv2.LUT(codes.view(dtype), table), table[codes])
            for dtype in (np.uint16, np.int16)
        )
    except cv2.error:
        return False


LUT_IS_TRUSTED = cv2_lut_is_exact()


def display_values(frame: StoredFrame, rendering: Rendering, *, maximum: int = 255) -> NDArray[Any]:
    """Render a frame at its own resolution, as the viewport shows it at 1:1.

    Parameters
    ----------
    frame : StoredFrame
        Not modified.
    rendering : Rendering
        Ignored for colour, which has no VOI.
    maximum : int
        Highest gray level; up to 255 gives uint8, above uint16.

    Returns
    -------
    ndarray, shape (rows, columns) or (rows, columns, 3), uint8 or uint16
        Gray levels or RGB. New array, or the frame's own array for colour.
    """
    if frame.is_colour:
        return frame.stored_values
    return gray_values(frame.stored_values, rendering, maximum=maximum)


def gray_values(
    stored_values: NDArray[Any], rendering: Rendering, *, maximum: int = 255
) -> NDArray[Any]:
    """Render stored values of any type, through a table where there can be one."""
    out_type = np.uint8 if maximum <= 255 else np.uint16
    if stored_values.dtype.itemsize > 2 or stored_values.dtype.kind == "f":
        return levels_of(stored_values, rendering, maximum=maximum).astype(out_type)
    lut = build_display_lut(stored_values.dtype, rendering, maximum=maximum)
    return apply_lut(stored_values, lut.astype(out_type))


def automatic_voi(frame: StoredFrame, modality: ModalityTransform) -> Voi:
    """Choose a window where the file states none.

    Up to 8 bits without a rescale the stored values already are gray levels; otherwise 0.1 % of
    the values, padding left out, are cut off at each end. Large images are sampled evenly.
    """
    if frame.bits_stored <= 8 and modality.is_identity:
        return full_range_window(frame.bits_stored, is_signed=frame.is_signed)
    stride = max(math.ceil(math.sqrt(frame.rows * frame.columns / AUTOMATIC_SAMPLES)), 1)
    values = frame.stored_values[::stride, ::stride]
    padding = frame.pixel_padding
    if padding is not None:
        values = values[(values < padding.lowest) | (values > padding.highest)]
    if values.dtype.kind == "f":
        values = values[np.isfinite(values)]
    window = percentile_window(modality_values(values, modality))
    return window or full_range_window(frame.bits_stored, is_signed=frame.is_signed)
