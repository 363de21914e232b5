"""A small picture of a display set, made off the GUI thread; never for reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readstation.app.viewport.image_description import ImageDescription
from readstation.imaging.frame import StoredFrame
from readstation.imaging.presentation import Rendering, automatic_voi, is_shown_inverse
from readstation.imaging.thumbnail import thumbnail_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SIDE_PX = 96


def make_thumbnail(
    image: ImageDescription, frame: StoredFrame, side_px: int = SIDE_PX
) -> NDArray[np.uint8]:
    """Return gray (rows, columns) or RGB (rows, columns, 3) uint8, the longer side `side_px`."""
    rendering = None
    if not frame.is_colour:
        voi = image.vois[0] if image.vois else automatic_voi(frame, image.modality_transform)
        inverse = is_shown_inverse(frame, image.presentation_lut_shape)
        rendering = Rendering(image.modality_transform, voi, inverse)
    return thumbnail_of(frame, rendering, image.row_aspect, side_px)
