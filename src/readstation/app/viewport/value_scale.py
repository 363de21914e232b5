"""In which unit the reader sees modality values."""

from __future__ import annotations

from enum import Enum

from readstation.app.viewport.image_description import ImageDescription
from readstation.imaging.modality_lut import ModalityTransform


class ValueScale(Enum):
    """The value is the unit as shown to the reader; empty for the file's own."""

    AS_STORED = ""


def modality_transform_of(description: ImageDescription, scale: ValueScale) -> ModalityTransform:
    """Return what leads from stored values to values in `scale`."""
    del scale
    return description.modality_transform
