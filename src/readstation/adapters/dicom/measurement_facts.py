"""Our measurements as the parts a structured report consists of, and back without loss."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from readstation.domain.calibration import Calibration, SpacingSource
from readstation.domain.measurement import (
    KINDS,
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
    RoiStatistics,
    TextMark,
    Tracking,
)
from readstation.domain.measurement.shape import ellipse_axes, lines_of
from readstation.domain.study import FrameKey

Points = tuple[ImagePoint, ...]
ROIS = (EllipseRoi, RectangleRoi, FreehandRoi)


@dataclass(frozen=True, slots=True)
class Drawing:
    """One spatial coordinates item: POINT, POLYLINE or ELLIPSE (PS3.3 C.18.6.1)."""

    graphic_type: str
    points: Points


@dataclass(frozen=True, slots=True)
class Stated:
    """One number with its unit, under a key of `measurement_codes.CONCEPTS`."""

    value: float
    unit: str
    drawings: tuple[Drawing, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What a measurement group says. `region` is drawn for the group as a whole."""

    kind: str
    frame: FrameKey
    tracking_uid: str
    tracking_identifier: str = ""
    numbers: Mapping[str, Stated] = field(default_factory=dict)
    region: Drawing | None = None
    calibration: Calibration | None = None
    words: str = ""


def facts_of(measurement: Measurement) -> Facts | None:
    """Return the parts of a measurement; None if it has no unit that a report could state."""
    kind = next((name for name, made in KINDS.items() if type(measurement) is made), "")
    calibration = getattr(measurement, "calibration", None)
    if not kind or (calibration is not None and calibration.has_axes):
        return None
    numbers = _numbers(measurement)
    if not all(math.isfinite(stated.value) for stated in numbers.values()):
        return None
    region = _region(measurement)
    name = measurement.tracking.tracking_identifier
    words = measurement.words if isinstance(measurement, Arrow | TextMark) else ""
    return Facts(
        kind,
        measurement.frame,
        measurement.tracking_uid,
        name,
        numbers,
        region,
        calibration,
        words,
    )


def measurement_of(facts: Facts, measurement_uid: str, maker: str) -> Measurement:
    """Return the measurement that `facts_of` was given, under another UID.

    Raises
    ------
    ValueError, KeyError
        If the parts do not make one.
    """
    points, n = _points(facts), facts.numbers
    tracking = Tracking(facts.tracking_uid, facts.tracking_identifier)
    made: type[Any] = KINDS[facts.kind]
    given: dict[str, Any] = dict(zip(_point_names(made), points, strict=False))
    if made is FreehandRoi:
        given = {"outline": points}
    if made is Probe:
        given |= {"value": n["pixel_value"].value, "value_unit": n["pixel_value"].unit}
    if made is CalibrationLine:
        given["stated_mm"] = n["length"].value
    elif facts.calibration is not None:
        given["calibration"] = facts.calibration
    if "row_aspect" in n:
        given["row_aspect"] = n["row_aspect"].value
    if made in ROIS:
        given |= _values(n)
    if issubclass(made, (Arrow, TextMark)):
        given["words"] = facts.words
    measured: Measurement = made(
        measurement_uid, facts.frame, tracking=tracking, maker=maker, **given
    )
    return measured


def _numbers(m: Measurement) -> dict[str, Stated]:
    lines = tuple(Drawing("POLYLINE", line) for line in lines_of(m))
    if isinstance(m, EllipseRoi | RectangleRoi | FreehandRoi):
        return _statistics(m)
    if isinstance(m, Length):
        return {"length": Stated(m.value, _bare(m.calibration), lines)}
    if isinstance(m, Bidirectional):
        unit, (long, short) = _bare(m.calibration), lines
        return {
            "long_axis": Stated(m.long_axis, unit, (long,)),
            "short_axis": Stated(m.short_axis, unit, (short,)),
        }
    if isinstance(m, Probe):
        point = Drawing("POINT", m.points)
        return {"pixel_value": Stated(m.value, m.value_unit, (point,))}
    return _with_aspect(m, lines) if isinstance(m, Angle | CobbAngle | CalibrationLine) else {}


def _with_aspect(
    m: Angle | CobbAngle | CalibrationLine, lines: tuple[Drawing, ...]
) -> dict[str, Stated]:
    keys: dict[type, str] = {Angle: "angle", CobbAngle: "cobb", CalibrationLine: "length"}
    unit = "mm" if isinstance(m, CalibrationLine) else "°"
    return {
        keys[type(m)]: Stated(m.value, unit, lines),
        "row_aspect": Stated(m.row_aspect, "1"),
    }


def _statistics(m: EllipseRoi | RectangleRoi | FreehandRoi) -> dict[str, Stated]:
    found = {"area": Stated(m.area, "mm²" if m.calibration.is_known else "px²")}
    s, unit = m.statistics, m.value_unit
    if s is None:
        found["count"] = Stated(0.0, unit)
        return found
    return found | {
        "mean": Stated(s.mean, unit),
        "standard_deviation": Stated(s.standard_deviation, unit),
        "minimum": Stated(s.minimum, unit),
        "maximum": Stated(s.maximum, unit),
        "count": Stated(float(s.count), "1"),
    }


def _values(n: Mapping[str, Stated]) -> dict[str, object]:
    if "mean" not in n:
        return {"statistics": None, "value_unit": n["count"].unit}
    names = ("mean", "standard_deviation", "minimum", "maximum")
    mean, deviation, low, high = (n[name].value for name in names)
    statistics = RoiStatistics(int(n["count"].value), mean, deviation, low, high)
    return {"statistics": statistics, "value_unit": n["mean"].unit}


def _region(m: Measurement) -> Drawing | None:
    if isinstance(m, EllipseRoi):
        return Drawing("ELLIPSE", ellipse_axes(m))
    if isinstance(m, RectangleRoi | FreehandRoi):
        return Drawing("POLYLINE", lines_of(m)[0])
    if isinstance(m, Arrow):
        return Drawing("POLYLINE", m.points)
    return Drawing("POINT", m.points) if isinstance(m, TextMark) else None


def _points(facts: Facts) -> Points:
    """Return the points of a measurement in the order its kind has them."""
    if facts.kind == "bidirectional":
        drawn = {key: facts.numbers[key].drawings[0].points for key in ("long_axis", "short_axis")}
        return (*drawn["long_axis"], *drawn["short_axis"])
    region = facts.region
    if region is None:
        return tuple(p for s in facts.numbers.values() for d in s.drawings for p in d.points)
    if facts.kind == "ellipse":
        columns, rows = [p.column for p in region.points], [p.row for p in region.points]
        return ImagePoint(min(columns), min(rows)), ImagePoint(max(columns), max(rows))
    if facts.kind == "rectangle":
        return region.points[0], region.points[2]
    return region.points[:-1] if facts.kind == "freehand" else region.points


def _point_names(made: type[Any]) -> tuple[str, ...]:
    kinds = made.__dataclass_fields__.values()
    return tuple(f.name for f in kinds if f.type == "ImagePoint")


def _bare(calibration: Calibration) -> str:
    return "mm" if calibration.is_known else "px"


def source_of(name: str, note: str, row_mm: float | None, column_mm: float | None) -> Calibration:
    """Return a spacing from the name of its source, as `SpacingSource` spells it."""
    source = SpacingSource[name]
    if source is SpacingSource.NONE:
        return Calibration(None, None, source, note)
    return Calibration(row_mm, column_mm, source, note)
