"""All kinds of measurement."""

from __future__ import annotations

from readstation.domain.measurement.angle import Angle, CobbAngle
from readstation.domain.measurement.distance import Bidirectional, CalibrationLine, Length
from readstation.domain.measurement.mark import Arrow, Probe, Quoted, SpineLabel, TextMark
from readstation.domain.measurement.region import EllipseRoi, FreehandRoi, RectangleRoi

Roi = EllipseRoi | RectangleRoi | FreehandRoi
Mark = Arrow | TextMark | SpineLabel
Measurement = (
    Length | Bidirectional | CalibrationLine | Angle | CobbAngle | Roi | Probe | Mark | Quoted
)

KINDS: dict[str, type[Measurement]] = {
    "length": Length,
    "bidirectional": Bidirectional,
    "calibration": CalibrationLine,
    "angle": Angle,
    "cobb": CobbAngle,
    "ellipse": EllipseRoi,
    "rectangle": RectangleRoi,
    "freehand": FreehandRoi,
    "probe": Probe,
    "arrow": Arrow,
    "text": TextMark,
    "spine": SpineLabel,
}
"""The kinds that are made here, under the names they are stored by."""

KIND_NAMES: dict[type[Measurement], str] = {
    Length: "length",
    Bidirectional: "long and short axis",
    CalibrationLine: "calibration line",
    Angle: "angle",
    CobbAngle: "Cobb angle",
    EllipseRoi: "ellipse ROI",
    RectangleRoi: "rectangle ROI",
    FreehandRoi: "freehand ROI",
    Probe: "probe",
    Arrow: "arrow",
    TextMark: "text",
    SpineLabel: "spine label",
    Quoted: "measurement of another maker",
}
