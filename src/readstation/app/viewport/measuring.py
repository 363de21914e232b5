"""Makes measurements from points on a frame, and keeps them under that frame."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
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
    EllipseRoi,
    ImagePoint,
    Length,
    Measurement,
    Probe,
    modality_value_unit,
)
from readstation.domain.study import FrameKey
from readstation.domain.ultrasound_axes import axes_at, axis_values_at
from readstation.imaging.frame import StoredFrame
from readstation.imaging.roi_statistics import ellipse_statistics, value_at

Listener = Callable[[Measurement], None]


class CannotMeasureError(ReadStationError):
    """These points have no truthful measurement."""


def new_measurement_uid() -> str:
    return uuid4().hex


def calibration_between(
    description: ImageDescription, start: ImagePoint, end: ImagePoint
) -> Calibration:
    """Return the spacing valid for both points; ultrasound has one per region.

    Raises
    ------
    CannotMeasureError
        If the points lie in different ultrasound regions, or in one without a usable scale.
    """
    regions = description.ultrasound_regions
    if not regions:
        return description.calibration
    points = [(start.column, start.row), (end.column, end.row)]
    region = region_at(regions, points)
    if region is not None:
        return region.calibration
    axes = axes_at(regions, points)
    if axes is not None:
        return axes
    if any(all(r.contains(*p) for p in points) for r in regions):
        raise CannotMeasureError(
            "This ultrasound region states no one scale for a length.",
            remedy="Measure inside one two-dimensional image region.",
        )
    if any(r.contains(*p) for r in regions for p in points):
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


def make_length(
    description: ImageDescription, start: ImagePoint, end: ImagePoint, uid: str
) -> Length:
    """Return the distance between two points of the described frame."""
    calibration = calibration_between(description, start, end)
    return Length(uid, description.frame_key, start, end, calibration)


def make_ellipse(
    description: ImageDescription,
    frame: StoredFrame,
    start: ImagePoint,
    end: ImagePoint,
    uid: str,
    *,
    scale: ValueScale = ValueScale.AS_STORED,
) -> EllipseRoi:
    """Return an ellipse with the statistics of its modality values."""
    calibration = calibration_between(description, start, end)
    if calibration.has_axes:
        raise CannotMeasureError(
            "An area has no meaning here: across and down measure different things.",
            remedy="Draw a length: it shows both.",
        )
    return EllipseRoi(
        uid,
        description.frame_key,
        start,
        end,
        calibration,
        ellipse_statistics(frame, modality_transform_of(description, scale), start, end),
        value_unit(description, scale),
    )


def make_probe(
    description: ImageDescription,
    frame: StoredFrame,
    point: ImagePoint,
    uid: str,
    *,
    scale: ValueScale = ValueScale.AS_STORED,
) -> Probe:
    """Return the modality value under a point, or what a point of a spectrum stands for.

    Raises
    ------
    CannotMeasureError
        If there is none: outside the image, in padding, or in a colour image.
    """
    axis_values = axis_values_at(description.ultrasound_regions, (point.column, point.row))
    if axis_values:
        along, unit = axis_values[0]
        stated = f"{unit} ({SpacingSource.US_AXES.value})"
        return Probe(uid, description.frame_key, point, along, stated)
    value = value_at(frame, modality_transform_of(description, scale), point)
    if value is None:
        raise CannotMeasureError(
            "There is no value at this point.", remedy="Choose a point inside a grayscale image."
        )
    return Probe(uid, description.frame_key, point, value, value_unit(description, scale))


def with_point(
    measurement: Measurement,
    index: int,
    point: ImagePoint,
    description: ImageDescription,
    frame: StoredFrame,
    *,
    scale: ValueScale = ValueScale.AS_STORED,
) -> Measurement:
    """Return the measurement with one handle moved, measured anew on the same frame."""
    uid = measurement.measurement_uid
    if isinstance(measurement, Probe):
        return make_probe(description, frame, point, uid, scale=scale)
    start = point if index == 0 else measurement.start
    end = measurement.end if index == 0 else point
    if isinstance(measurement, Length):
        return make_length(description, start, end, uid)
    return make_ellipse(description, frame, start, end, uid, scale=scale)


class MeasurementBook:
    """All measurements of a viewport's study, each under its own frame."""

    def __init__(self) -> None:
        self._by_uid: dict[str, Measurement] = {}
        self._measured: list[Listener] = []
        self._removed: list[Listener] = []

    def on_measured(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with each measurement added or changed; returns how to stop."""
        self._measured.append(listener)
        return lambda: self._measured.remove(listener)

    def on_removed(self, listener: Listener) -> Callable[[], None]:
        self._removed.append(listener)
        return lambda: self._removed.remove(listener)

    def load(self, measurements: Iterable[Measurement]) -> None:
        """Replace all by stored measurements, without telling listeners."""
        self._by_uid = {m.measurement_uid: m for m in measurements}

    def put(self, measurement: Measurement) -> None:
        self._by_uid[measurement.measurement_uid] = measurement
        for listener in self._measured:
            listener(measurement)

    def show_changed(self, measurement: Measurement) -> None:
        """Show a measurement that is being changed; listeners hear of it at the end by `put`."""
        self._by_uid[measurement.measurement_uid] = measurement

    def remove(self, measurement_uid: str) -> bool:
        """Remove a measurement; returns False if there is none of this uid."""
        measurement = self._by_uid.pop(measurement_uid, None)
        if measurement is None:
            return False
        for listener in self._removed:
            listener(measurement)
        return True

    def find(self, measurement_uid: str) -> Measurement | None:
        return self._by_uid.get(measurement_uid)

    def on_frame(self, frame: FrameKey) -> tuple[Measurement, ...]:
        """Return the measurements of exactly this frame, in the order they were made."""
        return tuple(m for m in self._by_uid.values() if m.frame == frame)

    def __iter__(self) -> Iterator[Measurement]:
        return iter(tuple(self._by_uid.values()))
