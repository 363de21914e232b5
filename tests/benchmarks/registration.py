"""Registering a chest CT with its simulated prior: from decoded slices to the transform.

Ours and SimpleITK (Mattes mutual information on a 3 mm grid, Euler transform, three levels) get the
same slices in turn. How far each is off the transform the prior was made with stands beside. The
same in the program, just started: from opening the study to both boxes linked by registration,
beside the first image in both, and how far linked scrolling is off then.
"""

import json
import math
import statistics
import time
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pydicom

from readstation.domain.reader import Role, User
from readstation.imaging.plane import ImagePlane
from readstation.imaging.registration import register
from readstation.imaging.registration_volume import (
    block_of,
    coarse_slice,
    coarse_volume,
    slices_for_grid,
)
from readstation.imaging.rigid_transform import RigidTransform
from tests.benchmarks.contender import PythonContender
from tests.benchmarks.row import Row, measure_in_turn, not_run, row
from tests.benchmarks.targets import LINKED_SCROLL, REGISTRATION, REGISTRATION_ERROR
from tests.conftest import find_shared_data
from tests.real_studies import CURRENT_CHEST, PRIOR_CHEST, workspace_of

NAME, RIVAL, ROUNDS = "registration: chest CT with prior", "SimpleITK", 3
GRID_MM = 3.0
IN_PROGRAM, FIRST = "registration: in the program, opening to linked", "first image in both boxes"
MODULE, READER, PROGRAM_ROUNDS = "our_registration", "reader1", 5

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


def measure_in_program(smoke: bool) -> list[Row]:
    """Return the rows of opening the chest beside its prior, until both are linked."""
    data = find_shared_data()
    if data is None:
        return [not_run(IN_PROGRAM, FIRST, "needs shared/data beside the checkout", REGISTRATION)]
    truth = true_transform(data / PRIOR_CHEST)
    uid = str(read_head(data / CURRENT_CHEST).StudyInstanceUID)
    found = []
    with TemporaryDirectory() as folder:
        prepare(Path(folder, "home"), data)
        for _ in range(1 if smoke else PROGRAM_ROUNDS):
            with closing(PythonContender("ours", MODULE, QT_QPA_PLATFORM="offscreen")) as ours:
                ours.call("begin", home=str(Path(folder, "home")), reader=READER)
                turn, shift = truth.rotation, truth.translation_mm
                found.append(ours.call("open", uid=uid, turn=turn, shift=shift))
    if not all(each["is_registered"] for each in found):
        raise RuntimeError("the boxes are linked in another way than by registration")
    linked, shown = ([each[name] for each in found] for name in ("linked_s", "shown_s"))
    off = [each["off_by_slices"] for each in found]
    cpu_s = statistics.median(each["cpu_s"] for each in found)
    note = f"64 and 60 slices, nothing in memory before; {cpu_s:.1f} s of CPU time, all threads"
    return [
        row(IN_PROGRAM, linked, FIRST, shown, note, unit="s", target=REGISTRATION),
        row(
            "registration: in the program, linked scroll off",
            off,
            note="every slice of the current chest; distance to the true place",
            unit="slices",
            target=LINKED_SCROLL,
        ),
    ]


def prepare(home: Path, data: Path) -> None:
    """Make a workspace of the two chests and of one who reads them."""
    with (
        workspace_of(home, data, [CURRENT_CHEST, PRIOR_CHEST]) as workspace,
        workspace.station.unit_of_work() as work,
    ):
        work.users.put(User(READER, "Dr. Demo", frozenset({Role.READER})), "none")
        work.commit()


def read_head(folder: Path) -> pydicom.FileDataset:
    return pydicom.dcmread(min(folder.glob("*.dcm")), stop_before_pixels=True)


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
