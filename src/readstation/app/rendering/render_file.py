"""Use case: one frame of a file, at one stage of the viewport's own pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from readstation.app.importing.refusals import refusal
from readstation.app.viewport.frame_rendering import transform_of
from readstation.app.viewport.image_description import ImageDescription
from readstation.domain.errors import RefusedInputError
from readstation.imaging.frame import StoredFrame
from readstation.imaging.image_marks import mark_levels, marks_of
from readstation.imaging.modality_lut import modality_values
from readstation.imaging.presentation import (
    Rendering,
    automatic_voi,
    display_values,
    is_shown_inverse,
)
from readstation.imaging.viewport_renderer import ViewportRenderer
from readstation.imaging.voi import Voi, VoiWindow

SCREEN_BITS = 8
OPAQUE_BLACK = np.uint32(0xFF000000)


class Stage(Enum):
    """How far through the grayscale pipeline (PS3.3 C.11)."""

    STORED = "stored"
    MODALITY = "modality"
    DISPLAY = "display"


@dataclass(frozen=True, slots=True)
class RenderRequest:
    """What to render. `size_px` is width and height of the viewport; None: the image's own.

    Without `size_px` overlays look as DCMTK's dcm2pnm draws them, which dims what lies outside a
    region of interest; with it as the viewport draws them, which outlines the region. A viewport
    always shows padding black, dcm2pnm never does: that is left to the caller.
    """

    stage: Stage
    frame_number: int = 1
    window: VoiWindow | None = None
    voi_index: int = 0
    is_inverted: bool = False
    size_px: tuple[int, int] | None = None
    depth_bits: int = SCREEN_BITS
    are_overlays_shown: bool = True
    is_shutter_applied: bool = True
    is_padding_black: bool = False


class FileFrames(Protocol):
    """Decodes frames of files that are not in the store."""

    def number_of_frames(self, path: Path) -> int: ...

    def stored_values(self, path: Path, frame_number: int) -> NDArray[Any]:
        """Return stored values; colour as it is stored, not converted."""
        ...

    def frame(self, path: Path, frame_number: int) -> tuple[StoredFrame, ImageDescription]:
        """Return a frame as a viewport takes it."""
        ...


def render_frame(path: Path, request: RenderRequest, files: FileFrames) -> NDArray[Any]:
    """Render one frame of a file.

    Returns
    -------
    ndarray
        STORED: shape (rows, columns[, samples]), stored dtype. MODALITY: (rows, columns), float64.
        DISPLAY: (rows, columns) or (rows, columns, 3), uint8, or uint16 above 8 bits.

    Raises
    ------
    RefusedInputError
        If the file cannot be rendered truthfully in this way.
    """
    if request.stage is Stage.STORED:
        return files.stored_values(path, request.frame_number)
    frame, description = files.frame(path, request.frame_number)
    if request.stage is Stage.MODALITY:
        if frame.is_colour:
            raise refusal("NOT_GRAYSCALE")
        return modality_values(frame.stored_values, description.modality_transform)
    rendering = _rendering(frame, description, request)
    if request.size_px is not None:
        return _through_viewport(frame, description, rendering, request)
    return _at_own_size(frame, description, rendering, request)


def stored_frames(path: Path, files: FileFrames) -> Iterator[NDArray[Any]]:
    """Yield the stored values of every frame of a file."""
    for frame_number in range(1, files.number_of_frames(path) + 1):
        yield files.stored_values(path, frame_number)


def _rendering(
    frame: StoredFrame, description: ImageDescription, request: RenderRequest
) -> Rendering:
    inverse = is_shown_inverse(frame, description.presentation_lut_shape)
    voi = request.window or _voi(frame, description, request.voi_index)
    return Rendering(
        description.modality_transform,
        voi,
        inverse != request.is_inverted,
        padding=frame.pixel_padding if request.is_padding_black else None,
    )


def _voi(frame: StoredFrame, description: ImageDescription, index: int) -> Voi:
    """Return the file's own window, or an automatic one where it states none."""
    if index < len(description.vois):
        return description.vois[index]
    if index > 0:
        raise RefusedInputError(
            "NO_SUCH_WINDOW",
            f"The image has {len(description.vois)} windows of its own.",
            "They are counted from 0; leave --voi out for the first one.",
        )
    if frame.is_colour:
        return VoiWindow(128, 256)
    return automatic_voi(frame, description.modality_transform)


def _at_own_size(
    frame: StoredFrame,
    description: ImageDescription,
    rendering: Rendering,
    request: RenderRequest,
) -> NDArray[Any]:
    """Return gray levels or RGB of the image's own resolution, shutter and overlays drawn in."""
    maximum = (1 << request.depth_bits) - 1
    levels = display_values(frame, rendering, maximum=maximum)
    return mark_levels(
        levels,
        frame,
        description.shutter if request.is_shutter_applied else None,
        are_overlays_shown=request.are_overlays_shown,
        row_aspect=description.row_aspect,
        maximum=255 if frame.is_colour else maximum,
    )


def _through_viewport(
    frame: StoredFrame,
    description: ImageDescription,
    rendering: Rendering,
    request: RenderRequest,
) -> NDArray[np.uint8]:
    """Return what a viewport of the wanted size shows when the image is fitted into it."""
    fitted = None if request.size_px is None else transform_of(description, request.size_px)
    if fitted is None:
        raise refusal("NOT_AN_IMAGE")
    width, height = fitted.viewport_width_px, fitted.viewport_height_px
    renderer = ViewportRenderer()
    renderer.set_frame(frame)
    marks = marks_of(
        frame,
        description.shutter if request.is_shutter_applied else None,
        are_overlays_shown=request.are_overlays_shown,
        row_aspect=description.row_aspect,
    )
    shown = renderer.render(fitted, None if frame.is_colour else rendering, marks)
    screen = np.full((height, width), OPAQUE_BLACK, np.uint32)
    if shown is not None:
        rows, columns = shown.pixels.shape
        top, left = shown.top_px, shown.left_px
        screen[top : top + rows, left : left + columns] = shown.pixels
    rgb = np.stack([(screen >> shift & 255).astype(np.uint8) for shift in (16, 8, 0)], axis=-1)
    return rgb if frame.is_colour else np.ascontiguousarray(rgb[..., 0])
