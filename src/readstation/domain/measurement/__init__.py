"""Measurements: geometry on one frame, its value, and the unit and source it can be stated in.

Image points are (column, row) with the outer corner of the first pixel at (0, 0), as in
PS3.3 C.10.5.1.2 (Graphic Data, sub-pixel): the centre of the first pixel is (0.5, 0.5).
"""

from readstation.domain.measurement.angle import Angle, CobbAngle
from readstation.domain.measurement.distance import Bidirectional, CalibrationLine, Length
from readstation.domain.measurement.drawn import (
    UNTRACKED,
    ImagePoint,
    Tracking,
    own_tracking_uid,
    settled,
)
from readstation.domain.measurement.editing import across, edited, grips
from readstation.domain.measurement.kinds import KINDS, Mark, Measurement, Roi
from readstation.domain.measurement.mark import Arrow, Probe, Quoted, SpineLabel, TextMark
from readstation.domain.measurement.region import (
    EllipseRoi,
    FreehandRoi,
    RectangleRoi,
    RoiStatistics,
)
from readstation.domain.measurement.unfinished import Unfinished
from readstation.domain.measurement.value_unit import modality_value_unit

__all__ = [
    "KINDS",
    "UNTRACKED",
    "Angle",
    "Arrow",
    "Bidirectional",
    "CalibrationLine",
    "CobbAngle",
    "EllipseRoi",
    "FreehandRoi",
    "ImagePoint",
    "Length",
    "Mark",
    "Measurement",
    "Probe",
    "Quoted",
    "RectangleRoi",
    "Roi",
    "RoiStatistics",
    "SpineLabel",
    "TextMark",
    "Tracking",
    "Unfinished",
    "across",
    "edited",
    "grips",
    "modality_value_unit",
    "own_tracking_uid",
    "settled",
]
