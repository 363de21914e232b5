"""What one image box shows, layer over layer: pixels, measurements, words."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QRegion

from readstation.app.viewport.chest_wall import chest_wall_edge
from readstation.app.viewport.first_look import FirstLook, first_look, first_look_words
from readstation.app.viewport.frame_marks import FrameMarks
from readstation.app.viewport.overlay_text import overlay_text, visible_text
from readstation.app.viewport.presentation_state.applied_presentation import graphics_of, in_effect
from readstation.app.viewport.scale_bar import scale_bar
from readstation.app.viewport.viewport_links import NO_GUIDES
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import RequestToken
from readstation.domain.display import DisplayStanding
from readstation.imaging.graphic_geometry import Placement
from readstation.imaging.orientation import EdgeLetters, edge_letters
from readstation.imaging.output import DisplayOutput
from readstation.imaging.view_transform import ViewTransform
from readstation.ui.viewport.graphic_painter import GraphicPainter
from readstation.ui.viewport.guide_painter import guides_on, paint_guides
from readstation.ui.viewport.image_canvas import ImageCanvas, RasterCanvas
from readstation.ui.viewport.layer_painter import LayerPainter
from readstation.ui.viewport.magnifier import Magnifier
from readstation.ui.viewport.measurement_painter import paint_measurements
from readstation.ui.viewport.overlay_painter import Overlay, OverlayPainter
from readstation.ui.viewport.sprites import Sprites, shared_shelf

AS_IT_IS = nullcontext()
MUCH_PIXELS = 1 << 17


@dataclass(frozen=True, slots=True)
class StationWords:
    """What is said over an image that is not about the image."""

    link_status: str = ""
    cine: str = ""
    waiting: str = ""
    display: DisplayStanding | None = None


@dataclass(frozen=True, slots=True)
class _Scene:
    """Where the image lies in a box. While that stays, its pixels and words alone may change."""

    size: QSize
    ratio: int
    place_px: QRect


class ViewportPainter:
    """Paints one viewport model; keeps between paints what has not changed.

    `prepare` comes after every change and before the next `paint`.
    """

    def __init__(self, model: ViewportModel, canvas: ImageCanvas | None = None) -> None:
        self._model = model
        self._canvas: ImageCanvas = canvas or RasterCanvas()
        self._magnifier = Magnifier()
        self._layer = LayerPainter()
        self._output = DisplayOutput()
        self._marks = FrameMarks()
        self._sprites = Sprites(shared_shelf())
        self._words = OverlayPainter(self._sprites)
        self.image_s = 0.0  # how long the pixels of the last paint took
        self._look: tuple[object, FirstLook | None] | None = None
        self._said: tuple[Overlay, QSize, float] | None = None
        self._scene: _Scene | None = None

    def follow(self) -> None:
        """Take the model's pixels, or drop those that it dropped."""
        shown = self._model.frame or self._model.preview
        if shown is not self._canvas.frame:
            self._canvas.set_frame(shown)

    def set_output(self, output: DisplayOutput) -> None:
        """Make pixels for the screen that the widget is on."""
        self._output = output
        self._canvas.set_output(output)

    @property
    def leaves_much(self) -> bool:
        """So much of the box lies beside the image that finding out what differs saves time."""
        scene = self._scene
        if scene is None:
            return False
        width, height = scene.size.width() * scene.ratio, scene.size.height() * scene.ratio
        return width * height - scene.place_px.width() * scene.place_px.height() > MUCH_PIXELS

    def prepare(self, size: QSize, ratio: float, words: StationWords) -> QRegion:
        """Make image and words ready; returns where the box may differ from what it showed before.

        It comes before Qt waits for the screen to take the last picture: that time is used. What
        differs is the image and the words that are others, or the whole box: wherever anything else
        is drawn, and where device pixels are not pixels of the window.
        """
        changed_px = self._prepare_words(size, ratio, words)
        before, self._scene = self._scene, self._quiet_scene(size, ratio)
        scene = self._scene
        if scene is None or scene != before:
            return QRegion(QRect(QPoint(), size))
        changed = QRegion(_logical(scene.place_px, scene.ratio))
        for area in changed_px:
            changed += _logical(area, scene.ratio)
        return changed

    def _quiet_scene(self, size: QSize, ratio: float) -> _Scene | None:
        """Return where the image lies if there is one and nothing but words over it."""
        model = self._model
        d, transform = model.description, model.transform
        if not ratio.is_integer() or model.frame is None or d is None or transform is None:
            return None
        is_drawn_over = (
            model.layer is not None
            or model.state.magnified is not None
            or guides_on(model) != NO_GUIDES
            or bool(model.visible_measurements)
            or model.draft is not None
            or in_effect(model.state, d) is not None
        )
        if is_drawn_over:
            return None
        place_px = self._canvas.make_ready(transform, model.rendering)
        return _Scene(size, int(ratio), place_px) if place_px is not None else None

    def paint(
        self, painter: QPainter, size: QSize, ratio: float
    ) -> tuple[RequestToken, float] | None:
        """Paint everything; returns whose pixels were painted and at which scale."""
        _move_to_whole_pixels(painter, ratio)
        transform, token = self._model.transform, self._model.token
        is_there = transform is not None and self._paint_image(painter, size, ratio, transform)
        if not is_there and not self._paint_first_look(painter, size, ratio):
            painter.fillRect(QRect(QPoint(), size), Qt.GlobalColor.black)
        elif is_there and transform is not None:
            with _device_pixels(painter, ratio):
                self._layer.paint(painter, self._model.layer, transform)
            if self._scene is None:
                self._paint_graphics(painter, transform, ratio)
                paint_guides(painter, self._model, transform, ratio)
                self._paint_measurements(painter, size, transform, ratio)
            with _device_pixels(painter, ratio):
                self._magnifier.paint(painter, transform, self._model, self._output)
        with _device_pixels(painter, ratio):
            self._sprites.draw(painter)
        if not is_there or token is None or transform is None:
            return None
        return token, transform.zoom

    def _paint_image(
        self, painter: QPainter, size: QSize, ratio: float, transform: ViewTransform
    ) -> bool:
        """Paint the pixels and what belongs to them; False if there are none to be seen."""
        model = self._model
        if model.frame is None or model.description is None or model.token is None:
            return False
        marks = self._marks.of(model.frame, model.description, model.state)
        size_px = QSize(math.ceil(size.width() * ratio), math.ceil(size.height() * ratio))
        began_s = time.perf_counter()
        with _device_pixels(painter, ratio):
            is_there = self._canvas.paint(painter, size_px, transform, model.rendering, marks)
        self.image_s = time.perf_counter() - began_s
        return is_there

    def _paint_first_look(self, painter: QPainter, size: QSize, ratio: float) -> bool:
        """Paint a coarse picture while the frame is decoded; nothing is measured or drawn on it."""
        key = (self._model.preview, self._model.state, self._model.transform)
        if self._look is None or self._look[0] != key:
            self._look = (key, first_look(self._model))
        look = self._look[1]
        if look is None:
            return False
        size_px = QSize(math.ceil(size.width() * ratio), math.ceil(size.height() * ratio))
        with _device_pixels(painter, ratio):
            return self._canvas.paint(painter, size_px, look.transform, look.rendering, None)

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
        self, painter: QPainter, size: QSize, transform: ViewTransform, ratio: float
    ) -> None:
        box = QRectF(0, 0, size.width(), size.height())
        paint_measurements(self._model, painter, transform, box, ratio)

    def _prepare_words(self, size: QSize, ratio: float, words: StationWords) -> list[QRect]:
        """Put the words together; returns where they have changed, in device pixels."""
        model, d, state = self._model, self._model.description, self._model.state
        transform, letters = model.transform, EdgeLetters()
        is_image_there = model.frame is not None and bool(transform and transform.covered_px)
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
            first_look_words(model) or visible_text(state.notice),
            visible_text(model.refusal or ("" if model.preview else words.waiting)),
            is_refusal=bool(model.refusal),
            chest_wall=chest_wall_edge(d.modality if d is not None else "", letters),
        )
        if self._said == (overlay, size, ratio):
            return []
        self._said = (overlay, size, ratio)
        self._sprites.begin(ratio)
        self._words.paint(overlay, size.width(), size.height(), ratio)
        return self._sprites.changed_px()


def _logical(area_px: QRect, ratio: int) -> QRect:
    """Return the pixels of a window that hold an area of device pixels."""
    left, top = area_px.left() // ratio, area_px.top() // ratio
    right, bottom = area_px.right() // ratio, area_px.bottom() // ratio
    return QRect(left, top, right - left + 1, bottom - top + 1)


def _move_to_whole_pixels(painter: QPainter, ratio: float) -> None:
    """Begin the box at a device pixel: at 125 % a widget's corner may lie between two."""
    to_device = painter.deviceTransform()
    left, top = to_device.dx(), to_device.dy()
    x, y = math.floor(left + 0.5) - left, math.floor(top + 0.5) - top
    if x or y:
        painter.translate(x / ratio, y / ratio)


def _device_pixels(painter: QPainter, ratio: float) -> AbstractContextManager[None]:
    """Let a painter's unit be one device pixel: nothing that is drawn as it is gets resampled."""
    return AS_IT_IS if ratio == 1 else _scaled(painter, ratio)


@contextmanager
def _scaled(painter: QPainter, ratio: float) -> Iterator[None]:
    painter.save()
    painter.scale(1 / ratio, 1 / ratio)
    try:
        yield
    finally:
        painter.restore()
