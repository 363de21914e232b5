"""The image of a box, on its way to whoever paints the box: a painter, or OpenGL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter

from readstation.imaging.image_marks import ImageMarks
from readstation.imaging.lut_image import LutImage
from readstation.imaging.presentation import Rendering
from readstation.imaging.view_transform import ViewTransform
from readstation.ui.viewport.image_canvas import RasterCanvas

Take = Callable[[LutImage], None]


class SharedCanvas(RasterCanvas):
    """Paints like `RasterCanvas`, unless somebody takes what the image is made of.

    Both share one renderer and its caches: a box changes hands without a pixel made twice.
    """

    def __init__(self) -> None:
        super().__init__()
        self._take: Take | None = None

    @contextmanager
    def taken_by(self, take: Take) -> Iterator[None]:
        """Hand images to `take` instead of painting them."""
        self._take = take
        try:
            yield
        finally:
            self._take = None

    def paint(
        self,
        painter: QPainter,
        size_px: QSize,
        transform: ViewTransform,
        rendering: Rendering | None,
        marks: ImageMarks | None,
    ) -> bool:
        if self._take is None:
            return super().paint(painter, size_px, transform, rendering, marks)
        image = self.renderer.lut_image(transform, rendering, marks)
        if image is not None:
            self._take(image)
        return image is not None
