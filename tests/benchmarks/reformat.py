"""Planes and slabs through a CT volume, against vtkImageReslice.

512 x 512 x 1000 voxels of 16 bits, an oblique plane of 900 x 900 pixels through the middle, one
volume in memory for both. Both use one thread; the figures are CPU time, because a neighbour on the
machine is in the time on the wall. Left out: compiling (the first use of a type of pixels) and the
look-up, which is that of any image. The images are compared: a pixel may differ by one value.
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from readstation.imaging.modality_lut import ModalityTransform
from readstation.imaging.plane import ImagePlane
from readstation.imaging.reslice import (
    THIN,
    Interpolation,
    Projection,
    Slab,
    layers_of,
    reslice,
)
from readstation.imaging.volume import Volume
from tests.benchmarks.row import Row, measure_in_turn, not_run, row
from tests.benchmarks.targets import OBLIQUE, SLAB, Target

VTK = "VTK vtkImageReslice"
ROUNDS = 11
SIZE, SMOKE_SIZE = (1000, 512, 512), (24, 32, 28)
PIXELS, SMOKE_PIXELS = 900, 40
STEP_MM = 0.5
PADDING = -32768
Image = np.ndarray
CASES: tuple[tuple[str, Slab, Interpolation, Target | None], ...] = (
    ("oblique, linear", THIN, Interpolation.LINEAR, OBLIQUE),
    ("oblique, nearest", THIN, Interpolation.NEAREST, None),
    ("oblique, cubic", THIN, Interpolation.CUBIC, None),
    ("10 mm slab, MIP", Slab(10, Projection.MAXIMUM), Interpolation.LINEAR, SLAB),
    ("10 mm slab, MinIP", Slab(10, Projection.MINIMUM), Interpolation.LINEAR, SLAB),
    ("10 mm slab, mean", Slab(10, Projection.MEAN), Interpolation.LINEAR, SLAB),
)


def measure(smoke: bool) -> list[Row]:
    """Return a row per kind of image."""
    size, side = (SMOKE_SIZE, SMOKE_PIXELS) if smoke else (SIZE, PIXELS)
    volume = volume_of(size)
    plane = oblique(volume, side)
    rows = []
    for name, slab, interpolation, target in CASES:
        label = f"reformat: {side}x{side} {name}"
        try:
            theirs = by_vtk(volume, plane, side, slab, interpolation)
        except ImportError as problem:
            rows.append(not_run(label, VTK, str(problem), target))
            continue

        def ours(slab: Slab = slab, how: Interpolation = interpolation) -> Image:
            return reslice(volume, plane, (side, side), slab, interpolation=how)

        beyond = 1.0 if interpolation is Interpolation.CUBIC else -1.0
        differ = pixels_that_differ(ours(), theirs(), depth_of(volume, plane, side) >= beyond)
        taken = measure_in_turn(
            1 if smoke else ROUNDS,
            ours=lambda run=ours: cpu_ms_of(run),
            vtk=lambda run=theirs: cpu_ms_of(run),
        )
        if interpolation is not Interpolation.NEAREST and differ:
            raise RuntimeError(f"{label}: {differ} pixels differ by more than one value")
        note = f"{layers_of(volume, plane, slab)[0]} layers, CPU time, one thread each"
        rows.append(row(label, taken["ours"], VTK, taken["vtk"], note, target=target))
    return rows


def volume_of(size: tuple[int, int, int]) -> Volume:
    """Return a volume of seeded noise with voxels of 1 mm."""
    values = np.random.default_rng(1).integers(-1024, 3000, size, dtype=np.int16)
    transform = ModalityTransform(1.0, 0.0, "HU", is_stated=True)
    return Volume(values, np.eye(4)[:3], transform, PADDING, has_padding=False)


def oblique(volume: Volume, side: int) -> ImagePlane:
    """Return a plane through the middle of the volume that follows none of its axes."""
    across = np.array([1.0, 0.3, 0.2]) / np.linalg.norm([1.0, 0.3, 0.2])
    down = np.cross([0.1, -0.4, 1.0], across)
    down /= np.linalg.norm(down)
    corner = volume.center_mm - (across + down) * (side - 1) / 2 * STEP_MM
    return ImagePlane(vector(corner), vector(across), vector(down), STEP_MM, STEP_MM)


def vector(values: np.ndarray) -> tuple[float, float, float]:
    x, y, z = (float(value) for value in values)
    return x, y, z


def by_vtk(
    volume: Volume, plane: ImagePlane, side: int, slab: Slab, interpolation: Interpolation
) -> Callable[[], Image]:
    """Return what makes the same image with VTK, in one thread, of the same memory."""
    from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy  # noqa: PLC0415 - a rival
    from vtkmodules.vtkCommonDataModel import vtkImageData  # noqa: PLC0415 - may be absent
    from vtkmodules.vtkImagingCore import vtkImageReslice  # noqa: PLC0415 - as above

    image = vtkImageData()
    image.SetDimensions(*volume.values.shape[::-1])
    pixels = numpy_to_vtk(volume.values.reshape(-1))
    image.GetPointData().SetScalars(pixels)
    made: Any = vtkImageReslice()
    made.SetInputData(image)
    made.SetNumberOfThreads(1)
    made.SetOutputDimensionality(2)
    made.SetResliceAxesDirectionCosines(*plane.row_cosines, *plane.column_cosines, *plane.normal)
    made.SetResliceAxesOrigin(*plane.position_mm)
    made.SetOutputExtent(0, side - 1, 0, side - 1, 0, 0)
    made.SetOutputSpacing(STEP_MM, STEP_MM, 1.0)
    made.SetOutputOrigin(0, 0, 0)
    made.SetBackgroundLevel(volume.padding)
    made.BorderOn()
    {
        Interpolation.NEAREST: made.SetInterpolationModeToNearestNeighbor,
        Interpolation.LINEAR: made.SetInterpolationModeToLinear,
        Interpolation.CUBIC: made.SetInterpolationModeToCubic,
    }[interpolation]()
    count, apart_mm = layers_of(volume, plane, slab)
    if count > 1:
        made.SetSlabNumberOfSlices(count)
        made.SetSlabSliceSpacingFraction(apart_mm)
        kinds = {Projection.MAXIMUM: "Max", Projection.MINIMUM: "Min", Projection.MEAN: "Mean"}
        getattr(made, f"SetSlabModeTo{kinds[slab.projection]}")()

    def run() -> Image:
        made.Modified()
        made.Update()
        scalars = made.GetOutput().GetPointData().GetScalars()
        return np.asarray(vtk_to_numpy(scalars)).reshape(side, side)

    return run


def depth_of(volume: Volume, plane: ImagePlane, side: int) -> Image:
    """Return how many voxels inside of the outermost centres each pixel lies."""
    row, column = np.indices((side, side)).reshape(2, -1) * STEP_MM
    across, down = np.array(plane.row_cosines), np.array(plane.column_cosines)
    at_mm = np.array(plane.position_mm)[:, None] + np.outer(across, column) + np.outer(down, row)
    at = volume.to_voxel @ np.vstack([at_mm, np.ones(side * side)])
    last = np.array(volume.values.shape[::-1])[:, None] - 1
    return np.asarray(np.minimum(at, last - at).min(axis=0).reshape(side, side))


def pixels_that_differ(ours: Image, theirs: Image, compared: Image) -> int:
    """Return how many pixels differ by more than rounding; at the border either may end.

    There VTK extends cubic curves in another way: those are compared inside.
    """
    both = (ours != PADDING) & (theirs != PADDING) & compared
    if both.mean() < 0.5:
        raise RuntimeError("the images do not show the volume")
    return int(np.count_nonzero(np.abs(ours.astype(int) - theirs)[both] > 1))


def cpu_ms_of(run: Callable[[], object]) -> float:
    """Return the milliseconds of CPU time of one call, all threads of this process."""
    began = time.process_time()
    made = run()
    taken = (time.process_time() - began) * 1000
    del made
    return taken
