"""What a description and the reader's state make of one frame: values to gray, image to screen."""

from __future__ import annotations

from dataclasses import replace
from operator import is_

from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.presentation_state.applied_presentation import (
    area_of,
    in_full_effect,
)
from readstation.app.viewport.presentation_state.presented_frame import (
    apply_to_render,
    in_units_of_image,
)
from readstation.app.viewport.value_scale import (
    is_stated_in,
    modality_transform_of,
    scale_factor,
    scaled_vois,
)
from readstation.app.viewport.viewport_state import ChosenWindow, PresentationVoi, ViewportState
from readstation.domain.measurement import ImagePoint
from readstation.imaging.displayed_area import DisplayedArea, view_of_area
from readstation.imaging.frame import StoredFrame
from readstation.imaging.orientation import AS_STORED, DisplayOrientation
from readstation.imaging.presentation import Rendering, automatic_voi, is_shown_inverse
from readstation.imaging.view_transform import ViewTransform, fit_zoom
from readstation.imaging.voi import Voi


def voi_of(
    description: ImageDescription, state: ViewportState, automatic: Voi | None
) -> Voi | None:
    """Return the VOI in use; None while there are no pixels to derive an automatic one from."""
    choice = state.voi_choice
    if isinstance(choice, ChosenWindow):
        # A window for uptake values never lies over values in another unit.
        return choice.window if is_stated_in(description, state.value_scale) else automatic
    if isinstance(choice, PresentationVoi):
        return _voi_of_presentation(description, state) or automatic
    vois = file_vois_of(description, state)
    return vois[min(choice.index, len(vois) - 1)] if vois else automatic


def _voi_of_presentation(description: ImageDescription, state: ViewportState) -> Voi | None:
    """Return the presentation state's VOI in the unit in which the reader sees values."""
    presentation = in_full_effect(state, description)
    if presentation is None:
        return None
    shown = apply_to_render(presentation, description).rendering
    image = modality_transform_of(description, state.value_scale)
    return in_units_of_image(shown.voi, shown.modality, image) if shown is not None else None


def file_vois_of(description: ImageDescription, state: ViewportState) -> tuple[Voi, ...]:
    """Return the windows and tables that the file offers in the unit the reader sees."""
    return scaled_vois(description.vois, scale_factor(description, state.value_scale))


def automatic_voi_of(
    description: ImageDescription, frame: StoredFrame, state: ViewportState
) -> Voi:
    """Derive a window from the frame's own values."""
    return automatic_voi(frame, modality_transform_of(description, state.value_scale))


def rendering_of(
    description: ImageDescription, frame: StoredFrame, state: ViewportState, voi: Voi
) -> Rendering:
    """Return how the frame's values become gray levels."""
    inverse = is_shown_inverse(frame, description.presentation_lut_shape)
    modality = modality_transform_of(description, state.value_scale)
    own = Rendering(modality, voi, inverse != state.is_inverted, padding=frame.pixel_padding)
    presentation = in_full_effect(state, description)
    if presentation is None:
        return own
    shown = apply_to_render(presentation, description).rendering
    return _mixed(own, shown, state) if shown is not None else own


def _mixed(own: Rendering, presented: Rendering, state: ViewportState) -> Rendering:
    """Return what a presentation state shows, with the window the reader chose instead of its own.

    The reader's window is in the image's own modality values, the state's in the state's.
    """
    is_inverse = presented.is_inverse != state.is_inverted
    if isinstance(state.voi_choice, PresentationVoi):
        return replace(presented, is_inverse=is_inverse, padding=own.padding)
    return replace(
        own,
        is_inverse=is_inverse,
        presentation_lut=presented.presentation_lut,
        palette=presented.palette,
    )


def transform_of(
    description: ImageDescription,
    size_px: tuple[int, int],
    *,
    zoom: float | None = None,
    center: ImagePoint | None = None,
    orientation: DisplayOrientation = AS_STORED,
    area: DisplayedArea | None = None,
) -> ViewTransform | None:
    """Return where image points lie in a viewport of `size_px`.

    With `zoom` None the image is fitted in, or the displayed `area` of a presentation state.
    """
    d = description
    if d.rows <= 0 or d.columns <= 0:
        return None
    middle = center or ImagePoint(d.columns / 2, d.rows / 2)
    transform = ViewTransform(
        d.columns,
        d.rows,
        *size_px,
        zoom or 1.0,
        middle.column,
        middle.row,
        orientation,
        (area.row_aspect if area is not None else None) or d.row_aspect,
    )
    if area is not None and zoom is None and center is None:
        return view_of_area(area, transform)
    return transform if zoom is not None else replace(transform, zoom=fit_zoom(transform))


class KeptRendering:
    """Window and rendering of one viewport, asked for many times between two changes."""

    def __init__(self) -> None:
        self._voi_of: tuple[object, ...] = ()
        self._voi: Voi | None = None
        self._rendering_of: tuple[object, ...] = ()
        self._rendering: Rendering | None = None

    def voi(
        self, description: ImageDescription, state: ViewportState, automatic: Voi | None
    ) -> Voi | None:
        """Return the VOI in use."""
        key = (description, state, automatic)
        if not _are_same(key, self._voi_of):
            self._voi_of, self._voi = key, voi_of(*key)
        return self._voi

    def rendering(
        self, description: ImageDescription, frame: StoredFrame, state: ViewportState, voi: Voi
    ) -> Rendering | None:
        """Return how the frame's values become gray levels."""
        # a frame itself is not kept: its pixels are to go when the viewport drops them
        key = (description, state, voi, frame.photometric_interpretation, frame.pixel_padding)
        if not _are_same(key, self._rendering_of):
            self._rendering = rendering_of(description, frame, state, voi)
            self._rendering_of = key
        return self._rendering


def _are_same(key: tuple[object, ...], kept: tuple[object, ...]) -> bool:
    """Return True for the very same objects, none of which ever changes."""
    return len(key) == len(kept) and all(map(is_, key, kept))


class KeptTransform:
    """The transform of one viewport, kept while nothing that it depends on changes."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._transform: ViewTransform | None = None

    def of(
        self, description: ImageDescription, state: ViewportState, size_px: tuple[int, int]
    ) -> ViewTransform | None:
        """Return where image points lie in a viewport of `size_px`."""
        d, area = description, area_of(state, description)
        view = (state.zoom, state.center, state.orientation, area)
        key = (d.rows, d.columns, d.row_aspect, size_px, view)
        if key != self._key:
            self._key = key
            self._transform = transform_of(
                d,
                size_px,
                zoom=state.zoom,
                center=state.center,
                orientation=state.orientation,
                area=area,
            )
        return self._transform
