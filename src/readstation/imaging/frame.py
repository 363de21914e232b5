"""One decoded frame as the scanner stored it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from readstation.imaging.overlay_plane import OverlayPlane


@dataclass(frozen=True, slots=True)
class PixelPadding:
    """Stored values that are no image: Pixel Padding Value (0028,0120) to its Range Limit.

    Whole numbers, save for float pixels (0028,0122 and 0028,0123).
    """

    lowest: float
    highest: float

    @classmethod
    def between(cls, value: float, range_limit: float | None = None) -> PixelPadding:
        """Return the padding range; the limit may lie on either side of the value (C.7.5.1.1.2)."""
        other = value if range_limit is None else range_limit
        return cls(min(value, other), max(value, other))


@dataclass(frozen=True, slots=True, eq=False)
class StoredFrame:
    """Stored values of one frame, after unpacking and sign extension, before any LUT.

    `stored_values` has shape (rows, columns) and an integer or float dtype for grayscale, or
    (rows, columns, 3) and uint8 for colour. Colour is RGB: YBR and palettes are already converted.
    """

    stored_values: NDArray[Any]
    photometric_interpretation: str
    bits_stored: int
    is_signed: bool = False
    pixel_padding: PixelPadding | None = None
    overlays: tuple[OverlayPlane, ...] = ()
    half_sizes: tuple[NDArray[Any], ...] = ()  # made ahead by `pyramid.with_half_sizes`

    def __post_init__(self) -> None:
        values = self.stored_values
        is_gray = values.ndim == 2 and values.dtype.kind in "iuf"
        is_rgb = values.ndim == 3 and values.shape[2] == 3 and values.dtype == np.uint8
        if not (is_gray or is_rgb) or values.size == 0:
            raise ValueError(
                "a frame is (rows, columns) numbers or (rows, columns, 3) uint8, "
                f"not {values.shape} {values.dtype}"
            )

    @property
    def rows(self) -> int:
        return int(self.stored_values.shape[0])

    @property
    def columns(self) -> int:
        return int(self.stored_values.shape[1])

    @property
    def is_colour(self) -> bool:
        return self.stored_values.ndim == 3

    @property
    def is_monochrome1(self) -> bool:
        return self.photometric_interpretation.strip().upper() == "MONOCHROME1"

    @property
    def size_bytes(self) -> int:
        overlays = sum(plane.graphic.nbytes for plane in self.overlays)
        smaller = sum(level.nbytes for level in self.half_sizes)
        return int(self.stored_values.nbytes) + overlays + smaller
