"""Calls into the native codecs. Runs only in the decode worker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from readstation.adapters.decode.codestream import Codestream
from readstation.adapters.decode.codestream_jpeg import read_jpeg
from readstation.adapters.decode.codestream_jpeg_xl import holds_jpeg
from readstation.adapters.decode.native import extend_sign, stored_dtype
from readstation.adapters.decode.transfer_syntaxes import Codec
from readstation.adapters.dicom.pixel_geometry import PixelGeometry
from readstation.app.importing.refusals import refusal

CODEC_FAILURES = (RuntimeError, ValueError, TypeError, MemoryError, OverflowError, IndexError)

Out = NDArray[Any] | None
"""Where a codec puts the pixels; None for memory of its own."""
Room = Callable[[tuple[int, ...], np.dtype[Any]], Out]
"""Returns memory for an array of this shape and type, None where it has none."""


def no_room(_shape: tuple[int, ...], _dtype: np.dtype[Any]) -> Out:
    """Leave it to the codec."""
    return None


# Equal input and output colour spaces: libjpeg must not convert (C.7.6.3.1.2 is ours to apply).
NO_CONVERSION = {1: "grayscale", 3: "ycbcr"}


def _jpeg(data: bytes, geometry: PixelGeometry, out: Out = None) -> NDArray[Any]:
    space = NO_CONVERSION[geometry.samples_per_pixel]
    decoded: NDArray[Any] = imagecodecs.jpeg8_decode(
        data, colorspace=space, outcolorspace=space, out=out
    )
    return decoded


def _jpeg_lossless(data: bytes, geometry: PixelGeometry, out: Out = None) -> NDArray[Any]:
    return _jpeg(data, geometry, out)


def _jpeg_ls(data: bytes, _geometry: PixelGeometry, out: Out = None) -> NDArray[Any]:
    decoded: NDArray[Any] = imagecodecs.jpegls_decode(data, out=out)
    return decoded


def _jpeg_2000(data: bytes, _geometry: PixelGeometry, out: Out = None) -> NDArray[Any]:
    decoded: NDArray[Any] = imagecodecs.jpeg2k_decode(data, planar=False, numthreads=1, out=out)
    return decoded


def _jpeg_xl(data: bytes, geometry: PixelGeometry, out: Out = None) -> NDArray[Any]:
    if holds_jpeg(data):
        return _jpeg_xl_from_jpeg(data, geometry, out)
    decoded: NDArray[Any] = imagecodecs.jpegxl_decode(data, numthreads=1, out=out)
    return decoded


def jpeg_of(data: bytes) -> bytes:
    """Return the very JPEG image that a JPEG XL image was made from."""
    if not holds_jpeg(data):
        raise refusal("CODESTREAM_MISMATCH", "it was not made from a JPEG image")
    return bytes(imagecodecs.jpegxl_decode_jpeg(data, numthreads=1))


def _jpeg_xl_from_jpeg(data: bytes, geometry: PixelGeometry, out: Out = None) -> NDArray[Any]:
    jpeg = jpeg_of(data)
    if read_jpeg(jpeg).components != geometry.samples_per_pixel:
        raise refusal("CODESTREAM_MISMATCH", "the JPEG image inside has other components")
    return _jpeg(jpeg, geometry, out)


def _htj2k(data: bytes, _geometry: PixelGeometry, out: Out = None) -> NDArray[Any]:
    decoded: NDArray[Any] = imagecodecs.htj2k_decode(data, planar=False, out=out)
    return decoded


DECODERS: dict[Codec, Callable[[bytes, PixelGeometry, Out], NDArray[Any]]] = {
    Codec.JPEG: _jpeg,
    Codec.JPEG_LOSSLESS: _jpeg_lossless,
    Codec.JPEG_LS: _jpeg_ls,
    Codec.JPEG_2000: _jpeg_2000,
    Codec.JPEG_2000_COMPONENTS: _jpeg_2000,
    Codec.HTJ2K: _htj2k,
    Codec.JPEG_XL: _jpeg_xl,
    Codec.JPEG_XL_FROM_JPEG: _jpeg_xl_from_jpeg,
}


def decode_codestream(
    data: bytes, found: Codestream, geometry: PixelGeometry, codec: Codec, room: Room = no_room
) -> NDArray[Any]:
    """Decode one checked frame to (rows, columns[, samples]) of the stored dtype.

    Where `room` has memory for it the pixels are put there at once.
    """
    try:
        decoded = DECODERS[codec](data, geometry, _out(found, room))
    except CODEC_FAILURES as problem:
        raise refusal("CORRUPT_FRAME", type(problem).__name__) from problem
    if decoded.shape != expected_shape(found) or decoded.dtype.kind not in "iu":
        raise refusal("CORRUPT_FRAME", f"the decoder returned {decoded.shape}")
    return _as_stored(decoded, found, geometry)


def _out(found: Codestream, room: Room) -> Out:
    """Return memory of the size that the codec fills, if there is any.

    Not for colour: a codec may want its planes one after the other, and it is converted anyway.
    """
    if found.precision > 16 or found.components != 1:
        return None
    kind, size = "i" if found.is_signed else "u", 1 if found.precision <= 8 else 2
    return room(expected_shape(found), np.dtype(f"{kind}{size}"))


def expected_shape(found: Codestream) -> tuple[int, ...]:
    """Return the shape that must come out of a checked codestream."""
    shape = (found.rows, found.columns)
    return shape if found.components == 1 else (*shape, found.components)


def _as_stored(values: NDArray[Any], found: Codestream, geometry: PixelGeometry) -> NDArray[Any]:
    """Read the decoded bits with the size and sign that the data set states."""
    dtype = stored_dtype(geometry)
    if values.dtype.itemsize > dtype.itemsize:
        raise refusal("CODESTREAM_MISMATCH", f"{values.dtype.itemsize * 8} bits decoded")
    if found.is_signed or not geometry.is_signed:
        return np.ascontiguousarray(values.astype(dtype, copy=False))
    return np.ascontiguousarray(extend_sign(values, found.precision, dtype))
