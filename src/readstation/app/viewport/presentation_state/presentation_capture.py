"""The present view of an image box as a presentation state."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from readstation.app.viewport.frame_marks import shutter_of
from readstation.app.viewport.frame_rendering import file_vois_of
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.image_reference import reference_to
from readstation.app.viewport.measurement_graphics import MEASUREMENT_LAYER, annotation_of
from readstation.app.viewport.presentation_state.applied_presentation import in_effect
from readstation.app.viewport.presentation_state.presented_frame import apply_to_render
from readstation.app.viewport.value_scale import modality_transform_of
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import FileVoi, PresentationVoi
from readstation.domain.errors import ReadStationError
from readstation.imaging.displayed_area import DisplayedArea, area_in_view
from readstation.imaging.graphic_annotation import Annotation, GraphicLayer, ImageReference
from readstation.imaging.presentation import PresentationLutShape, Rendering
from readstation.imaging.presentation_state import (
    AreaSelection,
    OverlayActivation,
    PresentationState,
    PresentationStateKind,
    SoftcopyVoi,
)
from readstation.imaging.shutter import DisplayShutter
from readstation.imaging.voi import Voi, VoiLutFunction, VoiWindow

LABEL = re.compile(r"[A-Z0-9 _]{1,16}")
MAX_DESCRIPTION = 64
OVERLAY_LAYER = "OVERLAYS"
ONE_BY_ONE = "Save this image alone."


class CannotSaveViewError(ReadStationError):
    """No presentation state can tell this view truthfully."""


class ViewScope(Enum):
    """Which images the saved view is for; the value is the word for the reader."""

    IMAGE = "This image"
    DISPLAY_SET = "All images of the box"


@dataclass(frozen=True, slots=True)
class ViewName:
    """What a saved view is called, by whom, and under which new UIDs."""

    label: str
    description: str
    creator: str
    sop_instance_uid: str
    series_instance_uid: str


def usable_label(text: str) -> str:
    """Return a Content Label as DICOM wants it: capitals, digits, space and underscore, 16 at most.

    Raises
    ------
    CannotSaveViewError
        If it is empty, too long, or holds other characters.
    """
    label = text.strip().upper().replace("-", "_")
    if not LABEL.fullmatch(label):
        raise CannotSaveViewError(
            "A label has 1 to 16 letters A to Z, digits, spaces or underscores.",
            remedy="Shorten the label; the description takes any words.",
        )
    return label


def capture_view(model: ViewportModel, scope: ViewScope, name: ViewName) -> PresentationState:
    """Return a presentation state of what the box shows now.

    Raises
    ------
    CannotSaveViewError
        For colour, before the pixels are there, and where one state cannot hold all images.
    """
    d, rendering = _shown(model)
    images = (d,) if scope is ViewScope.IMAGE else model.display_set
    _require_alike(model, d, images, rendering)
    annotations, layers = _graphics(model, images)
    return PresentationState(
        kind=PresentationStateKind.GRAYSCALE,
        sop_instance_uid=name.sop_instance_uid,
        study_instance_uid=d.study_instance_uid,
        series_instance_uid=name.series_instance_uid,
        patient_id=d.banner.patient_id,
        content_label=usable_label(name.label),
        content_description=name.description.strip()[:MAX_DESCRIPTION],
        content_creator_name=name.creator,
        references=_references(images),
        modality_transform=rendering.modality,
        vois=_vois(model, images, rendering),
        presentation_lut=rendering.presentation_lut,
        presentation_lut_shape=_shape(rendering),
        shutter=_shutter(model, d),
        orientation=model.state.orientation,
        areas=_areas(model, images),
        layers=(*layers, *_overlay_layers(model)),
        annotations=annotations,
        overlays=_overlays(model),
    )


def _shown(model: ViewportModel) -> tuple[ImageDescription, Rendering]:
    d, rendering = model.description, model.rendering
    if d is not None and d.is_colour:
        raise CannotSaveViewError(
            "The view of a colour image cannot be saved: its presentation state needs the colour "
            "profile of the display.",
            remedy="Save views of grayscale images.",
        )
    if rendering is not None and rendering.palette is not None:
        raise CannotSaveViewError(
            "A view in the colours of a palette cannot be saved: its presentation state needs the "
            "colour profile of the display.",
            remedy="Take the presentation state away (Shift+P), then save the view.",
        )
    if model.frame is not None and model.frame.stored_values.dtype.kind == "f":
        raise CannotSaveViewError(
            "The view of measured numbers cannot be saved: presentation states are for images of "
            "whole numbers.",
        )
    if d is None or rendering is None:
        raise CannotSaveViewError("There is no image whose view could be saved.")
    return d, rendering


def _require_alike(
    model: ViewportModel,
    shown: ImageDescription,
    images: Sequence[ImageDescription],
    rendering: Rendering,
) -> None:
    """Refuse images that one state cannot hold: it has one modality transform and one shutter."""
    if any(image.is_colour for image in images):
        raise CannotSaveViewError("Some images of this box are in colour.", remedy=ONE_BY_ONE)
    scale = model.state.value_scale
    own = modality_transform_of(shown, scale)
    is_own = rendering.modality == own
    if is_own and any(modality_transform_of(image, scale) != own for image in images):
        raise CannotSaveViewError(
            "The images of this box have different rescale values.", remedy=ONE_BY_ONE
        )
    shutters = {shutter_of(image, model.state) for image in images}
    if len(shutters) > 1:
        raise CannotSaveViewError("The images of this box have different shutters.", ONE_BY_ONE)


def _references(images: Iterable[ImageDescription]) -> tuple[ImageReference, ...]:
    """Return one reference per instance, with frame numbers where not all frames are meant."""
    frames: dict[str, list[ImageDescription]] = {}
    for image in images:
        frames.setdefault(image.sop_instance_uid, []).append(image)
    return tuple(_reference(of_instance) for of_instance in frames.values())


def _reference(frames: Sequence[ImageDescription]) -> ImageReference:
    are_all = len(frames) == frames[0].number_of_frames
    return reference_to(frames[0], () if are_all else (frame.frame_number for frame in frames))


def _vois(
    model: ViewportModel, images: Sequence[ImageDescription], rendering: Rendering
) -> tuple[SoftcopyVoi, ...]:
    """Return the window of every image: the reader's own is one for all, the file's may differ."""
    by_voi: dict[Voi, list[ImageDescription]] = {}
    for image in images:
        voi = _as_older_readers_know(_voi(model, image, rendering))
        by_voi.setdefault(voi, []).append(image)
    if len(by_voi) == 1:
        return tuple(SoftcopyVoi(voi) for voi in by_voi)
    return tuple(SoftcopyVoi(voi, _references(of_voi)) for voi, of_voi in by_voi.items())


def _as_older_readers_know(voi: Voi) -> Voi:
    """Return a LINEAR_EXACT window as the LINEAR one that maps every value alike (C.11.2.1.3).

    Programs that know no VOI LUT Function take every window for LINEAR.
    """
    if isinstance(voi, VoiWindow) and voi.function is VoiLutFunction.LINEAR_EXACT:
        center, width = voi.center + 0.5, voi.width + 1
        return VoiWindow(center, width, VoiLutFunction.LINEAR, voi.explanation)
    return voi


def _voi(model: ViewportModel, image: ImageDescription, rendering: Rendering) -> Voi:
    choice = model.state.voi_choice
    if isinstance(choice, PresentationVoi):
        presentation = in_effect(model.state, image)
        shown = apply_to_render(presentation, image).rendering if presentation else None
        return shown.voi if shown is not None else rendering.voi
    if isinstance(choice, FileVoi):
        vois = file_vois_of(image, model.state)
        return vois[min(choice.index, len(vois) - 1)] if vois else rendering.voi
    return rendering.voi


def _shape(rendering: Rendering) -> PresentationLutShape:
    return PresentationLutShape.INVERSE if rendering.is_inverse else PresentationLutShape.IDENTITY


def _shutter(model: ViewportModel, image: ImageDescription) -> DisplayShutter | None:
    shutter = shutter_of(image, model.state)
    if shutter is not None and shutter.overlay_group is not None:
        raise CannotSaveViewError(
            "The shutter of this image is an overlay, which is not copied into a presentation "
            "state.",
            remedy="Switch the shutter off first.",
        )
    return shutter


def _areas(model: ViewportModel, images: Sequence[ImageDescription]) -> tuple[AreaSelection, ...]:
    """Return the area in view for images as large as the one shown; all of any other image."""
    by_size: dict[tuple[int, int], list[ImageDescription]] = {}
    for image in images:
        by_size.setdefault((image.columns, image.rows), []).append(image)
    if len(by_size) == 1:
        return tuple(AreaSelection(_area(model, of_size[0])) for of_size in by_size.values())
    return tuple(
        AreaSelection(_area(model, of_size[0]), _references(of_size))
        for of_size in by_size.values()
    )


def _area(model: ViewportModel, image: ImageDescription) -> DisplayedArea:
    shown, transform = model.description, model.transform
    whole = DisplayedArea((1, 1), (image.columns, image.rows), row_aspect=image.row_aspect)
    if shown is None or transform is None:
        return whole
    if (shown.columns, shown.rows) != (image.columns, image.rows):
        return whole
    return area_in_view(transform)


def _graphics(
    model: ViewportModel, images: Sequence[ImageDescription]
) -> tuple[tuple[Annotation, ...], tuple[GraphicLayer, ...]]:
    """Return the measurements of the images, and what an applied state draws over them."""
    if not model.state.are_measurements_visible:
        return (), ()
    kept: dict[Annotation, None] = {}
    layers: dict[str, GraphicLayer] = {}
    for image in images:
        presentation = in_effect(model.state, image)
        drawn = (
            presentation.annotations_of(image.sop_instance_uid, image.frame_number)
            if (presentation is not None)
            else ()
        )
        for annotation, layer in drawn:
            kept[annotation] = None
            layers.setdefault(layer.name, layer)
    measured = tuple(
        annotation_of(image, measurements)
        for image in images
        if (measurements := model.measurements.on_frame(image.frame_key))
    )
    if measured:
        layers[MEASUREMENT_LAYER.name] = MEASUREMENT_LAYER
    return (*kept, *measured), tuple(layers.values())


def _overlays(model: ViewportModel) -> tuple[OverlayActivation, ...]:
    frame = model.frame
    if frame is None or not model.state.are_overlay_planes_visible:
        return ()
    return tuple(OverlayActivation(plane.group, OVERLAY_LAYER) for plane in frame.overlays)


def _overlay_layers(model: ViewportModel) -> tuple[GraphicLayer, ...]:
    return (GraphicLayer(OVERLAY_LAYER, 0),) if _overlays(model) else ()
