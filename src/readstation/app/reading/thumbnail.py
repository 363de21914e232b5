"""A small picture of a display set, made off the GUI thread; never for reading."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from readstation.app.station import Station
from readstation.app.viewport.image_description import ImageDescription
from readstation.domain.study import Instance
from readstation.imaging.presentation import (
    Rendering,
    automatic_voi,
    display_values,
    is_shown_inverse,
)

SIDE_PX = 96


def make_thumbnail(
    station: Station, instance: Instance, image: ImageDescription
) -> NDArray[np.uint8]:
    """Return gray (rows, columns) or RGB (rows, columns, 3) uint8, the longer side `SIDE_PX`.

    Raises
    ------
    CannotDisplayError
        If the frame cannot be decoded.
    """
    frame = station.frames.load(instance, image.frame_number)
    shown: NDArray[Any] = frame.stored_values
    if not frame.is_colour:
        voi = image.vois[0] if image.vois else automatic_voi(frame, image.modality_transform)
        inverse = is_shown_inverse(frame, image.presentation_lut_shape)
        shown = display_values(frame, Rendering(image.modality_transform, voi, inverse))
    height = frame.rows * image.row_aspect
    scale = SIDE_PX / max(height, frame.columns)
    size = max(1, round(frame.columns * scale)), max(1, round(height * scale))
    small = cv2.resize(shown, size, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(small, dtype=np.uint8)
