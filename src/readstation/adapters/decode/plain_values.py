"""Frozen records as JSON and back, for the pipe to the worker. Only the listed kinds pass."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from readstation.app.reading.key_object_selection import FiledSelection
from readstation.app.reading.measurement_report import InSpace, MeasurementReport
from readstation.app.viewport.image_description import (
    DecoderFacts,
    ImageDescription,
    LossyCompression,
    PatientBanner,
)
from readstation.domain.acquisition import Acquisition
from readstation.domain.calibration import Calibration, SpacingSource, UltrasoundRegion
from readstation.domain.key_image import SelectionPurpose
from readstation.domain.measurement import KINDS, ImagePoint, Quoted, RoiStatistics, Tracking
from readstation.domain.study import FrameKey
from readstation.domain.suv_inputs import SuvInputs
from readstation.imaging.displayed_area import DisplayedArea, SizeMode
from readstation.imaging.frame import PixelPadding
from readstation.imaging.graphic_annotation import (
    Annotation,
    AnnotationUnits,
    Graphic,
    GraphicLayer,
    GraphicType,
    ImageReference,
    Justification,
    TextAnchor,
    TextBox,
    TextObject,
)
from readstation.imaging.modality_lut import ModalityLut, ModalityTransform
from readstation.imaging.orientation import DisplayOrientation
from readstation.imaging.palette import ColourPalette
from readstation.imaging.plane import ImagePlane
from readstation.imaging.presentation import PresentationLut, PresentationLutShape
from readstation.imaging.presentation_state import (
    AreaSelection,
    OverlayActivation,
    PresentationState,
    PresentationStateKind,
    SoftcopyVoi,
)
from readstation.imaging.shutter import (
    CircularShutter,
    DisplayShutter,
    PolygonalShutter,
    RectangularShutter,
)
from readstation.imaging.voi import VoiLut, VoiLutFunction, VoiWindow

RECORDS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        Acquisition,
        Annotation,
        AreaSelection,
        Calibration,
        CircularShutter,
        ColourPalette,
        DecoderFacts,
        DisplayOrientation,
        DisplayShutter,
        DisplayedArea,
        Graphic,
        GraphicLayer,
        ImageDescription,
        ImagePlane,
        ImageReference,
        LossyCompression,
        ModalityLut,
        ModalityTransform,
        OverlayActivation,
        PatientBanner,
        PixelPadding,
        SuvInputs,
        PolygonalShutter,
        PresentationLut,
        PresentationState,
        RectangularShutter,
        SoftcopyVoi,
        TextAnchor,
        TextBox,
        TextObject,
        UltrasoundRegion,
        VoiLut,
        VoiWindow,
        FiledSelection,
        FrameKey,
        InSpace,
        ImagePoint,
        MeasurementReport,
        Quoted,
        RoiStatistics,
        Tracking,
        *KINDS.values(),
    )
}
ENUMS: dict[str, type[Enum]] = {
    kind.__name__: kind
    for kind in (
        AnnotationUnits,
        GraphicType,
        Justification,
        PresentationLutShape,
        PresentationStateKind,
        SelectionPurpose,
        SizeMode,
        SpacingSource,
        VoiLutFunction,
    )
}
KIND = "kind of value"


def to_plain(value: Any) -> Any:
    """Return a JSON-ready copy of a record.

    >>> to_plain(PixelPadding(0, 30))
    {'kind of value': 'PixelPadding', 'lowest': 0, 'highest': 30}
    """
    if isinstance(value, Enum):
        return {KIND: type(value).__name__, "value": value.value}
    if is_dataclass(value):
        stated = (field.name for field in fields(value) if field.init)
        named = {name: to_plain(getattr(value, name)) for name in stated}
        return {KIND: type(value).__name__, **named}
    if isinstance(value, datetime):
        return {KIND: "datetime", "value": value.isoformat()}
    if isinstance(value, date):
        return {KIND: "date", "value": value.isoformat()}
    if isinstance(value, (tuple, list)):
        return [to_plain(item) for item in value]
    return value


def from_plain(value: Any) -> Any:
    """Return the record that `to_plain` was made from; lists become tuples.

    >>> from_plain(to_plain((PixelPadding(0, 30), None)))
    (PixelPadding(lowest=0, highest=30), None)
    """
    if isinstance(value, list):
        return tuple(from_plain(item) for item in value)
    if not isinstance(value, dict):
        return value
    rest = {name: from_plain(item) for name, item in value.items() if name != KIND}
    kind = value[KIND]
    if kind in RECORDS:
        return RECORDS[kind](**rest)
    if kind in ENUMS:
        return ENUMS[kind](rest["value"])
    return {"date": date, "datetime": datetime}[kind].fromisoformat(rest["value"])
