"""A graphics processor's part of one image box: image and words in one framebuffer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QImage, QOpenGLContext, QPainter, QPaintEvent
from PySide6.QtOpenGLWidgets import QOpenGLWidget
from PySide6.QtWidgets import QWidget

from readstation.imaging.lut_image import LutImage, lut_pixels, surface_pixels
from readstation.ui.errors import where
from readstation.ui.gpu import gl_names as gl
from readstation.ui.gpu.gpu_image import GpuError, GpuImage
from readstation.ui.gpu.opengl import SURFACE_FORMATS, context_format, renderer_of
from readstation.ui.gpu.shader import FRAGMENT
from readstation.ui.gpu.shared_canvas import SharedCanvas

Paint = Callable[[QPainter], None]
LAYER_FORMAT = QImage.Format.Format_ARGB32_Premultiplied


class GpuCanvas(QOpenGLWidget):
    """Covers an image box and paints what the box would paint itself.

    Words and measurements are painted as everywhere, into a layer of their own that the shader
    puts over the image. The first image after every start of OpenGL is read back and compared.

    Parameters
    ----------
    box : QWidget
        The image box.
    images : SharedCanvas
        Where the box's image comes from.
    paint : callable
        Paints the whole box with a painter.
    accepts : callable
        From the renderer's name to whether it may be used.
    surface_bits : int
        8 or 10 bits of a level.
    fragment : str
        The shader.
    """

    failed = Signal(str)

    def __init__(
        self,
        box: QWidget,
        images: SharedCanvas,
        paint: Paint,
        *,
        accepts: Callable[[str], bool],
        surface_bits: int,
        fragment: str = FRAGMENT,
    ) -> None:
        super().__init__(box)
        self.surface_bits = surface_bits
        self._images, self._paint = images, paint
        self._accepts, self._fragment = accepts, fragment
        self._painter: GpuImage | None = None
        self._layer: NDArray[np.uint32] = np.zeros((1, 1), np.uint32)
        self._image: LutImage | None = None
        self._is_proved = self._has_failed = self._is_due = False
        self.setFormat(context_format())
        self.setTextureFormat(SURFACE_FORMATS[surface_bits])
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setGeometry(box.rect())

    # From Qt: nothing may escape from these

    def initializeGL(self) -> None:
        self._painter = None  # whatever there was went with its context

    def paintEvent(self, event: QPaintEvent) -> None:
        """Notice that Qt cannot use its context any more: it then calls nobody back."""
        self._is_due = True
        super().paintEvent(event)
        if self._is_due:
            self._fail(GpuError("its context was lost"))

    def paintGL(self) -> None:
        self._is_due = False
        if self._has_failed:
            return
        try:
            self._paint_all()
        except Exception as error:  # noqa: BLE001 - would leave a callback of C++
            self._fail(error)

    def hideEvent(self, event: QHideEvent) -> None:
        """Give back what lies in the context: it goes, or is not needed for a while."""
        super().hideEvent(event)
        if self._painter is not None and self.isValid():
            self.makeCurrent()
            self._painter.release()
            self.doneCurrent()
        self._painter = None

    def _start(self) -> GpuImage:
        """Begin in a context: the first one, or another."""
        renderer = renderer_of(self.context())
        if not self._accepts(renderer):
            raise GpuError(f"OpenGL is drawn by the CPU here: {renderer}")
        self._is_proved = False
        return GpuImage(self.context(), self._fragment)

    def _paint_all(self) -> None:
        self._painter = self._painter or self._start()
        self._paint_layer()
        image = self._image
        if image is not None and image.bit_depth > self.surface_bits:
            raise GpuError("the screen takes more levels than the surface has")
        self._painter.draw(image, self._layer, self.surface_bits)
        if image is not None and not self._is_proved:
            self._prove(self._painter, image)
            self._is_proved = True

    def _paint_layer(self) -> None:
        """Let the box paint itself: its words come here, its image comes to `_take`."""
        self._image = None
        ratio = self.devicePixelRatioF()
        shape = (round(self.height() * ratio), round(self.width() * ratio))
        if self._layer.shape != shape:
            self._layer = np.zeros(shape, np.uint32)
        self._layer.fill(0)
        layer = QImage(self._layer.data, shape[1], shape[0], 4 * shape[1], LAYER_FORMAT)
        layer.setDevicePixelRatio(ratio)
        painter = QPainter(layer)
        try:
            with self._images.taken_by(self._take):
                self._paint(painter)
        finally:
            painter.end()

    def _take(self, image: LutImage) -> None:
        self._image = image

    def _prove(self, painter: GpuImage, image: LutImage) -> None:
        """Compare the image in the framebuffer with the CPU's, where no words lie over it."""
        rows, columns = image.values.shape
        top, left = image.top_px, image.left_px
        bottom = self._layer.shape[0] - top - rows
        painted = painter.read(left, bottom, (rows, columns), self.surface_bits)
        expected = surface_pixels(lut_pixels(image), image.bit_depth, self.surface_bits)
        is_bare = self._layer[top : top + rows, left : left + columns] == 0
        differing = int(((painted != expected) & is_bare).sum())
        if differing:
            raise GpuError(f"{differing} pixels of an image differ from the CPU's")

    def _fail(self, error: Exception) -> None:
        """Leave the box to the CPU, as soon as Qt is out of its callback."""
        if not self._has_failed:
            self._has_failed = True
            self._blacken()
            said = str(error) if isinstance(error, GpuError) else where(error)
            self.failed.emit(f"the graphics processor failed: {said}")

    def _blacken(self) -> None:
        """Leave no image that nobody vouches for, not even for one frame."""
        context = QOpenGLContext.currentContext()
        if context is not None:
            functions = context.functions()
            functions.glClearColor(0.0, 0.0, 0.0, 1.0)
            functions.glClear(gl.COLOR_BUFFER_BIT)
