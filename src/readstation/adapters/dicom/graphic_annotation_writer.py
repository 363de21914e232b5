"""Write graphics, texts and layers of a presentation state (PS3.3 C.10.5, C.10.7)."""

from __future__ import annotations

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items

from readstation.adapters.dicom.referenced_image_items import reference_items
from readstation.imaging.graphic_annotation import (
    Annotation,
    Graphic,
    GraphicLayer,
    GraphicType,
    TextObject,
)

MAX_US = 65_535
CLOSED_TYPES = frozenset({GraphicType.CIRCLE, GraphicType.ELLIPSE})


def annotation_item(annotation: Annotation) -> Dataset:
    """Return an item of Graphic Annotation Sequence (0070,0001)."""
    item = Dataset()
    if annotation.references:
        item.ReferencedImageSequence = reference_items(annotation.references)
    item.GraphicLayer = annotation.layer
    if annotation.texts:
        item.TextObjectSequence = Items(map(_text_item, annotation.texts))
    if annotation.graphics:
        item.GraphicObjectSequence = Items(map(_graphic_item, annotation.graphics))
    return item


def layer_item(layer: GraphicLayer) -> Dataset:
    """Return an item of Graphic Layer Sequence (0070,0060)."""
    item = Dataset()
    item.GraphicLayer = layer.name
    item.GraphicLayerOrder = layer.order
    if layer.gray is not None:
        item.GraphicLayerRecommendedDisplayGrayscaleValue = layer.gray
    if layer.cielab is not None:
        lightness, a, b = layer.cielab
        item.GraphicLayerRecommendedDisplayCIELabValue = [
            round(lightness * MAX_US / 100),
            round((a + 128) * 257),
            round((b + 128) * 257),
        ]
    if layer.description:
        item.GraphicLayerDescription = layer.description
    return item


def _graphic_item(graphic: Graphic) -> Dataset:
    item = Dataset()
    item.GraphicAnnotationUnits = graphic.units.value
    item.GraphicDimensions = 2
    item.NumberOfGraphicPoints = len(graphic.points)
    item.GraphicData = [number for point in graphic.points for number in point]
    item.GraphicType = graphic.graphic_type.value
    is_closed = graphic.graphic_type in CLOSED_TYPES or (
        len(graphic.points) > 2 and graphic.points[0] == graphic.points[-1]
    )
    if is_closed or graphic.is_filled:
        item.GraphicFilled = "Y" if graphic.is_filled else "N"
    return item


def _text_item(text: TextObject) -> Dataset:
    item = Dataset()
    item.UnformattedTextValue = "\r\n".join(text.text.splitlines())
    if text.box is not None:
        item.BoundingBoxAnnotationUnits = text.box.units.value
        item.BoundingBoxTopLeftHandCorner = list(text.box.top_left)
        item.BoundingBoxBottomRightHandCorner = list(text.box.bottom_right)
        item.BoundingBoxTextHorizontalJustification = text.box.justification.value
    if text.anchor is not None:
        item.AnchorPointAnnotationUnits = text.anchor.units.value
        item.AnchorPoint = list(text.anchor.point)
        item.AnchorPointVisibility = "Y" if text.anchor.is_visible else "N"
    return item
