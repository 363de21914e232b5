"""Paints one image where nobody sees it, so that the first real one takes no longer than the next.

Qt and OpenCV set much up when they are first used: enumerations, fonts, tables, threads.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter

from readstation.app.viewport.image_description import ImageDescription, PatientBanner
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import Role
from readstation.app.viewport.window.window_presets import NO_PRESETS
from readstation.imaging.frame import StoredFrame
from readstation.imaging.modality_lut import ModalityTransform
from readstation.imaging.voi import VoiWindow
from readstation.ui.viewport.viewport_painter import StationWords, ViewportPainter

NOBODY = "2.25.0"
SIDE, BITS = 256, 12
SIZE = QSize(600, 600)


def rehearse() -> None:
    """Paint an empty image with its words into memory of its own. Once, before a study is open."""
    model = ViewportModel(NO_PRESETS, Role.CURRENT)
    model.resize(SIZE.width(), SIZE.height())
    model.set_display_set((_image(),))
    frame = StoredFrame(np.zeros((SIDE, SIDE), np.uint16), "MONOCHROME2", BITS)
    if model.token is not None:
        model.show_frame(model.token, frame)
    painting = ViewportPainter(model)
    painting.follow()
    painting.prepare(SIZE, 1.0, StationWords())
    target = QImage(SIZE, QImage.Format.Format_RGB32)
    painter = QPainter(target)
    try:
        painting.paint(painter, SIZE, 1.0)
    finally:
        painter.end()


def _image() -> ImageDescription:
    return ImageDescription(
        NOBODY,
        NOBODY,
        NOBODY,
        banner=PatientBanner("ABC^abc", "0123456789"),
        modality="CT",
        study_description="Abc",
        series_description="Abc",
        instance_number=1,
        rows=SIDE,
        columns=SIDE,
        bits_stored=BITS,
        high_bit=BITS - 1,
        modality_transform=ModalityTransform(1.0, -1024.0, is_stated=True),
        vois=(VoiWindow(40.0, 400.0),),
        slice_location_mm=0.0,
        kvp=120.0,
    )
