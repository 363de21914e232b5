"""A volume from the slices of a regular stack, with its place in the patient."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from readstation.imaging.frame import PixelPadding, StoredFrame
from readstation.imaging.modality_lut import IDENTITY, ModalityTransform, modality_values
from readstation.imaging.plane import ImagePlane, Vector
from readstation.imaging.stack_order import sort_by_position

FEWEST_SLICES = 3
ALONG_TOLERANCE = 0.25  # of the slice spacing
ACROSS_TOLERANCE = 0.5  # of a pixel
TURN_TOLERANCE = 1e-3  # pixels per pixel: half a pixel over an image of 512

Matrix = NDArray[np.float64]


class NoVolumeError(ValueError):
    """The images are no volume; the text says why, as a sentence for the reader."""


@dataclass(frozen=True, slots=True, eq=False)
class SlicePixels:
    """One slice of a stack: where it lies, its stored values, and what they mean."""

    plane: ImagePlane
    frame: StoredFrame
    modality_transform: ModalityTransform = IDENTITY
    pixel_padding: PixelPadding | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Volume:
    """Values on a regular grid in the patient.

    `values` has shape (slices, rows, columns); `modality_transform` takes them to modality values.
    `to_patient` is 3 x 4: it takes (column, row, slice, 1), whole numbers at the centres of voxels,
    to patient coordinates in mm. `padding` is the value of what is no image, among the voxels
    and outside: no voxel of the image has it. It is not a number where the values are floats.
    """

    values: NDArray[Any]
    to_patient: Matrix
    modality_transform: ModalityTransform
    padding: float
    has_padding: bool
    frame_of_reference_uid: str = ""

    @property
    def to_voxel(self) -> Matrix:
        """Return the 3 x 4 matrix that takes patient coordinates to (column, row, slice)."""
        back = np.linalg.inv(self.to_patient[:, :3])
        return np.column_stack([back, -back @ self.to_patient[:, 3]])

    @property
    def pixel_padding(self) -> PixelPadding | None:
        """Return the padding as a frame has it; None where it is not a number."""
        return None if np.isnan(self.padding) else PixelPadding(self.padding, self.padding)

    @property
    def spacing_mm(self) -> Vector:
        """Return the distances of neighbouring columns, rows and slices."""
        across, down, along = (float(v) for v in np.linalg.norm(self.to_patient[:, :3], axis=0))
        return across, down, along

    @property
    def center_mm(self) -> Vector:
        """Return the middle of the volume."""
        slices, rows, columns = self.values.shape
        return self.point_mm((columns - 1) / 2, (rows - 1) / 2, (slices - 1) / 2)

    @property
    def corners_mm(self) -> tuple[Vector, ...]:
        """Return the eight outer corners, half a voxel beyond the outermost centres."""
        slices, rows, columns = self.values.shape
        return tuple(
            self.point_mm(x, y, z)
            for z in (-0.5, slices - 0.5)
            for y in (-0.5, rows - 0.5)
            for x in (-0.5, columns - 0.5)
        )

    def point_mm(self, column: float, row: float, slice_index: float) -> Vector:
        """Return where a point of the grid lies in the patient."""
        x, y, z = (float(v) for v in self.to_patient @ np.array([column, row, slice_index, 1.0]))
        return x, y, z


def why_no_volume(planes: Sequence[ImagePlane | None]) -> str:
    """Return why images that lie so are no volume, as a sentence; empty if they are one."""
    placed = [plane for plane in planes if plane is not None]
    if len(placed) < len(planes) or not planes:
        return "The images of this series do not say where they lie in the patient."
    if len(placed) < FEWEST_SLICES:
        return f"This series has fewer than {FEWEST_SLICES} images."
    if len({plane.frame_of_reference_uid for plane in placed}) > 1:
        return "The images of this series do not share one frame of reference."
    report = sort_by_position(placed)
    if not report.is_regular:
        return report.warning
    ordered = [placed[index] for index in report.order]
    return _why_off_grid(ordered)


def build_volume(slices: Sequence[SlicePixels]) -> Volume:
    """Put the slices of a regular stack, in any order, on one grid.

    Parameters
    ----------
    slices : sequence of SlicePixels
        All slices of the stack. Their pixels are copied.

    Returns
    -------
    Volume
        In stored values where one linear transform holds for all slices, else in modality
        values (float32).

    Raises
    ------
    NoVolumeError
        If the slices are not of one kind and size, or do not lie on one grid.
    """
    reason = why_no_volume([each.plane for each in slices]) or _why_unlike(slices)
    if reason:
        raise NoVolumeError(reason)
    ordered = [slices[index] for index in sort_by_position([s.plane for s in slices]).order]
    planes = [each.plane for each in ordered]
    values, found, transform = _values(ordered)
    values, padding = _with_free_padding(values, found)
    uid = planes[0].frame_of_reference_uid
    return Volume(values, _to_patient(planes), transform, padding, bool(found), uid)


def _why_unlike(slices: Sequence[SlicePixels]) -> str:
    frames = [each.frame for each in slices]
    if any(frame.is_colour for frame in frames):
        return "Colour images are not reformatted."
    if len({frame.stored_values.shape for frame in frames}) > 1:
        return "The images of this series are not of one size."
    kinds = {(each.frame.photometric_interpretation, each.frame.is_signed) for each in slices}
    types = {each.modality_transform.rescale_type for each in slices}
    if len(kinds) > 1 or len(types) > 1:
        return "The images of this series do not hold values of one kind."
    return ""


def _to_patient(planes: Sequence[ImagePlane]) -> Matrix:
    """Return the grid of ordered planes; the slice step is the mean one, whichever way it leans."""
    first, last = planes[0], planes[-1]
    step = (np.array(last.position_mm) - np.array(first.position_mm)) / (len(planes) - 1)
    return np.column_stack(
        [
            np.array(first.row_cosines) * first.column_spacing_mm,
            np.array(first.column_cosines) * first.row_spacing_mm,
            step,
            np.array(first.position_mm),
        ]
    )


def _why_off_grid(planes: Sequence[ImagePlane]) -> str:
    """Return why a slice does not lie where the grid says, so far as it would be seen.

    Distances that all pass as equal may still add up, and a slice may be turned in its plane.
    """
    grid = _to_patient(planes)
    back = np.linalg.inv(grid[:, :3])
    unit = back @ grid[:, :2]
    for index, plane in enumerate(planes):
        at = back @ (np.array(plane.position_mm) - grid[:, 3]) - np.array([0.0, 0.0, index])
        if abs(at[2]) > ALONG_TOLERANCE:
            return "This series has uneven spacing."
        if max(abs(at[0]), abs(at[1])) > ACROSS_TOLERANCE:
            return "The images of this series are shifted against each other."
        across = np.array(plane.row_cosines) * plane.column_spacing_mm
        down = np.array(plane.column_cosines) * plane.row_spacing_mm
        turned = np.abs(back @ np.column_stack([across, down]) - unit).max()
        if turned > TURN_TOLERANCE:
            return "The images of this series differ in direction or pixel spacing."
    return ""


def _values(
    slices: Sequence[SlicePixels],
) -> tuple[NDArray[Any], dict[int, NDArray[np.bool_]], ModalityTransform]:
    """Return the stack, which of each slice is padding if any is, and what the values mean."""
    head = slices[0].modality_transform
    is_one = head.lut is None and all(each.modality_transform == head for each in slices)
    shape = (len(slices), *slices[0].frame.stored_values.shape)
    type_ = np.result_type(*(each.frame.stored_values.dtype for each in slices))
    if not is_one or type_.itemsize > 2:
        type_ = np.dtype(np.float32)
    values = np.empty(shape, type_)
    padding: dict[int, NDArray[np.bool_]] = {}
    for index, each in enumerate(slices):
        stored = each.frame.stored_values
        is_padding = _is_padding(stored, each.frame.pixel_padding or each.pixel_padding)
        if is_padding is not None:
            padding[index] = is_padding
        values[index] = stored if is_one else modality_values(stored, each.modality_transform)
    kept = head if is_one else ModalityTransform(rescale_type=head.rescale_type, is_stated=True)
    return values, padding, kept


def _is_padding(stored: NDArray[Any], padding: PixelPadding | None) -> NDArray[np.bool_] | None:
    found = np.zeros(stored.shape, np.bool_)
    if padding is not None:
        found |= (stored >= padding.lowest) & (stored <= padding.highest)
    if stored.dtype.kind == "f":
        found |= ~np.isfinite(stored)
    return found if found.any() else None


def _with_free_padding(
    values: NDArray[Any], padding: Mapping[int, NDArray[np.bool_]]
) -> tuple[NDArray[Any], float]:
    """Return the values with padding set to a value that no other voxel has.

    It lies beside them: what enlarges the image overshoots beside far jumps.
    """
    code = math.nan
    if values.dtype.kind != "f":
        lowest, highest = _range_of_image(values, padding)
        limits = np.iinfo(values.dtype)
        free = [c for c in (lowest - 1, highest + 1) if limits.min <= c <= limits.max]
        if not free:
            return _with_free_padding(values.astype(np.float32), padding)
        code = free[0]
    for index, is_padding in padding.items():
        values[index][is_padding] = code
    return values, float(code)


def _range_of_image(
    values: NDArray[Any], padding: Mapping[int, NDArray[np.bool_]]
) -> tuple[int, int]:
    """Return the least and the highest value that is no padding."""
    ends = []
    for index, page in enumerate(values):
        image = page[~padding[index]] if index in padding else page
        if image.size:
            ends.append((int(image.min()), int(image.max())))
    return min((low for low, _ in ends), default=0), max((high for _, high in ends), default=0)
