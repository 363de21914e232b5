"""One image as it is exported: what the viewport shows of it, frozen, and its pixels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from readstation.app.viewport.frame_marks import FrameMarks
from readstation.app.viewport.frame_rendering import (
    automatic_voi_of,
    rendering_of,
    transform_of,
    voi_of,
)
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.presentation_state.applied_presentation import area_of
from readstation.app.viewport.viewport_state import ViewportState
from readstation.domain.errors import CannotDisplayError
from readstation.imaging.frame import StoredFrame
from readstation.imaging.viewport_renderer import ViewportRenderer

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """Something painted, to be laid over pixels: RGBA, premultiplied, shape (rows, columns, 4)."""

    pixels: Picture
    left_px: int = 0
    top_px: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """One frame in a box of `size_px` (width, height), with `band` of the same width below it."""

    description: ImageDescription
    state: ViewportState
    size_px: tuple[int, int]
    band: Layer
    layers: tuple[Layer, ...] = ()

    @property
    def file_size_px(self) -> tuple[int, int]:
        """Width and height with the band."""
        return self.size_px[0], self.size_px[1] + self.band.pixels.shape[0]


class ShotRenderer:
    """Makes pictures of shots, one after the other; not shared between threads."""

    def __init__(self) -> None:
        self._renderer, self._marks = ViewportRenderer(), FrameMarks()

    def picture(self, shot: Shot, frame: StoredFrame) -> Picture:
        """Return RGB, shape (rows, columns, 3): the image, what lies over it, and the band.

        Raises
        ------
        CannotDisplayError
            If the image has no size.
        """
        d, state = shot.description, shot.state
        rendering = None
        if not frame.is_colour:
            voi = voi_of(d, state, None) or automatic_voi_of(d, frame, state)
            rendering = rendering_of(d, frame, state, voi)
        transform = transform_of(
            d,
            shot.size_px,
            zoom=state.zoom,
            center=state.center,
            orientation=state.orientation,
            area=area_of(state, d),
        )
        if transform is None:
            raise CannotDisplayError("This image has no rows or columns.", "Export another one.")
        self._renderer.set_frame(frame)
        marks = self._marks.of(frame, d, state)
        rendered = self._renderer.render(transform, rendering, marks)
        width, height = shot.size_px
        picture = np.zeros((height, width, 3), np.uint8)
        if rendered is not None:
            rows, columns = rendered.pixels.shape
            top, left = rendered.top_px, rendered.left_px
            picture[top : top + rows, left : left + columns] = _rgb(rendered.pixels)
        lay_over(picture, shot.layers)
        band = np.zeros((shot.band.pixels.shape[0], width, 3), np.uint8)
        lay_over(band, (shot.band,))
        return np.concatenate((picture, band))


def lay_over(picture: Picture, layers: Iterable[Layer]) -> None:
    """Lay premultiplied layers over an RGB picture. `picture` is modified in place."""
    for layer in layers:
        rows, columns = layer.pixels.shape[:2]
        under = picture[layer.top_px : layer.top_px + rows, layer.left_px : layer.left_px + columns]
        over = layer.pixels[: under.shape[0], : under.shape[1]].astype(np.uint16)
        through = 255 - over[..., 3:]
        under[...] = np.minimum(over[..., :3] + (under * through + 127) // 255, 255)


def _rgb(pixels: NDArray[np.uint32]) -> Picture:
    """Return 0xFFRRGGBB as three bytes each."""
    shifts = np.array((16, 8, 0), np.uint32)
    return (pixels[..., None] >> shifts).astype(np.uint8)
