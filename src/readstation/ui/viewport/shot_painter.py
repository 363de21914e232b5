"""Paints what lies over an exported image, as pictures that pixels are put under in a job."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import fields, replace

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QImage, QPainter

from readstation.app.export.export_words import (
    NOT_FOR_DIAGNOSIS,
    export_text,
    measurement_words,
    without_texts,
)
from readstation.app.export.shot import Layer, Shot
from readstation.app.viewport.chest_wall import chest_wall_edge
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.presentation_state.applied_presentation import graphics_of, in_effect
from readstation.app.viewport.scale_bar import ScaleBar, scale_bar
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import ChosenWindow, Role, ViewportState
from readstation.domain.measurement import Measurement
from readstation.imaging.graphic_geometry import Placement
from readstation.imaging.orientation import edge_letters
from readstation.imaging.view_transform import ViewTransform
from readstation.imaging.voi import VoiWindow
from readstation.ui import theme
from readstation.ui.viewport.graphic_painter import GraphicPainter
from readstation.ui.viewport.measurement_painter import MeasurementPainter, Shown
from readstation.ui.viewport.overlay_painter import Overlay, OverlayPainter
from readstation.ui.viewport.sprites import Sprites

BAND = 26
MOST_PICTURE_PX, MOST_CINE_PX = 6000, 1600
"""Of the longer side of a file."""
UNTOUCHED = {"selected_measurement_uid": "", "question": "", "magnified": None, "notice": ""}


class ShotPainter:
    """Takes shots of one viewport without touching it: everything happens on a copy.

    `model` is what the reader sees. Files are as much larger than its box as shows every pixel of
    the image, up to `most_px` of the longer side.
    """

    def __init__(
        self, model: ViewportModel, *, with_identity: bool, most_px: int = MOST_PICTURE_PX
    ) -> None:
        self._with_identity = with_identity
        self._measurements = tuple(model.measurements)
        width, height = model.viewport_size_px
        zoom = model.transform.zoom if model.transform is not None else 1.0
        self._ratio = _scale(zoom, max(width, height), most_px)
        self._size_px = (round(width * self._ratio), round(height * self._ratio))
        self._copy = _copy_of(model, self._size_px, self._ratio)
        self._band = _band(self._size_px[0], self._ratio)
        self._said: tuple[Overlay, Layer | None] | None = None

    def take(self, index: int, *, is_still: bool = True) -> Shot | None:
        """Return one image of the display set; of a moving picture without its own number."""
        copy = self._copy
        copy.go_to(index, by_link=True)
        d, transform = copy.description, copy.transform
        if d is None or transform is None:
            return None
        layers = [self._drawn(d, transform)]
        layers.append(self._words(d, is_still=is_still))
        found = tuple(layer for layer in layers if layer is not None)
        state = replace(copy.state, **UNTOUCHED)  # type: ignore[arg-type]  # by replace
        if not self._with_identity:  # nobody knows what is written in an overlay plane
            state = replace(state, are_overlay_planes_visible=False)
        return Shot(d, state, self._size_px, self._band, found)

    def _words(self, d: ImageDescription, *, is_still: bool) -> Layer | None:
        copy = self._copy
        text = export_text(copy, with_identity=self._with_identity)
        if not is_still:
            text = replace(
                text, bottom_left=tuple(t for t in text.bottom_left if "Image " not in t)
            )
        letters = edge_letters(copy.state.orientation, d.plane, d.patient_orientation)
        bar: ScaleBar | None = scale_bar(copy)
        role = copy.state.role if self._with_identity else Role.NONE
        wall = chest_wall_edge(d.modality, letters)
        is_full = copy.state.is_overlay_visible
        overlay = Overlay(text, letters, bar, role, is_full, chest_wall=wall)
        if self._said is None or self._said[0] != overlay:
            self._said = (overlay, self._painted_words(overlay))
        return self._said[1]

    def _painted_words(self, overlay: Overlay) -> Layer | None:
        ratio, sprites = self._ratio, Sprites()

        def paint(painter: QPainter) -> None:
            sprites.begin(ratio)
            width, height = self._size_px
            OverlayPainter(sprites).paint(overlay, width / ratio, height / ratio, ratio)
            sprites.draw(painter)

        return _painted(self._size_px, paint)

    def _drawn(self, d: ImageDescription, transform: ViewTransform) -> Layer | None:
        """Paint measurements and the graphics of a presentation state; None without any."""
        state, ratio = self._copy.state, self._ratio
        own = [m for m in self._measurements if m.frame == d.frame_key]
        shown = own if state.are_measurements_visible else []
        presentation = in_effect(state, d)
        if not shown and presentation is None:
            return None

        def paint(painter: QPainter) -> None:
            painter.scale(ratio, ratio)
            if presentation is not None:
                area = presentation.area_of(d.sop_instance_uid, d.frame_number)
                graphics = GraphicPainter(painter, Placement(transform, area), ratio)
                for annotation, layer in graphics_of(state, d):
                    said = annotation if self._with_identity else without_texts(annotation)
                    graphics.paint(said, layer)
            width, height = self._size_px
            box = QRectF(0, 0, width / ratio, height / ratio)
            measurements = MeasurementPainter(painter, transform, box, ratio)
            measurements.paint_all(map(self._shown, shown))

        return _painted(self._size_px, paint)

    def _shown(self, measurement: Measurement) -> Shown:
        words = measurement_words(measurement, with_identity=self._with_identity)
        colour = "routine_text" if measurement.maker else "measurement"
        return Shown(measurement, words, colour, is_own=False)


def _scale(zoom: float, longer_px: int, most_px: int) -> float:
    """Return how much larger than on the screen: so that no pixel of the image is lost."""
    wanted = max(1.0, 1 / zoom) if zoom > 0 else 1.0
    return min(wanted, max(most_px / max(longer_px, 1), 1.0))


def _copy_of(model: ViewportModel, size_px: tuple[int, int], ratio: float) -> ViewportModel:
    """Return a viewport with the same images and view, `ratio` times as large."""
    copy = ViewportModel(role=model.state.role)
    copy.set_display_set(model.display_set, frame_index=model.state.frame_index, stack=model.stack)
    state: ViewportState = model.state
    if model.is_window_automatic and isinstance(model.voi, VoiWindow):
        state = replace(state, voi_choice=ChosenWindow(model.voi, "auto"))
    if state.zoom is not None:
        state = replace(state, zoom=state.zoom * ratio)
    values = {field.name: getattr(state, field.name) for field in fields(state)}
    copy.change(**{**values, **UNTOUCHED})
    copy.resize(*size_px)
    if model.frame is not None and copy.token is not None:
        copy.show_frame(copy.token, model.frame)
    return copy


def _painted(size_px: tuple[int, int], paint: Callable[[QPainter], None]) -> Layer | None:
    """Paint on a clear picture of this size; returns the part that is painted on."""
    picture = QImage(*size_px, QImage.Format.Format_RGBA8888_Premultiplied)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    try:
        paint(painter)
    finally:
        painter.end()
    width, height = size_px
    flat = np.frombuffer(picture.constBits(), np.uint8)
    pixels = flat.reshape(height, picture.bytesPerLine())[:, : 4 * width].reshape(height, width, 4)
    inked = pixels[..., 3] > 0
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    if not rows.size:
        return None
    top, left = int(rows[0]), int(columns[0])
    part = pixels[top : int(rows[-1]) + 1, left : int(columns[-1]) + 1].copy()
    return Layer(part, left, top)


def _band(width_px: int, ratio: float) -> Layer:
    """Return the strip below the image that says what it is not for."""
    height_px = math.ceil(BAND * ratio)
    picture = QImage(width_px, height_px, QImage.Format.Format_RGBA8888_Premultiplied)
    picture.fill(theme.colour("raised"))
    painter = QPainter(picture)
    painter.scale(ratio, ratio)
    painter.setFont(theme.font("small", QFont.Weight.DemiBold))
    painter.setPen(theme.colour("significant_text"))
    place = QRectF(0, 0, width_px / ratio, BAND)
    painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter.value), NOT_FOR_DIAGNOSIS)
    painter.end()
    flat = np.frombuffer(picture.constBits(), np.uint8).reshape(height_px, -1)
    return Layer(flat[:, : 4 * width_px].reshape(height_px, width_px, 4).copy())
