"""Write a grayscale softcopy presentation state (PS3.3 A.33.1), for images that are here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydicom import config
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items
from pydicom.valuerep import format_number_as_ds

from readstation.adapters.dicom.graphic_annotation_writer import annotation_item, layer_item
from readstation.adapters.dicom.referenced_image_items import reference_items
from readstation.adapters.dicom.sop_classes import STORAGE
from readstation.adapters.dicom.written_object import (
    PRODUCT,
    content_of,
    date_and_time,
    new_object,
    patient_and_study,
)
from readstation.app.importing.instance_header import InstanceHeader
from readstation.domain.errors import RefusedInputError
from readstation.imaging.displayed_area import DisplayedArea, SizeMode
from readstation.imaging.graphic_annotation import ImageReference
from readstation.imaging.modality_lut import ModalityTransform
from readstation.imaging.presentation_state import (
    PresentationState,
    PresentationStateKind,
    rotation_and_flip,
)
from readstation.imaging.shutter import CircularShutter, DisplayShutter, RectangularShutter
from readstation.imaging.voi import Voi, VoiLut

GRAYSCALE_STATE = STORAGE + "11.1"
SERIES_DESCRIPTION = "Views saved in ReadStation"
SERIES_NUMBER = 9000
ASPECT_PARTS = 10_000


def write_presentation_state(
    state: PresentationState, image: InstanceHeader, now: datetime
) -> bytes:
    """Return the file of a state; patient and study are those of one image it refers to.

    Parameters
    ----------
    state : PresentationState
        Grayscale, with its own UIDs and at least one reference.
    image : InstanceHeader
        Of an image of the same study.
    now : datetime
        When the view was saved, aware; written in the zone of the study's own times.

    Raises
    ------
    RefusedInputError
        If the state is of another kind, of another study, or refers to nothing.
    """
    if state.kind is not PresentationStateKind.GRAYSCALE or not state.references:
        raise RefusedInputError("BAD_PRESENTATION_STATE", "This view cannot be written.")
    if state.study_instance_uid != image.study.study_instance_uid:
        raise RefusedInputError("BAD_PRESENTATION_STATE", "The view and its image do not belong.")
    with config.disable_value_validation():
        dataset = new_object(GRAYSCALE_STATE, state.sop_instance_uid)
        patient_and_study(dataset, image)
        _series(dataset, state, image)
        _identity(dataset, state)
        created = date_and_time(now, image)
        dataset.PresentationCreationDate, dataset.PresentationCreationTime = created
        _references(dataset, state)
        _grayscale(dataset, state)
        _geometry(dataset, state)
        if state.annotations:
            dataset.GraphicAnnotationSequence = Items(map(annotation_item, state.annotations))
        if state.layers:
            dataset.GraphicLayerSequence = Items(map(layer_item, state.layers))
        for overlay in state.overlays:
            dataset.add_new((overlay.group << 16) | 0x1001, "CS", overlay.layer)
        return content_of(dataset)


def _series(dataset: Dataset, state: PresentationState, image: InstanceHeader) -> None:
    series = image.series
    dataset.Modality = "PR"
    dataset.SeriesInstanceUID = state.series_instance_uid
    dataset.SeriesNumber = SERIES_NUMBER
    dataset.SeriesDescription = SERIES_DESCRIPTION
    if series.body_part_examined:
        dataset.BodyPartExamined = series.body_part_examined
    if series.laterality in {"L", "R"} or not series.body_part_examined:
        dataset.Laterality = series.laterality if series.laterality in {"L", "R"} else ""
    dataset.Manufacturer = PRODUCT
    dataset.ManufacturerModelName = PRODUCT
    dataset.InstanceNumber = 1


def _identity(dataset: Dataset, state: PresentationState) -> None:
    dataset.ContentLabel = state.content_label
    dataset.ContentDescription = state.content_description
    dataset.ContentCreatorName = state.content_creator_name


def _references(dataset: Dataset, state: PresentationState) -> None:
    by_series: dict[str, list[ImageReference]] = {}
    for reference in state.references:
        by_series.setdefault(reference.series_instance_uid, []).append(reference)
    items = []
    for uid, references in by_series.items():
        item = Dataset()
        item.SeriesInstanceUID = uid
        item.ReferencedImageSequence = reference_items(references)
        items.append(item)
    dataset.ReferencedSeriesSequence = Items(items)


def _grayscale(dataset: Dataset, state: PresentationState) -> None:
    _modality(dataset, state.modality_transform)
    items = []
    for softcopy in state.vois:
        item = _voi_item(softcopy.voi)
        if softcopy.references:
            item.ReferencedImageSequence = reference_items(softcopy.references)
        items.append(item)
    if items:
        dataset.SoftcopyVOILUTSequence = Items(items)
    lut = state.presentation_lut
    if lut is None:
        dataset.PresentationLUTShape = state.presentation_lut_shape.value
    else:
        table = _table(lut.first_value_mapped, lut.bits, lut.data, lut.explanation)
        dataset.PresentationLUTSequence = Items([table])


def _modality(dataset: Dataset, transform: ModalityTransform) -> None:
    if transform.lut is not None:
        lut = transform.lut
        bits = max(max(lut.data).bit_length(), 8)
        item = _table(lut.first_value_mapped, bits, lut.data, lut.explanation)
        item.ModalityLUTType = transform.rescale_type or "US"
        dataset.ModalityLUTSequence = Items([item])
    elif transform.is_stated:
        dataset.RescaleSlope = _decimal(transform.rescale_slope)
        dataset.RescaleIntercept = _decimal(transform.rescale_intercept)
        dataset.RescaleType = transform.rescale_type or "US"


def _voi_item(voi: Voi) -> Dataset:
    item = Dataset()
    if isinstance(voi, VoiLut):
        table = _table(voi.first_value_mapped, voi.bits, voi.data, voi.explanation)
        item.VOILUTSequence = Items([table])
        return item
    item.WindowCenter = _decimal(voi.center)
    item.WindowWidth = _decimal(voi.width)
    if voi.explanation:
        item.WindowCenterWidthExplanation = voi.explanation
    item.VOILUTFunction = voi.function.value
    return item


def _table(first: int, bits: int, data: Sequence[int], explanation: str) -> Dataset:
    item = Dataset()
    item.add_new(0x00283002, "SS" if first < 0 else "US", [len(data) & 0xFFFF, first, bits])
    item.add_new(0x00283006, "OW", b"".join(value.to_bytes(2, "little") for value in data))
    if explanation:
        item.LUTExplanation = explanation
    return item


def _geometry(dataset: Dataset, state: PresentationState) -> None:
    rotation, is_flipped = rotation_and_flip(state.orientation)
    dataset.ImageRotation = rotation
    dataset.ImageHorizontalFlip = "Y" if is_flipped else "N"
    items = []
    for selection in state.areas:
        item = _area_item(selection.area)
        if selection.references:
            item.ReferencedImageSequence = reference_items(selection.references)
        items.append(item)
    dataset.DisplayedAreaSelectionSequence = Items(items)
    if state.shutter is not None:
        _shutter(dataset, state.shutter)


def _area_item(area: DisplayedArea) -> Dataset:
    item = Dataset()
    item.DisplayedAreaTopLeftHandCorner = list(area.top_left)
    item.DisplayedAreaBottomRightHandCorner = list(area.bottom_right)
    item.PresentationSizeMode = area.size_mode.value
    if area.pixel_spacing_mm is not None:
        item.PresentationPixelSpacing = [_decimal(value) for value in area.pixel_spacing_mm]
    else:
        aspect = area.row_aspect or 1.0
        is_square = aspect == 1.0
        parts = [1, 1] if is_square else [round(aspect * ASPECT_PARTS), ASPECT_PARTS]
        item.PresentationPixelAspectRatio = parts
    if area.size_mode is SizeMode.MAGNIFY:
        item.PresentationPixelMagnificationRatio = area.magnification
    return item


def _shutter(dataset: Dataset, shutter: DisplayShutter) -> None:
    names = []
    for shape in shutter.shapes:
        if isinstance(shape, RectangularShutter):
            names.append("RECTANGULAR")
            dataset.ShutterLeftVerticalEdge = shape.left_column
            dataset.ShutterRightVerticalEdge = shape.right_column
            dataset.ShutterUpperHorizontalEdge = shape.upper_row
            dataset.ShutterLowerHorizontalEdge = shape.lower_row
        elif isinstance(shape, CircularShutter):
            names.append("CIRCULAR")
            dataset.CenterOfCircularShutter = [shape.center_row, shape.center_column]
            dataset.RadiusOfCircularShutter = shape.radius_px
        else:
            names.append("POLYGONAL")
            flat = [number for vertex in shape.vertices for number in vertex]
            dataset.VerticesOfThePolygonalShutter = flat
    dataset.ShutterShape = names
    dataset.ShutterPresentationValue = shutter.presentation_value


def _decimal(value: float) -> str:
    """Return a Decimal String: 16 characters, as near as they can be."""
    return format_number_as_ds(float(value)) if value != int(value) else str(int(value))
