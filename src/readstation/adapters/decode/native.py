"""Uncompressed frames to arrays (PS3.5 section 8, PS3.3 C.7.6.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from readstation.adapters.dicom.byte_source import ByteSource
from readstation.adapters.dicom.pixel_geometry import PixelGeometry
from readstation.app.importing.refusals import refusal

if TYPE_CHECKING:  # the program itself clears unused bits, and loads no pydicom for it
    from readstation.adapters.dicom.structure import Element

YBR_422 = frozenset({"YBR_FULL_422", "YBR_PARTIAL_422"})
COMPRESSED_ONLY = frozenset({"YBR_PARTIAL_420", "YBR_ICT", "YBR_RCT", "XYB"})


def stored_dtype(geometry: PixelGeometry) -> np.dtype[Any]:
    """Return the little-endian dtype of one stored sample in memory.

    >>> stored_dtype(PixelGeometry(1, 1, 1, 1, "MONOCHROME2", 16, 12, True, False))
    dtype('int16')
    """
    if geometry.is_float:
        return np.dtype(f"<f{geometry.bits_allocated // 8}")
    kind = "i" if geometry.is_signed else "u"
    return np.dtype(f"<{kind}{max(geometry.bits_allocated // 8, 1)}")


def read_native_frame(
    source: ByteSource,
    element: Element,
    geometry: PixelGeometry,
    frame_index: int,
    *,
    is_little_endian: bool,
) -> NDArray[Any]:
    """Return one frame as (rows, columns[, samples]), in the machine's byte order."""
    # PS3.5 7.3: the bytes of 16-bit words are swapped, also where pixels are smaller than a word
    is_swapped = not is_little_endian and element.vr == b"OW" and geometry.bits_allocated <= 8
    if geometry.bits_allocated == 1:
        return _read_bits(source, element, geometry, frame_index, is_swapped=is_swapped)
    length = geometry.frame_bits // 8
    data = _read_bytes(source, element, frame_index * length, length, is_swapped=is_swapped)
    dtype = stored_dtype(geometry)
    samples = np.frombuffer(data, dtype if is_little_endian else dtype.newbyteorder(">"))
    return shape_samples(samples.astype(dtype, copy=False), geometry)


def check_native(geometry: PixelGeometry) -> None:
    """Refuse what cannot be written uncompressed (C.7.6.3.1.2)."""
    photometric = geometry.photometric_interpretation
    if photometric in COMPRESSED_ONLY:
        raise refusal("BAD_PIXEL_GEOMETRY", f"{photometric} exists only in compressed pixels")
    if photometric in YBR_422 and geometry.columns % 2:
        detail = f"{photometric} pixels come in pairs, not in {geometry.columns} columns"
        raise refusal("BAD_PIXEL_GEOMETRY", detail)


def check_colour(geometry: PixelGeometry, *, is_jpeg_2000: bool) -> None:
    """Refuse a colour transform that only JPEG 2000 makes, and undoes, elsewhere (PS3.5 8.2.4)."""
    photometric = geometry.photometric_interpretation
    if photometric in {"YBR_ICT", "YBR_RCT"} and not is_jpeg_2000:
        raise refusal("BAD_PIXEL_GEOMETRY", f"{photometric} exists only in JPEG 2000")


def shape_samples(samples: NDArray[Any], geometry: PixelGeometry) -> NDArray[Any]:
    """Give encoded samples their shape: planes or 4:2:2 pairs become (rows, columns, samples)."""
    rows, columns, count = geometry.rows, geometry.columns, geometry.samples_per_pixel
    if count == 1:
        return samples.reshape(rows, columns)
    if geometry.photometric_interpretation in YBR_422:
        return _from_422(samples, rows, columns)
    if geometry.is_planar:
        return np.ascontiguousarray(samples.reshape(count, rows, columns).transpose(1, 2, 0))
    return samples.reshape(rows, columns, count)


def _from_422(samples: NDArray[Any], rows: int, columns: int) -> NDArray[Any]:
    """Unpack Y1 Y2 Cb Cr: both pixels share the chroma (C.7.6.3.1.2)."""
    quads = samples.reshape(rows, columns // 2, 4)
    full = np.empty((rows, columns, 3), samples.dtype)
    full[:, 0::2, 0], full[:, 1::2, 0] = quads[..., 0], quads[..., 1]
    full[..., 1:] = np.repeat(quads[..., 2:], 2, axis=1)
    return full


def _read_bits(
    source: ByteSource,
    element: Element,
    geometry: PixelGeometry,
    frame_index: int,
    *,
    is_swapped: bool,
) -> NDArray[Any]:
    """Unpack one-bit pixels, first pixel in the lowest bit; frames need not start on a byte."""
    first = frame_index * geometry.frame_bits
    start, shift = first // 8, first % 8
    length = (shift + geometry.frame_bits + 7) // 8
    data = _read_bytes(source, element, start, length, is_swapped=is_swapped)
    packed = np.frombuffer(data, np.uint8)
    bits = np.unpackbits(packed, bitorder="little")[shift : shift + geometry.frame_bits]
    return shape_samples(bits, geometry)


def _read_bytes(
    source: ByteSource, element: Element, start: int, length: int, *, is_swapped: bool
) -> bytes:
    """Read bytes of the Pixel Data in their order; a frame may begin in the middle of a word."""
    if not is_swapped:
        return source.read_at(element.value_offset + start, length)
    before = start % 2
    end = min(element.value_offset + start + length + 1, source.size)
    place = element.value_offset + start - before
    data = source.read_at(place, end - place)
    words = np.frombuffer(data + b"\0" * (len(data) % 2), ">u2")
    return words.astype("<u2").tobytes()[before : before + length]


def clear_unused_bits(
    values: NDArray[Any],
    geometry: PixelGeometry,
    kept_bits: int | None = None,
    *,
    in_place: bool = False,
) -> NDArray[Any]:
    """Take the stored value out of its cell: drop the bits around it, extend its sign.

    `kept_bits` is how many low bits the codec kept, None for all of them. A codec that kept no
    more than Bits Stored has already moved the value down (PS3.5 8.1.1). With `in_place` the
    cells are lost where they can be written to.
    """
    if geometry.is_float or geometry.bits_allocated == 1:
        return values
    kept = geometry.bits_allocated if kept_bits is None else kept_bits
    low = geometry.low_bit if kept >= geometry.low_bit + geometry.bits_stored else 0
    if geometry.bits_allocated == geometry.bits_stored and low == 0:
        return values
    dtype = stored_dtype(geometry)
    return extend_sign(values, geometry.bits_stored, dtype, low_bit=low, in_place=in_place)


def extend_sign(
    values: NDArray[Any],
    bits: int,
    dtype: np.dtype[Any],
    *,
    low_bit: int = 0,
    in_place: bool = False,
) -> NDArray[Any]:
    """Read `bits` of every value, from `low_bit` up, as a number of `dtype`.

    With `in_place` an array that can be written to is changed: a new one of a frame's size takes
    time to make.

    >>> extend_sign(np.array([0x0FFF], "<u2"), 12, np.dtype("<i2")).tolist()
    [-1]
    """
    unsigned = np.dtype(f"<u{dtype.itemsize}")
    shift = dtype.itemsize * 8 - bits
    if shift == 0:
        return values.astype(unsigned, copy=False).view(dtype)
    cells = values.astype(unsigned, copy=False)
    raised = cells if in_place and cells.flags.writeable else np.empty_like(cells)
    if dtype.kind == "u" and low_bit == 0:
        np.bitwise_and(cells, unsigned.type((1 << bits) - 1), out=raised)
        return raised.view(dtype)
    np.left_shift(cells, unsigned.type(shift - low_bit), out=raised)
    extended: NDArray[Any] = raised.view(dtype)
    extended >>= dtype.type(shift)
    return extended
