"""The spacing that a reader states by a line of known length, and all that it touches."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.measuring import CannotMeasureError, Points, calibration_between
from readstation.domain.calibration import LARGEST_MM, SMALLEST_MM, Calibration, SpacingSource
from readstation.domain.measurement import (
    Angle,
    Bidirectional,
    CalibrationLine,
    CobbAngle,
    EllipseRoi,
    FreehandRoi,
    Length,
    Measurement,
    RectangleRoi,
)

CERTAIN = frozenset({SpacingSource.PATIENT, SpacingSource.US_REGION, SpacingSource.US_AXES})
CALIBRATED_KINDS = (
    Length, Bidirectional, Angle, CobbAngle, EllipseRoi, RectangleRoi, FreehandRoi,
)  # fmt: skip


def refusal_to_calibrate(image: ImageDescription) -> CannotMeasureError | None:
    """Return why a reader cannot state the spacing of an image; None if one can."""
    if image.calibration.source in CERTAIN or image.ultrasound_regions:
        return CannotMeasureError(
            "This image states its spacing in the patient.", "Measure with the length tool."
        )
    return None


def make_calibration_line(
    image: ImageDescription, points: Points, uid: str, stated: str
) -> CalibrationLine:
    """Return a line of a typed length in mm.

    Raises
    ------
    CannotMeasureError
        If the typed length is none, or gives pixels of an absurd size.
    """
    try:
        stated_mm = float(stated.strip().lower().removesuffix("mm").strip().replace(",", "."))
    except ValueError:
        stated_mm = math.nan
    start, end = points
    if not (stated_mm > 0 and start != end):
        raise CannotMeasureError(
            "That is no length.", "Type the true length of the line in mm, for example 25.4."
        )
    line = CalibrationLine(uid, image.frame_key, start, end, stated_mm, image.row_aspect)
    spacings = (line.calibration.row_spacing_mm, line.calibration.column_spacing_mm)
    if not all(s is not None and SMALLEST_MM <= s <= LARGEST_MM for s in spacings):
        raise CannotMeasureError(
            "With this length a pixel has an absurd size.", "Type the true length in mm."
        )
    return line


def stated_calibration(measurements: Iterable[Measurement]) -> Calibration | None:
    """Return the spacing that the newest calibration line on a frame states; None without one."""
    lines = [m for m in measurements if isinstance(m, CalibrationLine)]
    return lines[-1].calibration if lines else None


def recalibrated(
    image: ImageDescription, measurements: Iterable[Measurement]
) -> tuple[Measurement, ...]:
    """Return those measurements of a frame whose spacing changes with its calibration lines."""
    every = tuple(measurements)
    stated = stated_calibration(every)
    return tuple(
        replace(m, calibration=now)
        for m in every
        if isinstance(m, CALIBRATED_KINDS)
        and m.calibration != (now := stated or calibration_between(image, *m.points))
    )
