"""Images of any plane through a volume, one voxel thick or as a slab."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from readstation.imaging.plane import ImagePlane, Vector
from readstation.imaging.volume import Volume

ROWS_AT_ONCE = 128
MOST_SAMPLES = 1024
MOST_PIXELS = 1 << 24


class Interpolation(Enum):
    """How a value between voxels is found."""

    NEAREST = "nearest"
    LINEAR = "linear"
    CUBIC = "cubic"


class Projection(Enum):
    """What a slab shows of the values that lie behind each other; of modality values."""

    MAXIMUM = "MIP"
    MINIMUM = "MinIP"
    MEAN = "mean"


@dataclass(frozen=True, slots=True)
class Slab:
    """How thick the image is. Without thickness it is a plane."""

    thickness_mm: float = 0.0
    projection: Projection = Projection.MEAN

    def __post_init__(self) -> None:
        if not (math.isfinite(self.thickness_mm) and self.thickness_mm >= 0):
            raise ValueError("a slab has a thickness of zero or more")

    @property
    def words(self) -> str:
        """Return what the slab is called: "MIP 10 mm"; empty for a plane."""
        thick = f"{self.projection.value} {self.thickness_mm:.4g} mm"
        return thick if self.thickness_mm else ""


THIN = Slab()


def layers_of(volume: Volume, plane: ImagePlane, slab: Slab) -> tuple[int, float]:
    """Return how many layers are sampled and their distance in mm: at most that of the voxels.

    The layers divide the slab evenly, each in the middle of its part.
    """
    return layer_count(volume, plane.normal, slab)


def layer_count(volume: Volume, normal: Vector, slab: Slab) -> tuple[int, float]:
    """Return the same for a direction in the patient."""
    if slab.thickness_mm == 0:
        return 1, 0.0
    per_mm = float(np.linalg.norm(volume.to_voxel[:, :3] @ np.array(normal)))
    count = max(math.ceil(slab.thickness_mm * per_mm - 1e-6), 1)
    if count > MOST_SAMPLES:
        raise ValueError("the slab is too thick")
    return count, slab.thickness_mm / count


def reslice(
    volume: Volume,
    plane: ImagePlane,
    shape: tuple[int, int],
    slab: Slab = THIN,
    *,
    interpolation: Interpolation = Interpolation.LINEAR,
    told: Callable[[], None] = lambda: None,
) -> NDArray[Any]:
    """Sample a volume on a plane, or project the slab around it.

    Parameters
    ----------
    volume : Volume
        Not modified.
    plane : ImagePlane
        Where the image lies. Its frame of reference is not compared.
    shape : (rows, columns)
        Of the image.
    slab : Slab
        Half of the thickness lies on each side of the plane.
    interpolation : Interpolation
        Between voxels; of linear ones those that are padding are left out. Cubic is for planes:
        a slab is sampled linearly.
    told : callable
        Called now and then; what it raises ends the work.

    Returns
    -------
    ndarray, shape (rows, columns)
        Values as the volume has them, whole ones rounded half up; `volume.padding` where there is
        no image. The volume goes half a voxel beyond the outermost centres.

    Raises
    ------
    ValueError
        If the image is too large or the slab too thick.
    """
    from readstation.imaging import reslice_kernel as kernel  # noqa: PLC0415 - takes half a second

    rows, columns = shape
    if min(shape) < 1 or rows * columns > MOST_PIXELS:
        raise ValueError("an image has some pixels, and not too many")
    samples, apart_mm = layers_of(volume, plane, slab)
    grid = _grid(volume, plane, apart_mm)
    out = np.empty(shape, volume.values.dtype)
    padding, is_whole = float(volume.padding), volume.values.dtype.kind != "f"
    code = (kernel.MAXIMUM, kernel.MINIMUM, kernel.MEAN)[
        list(Projection).index(_of_stored_values(volume, slab.projection))
    ]
    how = (code, interpolation is Interpolation.NEAREST, padding)
    is_cubic = interpolation is Interpolation.CUBIC and slab.thickness_mm == 0
    limits = _limits(volume.values.dtype)
    for first in range(0, rows, ROWS_AT_ONCE):
        told()
        part = (first, min(first + ROWS_AT_ONCE, rows))
        if is_cubic:
            kernel.sample_cubic(
                volume.values, out, part, grid, padding, limits, volume.has_padding, is_whole
            )
        else:
            kernel.sample_rows(
                volume.values, out, part, grid, samples, how, volume.has_padding, is_whole
            )
    return out


def _limits(dtype: np.dtype[Any]) -> tuple[float, float]:
    """Return the lowest and the highest number that a pixel can hold."""
    if dtype.kind == "f":
        return -math.inf, math.inf
    return float(np.iinfo(dtype).min), float(np.iinfo(dtype).max)


def _of_stored_values(volume: Volume, projection: Projection) -> Projection:
    """Return what to take of stored values: where the slope falls, their least is the highest."""
    if volume.modality_transform.rescale_slope >= 0 or projection is Projection.MEAN:
        return projection
    is_maximum = projection is Projection.MAXIMUM
    return Projection.MINIMUM if is_maximum else Projection.MAXIMUM


def _grid(volume: Volume, plane: ImagePlane, apart_mm: float) -> NDArray[np.float64]:
    """Return the first pixel in the volume, and the steps to next column, row and layer."""
    to_voxel = volume.to_voxel
    back = to_voxel[:, :3]
    return np.stack(
        [
            back @ np.array(plane.position_mm) + to_voxel[:, 3],
            back @ np.array(plane.row_cosines) * plane.column_spacing_mm,
            back @ np.array(plane.column_cosines) * plane.row_spacing_mm,
            back @ np.array(plane.normal) * apart_mm,
        ]
    )
