"""How the pixels of one image reach an image box. Words and measurements are painted over them."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QRegion

from readstation.imaging.frame import StoredFrame
from readstation.imaging.image_marks import ImageMarks
from readstation.imaging.output import DisplayOutput
from readstation.imaging.presentation import Rendering, apply_lut
from readstation.imaging.view_transform import ViewTransform
from readstation.imaging.viewport_renderer import ViewportRenderer
from readstation.ui.screen_facts import PIXEL_FORMATS

STRIP_PIXELS = 1 << 16
"""What is looked up before it is drawn: it has not left the core's own cache by then."""
THREADS_FROM_PIXELS = 1 << 18
"""From so many on OpenCV looks values up in several threads."""
SAME_BITS = {
    QImage.Format.Format_RGB32: (
        QImage.Format.Format_RGB32,
        QImage.Format.Format_ARGB32_Premultiplied,
    ),
    QImage.Format.Format_RGB30: (
        QImage.Format.Format_RGB30,
        QImage.Format.Format_A2RGB30_Premultiplied,
    ),
}
"""What holds opaque pixels of a kind as they are: windows of most systems have an alpha channel."""


class ImageCanvas(Protocol):
    """Shows one frame; `RasterCanvas` is the reference for every other."""

    @property
    def frame(self) -> StoredFrame | None: ...

    def set_frame(self, frame: StoredFrame | None) -> None:
        """Take another frame, or none; nothing of the old one may be shown from now on."""

    def set_output(self, output: DisplayOutput) -> None:
        """Make pixels for another screen."""

    def make_ready(self, transform: ViewTransform, rendering: Rendering | None) -> QRect | None:
        """Do what of the next `paint` needs no painter; returns where the image will lie."""

    def paint(
        self,
        painter: QPainter,
        size_px: QSize,
        transform: ViewTransform,
        rendering: Rendering | None,
        marks: ImageMarks | None,
    ) -> bool:
        """Fill the box, black where no image is, on a painter of device pixels.

        Returns False if nothing of the image is to be seen: then the box is left as it was.
        """


class RasterCanvas:
    """Renders with two cores and memory bandwidth, exact to the last code."""

    def __init__(self) -> None:
        self.renderer = ViewportRenderer()
        self._strip: NDArray[np.uint32] = np.empty((1, 1), np.uint32)

    @property
    def frame(self) -> StoredFrame | None:
        return self.renderer.frame

    def set_frame(self, frame: StoredFrame | None) -> None:
        self.renderer.set_frame(frame)

    def set_output(self, output: DisplayOutput) -> None:
        self.renderer.set_output(output)

    def make_ready(self, transform: ViewTransform, rendering: Rendering | None) -> QRect | None:
        found = self.renderer.make_ready(transform, rendering)
        return QRect(*found) if found is not None else None

    def paint(
        self,
        painter: QPainter,
        size_px: QSize,
        transform: ViewTransform,
        rendering: Rendering | None,
        marks: ImageMarks | None,
    ) -> bool:
        is_plain = marks is None and not painter.deviceTransform().isScaling()
        found = self.renderer.lut_image(transform, rendering) if is_plain else None
        if found is not None and found.table is not None and found.marks is None:
            corner, kind = QPoint(found.left_px, found.top_px), PIXEL_FORMATS[found.bit_depth]
            self._draw_strips(painter, corner, kind, found.values, found.table)
            rows, columns = found.values.shape
        else:
            image = self.renderer.render(transform, rendering, marks)
            if image is None:
                return False
            corner, kind = QPoint(image.left_px, image.top_px), PIXEL_FORMATS[image.bit_depth]
            rows, columns = image.pixels.shape
            painter.drawImage(corner, QImage(image.pixels.data, columns, rows, 4 * columns, kind))
        fill_around(painter, size_px, QRect(corner, QSize(columns, rows)))
        return True

    def _draw_strips(
        self,
        painter: QPainter,
        corner: QPoint,
        kind: QImage.Format,
        values: NDArray[Any],
        table: NDArray[np.uint32],
    ) -> None:
        """Look values up into what is painted on, or a few lines at a time: no whole picture."""
        rows, columns = values.shape
        target = memory_under(painter, QRect(corner, QSize(columns, rows)), kind)
        if target is not None:
            _look_up(values, table, target)
            return
        most = max(STRIP_PIXELS // columns, 1)
        if self._strip.shape != (most, columns):
            self._strip = np.empty((most, columns), np.uint32)
        for first in range(0, len(values), most):
            part = values[first : first + most]
            pixels = apply_lut(part, table, out=self._strip[: len(part)])
            strip = QImage(pixels.data, columns, len(part), 4 * columns, kind)
            painter.drawImage(corner + QPoint(0, first), strip)


def _look_up(values: NDArray[Any], table: NDArray[np.uint32], target: NDArray[np.uint32]) -> None:
    """Write the pixels of values, so few at a time that OpenCV leaves it to this thread.

    Two threads gain little, as memory is the limit. Each takes time to wake, then waits in a loop
    for more, and while a study is decoded all wait for one that does not get a core.
    """
    rows, columns = values.shape
    most = max((THREADS_FROM_PIXELS - 1) // columns, 1)
    for first in range(0, rows, most):
        place = target[first : first + most]
        pixels = apply_lut(values[first : first + most], table, out=place)
        if pixels is not place:
            place[:] = pixels


def memory_under(painter: QPainter, area: QRect, kind: QImage.Format) -> NDArray[np.uint32] | None:
    """Return the pixels that a picture drawn at `area` would be copied over, one to one.

    None where it would be clipped, mixed or changed, or where there is no such memory.
    """
    engine = painter.paintEngine()
    device, clip = engine.paintDevice(), engine.systemClip()
    if not isinstance(device, QImage) or device.format() not in SAME_BITS[kind]:
        return None
    if painter.hasClipping() or painter.opacity() != 1:
        return None
    to_device = painter.deviceTransform()
    dx, dy = to_device.dx(), to_device.dy()
    if not (dx.is_integer() and dy.is_integer()):
        return None
    place = area.translated(int(dx), int(dy))
    if not clip.isNull() and not QRegion(place).subtracted(clip).isEmpty():
        return None
    left, top, rows = place.left(), place.top(), device.height()
    right, bottom = left + place.width(), top + place.height()
    if left < 0 or top < 0 or right > device.width() or bottom > rows:
        return None
    return np.frombuffer(device.bits(), np.uint32).reshape(rows, -1)[top:bottom, left:right]


def fill_around(painter: QPainter, size_px: QSize, image: QRect) -> None:
    """Fill what an image leaves of a box, and no pixel of the image twice."""
    width, height = size_px.width(), size_px.height()
    left, top = image.left(), image.top()
    right, bottom = left + image.width(), top + image.height()
    strips = (
        (0, 0, width, top),
        (0, bottom, width, height - bottom),
        (0, top, left, bottom - top),
        (right, top, width - right, bottom - top),
    )
    to_device = painter.deviceTransform()
    is_moved = not to_device.isScaling() and to_device.dx().is_integer()
    clip = painter.paintEngine().systemClip() if is_moved and to_device.dy().is_integer() else None
    for x, y, wide, high in strips:
        strip = QRect(x, y, wide, high)
        is_seen = clip is None or clip.isEmpty() or clip.intersects(to_device.mapRect(strip))
        if wide > 0 and high > 0 and is_seen:
            painter.fillRect(strip, Qt.GlobalColor.black)
