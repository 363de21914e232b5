"""A structured report of measurements (PS3.16 TID 1500), without its encoding."""

from __future__ import annotations

from dataclasses import dataclass

from readstation.domain.measurement import UNTRACKED, Measurement, Tracking
from readstation.imaging.graphic_annotation import ImageReference
from readstation.imaging.plane import Vector


@dataclass(frozen=True, slots=True)
class InSpace:
    """What other software measured in patient coordinates (LPS, mm), not on an image."""

    measurement_uid: str
    frame_of_reference_uid: str
    lines_mm: tuple[tuple[Vector, ...], ...]
    words: str = ""
    tracking: Tracking = UNTRACKED
    maker: str = ""


@dataclass(frozen=True, slots=True)
class MeasurementReport:
    """Measurements of one study, the images they are on, and what could not be taken over.

    `left_out` has a sentence for each reason why measurements of the object are not here.
    """

    study_instance_uid: str
    series_instance_uid: str
    sop_instance_uid: str
    author_name: str = ""
    maker: str = ""
    measurements: tuple[Measurement, ...] = ()
    images: tuple[ImageReference, ...] = ()
    left_out: tuple[str, ...] = ()
    on_whole_images: tuple[str, ...] = ()
    """UIDs of measurements whose image is named without saying which of its frames."""
    in_space: tuple[InSpace, ...] = ()
