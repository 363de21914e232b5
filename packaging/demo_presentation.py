"""A presentation state for one image of the demo, as a technologist would leave it."""

from __future__ import annotations

from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, GrayscaleSoftcopyPresentationStateStorage

LAYER = "MARKS"
MASS_CENTRE, MASS_EDGE = (318.5, 355.0), (318.5, 401.0)
TEXT_CORNERS = ((372.0, 308.0), (452.0, 326.0))
AREA = ((150, 250), (450, 460))
"""Column and row of the corners, counted from 1."""


def presentation_state(image: Dataset, created: tuple[str, str]) -> FileDataset:
    """Return window, area, a circle and a word for `image`; UIDs and identity are set later."""
    reference = Dataset()
    reference.ReferencedSOPClassUID = image.SOPClassUID
    reference.ReferencedSOPInstanceUID = image.SOPInstanceUID
    series = Dataset()
    series.SeriesInstanceUID = image.SeriesInstanceUID
    series.ReferencedImageSequence = Sequence([reference])
    state = FileDataset("", _head(created), preamble=b"\0" * 128)
    state.file_meta = FileMetaDataset()
    state.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    state.ReferencedSeriesSequence = Sequence([series])
    state.RescaleSlope, state.RescaleIntercept = image.RescaleSlope, image.RescaleIntercept
    state.RescaleType = "HU"
    state.SoftcopyVOILUTSequence = Sequence([_window()])
    state.DisplayedAreaSelectionSequence = Sequence([_area()])
    state.GraphicLayerSequence = Sequence([_layer()])
    state.GraphicAnnotationSequence = Sequence([_marks(reference)])
    state.PresentationLUTShape = "IDENTITY"
    return state


def _head(created: tuple[str, str]) -> Dataset:
    d = Dataset()
    d.SOPClassUID = GrayscaleSoftcopyPresentationStateStorage
    d.Modality = "PR"
    d.ContentLabel, d.ContentDescription = "MASS", "Marked by the technologist, for the demo"
    d.ContentCreatorName = "Technologist^Demo"
    d.PresentationCreationDate, d.PresentationCreationTime = created
    return d


def _window() -> Dataset:
    d = Dataset()
    d.WindowCenter, d.WindowWidth, d.WindowCenterWidthExplanation = 40, 300, "MASS"
    return d


def _area() -> Dataset:
    d = Dataset()
    d.DisplayedAreaTopLeftHandCorner = list(AREA[0])
    d.DisplayedAreaBottomRightHandCorner = list(AREA[1])
    d.PresentationSizeMode = "SCALE TO FIT"
    d.PresentationPixelAspectRatio = [1, 1]
    return d


def _layer() -> Dataset:
    d = Dataset()
    d.GraphicLayer, d.GraphicLayerOrder = LAYER, 1
    return d


def _marks(reference: Dataset) -> Dataset:
    circle, text, d = Dataset(), Dataset(), Dataset()
    circle.GraphicAnnotationUnits, circle.GraphicDimensions = "PIXEL", 2
    circle.NumberOfGraphicPoints, circle.GraphicType = 2, "CIRCLE"
    circle.GraphicData, circle.GraphicFilled = [*MASS_CENTRE, *MASS_EDGE], "N"
    text.BoundingBoxAnnotationUnits, text.UnformattedTextValue = "PIXEL", "Mass?"
    text.BoundingBoxTopLeftHandCorner = list(TEXT_CORNERS[0])
    text.BoundingBoxBottomRightHandCorner = list(TEXT_CORNERS[1])
    text.BoundingBoxTextHorizontalJustification = "LEFT"
    d.GraphicLayer = LAYER
    d.ReferencedImageSequence = Sequence([reference])
    d.GraphicObjectSequence, d.TextObjectSequence = Sequence([circle]), Sequence([text])
    return d
