"""Paints what lies over an image in colours."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage, QPainter

from readstation.imaging.colour_layer import ColourLayer, LayerRenderer
from readstation.imaging.view_transform import ViewTransform

FORMAT = QImage.Format.Format_ARGB32_Premultiplied


class LayerPainter:
    """Keeps the pixels of one layer until it, its window or the view changes."""

    def __init__(self) -> None:
        self._renderer: LayerRenderer | None = None

    def paint(self, painter: QPainter, layer: ColourLayer | None, transform: ViewTransform) -> None:
        """Paint on a painter of device pixels; nothing without a layer, of which nothing stays."""
        if layer is None:
            self._renderer = None
            return
        self._renderer = self._renderer or LayerRenderer()
        found = self._renderer.render(layer, transform)
        if found is not None:
            rows, columns = found.pixels.shape
            picture = QImage(found.pixels.data, columns, rows, 4 * columns, FORMAT)
            painter.drawImage(QPoint(found.left_px, found.top_px), picture)
