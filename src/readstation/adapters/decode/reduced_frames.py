"""A first look at a frame that takes long to decode, at reduced resolution.

Only of JPEG 2000, with the same decoder and after the same checks as the whole frame. A pixel of
it is that of the low-pass wavelet band: about the mean of the pixels it stands for, not a value
to measure.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from readstation.adapters.decode.codecs import decode_codestream
from readstation.adapters.decode.codestream import Codestream, check_codestream
from readstation.adapters.decode.codestream_jpeg_2000 import read_jpeg_2000
from readstation.adapters.decode.codestream_reduction import NotReducible, reduced_codestream
from readstation.adapters.decode.reducible import halvings_of
from readstation.adapters.decode.transfer_syntaxes import BY_UID, Codec, TransferSyntax
from readstation.adapters.dicom.pixel_geometry import PixelGeometry

HIGH_THROUGHPUT = "1.2.840.10008.1.2.4.203"
"""The syntax whose golden vectors prove OpenJPEG on high-throughput blocks. OpenJPH is not used
here: where a band overshoots its range it wraps around, and OpenJPEG returns the last value."""
OVERSHOOT = 2
"""Beside hard edges a band leaves the range of the image by a part of it: an eighth, squared for
two directions, and more at each halving. Beyond one half there are other bits above the values."""

Reduced = tuple[NDArray[Any], int]
"""Pixel cells of a smaller frame, and how many of their bits are as stored."""


def trusted_for_reduction(syntax: TransferSyntax) -> TransferSyntax:
    """Return the transfer syntax whose golden vectors prove the decoder used here."""
    return BY_UID[HIGH_THROUGHPUT] if syntax.codec is Codec.HTJ2K else syntax


def reduced_frame(
    data: bytes, found: Codestream, geometry: PixelGeometry, syntax: TransferSyntax
) -> Reduced | None:
    """Decode a checked frame at reduced resolution; None where that could mislead, or is no gain.

    `found` is its header, which has been compared with the data set.
    """
    size = geometry.rows, geometry.columns
    halvings = halvings_of(*size, syntax.codec)
    if not halvings or not _averages_make_sense(found, geometry):
        return None
    try:
        small = reduced_codestream(data, halvings)
    except NotReducible:
        return None
    rows, columns = (-(-length >> halvings) for length in size)
    small_geometry = replace(geometry, rows=rows, columns=columns)
    header = read_jpeg_2000(small)
    check_codestream(header, small_geometry, syntax)
    cells = decode_codestream(small, header, small_geometry, Codec.JPEG_2000)
    return _within_stored_bits(cells, found.precision, geometry)


def _averages_make_sense(found: Codestream, geometry: PixelGeometry) -> bool:
    """Tell whether the mean of cells is a cell: not of colour numbers, nor of wrapped signs."""
    return (
        geometry.photometric_interpretation != "PALETTE COLOR"
        and geometry.low_bit == 0
        and geometry.bits_stored > 1
        and found.precision >= geometry.bits_stored
        and found.is_signed == geometry.is_signed
    )


def _within_stored_bits(
    cells: NDArray[Any], precision: int, geometry: PixelGeometry
) -> Reduced | None:
    """Cut off where the wavelet overshoots; None where something else lies above the values."""
    span = 1 << geometry.bits_stored
    lowest = -span // 2 if geometry.is_signed else 0
    highest = lowest + span - 1
    margin = span // OVERSHOOT
    if int(cells.min()) < lowest - margin or int(cells.max()) > highest + margin:
        return None
    return np.clip(cells, lowest, highest), precision
