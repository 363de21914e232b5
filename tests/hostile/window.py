"""What the window makes of an accepted frame, without Qt: picture, marks, words, thumbnail."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from readstation.app.reading.thumbnail import make_thumbnail
from readstation.app.viewport.frame_marks import FrameMarks
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.information.image_information import (
    image_information,
    information_text,
)
from readstation.app.viewport.overlay_text import overlay_text
from readstation.app.viewport.scale_bar import scale_bar
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.imaging.frame import StoredFrame
from readstation.imaging.orientation import edge_letters
from readstation.imaging.viewport_renderer import ViewportRenderer

SIZE_PX = (96, 64)


def show_in_window(frames: Sequence[ImageDescription], frame: StoredFrame) -> None:
    """Do what an image box does; whatever is raised would have been raised in the window."""
    model = ViewportModel()
    model.resize(*SIZE_PX)
    model.set_display_set(frames)
    token, description = model.token, model.description
    assert token is not None
    assert description is not None
    assert model.show_frame(token, frame), model.refusal
    transform = model.transform
    assert transform is not None
    renderer = ViewportRenderer()
    renderer.set_frame(frame)
    marks = FrameMarks().of(frame, description, model.state)
    shown = renderer.render(transform, model.rendering, marks)
    assert shown is None or shown.pixels.dtype == np.uint32
    words = overlay_text(model)
    assert len(words.top_left) <= 20
    information_text(image_information(model))
    scale_bar(model)
    edge_letters(model.state.orientation, description.plane, description.patient_orientation)
    picture = make_thumbnail(description, frame)
    assert picture.dtype == np.uint8
