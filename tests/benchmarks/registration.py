"""Registering a chest CT with its simulated prior: from decoded slices to the transform.

Ours and SimpleITK (Mattes mutual information on a 3 mm grid, Euler transform, three levels) get the
same slices in turn. How far each is off the transform the prior was made with stands beside.
"""

import json
import math
import time
from pathlib import Path

import numpy as np
import pydicom

from readstation.imaging.plane import ImagePlane
from readstation.imaging.registration import register
from readstation.imaging.registration_volume import (
    block_of,
    coarse_slice,
    coarse_volume,
    slices_for_grid,
)
from readstation.imaging.rigid_transform import RigidTransform
from tests.benchmarks.row import Row, measure_in_turn, not_run, row
from tests.benchmarks.targets import REGISTRATION, REGISTRATION_ERROR
from tests.conftest import find_shared_data
from tests.real_studies import CURRENT_CHEST, PRIOR_CHEST

NAME, RIVAL, ROUNDS = "registration: chest CT with prior", "SimpleITK", 3
GRID_MM = 3.0

Slices = tuple[list[ImagePlane], list[np.ndarray]]


def measure(smoke: bool) -> list[Row]:
    """Return the rows of registering two chests."""
    data = find_shared_data()
    if data is None:
        return [not_run(NAME, RIVAL, "needs shared/data beside the checkout", REGISTRATION)]
    fixed, moving = read(data / CURRENT_CHEST), read(data / PRIOR_CHEST)
    truth = true_transform(data / PRIOR_CHEST)
    errors: dict[str, float] = {}

    def timed(run, name: str) -> float:
        began = time.perf_counter()
        found = run(fixed, moving)
        taken = time.perf_counter() - began
        errors[name] = worst_error_mm(found, truth, fixed)
        return taken

    kinds = {"ours": lambda: timed(by_us, "ours")}
    if has_rival():
        kinds["rival"] = lambda: timed(by_simpleitk, "rival")
    taken = measure_in_turn(1 if smoke else ROUNDS, **kinds)
    note = "64 and 60 slices of 512 x 512, decoded, to the transform, forward and back"
    if "rival" not in taken:
        return [not_run(NAME, RIVAL, "SimpleITK is not installed", REGISTRATION)]
    return [
        row(NAME, taken["ours"], RIVAL, taken["rival"], note, unit="s", target=REGISTRATION),
        row(
            "registration: furthest off the truth",
            [errors["ours"]],
            RIVAL,
            [errors["rival"]],
            "at the corners of the chest",
            unit="mm",
            target=REGISTRATION_ERROR,
        ),
    ]


def has_rival() -> bool:
    try:
        import SimpleITK  # noqa: F401, PLC0415 - only whoever measures has it
    except ImportError:
        return False
    return True


def read(folder: Path) -> Slices:
    """Return planes and stored values in HU, in order of position."""
    found = [pydicom.dcmread(path) for path in sorted(folder.glob("*.dcm"))]
    found.sort(key=lambda each: float(each.ImagePositionPatient[2]))
    planes = [
        ImagePlane(
            tuple(float(x) for x in each.ImagePositionPatient),
            tuple(float(x) for x in each.ImageOrientationPatient[:3]),
            tuple(float(x) for x in each.ImageOrientationPatient[3:]),
            *(float(x) for x in each.PixelSpacing),
        )
        for each in found
    ]
    slope, intercept = float(found[0].RescaleSlope), float(found[0].RescaleIntercept)
    return planes, [(each.pixel_array * slope + intercept).astype(np.float32) for each in found]


def true_transform(folder: Path) -> RigidTransform:
    text = (folder / "TRUTH.json").read_text(encoding="utf-8")
    stated = json.loads(text)["prior_world = R*(current_world - c) + c + t"]
    turn, centre, shift = (np.array(stated[key]) for key in ("R", "c", "t"))
    return as_rigid(turn, centre - turn @ centre + shift)


def as_rigid(turn: np.ndarray, shift: np.ndarray) -> RigidTransform:
    a, b, c = (tuple(float(x) for x in line) for line in turn)
    x, y, z = (float(value) for value in shift)
    return RigidTransform((a, b, c), (x, y, z))


def worst_error_mm(found: RigidTransform, truth: RigidTransform, slices: Slices) -> float:
    planes, images = slices
    rows, columns = images[0].shape
    corners = [
        plane.to_patient(column, line)
        for plane in (planes[0], planes[-1])
        for column in (0, columns)
        for line in (0, rows)
    ]
    return max(math.dist(found.apply(corner), truth.apply(corner)) for corner in corners)


def by_us(fixed: Slices, moving: Slices) -> RigidTransform:
    volumes = []
    for planes, images in (fixed, moving):
        order, block = slices_for_grid(planes), block_of(planes[0])
        parts = [coarse_slice(images[index], block) for index in order]
        placed = [planes[index] for index in order]
        volumes.append(coarse_volume(placed, parts, low=-1000.0, high=1000.0))
    found = register(volumes[0], volumes[1], same_values=True, told=lambda: None)
    if found.transform is None:
        raise RuntimeError(f"not registered: {found.doubt}")
    return found.transform


def by_simpleitk(fixed: Slices, moving: Slices) -> RigidTransform:
    import SimpleITK  # noqa: PLC0415 - only whoever measures has it

    a, b = (on_grid(SimpleITK, *slices) for slices in (fixed, moving))
    start = SimpleITK.CenteredTransformInitializer(
        a, b, SimpleITK.Euler3DTransform(), SimpleITK.CenteredTransformInitializerFilter.GEOMETRY
    )
    method = SimpleITK.ImageRegistrationMethod()
    method.SetMetricAsMattesMutualInformation(50)
    method.SetMetricSamplingStrategy(method.RANDOM)
    method.SetMetricSamplingPercentage(0.1, 1)
    method.SetInterpolator(SimpleITK.sitkLinear)
    method.SetOptimizerAsRegularStepGradientDescent(1.0, 1e-4, 200)
    method.SetOptimizerScalesFromPhysicalShift()
    method.SetShrinkFactorsPerLevel([4, 2, 1])
    method.SetSmoothingSigmasPerLevel([2, 1, 0])
    method.SetInitialTransform(start, inPlace=False)
    found = SimpleITK.Euler3DTransform(
        SimpleITK.CompositeTransform(method.Execute(a, b)).GetBackTransform()
    )
    turn = np.array(found.GetMatrix()).reshape(3, 3)
    centre, shift = np.array(found.GetCenter()), np.array(found.GetTranslation())
    return as_rigid(turn, centre - turn @ centre + shift)


def on_grid(sitk, planes: list[ImagePlane], images: list[np.ndarray]):
    """Return an image of 3 mm voxels."""
    image = sitk.GetImageFromArray(np.stack(images))
    head, step = planes[0], planes[1].position_mm[2] - planes[0].position_mm[2]
    image.SetOrigin(head.position_mm)
    image.SetSpacing((head.column_spacing_mm, head.row_spacing_mm, step))
    sizes = [n * s / GRID_MM for n, s in zip(image.GetSize(), image.GetSpacing(), strict=True)]
    return sitk.Resample(
        image,
        [math.ceil(size) for size in sizes],
        sitk.Transform(),
        sitk.sitkLinear,
        image.GetOrigin(),
        (GRID_MM,) * 3,
        image.GetDirection(),
        -1000.0,
        sitk.sitkFloat32,
    )
