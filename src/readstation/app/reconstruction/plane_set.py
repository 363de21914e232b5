"""The images of one direction through a volume, described like those of a series."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from readstation.app.reading.display_set import in_reading_order
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.value_scale import suv_of
from readstation.domain.acquisition import NO_ACQUISITION
from readstation.domain.calibration import Calibration, SpacingSource
from readstation.domain.suv import SuvFactor
from readstation.domain.suv_inputs import SuvInputs
from readstation.imaging.frame import StoredFrame
from readstation.imaging.plane import ImagePlane, Vector, cross, dot
from readstation.imaging.presentation import automatic_voi
from readstation.imaging.reslice import THIN, Slab
from readstation.imaging.rigid_transform import IDENTITY_TRANSFORM, RigidTransform
from readstation.imaging.voi import Voi
from readstation.imaging.volume import Volume

NOTE = "Reformatted, not an acquired image"
MOST_SIDE_PX = 2048
MOST_IMAGES = 4096
ORIGIN: Vector = (0.0, 0.0, 0.0)
SYNTHETIC = "reformat"
"""What stands instead of a UID, so that a reformat is never taken for a stored image."""


class Direction(Enum):
    """How a plane lies in the patient; the value is its name for the reader."""

    AXIAL = "Axial"
    CORONAL = "Coronal"
    SAGITTAL = "Sagittal"

    @property
    def axes(self) -> tuple[Vector, Vector]:
        """Return rows and columns as hung by convention: from the feet, from before, from left."""
        return AXES[self]


AXES: dict[Direction, tuple[Vector, Vector]] = {
    Direction.AXIAL: ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)),
    Direction.CORONAL: ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0)),
    Direction.SAGITTAL: ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0)),
}


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """The volume, and the images that it was made of."""

    volume: Volume
    images: tuple[ImageDescription, ...]

    @property
    def middle(self) -> ImageDescription:
        return self.images[len(self.images) // 2]


@dataclass(frozen=True, slots=True)
class Cut:
    """How the reader cuts: turned away from the axes of the patient, and how thick.

    `rolls_deg` turn the images of each direction about their own line of sight, so that one in
    which the lines of the others are turned stays as it is.
    """

    turned: RigidTransform = IDENTITY_TRANSFORM
    slab: Slab = THIN
    rolls_deg: tuple[float, float, float] = (0.0, 0.0, 0.0)

    @property
    def is_oblique(self) -> bool:
        return self.turned.angle_deg > 1e-6

    def normal_of(self, direction: Direction) -> Vector:
        """Return the line of sight of a direction."""
        across, down = (self.turned.turn(axis) for axis in direction.axes)
        return cross(across, down)

    def axes_of(self, direction: Direction) -> tuple[Vector, Vector]:
        """Return rows and columns of the images of a direction."""
        across, down = (self.turned.turn(axis) for axis in direction.axes)
        roll_deg = self.rolls_deg[list(Direction).index(direction)]
        if not roll_deg:
            return across, down
        roll = RigidTransform.about(cross(across, down), roll_deg, ORIGIN, ORIGIN)
        return roll.turn(across), roll.turn(down)

    def turned_in(self, direction: Direction, angle_deg: float) -> Cut:
        """Turn the other planes about the line of sight of one, whose images stay as they are."""
        further = RigidTransform.about(self.normal_of(direction), angle_deg, ORIGIN, ORIGIN)
        rolls = list(self.rolls_deg)
        rolls[list(Direction).index(direction)] -= angle_deg
        turned = self.turned.then(further)
        return replace(self, turned=turned, rolls_deg=(rolls[0], rolls[1], rolls[2]))

    def straightened(self) -> Cut:
        """Return to the axes of the patient."""
        return Cut(slab=self.slab)


def plane_through(
    source: Source, direction: Direction, cut: Cut, through_mm: Vector
) -> tuple[ImageDescription, ...]:
    """Return only the image of a direction that goes through a point: while the planes turn."""
    (plane,), shape = _planes(source.volume, cut.axes_of(direction), through_mm, is_alone=True)
    head = _head(source, direction, cut, shape, plane.row_spacing_mm)
    return (replace(head, plane=plane, instance_number=1),)


def plane_set(
    source: Source, direction: Direction, cut: Cut, through_mm: Vector | None = None
) -> tuple[ImageDescription, ...]:
    """Return the images of one direction that cover the volume, in reading order.

    Pixels are square and as wide as the smallest side of a voxel; the images are as far apart as
    the voxels are in that direction, whatever the slab. One of those that are turned away from
    the patient's axes goes through the given point; the others begin where the volume does, so
    that along an axis of the series they lie where its own images lie.
    """
    point = through_mm if cut.is_oblique else None
    planes, shape = _planes(source.volume, cut.axes_of(direction), point)
    head = _head(source, direction, cut, shape, planes[0].row_spacing_mm)
    prefix = head.sop_instance_uid
    images = [
        replace(head, sop_instance_uid=f"{prefix}.{index}", plane=plane, instance_number=index)
        for index, plane in enumerate(planes, 1)
    ]
    return in_reading_order(images)


def _planes(
    volume: Volume,
    axes: tuple[Vector, Vector],
    through_mm: Vector | None,
    *,
    is_alone: bool = False,
) -> tuple[list[ImagePlane], tuple[int, int]]:
    across, down = axes
    normal = cross(across, down)
    corners = np.array(volume.corners_mm)
    spacing = min(volume.spacing_mm)
    lows, sizes = [], []
    for axis in (across, down, normal):
        along = corners @ np.array(axis)
        lows.append(float(along.min()))
        sizes.append(float(along.max() - along.min()))
    spacing = max(spacing, max(sizes[:2]) / MOST_SIDE_PX)
    columns, rows = (max(math.ceil(size / spacing - 1e-6), 1) for size in sizes[:2])
    step = 1 / float(np.linalg.norm(volume.to_voxel[:, :3] @ np.array(normal)))
    step = max(step, sizes[2] / MOST_IMAGES)
    begin = step / 2 if through_mm is None else (dot(through_mm, normal) - lows[2]) % step
    count = max(math.ceil((sizes[2] - begin) / step - 1e-6), 1)
    if is_alone and through_mm is not None:
        begin, count = dot(through_mm, normal) - lows[2], 1
    first = [
        (low + spacing / 2) * np.array(axis)
        for low, axis in zip(lows, (across, down), strict=False)
    ]
    planes = []
    for index in range(count):
        at = first[0] + first[1] + (lows[2] + begin + index * step) * np.array(normal)
        position = (float(at[0]), float(at[1]), float(at[2]))
        uid = volume.frame_of_reference_uid or SYNTHETIC
        planes.append(ImagePlane(position, across, down, spacing, spacing, uid))
    return planes, (rows, columns)


def _head(
    source: Source, direction: Direction, cut: Cut, shape: tuple[int, int], spacing: float
) -> ImageDescription:
    """Return what all images of the direction have in common; cautions of any slice stay."""
    middle, volume = source.middle, source.volume
    name = f"{SYNTHETIC}.{middle.series_instance_uid}.{direction.name.lower()}"
    title = " · ".join(p for p in (title_of(direction, cut), middle.series_description) if p)
    lossy = next((i.compression for i in source.images if i.compression.is_lossy), None)
    return replace(
        middle,
        series_instance_uid=name,
        sop_instance_uid=name,
        sop_class_uid="",
        sop_class_name="",
        frame_number=1,
        number_of_frames=1,
        rows=shape[0],
        columns=shape[1],
        bits_allocated=volume.values.itemsize * 8,
        is_signed=volume.values.dtype.kind != "u",
        pixel_padding=volume.pixel_padding,
        modality_transform=volume.modality_transform,
        vois=middle.vois or (window_of(volume, middle),),
        shutter=None,
        calibration=Calibration(spacing, spacing, SpacingSource.PATIENT),
        series_description=title,
        image_type=("DERIVED", "SECONDARY", "MPR"),
        patient_orientation=("", ""),
        slice_thickness_mm=cut.slab.thickness_mm or None,
        slice_location_mm=None,
        acquisition=NO_ACQUISITION,
        compression=lossy or middle.compression,
        is_simulated=any(image.is_simulated for image in source.images),
        suv_inputs=_suv_inputs(source.images),
        notes=(NOTE, *_notes(source.images)),
    )


def _notes(images: Sequence[ImageDescription]) -> tuple[str, ...]:
    """Return what is to be known of any of the slices, each once."""
    return tuple(dict.fromkeys(note for image in images for note in image.notes))


def _suv_inputs(images: Sequence[ImageDescription]) -> SuvInputs | None:
    """Return what all slices state of uptake, or what keeps one of them from stating any."""
    middle = images[len(images) // 2]
    factors = set()
    for image in images:
        found = suv_of(image)
        if not isinstance(found, SuvFactor):
            return image.suv_inputs
        factors.add(round(found.factor, 12))
    return middle.suv_inputs if len(factors) == 1 else None


def title_of(direction: Direction, cut: Cut) -> str:
    """Return what a plane is called, with its slab: "Coronal MIP 10 mm"."""
    name = f"{direction.value}, turned" if cut.is_oblique else direction.value
    return f"{name} {cut.slab.words}".rstrip()


def window_of(volume: Volume, middle: ImageDescription) -> Voi:
    """Return one window for all planes, where the file states none."""
    values = volume.values[len(volume.values) // 2]
    return automatic_voi(frame_of(volume, middle, values), volume.modality_transform)


def frame_of(volume: Volume, like: ImageDescription, values: np.ndarray) -> StoredFrame:
    """Return values of the volume as a frame that can be shown."""
    return StoredFrame(
        values,
        like.photometric_interpretation,
        like.bits_stored if volume.values.itemsize <= 2 else volume.values.itemsize * 8,
        is_signed=volume.values.dtype.kind != "u",
        pixel_padding=volume.pixel_padding,
    )
