"""Golden vectors: small codestreams of other programs, and the images that they must decode to.

What a vector holds is computed here from its pattern. The extremes stand side by side in some, so
that a decoder which clamps where T.81 H.1.2.1 asks for arithmetic modulo 2^16 is caught.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from readstation.adapters.decode.native import stored_dtype
from readstation.adapters.dicom.pixel_geometry import PixelGeometry
from readstation.resource_files import resources

VECTORS_FILE = "golden_vectors.json"


@dataclass(frozen=True, slots=True)
class GoldenVector:
    """One codestream and what it must decode to, within `tolerance`."""

    transfer_syntax_uid: str
    pattern: str
    rows: int
    columns: int
    bits: int
    encoder: str
    codestream: bytes
    samples: int = 1
    frames: int = 1
    is_signed: bool = False
    photometric_interpretation: str = "MONOCHROME2"
    lost_bits: int = 0
    """How many of the lowest bits the encoder left out (point transform)."""
    tolerance: int = 0

    @property
    def geometry(self) -> PixelGeometry:
        return PixelGeometry(
            rows=self.rows,
            columns=self.columns,
            number_of_frames=self.frames,
            samples_per_pixel=self.samples,
            photometric_interpretation=self.photometric_interpretation,
            bits_allocated=8 if self.bits <= 8 else 16 if self.bits <= 16 else 32,
            bits_stored=self.bits,
            is_signed=self.is_signed,
            is_planar=False,
        )

    def expected(self) -> NDArray[Any]:
        """Compute what must come out; frames of one codestream are its components."""
        shape = (self.rows, self.columns, self.samples * self.frames)
        values = PATTERNS[self.pattern](shape, self.bits) >> self.lost_bits << self.lost_bits
        if self.is_signed:
            values = values - (1 << self.bits - 1)
        plain = values[..., 0] if shape[2] == 1 else values
        return np.ascontiguousarray(plain.astype(stored_dtype(self.geometry)))


Shape = tuple[int, int, int]


def ramp(shape: Shape, bits: int) -> NDArray[np.int64]:
    """Return all values in order, as far as there is room, else evenly spread ones."""
    size, highest = int(np.prod(shape)), (1 << bits) - 1
    values = np.arange(size, dtype=np.int64)
    if size <= highest:
        values = values * highest // max(size - 1, 1)
    return (values % (highest + 1)).reshape(shape)


def noise(shape: Shape, bits: int) -> NDArray[np.int64]:
    """Return numbers of a fixed generator (mixed multiplication, so that low bits vary too)."""
    values = np.arange(int(np.prod(shape)), dtype=np.uint64) + np.uint64(1)
    for shift in (30, 27, 31):
        values ^= values >> np.uint64(shift)
        values *= np.uint64(0x9E37_79B9_7F4A_7C15)
    return (values >> np.uint64(64 - bits)).astype(np.int64).reshape(shape)


def checker(shape: Shape, bits: int) -> NDArray[np.int64]:
    """Return lowest and highest values side by side."""
    row, column, sample = np.indices(shape)
    return np.where((row + column + sample) % 2, (1 << bits) - 1, 0).astype(np.int64)


def extremes(shape: Shape, bits: int) -> NDArray[np.int64]:
    """Return a quarter ramp, a quarter checker, and noise below."""
    values = noise(shape, bits)
    quarter = shape[0] // 4
    values[:quarter] = ramp((quarter, *shape[1:]), bits)
    values[quarter : 2 * quarter] = checker((quarter, *shape[1:]), bits)
    return values


def blocks(shape: Shape, bits: int) -> NDArray[np.int64]:
    """Return flat areas with sharp edges: runs for the run modes of RLE and JPEG-LS."""
    row, column, sample = np.indices(shape)
    values: NDArray[np.int64] = (row // 5 * 7 + column // 6 * 11 + sample * 3) * 37 % (1 << bits)
    return values


def smooth(shape: Shape, bits: int) -> NDArray[np.int64]:
    """Return a slope that lossy compression keeps."""
    row, column, sample = np.indices(shape)
    steps = (column * 3 + row * 5 + sample * 9) * ((1 << bits) - 1)
    slope: NDArray[np.int64] = steps // (3 * shape[1] + 5 * shape[0] + 9 * shape[2])
    return slope


PATTERNS: dict[str, Callable[[Shape, int], NDArray[np.int64]]] = {
    "ramp": ramp,
    "noise": noise,
    "checker": checker,
    "extremes": extremes,
    "blocks": blocks,
    "smooth": smooth,
}


@cache
def golden_vectors() -> tuple[GoldenVector, ...]:
    """Read the vectors that every start of a decode worker checks."""
    text = (resources() / VECTORS_FILE).read_text(encoding="utf-8")
    return tuple(vector_from_plain(plain) for plain in json.loads(text)["vectors"])


def vector_from_plain(plain: dict[str, Any]) -> GoldenVector:
    """Return a vector as it is written in JSON: its codestream as base64."""
    return GoldenVector(**{**plain, "codestream": base64.b64decode(plain["codestream"])})
