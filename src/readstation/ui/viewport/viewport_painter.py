"""What one image box shows, layer over layer: pixels, measurements, words."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from readstation.app.viewport.frame_marks import FrameMarks
from readstation.app.viewport.overlay_text import overlay_text, visible_text
from readstation.app.viewport.presentation_state.applied_presentation import graphics_of, in_effect
from readstation.app.viewport.scale_bar import scale_bar
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import RequestToken
from readstation.domain.display import DisplayStanding
from readstation.imaging.graphic_geometry import Placement
from readstation.imaging.orientation import EdgeLetters, edge_letters
from readstation.imaging.output import DisplayOutput
from readstation.imaging.view_transform import ViewTransform
from readstation.imaging.viewport_renderer import ViewportRenderer
from readstation.ui.screen_facts import PIXEL_FORMATS
from readstation.ui.viewport.graphic_painter import GraphicPainter
from readstation.ui.viewport.measurement_painter import MeasurementPainter
from readstation.ui.viewport.overlay_painter import Overlay, OverlayPainter


@dataclass(frozen=True, slots=True)
class StationWords:
    """What is said over an image that is not about the image."""

    link_status: str = ""
    cine: str = ""
    waiting: str = ""
    display: DisplayStanding | None = None


class ViewportPainter:
    """Paints one viewport model; keeps the renderer's caches between paints."""

    def __init__(self, model: ViewportModel) -> None:
        self._model = model
        self._renderer = ViewportRenderer()
        self._marks = FrameMarks()

    def follow(self) -> None:
        """Take the model's pixels, or drop those that it dropped."""
        if self._model.frame is not self._renderer.frame:
            self._renderer.set_frame(self._model.frame)

    def set_output(self, output: DisplayOutput) -> None:
        """Make pixels for the screen that the widget is on."""
        self._renderer.set_output(output)

    def paint(
        self, painter: QPainter, size: QSize, ratio: float, words: StationWords
    ) -> tuple[RequestToken, float] | None:
        """Paint everything; returns whose pixels were painted and at which scale."""
        box = QRectF(0, 0, size.width(), size.height())
        painter.fillRect(box, Qt.GlobalColor.black)
        transform, token = self._model.transform, self._model.token
        is_there = False
        if transform is not None and token is not None and self._model.frame is not None:
            is_there = self._paint_image(painter, transform, ratio)
            if is_there:
                self._paint_graphics(painter, transform, ratio)
                self._paint_measurements(painter, box, transform, ratio)
        self._paint_words(painter, box, ratio, words, is_image_there=is_there)
        if not is_there or token is None or transform is None:
            return None
        return token, transform.zoom

    def _paint_image(self, painter: QPainter, transform: ViewTransform, ratio: float) -> bool:
        model, marks = self._model, None
        if model.frame is not None and model.description is not None:
            marks = self._marks.of(model.frame, model.description, model.state)
        image = self._renderer.render(transform, model.rendering, marks)
        if image is None:
            return False
        rows, columns = image.pixels.shape
        kind = PIXEL_FORMATS[image.bit_depth]
        shown = QImage(image.pixels.data, columns, rows, 4 * columns, kind)
        shown.setDevicePixelRatio(ratio)
        painter.drawImage(QPointF(image.left_px / ratio, image.top_px / ratio), shown)
        return True

    def _paint_graphics(self, painter: QPainter, transform: ViewTransform, ratio: float) -> None:
        """Paint what an applied presentation state draws over this frame."""
        d, state = self._model.description, self._model.state
        presentation = in_effect(state, d) if d is not None else None
        if d is None or presentation is None:
            return
        painter.save()
        area = presentation.area_of(d.sop_instance_uid, d.frame_number)
        graphics = GraphicPainter(painter, Placement(transform, area), ratio)
        for annotation, layer in graphics_of(state, d):
            graphics.paint(annotation, layer)
        painter.restore()

    def _paint_measurements(
        self, painter: QPainter, box: QRectF, transform: ViewTransform, ratio: float
    ) -> None:
        painter.save()
        measurements = MeasurementPainter(painter, transform, box, ratio)
        selected = self._model.state.selected_measurement_uid
        for measurement in self._model.visible_measurements:
            is_selected = measurement.measurement_uid == selected
            measurements.paint(measurement, is_selected=is_selected)
        painter.restore()

    def _paint_words(
        self,
        painter: QPainter,
        box: QRectF,
        ratio: float,
        words: StationWords,
        *,
        is_image_there: bool,
    ) -> None:
        model, d, state = self._model, self._model.description, self._model.state
        letters = EdgeLetters()
        if d is not None and is_image_there:
            letters = edge_letters(state.orientation, d.plane, d.patient_orientation)
        overlay = Overlay(
            overlay_text(
                model, link_status=words.link_status, cine=words.cine, display=words.display
            ),
            letters,
            scale_bar(model) if is_image_there else None,
            state.role,
            state.is_overlay_visible,
            visible_text(state.notice),
            visible_text(model.refusal or words.waiting),
            is_refusal=bool(model.refusal),
        )
        OverlayPainter(painter, box.width(), box.height(), ratio).paint(overlay)
