"""Where a graphics processor's canvas lies in an image box, while it may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

from readstation.app.viewport.viewport_model import ViewportModel
from readstation.domain.graphics import GraphicsStanding
from readstation.ui.displays import Displays

if TYPE_CHECKING:
    from readstation.ui.gpu.gpu_canvas import GpuCanvas, Paint
    from readstation.ui.gpu.graphics_back_end import GraphicsBackEnd
    from readstation.ui.gpu.shared_canvas import SharedCanvas

LATER = GraphicsStanding(False, "the graphics processor is used when this screen is next opened")
BETWEEN = GraphicsStanding(False, "pixels of the screen are not whole pixels of the window")


class CanvasSlot(QObject):
    """Puts a canvas over an image box, or takes it away.

    A canvas comes only when the box is about to be shown: a window that gets its first one is
    made anew by Qt, and that is not to happen under somebody who reads.
    """

    def __init__(
        self,
        box: QWidget,
        model: ViewportModel,
        displays: Displays,
        image: SharedCanvas,
        paint: Paint,
    ) -> None:
        super().__init__(box)
        self._box, self._model, self._displays = box, model, displays
        self._image, self._paint = image, paint
        self._back_end = displays.graphics
        self._canvas: GpuCanvas | None = None
        self._is_coming = False
        if self._back_end is not None:
            self._back_end.changed.connect(self.follow)
            displays.changed.connect(self.follow)

    @property
    def is_painting(self) -> bool:
        """Return True while a canvas covers the box, which then need not paint itself."""
        return self._canvas is not None

    def update(self) -> None:
        """Paint again what the box would paint again."""
        if self._canvas is not None:
            self._canvas.update()

    def resize(self) -> None:
        """Cover the whole box again; leave it where that is no longer possible."""
        if self._canvas is not None:
            self._canvas.setGeometry(self._box.rect())
        self.follow()

    def open(self) -> None:
        """Take a canvas if there may be one: the box comes to be shown."""
        self.follow()
        if self._canvas is None and self._may_paint and not self._is_coming:
            self._is_coming = True  # Qt hides and shows the box once more while the canvas comes
            QTimer.singleShot(0, self, self._come)

    def _come(self) -> None:
        try:
            if self._back_end is not None and self._may_paint and self._box.isVisible():
                self._make(self._back_end)
        finally:
            self._is_coming = False
        self._tell()

    def follow(self) -> None:
        """Take the canvas away if it may not paint any more, or not on this screen."""
        canvas = self._canvas
        if canvas is not None:
            if not self._may_paint or canvas.surface_bits < self._bits:
                self._drop()
            self._box.update()
        self._tell()

    def begin(self) -> None:
        """Look for a graphics processor: the box has shown an image."""
        if self._back_end is not None:
            self._back_end.begin()

    @property
    def _may_paint(self) -> bool:
        is_gpu = self._back_end is not None and self._back_end.standing.is_gpu
        return is_gpu and self._box.devicePixelRatioF().is_integer()

    @property
    def _bits(self) -> int:
        return self._displays.output(self._box).bit_depth

    def _make(self, back_end: GraphicsBackEnd) -> None:
        from readstation.ui.gpu.gpu_canvas import GpuCanvas  # noqa: PLC0415 - OpenGL may be absent

        canvas = GpuCanvas(
            self._box,
            self._image,
            self._paint,
            accepts=back_end.accepts,
            surface_bits=self._bits,
        )
        canvas.failed.connect(back_end.give_up, Qt.ConnectionType.QueuedConnection)
        canvas.show()
        self._canvas = canvas

    def _drop(self) -> None:
        if self._canvas is not None:
            self._canvas.hide()
            self._canvas.deleteLater()
            self._canvas = None

    def _tell(self) -> None:
        """Say of this box what differs from the others."""
        back_end = self._back_end
        if back_end is None:
            return
        special = None
        if back_end.standing.is_gpu and self._canvas is None:
            special = LATER if self._may_paint else BETWEEN
        back_end.note_box(self._model, special)
