"""Frames whose bytes are the pixels, run-length encoded or deflated: no codestream, no header."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from readstation.adapters.decode.native import read_native_frame, stored_dtype
from readstation.adapters.decode.transfer_syntaxes import Codec
from readstation.adapters.dicom.byte_source import ByteSource
from readstation.adapters.dicom.pixel_geometry import PIXEL_DATA, PixelGeometry
from readstation.adapters.dicom.structure import Element
from readstation.app.importing.refusals import refusal

RLE_HEADER = 64
MAX_RLE_SEGMENTS = 15
PACKBITS_FAILURES = (RuntimeError, ValueError, TypeError, MemoryError, OverflowError, IndexError)


def decode_bytewise(data: bytes, geometry: PixelGeometry, codec: Codec) -> NDArray[Any]:
    """Decode one frame to (rows, columns[, samples]) of the stored dtype."""
    if codec is Codec.RLE:
        return decode_rle(data, geometry)
    return _read_plain(_plain_bytes(data, geometry, codec), geometry)


def check_bytewise(data: bytes, geometry: PixelGeometry, codec: Codec) -> None:
    """Refuse a frame that cannot hold the pixels that the data set declares, without decoding."""
    if codec is Codec.RLE:
        rle_segments(data, geometry)
    elif codec is Codec.ENCAPSULATED:
        _plain_bytes(data, geometry, codec)
    elif not data:
        raise refusal("TRUNCATED", "a frame is empty")


def _plain_bytes(data: bytes, geometry: PixelGeometry, codec: Codec) -> bytes:
    wanted = (geometry.frame_bits + 7) // 8
    plain = inflate_frame(data, wanted) if codec is Codec.DEFLATED_FRAMES else data
    if len(plain) < wanted:
        raise refusal("TRUNCATED", f"{wanted - len(plain)} bytes of pixels are missing")
    if len(plain) > wanted + 1:
        detail = f"{len(plain)} bytes of pixels in a frame, not {wanted}"
        raise refusal("CODESTREAM_MISMATCH", detail)
    return plain


def inflate_frame(data: bytes, wanted: int) -> bytes:
    """Inflate one frame (PS3.5 A.4.13), never to more than it may hold."""
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        plain = engine.decompress(data, wanted + 2)
    except zlib.error as problem:
        raise refusal("CORRUPT_FRAME", "the deflated data are damaged") from problem
    if not engine.eof and len(plain) < wanted + 2:
        raise refusal("TRUNCATED", "the deflated data end too early")
    if len(engine.unused_data) > 1:  # A.4.13: one byte may follow, to make the number even
        raise refusal("CORRUPT_FRAME", "something follows the deflated data")
    return plain


def _read_plain(data: bytes, geometry: PixelGeometry) -> NDArray[Any]:
    element = Element(PIXEL_DATA, b"OB", 0, len(data))
    with ByteSource(data=data) as source:
        return read_native_frame(source, element, geometry, 0, is_little_endian=True)


def decode_rle(data: bytes, geometry: PixelGeometry) -> NDArray[Any]:
    """Decode one RLE frame (PS3.5 annex G), every segment bounded by the frame's own size."""
    starts = rle_segments(data, geometry)
    pixels = geometry.rows * geometry.columns
    width = geometry.bits_allocated // 8
    samples = np.empty((pixels, len(starts)), np.uint8)
    for index, start in enumerate(starts):
        end = starts[index + 1] if index + 1 < len(starts) else len(data)
        # G.2: the segments of a sample run from its most significant byte down
        place = index - index % width + width - 1 - index % width
        samples[:, place] = _unpack(data[start:end], pixels)
    values = samples.view(stored_dtype(geometry))
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


def _unpack(segment: bytes, pixels: int) -> NDArray[np.uint8]:
    # A run unpacks to at most 64 times its size, so a short segment cannot fill the frame.
    if len(segment) * 64 < pixels:
        raise refusal("TRUNCATED", "an RLE segment is too short")
    try:
        unpacked = imagecodecs.packbits_decode(segment)
    except PACKBITS_FAILURES as problem:
        raise refusal("CORRUPT_FRAME", type(problem).__name__) from problem
    if len(unpacked) < pixels:
        raise refusal("TRUNCATED", f"{pixels - len(unpacked)} pixels are missing")
    return np.frombuffer(unpacked, np.uint8, pixels)
