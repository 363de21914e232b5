"""Calls into the native codecs. Runs only in the decode worker."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from readstation.adapters.decode.codestream import Codestream
from readstation.adapters.decode.native import extend_sign, stored_dtype
from readstation.adapters.decode.transfer_syntaxes import Codec
from readstation.adapters.dicom.pixel_geometry import PixelGeometry
from readstation.app.importing.refusals import refusal

RLE_HEADER = 64
MAX_RLE_SEGMENTS = 15
CODEC_FAILURES = (RuntimeError, ValueError, TypeError, MemoryError, OverflowError, IndexError)

# Equal input and output colour spaces: libjpeg must not convert (C.7.6.3.1.2 is ours to apply).
NO_CONVERSION = {1: "grayscale", 3: "ycbcr"}


def _jpeg(data: bytes, geometry: PixelGeometry) -> NDArray[Any]:
    space = NO_CONVERSION[geometry.samples_per_pixel]
    decoded: NDArray[Any] = imagecodecs.jpeg8_decode(data, colorspace=space, outcolorspace=space)
    return decoded


def _jpeg_lossless(data: bytes, geometry: PixelGeometry) -> NDArray[Any]:
    return _jpeg(data, geometry)


def _jpeg_ls(data: bytes, _geometry: PixelGeometry) -> NDArray[Any]:
    decoded: NDArray[Any] = imagecodecs.jpegls_decode(data)
    return decoded


def _jpeg_2000(data: bytes, _geometry: PixelGeometry) -> NDArray[Any]:
    decoded: NDArray[Any] = imagecodecs.jpeg2k_decode(data, planar=False, numthreads=1)
    return decoded


def _htj2k(data: bytes, _geometry: PixelGeometry) -> NDArray[Any]:
    decoded: NDArray[Any] = imagecodecs.htj2k_decode(data, planar=False)
    return decoded


DECODERS: dict[Codec, Callable[[bytes, PixelGeometry], NDArray[Any]]] = {
    Codec.JPEG: _jpeg,
    Codec.JPEG_LOSSLESS: _jpeg_lossless,
    Codec.JPEG_LS: _jpeg_ls,
    Codec.JPEG_2000: _jpeg_2000,
    Codec.HTJ2K: _htj2k,
}


def decode_codestream(
    data: bytes, found: Codestream, geometry: PixelGeometry, codec: Codec
) -> NDArray[Any]:
    """Decode one checked frame to (rows, columns[, samples]) of the stored dtype."""
    try:
        decoded = DECODERS[codec](data, geometry)
    except CODEC_FAILURES as problem:
        raise refusal("CORRUPT_FRAME", type(problem).__name__) from problem
    expected: tuple[int, ...] = (geometry.rows, geometry.columns)
    if geometry.samples_per_pixel > 1:
        expected = (*expected, geometry.samples_per_pixel)
    if decoded.shape != expected or decoded.dtype.kind not in "iu":
        raise refusal("CORRUPT_FRAME", f"the decoder returned {decoded.shape}")
    return _as_stored(decoded, found, geometry)


def _as_stored(values: NDArray[Any], found: Codestream, geometry: PixelGeometry) -> NDArray[Any]:
    """Read the decoded bits with the size and sign that the data set states."""
    dtype = stored_dtype(geometry)
    if values.dtype.itemsize > dtype.itemsize:
        raise refusal("CODESTREAM_MISMATCH", f"{values.dtype.itemsize * 8} bits decoded")
    if found.is_signed or not geometry.is_signed:
        return np.ascontiguousarray(values.astype(dtype, copy=False))
    return np.ascontiguousarray(extend_sign(values, found.precision, dtype))


def decode_rle(data: bytes, geometry: PixelGeometry) -> NDArray[Any]:
    """Decode one RLE frame (PS3.5 annex G), every segment bounded by the frame's own size."""
    starts = rle_segments(data, geometry)
    pixels = geometry.rows * geometry.columns
    width = geometry.bits_allocated // 8
    planes = np.zeros((len(starts), pixels), np.uint8)
    for index, start in enumerate(starts):
        end = starts[index + 1] if index + 1 < len(starts) else len(data)
        _unpack(data[start:end], planes[index])
    # G.2: the segments of a sample run from its most significant byte down
    shaped = planes.reshape(geometry.samples_per_pixel, width, pixels)[:, ::-1]
    values = np.ascontiguousarray(shaped.transpose(2, 0, 1)).view(stored_dtype(geometry))
    shape: tuple[int, ...] = (geometry.rows, geometry.columns)
    if geometry.samples_per_pixel > 1:
        shape = (*shape, geometry.samples_per_pixel)
    return values.reshape(shape)


def rle_segments(data: bytes, geometry: PixelGeometry) -> list[int]:
    """Return where the segments of an RLE frame begin, checked against frame and data set."""
    if len(data) < RLE_HEADER:
        raise refusal("TRUNCATED", "the RLE header is cut off")
    count, *offsets = struct.unpack_from("<16L", data)
    wanted = geometry.samples_per_pixel * geometry.bits_allocated // 8
    if count != wanted or count > MAX_RLE_SEGMENTS:
        raise refusal("CODESTREAM_MISMATCH", f"{count} RLE segments, not {wanted}")
    starts = list(offsets[:count])
    if starts != sorted(starts) or starts[0] < RLE_HEADER or starts[-1] > len(data):
        raise refusal("CORRUPT_FRAME", "the RLE segments lie outside the frame")
    return starts


def _unpack(segment: bytes, plane: NDArray[np.uint8]) -> None:
    # A run unpacks to at most 64 times its size, so a short segment cannot fill the frame.
    if len(segment) * 64 < plane.size:
        raise refusal("TRUNCATED", "an RLE segment is too short")
    try:
        unpacked = imagecodecs.packbits_decode(segment)
    except CODEC_FAILURES as problem:
        raise refusal("CORRUPT_FRAME", type(problem).__name__) from problem
    if len(unpacked) < plane.size:
        raise refusal("TRUNCATED", f"{plane.size - len(unpacked)} pixels are missing")
    plane[:] = np.frombuffer(unpacked, np.uint8, plane.size)
