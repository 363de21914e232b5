"""The magnifier: what lies under the mouse, larger, in a circle around it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from readstation.app.viewport.frame_marks import FrameMarks
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.domain.measurement import ImagePoint
from readstation.imaging.output import DisplayOutput
from readstation.imaging.view_transform import MAX_ZOOM, ViewTransform
from readstation.ui import theme
from readstation.ui.viewport.image_canvas import RasterCanvas
from readstation.ui.viewport.layer_painter import LayerPainter

SIDE_PX = 260
FACTOR = 3.0
RING_PX = 2.0


class Magnifier:
    """Paints with a canvas of its own, so that the image below keeps its pixels."""

    def __init__(self) -> None:
        self._canvas: RasterCanvas | None = None
        self._marks = FrameMarks()
        self._layer = LayerPainter()

    def paint(
        self,
        painter: QPainter,
        transform: ViewTransform,
        model: ViewportModel,
        output: DisplayOutput,
    ) -> None:
        """Paint on a painter of device pixels; nothing if the magnifier is not held."""
        at, d = model.state.magnified, model.description
        if at is None or model.frame is None or d is None:
            self._canvas = None
            return
        if self._canvas is None:
            self._canvas = RasterCanvas()
        self._canvas.set_output(output)
        if self._canvas.frame is not model.frame:
            self._canvas.set_frame(model.frame)
        x, y = transform.to_viewport(at.column, at.row)
        place = QRectF(round(x) - SIDE_PX // 2, round(y) - SIDE_PX // 2, SIDE_PX, SIDE_PX)
        circle = QPainterPath()
        circle.addEllipse(place)
        painter.save()
        painter.setClipPath(circle)
        painter.fillRect(place, Qt.GlobalColor.black)
        painter.translate(place.topLeft())
        marks = self._marks.of(model.frame, d, model.state)
        size = QSize(SIDE_PX, SIDE_PX)
        enlarged = _enlarged(transform, at)
        self._canvas.paint(painter, size, enlarged, model.rendering, marks)
        self._layer.paint(painter, model.layer, enlarged)
        painter.restore()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("accent"), RING_PX))
        painter.drawEllipse(place)
        painter.restore()


def _enlarged(transform: ViewTransform, at: ImagePoint) -> ViewTransform:
    return replace(
        transform,
        viewport_width_px=SIDE_PX,
        viewport_height_px=SIDE_PX,
        zoom=min(transform.zoom * FACTOR, MAX_ZOOM),
        center_column=at.column,
        center_row=at.row,
    )
