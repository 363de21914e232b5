"""Overlay planes 60xx, from Overlay Data or from the unused bits of the pixels (PS3.3 C.9.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from readstation.adapters.dicom.attributes import Attributes
from readstation.adapters.dicom.pixel_geometry import PixelGeometry
from readstation.domain.errors import RefusedInputError
from readstation.imaging.overlay_plane import OverlayPlane, OverlayType

OVERLAY_GROUPS = range(0x6000, 0x6020, 2)
MAX_PIXELS = 64_000_000  # of all planes together: each is a byte in memory
UNUSABLE = "An overlay of this image is not usable and is left out."


@dataclass(frozen=True, slots=True)
class OverlayGroup:
    """One overlay group, checked. `data` is None where the bits lie in the pixel cells."""

    group: int
    rows: int
    columns: int
    origin: tuple[int, int]  # row and column of its first pixel, counted from 1
    frames: int | None
    first_frame: int  # Image Frame Origin, counted from 1
    overlay_type: OverlayType
    bit_position: int
    data: bytes | None
    label: str
    description: str

    def frame_of(self, frame_index: int) -> int | None:
        """Return which of its frames lies over an image frame, both counted from 0 (C.9.3).

        A plane that says nothing of frames lies over all of them; one in the pixel cells takes its
        bits from the very frame it lies over.
        """
        if self.frames is None:
            return 0
        own = frame_index - (self.first_frame - 1)
        return own if 0 <= own < self.frames else None


def read_overlay_groups(
    attributes: Attributes, geometry: PixelGeometry
) -> tuple[tuple[OverlayGroup, ...], tuple[str, ...]]:
    """Return the usable overlay groups in their order, and a note if some are not usable."""
    usable, bad, pixels = [], 0, 0
    for group in OVERLAY_GROUPS:
        item = attributes.overlay_group(group)
        if "OverlayRows" not in item and "OverlayData" not in item:
            continue
        found = _read_group(item, group, geometry)
        pixels += found.rows * found.columns if found is not None else 0
        if found is None or pixels > MAX_PIXELS:
            bad += 1
        else:
            usable.append(found)
    return tuple(usable), (UNUSABLE,) if bad else ()


def overlay_planes(
    groups: tuple[OverlayGroup, ...],
    geometry: PixelGeometry,
    frame_index: int,
    cells: NDArray[Any] | None = None,
    kept_bits: int = 0,
) -> tuple[OverlayPlane, ...]:
    """Return the overlays of one frame, cropped to the image; empty graphics are left out.

    Parameters
    ----------
    groups : tuple of OverlayGroup
        From `read_overlay_groups`.
    geometry : PixelGeometry
        Of the image.
    frame_index : int
        Of the image, from 0.
    cells : ndarray, shape (rows, columns), integer, or None
        The pixel cells with all their bits, before anything above Bits Stored is cleared.
    kept_bits : int
        How many low bits of `cells` are as stored: a codec may keep fewer than were allocated.
    """
    planes = []
    for group in groups:
        own = group.frame_of(frame_index)
        graphic = None if own is None else _graphic(group, geometry, own, cells, kept_bits)
        plane = None if graphic is None else _placed(group, graphic, geometry)
        if plane is not None and _is_worth_showing(plane):
            planes.append(plane)
    return tuple(planes)


def _is_worth_showing(plane: OverlayPlane) -> bool:
    return plane.overlay_type is OverlayType.ROI or bool(plane.graphic.any())


def _read_group(item: Attributes, group: int, geometry: PixelGeometry) -> OverlayGroup | None:
    try:
        rows, columns = item.unsigned_short("OverlayRows"), item.unsigned_short("OverlayColumns")
        first_frame = item.unsigned_short("ImageFrameOrigin")
        allocated = item.unsigned_short("OverlayBitsAllocated")
        position = item.unsigned_short("OverlayBitPosition")
        frames = item.integer_string("NumberOfFramesInOverlay")
    except RefusedInputError:
        return None
    origin = item.numbers("OverlayOrigin")
    sizes_are_good = rows and columns and rows * columns <= MAX_PIXELS
    if not sizes_are_good or len(origin) != 2 or allocated is None or position is None:
        return None
    is_roi = item.text("OverlayType", 16).upper() == OverlayType.ROI.value
    found = OverlayGroup(
        group=group,
        rows=rows or 0,
        columns=columns or 0,
        origin=(int(origin[0]), int(origin[1])),
        frames=frames or (1 if first_frame else None),
        first_frame=first_frame or 1,
        overlay_type=OverlayType.ROI if is_roi else OverlayType.GRAPHICS,
        bit_position=position,
        data=_data(item),
        label=item.text("OverlayLabel", 64),
        description=item.text("OverlayDescription", 64),
    )
    return found if _is_complete(found, geometry) else None


def _data(item: Attributes) -> bytes | None:
    return item.words("OverlayData") or None


def _is_complete(found: OverlayGroup, geometry: PixelGeometry) -> bool:
    """Check that the bits are there: all of Overlay Data, or a bit outside the stored value."""
    if found.data is not None:
        bits = found.rows * found.columns * max(found.frames or 1, 1)
        return (found.frames or 1) >= 1 and len(found.data) * 8 >= bits
    low, stored = geometry.low_bit, geometry.bits_stored
    is_unused = not low <= found.bit_position < low + stored
    is_gray = geometry.samples_per_pixel == 1 and not geometry.is_float
    covers = (found.rows, found.columns) == (geometry.rows, geometry.columns)
    return is_gray and covers and is_unused and found.bit_position < geometry.bits_allocated


def _graphic(
    group: OverlayGroup,
    geometry: PixelGeometry,
    own_frame: int,
    cells: NDArray[Any] | None,
    kept_bits: int,
) -> NDArray[np.bool_] | None:
    """Return those rows of a plane that lie over the image; None where its bits are not there."""
    first, last = _within(group.origin[0], group.rows, geometry.rows)
    if first >= last:
        return None
    if group.data is None:
        if cells is None or group.bit_position >= kept_bits:
            return None
        unsigned = cells[first:last].view(np.dtype(f"u{cells.dtype.itemsize}"))
        set_bits: NDArray[np.bool_] = (unsigned >> np.uint8(group.bit_position) & 1) != 0
        return set_bits
    start = (own_frame * group.rows + first) * group.columns
    count = (last - first) * group.columns
    # PS3.5 8.1.2: the bits follow one another without padding, between rows and between frames.
    packed = np.frombuffer(group.data, np.uint8)[start // 8 : (start + count + 7) // 8]
    bits = np.unpackbits(packed, bitorder="little")[start % 8 : start % 8 + count]
    return bits.reshape(last - first, group.columns).astype(np.bool_)


def _placed(
    group: OverlayGroup, graphic: NDArray[np.bool_], geometry: PixelGeometry
) -> OverlayPlane | None:
    """Crop the columns and say which image pixel the plane begins at; None if nothing is left."""
    row, column = group.origin
    first, last = _within(column, group.columns, geometry.columns)
    if first >= last:
        return None
    return OverlayPlane(
        graphic=np.ascontiguousarray(graphic[:, first:last]),
        first_row=max(row - 1, 0),
        first_column=max(column - 1, 0),
        overlay_type=group.overlay_type,
        group=group.group,
        label=group.label,
        description=group.description,
    )


def _within(origin: int, length: int, image_length: int) -> tuple[int, int]:
    """Return which of a plane's rows (or columns) lie over the image: first, last excluded."""
    return max(1 - origin, 0), min(length, image_length - (origin - 1))
