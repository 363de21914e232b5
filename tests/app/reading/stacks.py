"""Descriptions of slices for tests of splitting and ordering; no pixels."""

from dataclasses import replace
from datetime import UTC, datetime

from readstation.app.viewport.image_description import ImageDescription
from readstation.domain.acquisition import Acquisition
from readstation.imaging.plane import ImagePlane

AXIAL = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
CORONAL = ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0))
SAGITTAL = ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0))
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def at(position_mm, cosines=AXIAL, frame_of_reference="9"):
    return ImagePlane(tuple(map(float, position_mm)), *cosines, 1.0, 1.0, frame_of_reference)


def image(number, plane=None, modality="MR", *, sop="", frame=1, frames=1, **changes):
    """Return a slice; what `Acquisition` has a field for goes there."""
    own = {name: changes.pop(name) for name in list(changes) if name in Acquisition.__slots__}
    return replace(
        ImageDescription("1.1", "1.1.1", sop or f"1.1.1.{number}", modality=modality),
        instance_number=number,
        frame_number=frame,
        number_of_frames=frames,
        plane=plane,
        acquisition=Acquisition(**own),
        **changes,
    )


def stack(z_mm, first_number=1, modality="MR", **changes):
    """Return axial slices at heights, numbered as given."""
    return [
        image(first_number + index, at((0, 0, z)), modality, **changes)
        for index, z in enumerate(z_mm)
    ]
