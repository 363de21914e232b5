"""Makes measurements from points on a frame: one maker for each kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import uuid4

from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.value_scale import ValueScale, modality_transform_of, suv_unit
from readstation.domain.calibration import (
    UNCALIBRATED,
    Calibration,
    SpacingSource,
    region_at,
)
from readstation.domain.errors import ReadStationError
from readstation.domain.measurement import (
    Angle,
    Arrow,
    Bidirectional,
    CalibrationLine,
    CobbAngle,
    EllipseRoi,
    FreehandRoi,
    ImagePoint,
    Length,
    Measurement,
    Probe,
    RectangleRoi,
    SpineLabel,
    TextMark,
    modality_value_unit,
)
from readstation.domain.ultrasound_axes import axes_at, axis_values_at
from readstation.imaging.frame import StoredFrame
from readstation.imaging.roi_statistics import (
    ellipse_statistics,
    outline_statistics,
    rectangle_statistics,
    value_at,
)

Points = tuple[ImagePoint, ...]
NO_AREA = "An area has no meaning here: across and down measure different things."
NO_ANGLE = "An angle has no meaning here: across and down measure different things."
DRAW_LENGTH = "Draw a length: it shows both."


class CannotMeasureError(ReadStationError):
    """These points have no truthful measurement."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is measured: a frame, the unit of its values, and the spacing a reader stated."""

    description: ImageDescription
    frame: StoredFrame | None = None
    scale: ValueScale = ValueScale.AS_STORED
    user_calibration: Calibration | None = None

    @property
    def row_aspect(self) -> float:
        """Return the height of a pixel over its width."""
        return self.description.row_aspect

    @property
    def pixels(self) -> StoredFrame:
        """Return the pixels; refused while they are not there."""
        if self.frame is None:
            raise CannotMeasureError("The pixels are not there yet.", remedy="Wait a moment.")
        return self.frame

    def calibration(self, points: Points) -> Calibration:
        """Return the spacing valid for all points: that of the file, or what a reader stated."""
        return self.user_calibration or calibration_between(self.description, *points)


Make = Callable[[Subject, Points, str], Measurement]


def new_measurement_uid() -> str:
    return uuid4().hex


def calibration_between(description: ImageDescription, *points: ImagePoint) -> Calibration:
    """Return the spacing valid for all points; ultrasound has one per region.

    Raises
    ------
    CannotMeasureError
        If the points lie in different ultrasound regions, or in one without a usable scale.
    """
    regions = description.ultrasound_regions
    if not regions:
        return description.calibration
    places = [(point.column, point.row) for point in points]
    region = region_at(regions, places)
    if region is not None:
        return region.calibration
    axes = axes_at(regions, places)
    if axes is not None:
        return axes
    if any(all(r.contains(*p) for p in places) for r in regions):
        raise CannotMeasureError(
            "This ultrasound region states no one scale for a length.",
            remedy="Measure inside one two-dimensional image region.",
        )
    if any(r.contains(*p) for r in regions for p in places):
        raise CannotMeasureError(
            "These points have no common ultrasound scale.",
            remedy="Measure inside one two-dimensional image region.",
        )
    return UNCALIBRATED


def value_unit(description: ImageDescription, scale: ValueScale = ValueScale.AS_STORED) -> str:
    """Return the unit of the frame's values in a scale."""
    transform = description.modality_transform
    return suv_unit(description, scale) or modality_value_unit(
        description.modality,
        rescale_type=transform.rescale_type,
        units=description.units,
        is_rescaled=transform.is_stated,
    )


def make_length(subject: Subject, points: Points, uid: str) -> Length:
    start, end = points
    return Length(uid, subject.description.frame_key, start, end, subject.calibration(points))


def make_bidirectional(subject: Subject, points: Points, uid: str) -> Bidirectional:
    calibration = _plain(subject, points, "Two diameters have no common unit here.")
    key, (long_start, long_end, short_start, short_end) = subject.description.frame_key, points
    made = Bidirectional(uid, key, long_start, long_end, short_start, short_end, calibration)
    if made.is_short_first:
        return Bidirectional(uid, key, short_start, short_end, long_start, long_end, calibration)
    return made


def make_angle(subject: Subject, points: Points, uid: str) -> Angle:
    calibration, key = _plain(subject, points, NO_ANGLE), subject.description.frame_key
    first, vertex, last = points
    return Angle(uid, key, first, vertex, last, calibration, subject.row_aspect)


def make_cobb_angle(subject: Subject, points: Points, uid: str) -> CobbAngle:
    calibration, key = _plain(subject, points, NO_ANGLE), subject.description.frame_key
    one, its_end, other, end = points
    return CobbAngle(uid, key, one, its_end, other, end, calibration, subject.row_aspect)


def make_ellipse(subject: Subject, points: Points, uid: str) -> EllipseRoi:
    """Return an ellipse with the statistics of its modality values."""
    calibration, d = _plain(subject, points, NO_AREA), subject.description
    modality = modality_transform_of(d, subject.scale)
    statistics = ellipse_statistics(subject.pixels, modality, *points)
    (start, end), unit = _corners(points), value_unit(d, subject.scale)
    return EllipseRoi(uid, d.frame_key, start, end, calibration, statistics, unit)


def make_rectangle(subject: Subject, points: Points, uid: str) -> RectangleRoi:
    """Return a rectangle with the statistics of its modality values."""
    calibration, d = _plain(subject, points, NO_AREA), subject.description
    modality = modality_transform_of(d, subject.scale)
    statistics = rectangle_statistics(subject.pixels, modality, *points)
    (start, end), unit = _corners(points), value_unit(d, subject.scale)
    return RectangleRoi(uid, d.frame_key, start, end, calibration, statistics, unit)


def make_freehand(subject: Subject, points: Points, uid: str) -> FreehandRoi:
    """Return a closed outline with the statistics of its modality values."""
    calibration, d = _plain(subject, points, NO_AREA), subject.description
    modality = modality_transform_of(d, subject.scale)
    statistics = outline_statistics(subject.pixels, modality, points)
    unit = value_unit(d, subject.scale)
    return FreehandRoi(uid, d.frame_key, points, calibration, statistics, unit)


def make_probe(subject: Subject, points: Points, uid: str) -> Probe:
    """Return the modality value under a point, or what a point of a spectrum stands for.

    Raises
    ------
    CannotMeasureError
        If there is none: outside the image, in padding, or in a colour image.
    """
    d, (point,) = subject.description, points
    axis_values = axis_values_at(d.ultrasound_regions, (point.column, point.row))
    if axis_values:
        along, unit = axis_values[0]
        stated = f"{unit} ({SpacingSource.US_AXES.value})"
        return Probe(uid, d.frame_key, point, along, stated)
    value = value_at(subject.pixels, modality_transform_of(d, subject.scale), point)
    if value is None:
        raise CannotMeasureError(
            "There is no value at this point.", remedy="Choose a point inside a grayscale image."
        )
    return Probe(uid, d.frame_key, point, value, value_unit(d, subject.scale))


def make_arrow(subject: Subject, points: Points, uid: str) -> Arrow:
    tip, tail = points
    return Arrow(uid, subject.description.frame_key, tip, tail)


def make_text(subject: Subject, points: Points, uid: str) -> TextMark:
    return TextMark(uid, subject.description.frame_key, points[0], "")


def make_spine_label(subject: Subject, points: Points, uid: str) -> SpineLabel:
    return SpineLabel(uid, subject.description.frame_key, points[0], "")


MAKERS: dict[type[Measurement], Make] = {
    Length: make_length,
    Bidirectional: make_bidirectional,
    Angle: make_angle,
    CobbAngle: make_cobb_angle,
    EllipseRoi: make_ellipse,
    RectangleRoi: make_rectangle,
    FreehandRoi: make_freehand,
    Probe: make_probe,
    Arrow: make_arrow,
    TextMark: make_text,
    SpineLabel: make_spine_label,
}


def remeasured(measurement: Measurement, points: Points, subject: Subject) -> Measurement:
    """Return the measurement between other points of its own frame; it stays the same lesion.

    Raises
    ------
    CannotMeasureError
        If `subject` is another frame than the one it was made on (H15), or for want of a unit.
    """
    key = subject.description.frame_key
    if (key, key.frame_of_reference_uid) != (
        measurement.frame,
        measurement.frame.frame_of_reference_uid,
    ):
        raise CannotMeasureError(
            "A measurement stays on the image it was made on.",
            remedy="Measure again on the other image.",
        )
    if isinstance(measurement, CalibrationLine):
        return replace(measurement, start=points[0], end=points[1])
    made = MAKERS[type(measurement)](subject, points, measurement.measurement_uid)
    made = replace(made, tracking=measurement.tracking, maker=measurement.maker)
    if isinstance(made, Arrow | TextMark) and isinstance(measurement, Arrow | TextMark):
        return replace(made, words=measurement.words)
    return made


def _corners(points: Points) -> tuple[ImagePoint, ImagePoint]:
    """Return the upper left and the lower right corner."""
    columns, rows = sorted(p.column for p in points), sorted(p.row for p in points)
    return ImagePoint(columns[0], rows[0]), ImagePoint(columns[-1], rows[-1])


def _plain(subject: Subject, points: Points, why_not: str) -> Calibration:
    """Return the spacing; refused where across and down measure different things."""
    calibration = subject.calibration(points)
    if calibration.has_axes:
        raise CannotMeasureError(why_not, remedy=DRAW_LENGTH)
    return calibration
