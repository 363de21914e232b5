"""Golden vectors: what each decoder must return, checked before it is trusted.

The codestreams in `resources/golden_vectors.json` were made by the encoder that each one names;
what they hold is computed here. The lossless ones hold the extremes side by side, so that a
decoder which clamps where T.81 H.1.2.1 asks for arithmetic modulo 2^16 is caught.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from readstation.adapters.decode.codecs import decode_codestream, decode_rle
from readstation.adapters.decode.codestream import check_codestream, read_codestream
from readstation.adapters.decode.native import stored_dtype
from readstation.adapters.decode.transfer_syntaxes import (
    SUPPORTED,
    Codec,
    TransferSyntax,
    transfer_syntax,
)
from readstation.adapters.dicom.pixel_geometry import PixelGeometry
from readstation.app.importing.refusals import refusal
from readstation.domain.errors import RefusedInputError
from readstation.resource_files import resources

SIDE = 16
VECTORS_FILE = "golden_vectors.json"


@dataclass(frozen=True, slots=True)
class GoldenVector:
    """One codestream and what it must decode to, within `tolerance`."""

    transfer_syntax_uid: str
    pattern: str
    bits: int
    is_signed: bool
    tolerance: int
    encoder: str
    codestream: str

    @property
    def geometry(self) -> PixelGeometry:
        return PixelGeometry(
            rows=SIDE,
            columns=SIDE,
            number_of_frames=1,
            samples_per_pixel=1,
            photometric_interpretation="MONOCHROME2",
            bits_allocated=8 if self.bits <= 8 else 16,
            bits_stored=self.bits,
            is_signed=self.is_signed,
            is_planar=False,
        )

    def expected(self) -> NDArray[Any]:
        """Compute what must come out."""
        values = extremes(self.bits, is_signed=self.is_signed)
        return (values if self.pattern == "extremes" else smooth(self.bits)).astype(
            stored_dtype(self.geometry)
        )


@dataclass(frozen=True, slots=True)
class SelfTestRow:
    """The result of one transfer syntax, for `doctor`."""

    transfer_syntax_uid: str
    name: str
    decoder: str
    vectors: int
    failure: str = ""


def extremes(bits: int, *, is_signed: bool) -> NDArray[np.int64]:
    """Return a ramp, a checker of lowest and highest values, and numbers of a fixed generator."""
    low = -(1 << bits - 1) if is_signed else 0
    high = low + (1 << bits) - 1
    out = np.empty((SIDE, SIDE), np.int64)
    out[:4] = np.linspace(low, high, 4 * SIDE).round().reshape(4, SIDE)
    rows, columns = np.indices((4, SIDE))
    out[4:8] = np.where((rows + columns) % 2, high, low)
    state = 1
    for index in range(8 * SIDE, SIDE * SIDE):
        state = (state * 1_103_515_245 + 12_345) % (1 << 31)
        out.flat[index] = low + (state >> 8) % (1 << bits)
    return out


def smooth(bits: int) -> NDArray[np.int64]:
    """Return a slope that lossy compression keeps."""
    y, x = np.indices((SIDE, SIDE))
    slope: NDArray[np.int64] = ((x * 3 + y * 5) * ((1 << bits) - 1) / 120).round().astype(np.int64)
    return slope


@cache
def golden_vectors() -> tuple[GoldenVector, ...]:
    """Read the packed vectors."""
    text = (resources() / VECTORS_FILE).read_text(encoding="utf-8")
    return tuple(GoldenVector(**vector) for vector in json.loads(text)["vectors"])


def decode_vector(vector: GoldenVector) -> NDArray[Any]:
    """Decode a vector as a frame of a file would be."""
    data, geometry = base64.b64decode(vector.codestream), vector.geometry
    syntax = transfer_syntax(vector.transfer_syntax_uid)
    if syntax.codec is Codec.RLE:
        return decode_rle(data, geometry)
    found = read_codestream(data, syntax)
    check_codestream(found, geometry, syntax)
    return decode_codestream(data, found, geometry, syntax.codec)


def failure_of(vector: GoldenVector) -> str:
    """Return what is wrong with a decoder, or ''."""
    try:
        decoded = decode_vector(vector)
    except RefusedInputError as refused:
        return refused.message
    expected = vector.expected()
    if decoded.dtype != expected.dtype or decoded.shape != expected.shape:
        return f"{decoded.shape} {decoded.dtype} came out"
    difference = np.abs(decoded.astype(np.int64) - expected.astype(np.int64))
    wrong = int((difference > vector.tolerance).sum())
    return f"{wrong} of {expected.size} pixels are wrong" if wrong else ""


@cache
def self_test(transfer_syntax_uid: str) -> SelfTestRow:
    """Test the decoder of one transfer syntax, once per process."""
    syntax = transfer_syntax(transfer_syntax_uid)
    vectors = [v for v in golden_vectors() if v.transfer_syntax_uid == transfer_syntax_uid]
    failures = [failure for failure in map(failure_of, vectors) if failure]
    if syntax.is_encapsulated and not vectors:
        failures = ["there is no golden vector"]
    name, decoder = syntax.name, syntax.codec.value
    return SelfTestRow(
        transfer_syntax_uid, name, decoder, len(vectors), failures[0] if failures else ""
    )


def require_trusted(syntax: TransferSyntax) -> None:
    """Refuse a transfer syntax whose decoder fails its golden vectors on this machine."""
    found = self_test(syntax.uid)
    if found.failure:
        raise refusal("SELF_TEST_FAILED", f"{syntax.name}, {found.failure}")


def self_test_all() -> list[SelfTestRow]:
    """Test every decoder, for `doctor`."""
    return [self_test(syntax.uid) for syntax in SUPPORTED]
