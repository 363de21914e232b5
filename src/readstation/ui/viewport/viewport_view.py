"""The viewport widget: turns input into changes of its model, and the model into pixels."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from readstation.app.commands import CommandRegistry, Context
from readstation.app.viewport.cine import CinePlayer
from readstation.app.viewport.drawing import hover
from readstation.app.viewport.frame_times import Cause, PaintedFrame, cause_of
from readstation.app.viewport.tool_table import TOOL_ROWS
from readstation.app.viewport.tools import WindowDrag, begin_drag
from readstation.app.viewport.viewport_links import Drag
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import RequestToken, Tool, ViewportState
from readstation.domain.measurement import Measurement
from readstation.ui.command_binding import bind_commands
from readstation.ui.displays import Displays
from readstation.ui.gpu.canvas_slot import CanvasSlot
from readstation.ui.gpu.shared_canvas import SharedCanvas
from readstation.ui.viewport.frame_recorder import FrameRecorder, frame_recorder
from readstation.ui.viewport.viewport_painter import StationWords, ViewportPainter

WHEEL_NOTCH = 120  # eighths of a degree (Qt)
FAR_STEP = 10
ZOOM_PER_NOTCH = 1.15
PATIENCE_MS = 300  # before a blank box says that it waits
WAITING = "Decoding image …"
BUTTON_TOOLS = {Qt.MouseButton.MiddleButton: Tool.PAN, Qt.MouseButton.RightButton: Tool.ZOOM}
TOOL_CURSORS = {
    Tool.PAN: Qt.CursorShape.SizeAllCursor,
    **{row.tool: Qt.CursorShape.CrossCursor for row in TOOL_ROWS if row.make is not None},
}
NOT_PREPARED: tuple[QSize, float] | None = None


class ViewportView(QWidget):
    """Shows one `ViewportModel`: image, words, measurements; blank while pixels are on their way.

    `measured` carries a Measurement that the reader made or changed; `activated` comes when the
    reader turns to this viewport, `enlarged` on a double click.
    """

    measured = Signal(object)
    activated = Signal()
    enlarged = Signal()

    def __init__(
        self,
        model: ViewportModel,
        *,
        registry: CommandRegistry | None = None,
        down_raises_level: bool = True,
        displays: Displays | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)  # what is half drawn follows the mouse between two presses
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Image box")
        self.model = model
        self._down_raises_level = down_raises_level
        self._image = SharedCanvas()
        self._painter = ViewportPainter(model, self._image)
        self._displays = displays or Displays(parent=self)
        self._canvas = CanvasSlot(self, model, self._displays, self._image, self._paint)
        self._displays.changed.connect(self._repaint)
        self._drag: Drag | None = None
        self._drag_button = Qt.MouseButton.NoButton
        self._turned = 0.0
        self._cursor_tool: Tool | None = None
        self._recorder = frame_recorder()
        self._changed: tuple[float, Cause] | None = None
        self._prepared_for, self._is_all_asked_for = NOT_PREPARED, False
        self._state_before = model.state
        self._waited_for: RequestToken | None = None
        self._painted: tuple[RequestToken, float] | None = None
        self._player = CinePlayer(model)
        self._cine_timer = self._timer(self._tick_cine, is_single=False)
        self._patience_timer = self._timer(self._lose_patience, is_single=True)
        self._painted_timer = self._timer(self._report_painted, is_single=True)
        self._listen(model)
        if registry is not None:
            bind_commands(registry, Context.VIEWPORT, self, model)
        self._follow(model.state)

    def sizeHint(self) -> QSize:
        return QSize(512, 512)

    def minimumSizeHint(self) -> QSize:
        return QSize(96, 96)

    # From the model

    def _listen(self, model: ViewportModel) -> None:
        """Follow the model for as long as the widget lives; the model may live longer."""
        stops = (
            model.on_change(self._follow),
            model.measurements.on_measured(self._show_measured),
            model.measurements.on_removed(self._show_removed),
        )

        def stop() -> None:
            for stop_one in stops:
                stop_one()

        self.destroyed.connect(stop)

    def _follow(self, state: ViewportState) -> None:
        if self._recorder is not None:
            self._note_cause(state)
        if state.tool is not self._cursor_tool:
            self._cursor_tool = state.tool
            self.setCursor(TOOL_CURSORS.get(state.tool, Qt.CursorShape.ArrowCursor))
        if state.is_cine_playing != self._cine_timer.isActive():
            self._switch_cine(is_on=state.is_cine_playing)
        model = self.model
        self._painter.follow()
        is_waiting = model.token is not None and model.frame is None and not model.refusal
        if is_waiting and not self._patience_timer.isActive():
            self._patience_timer.start(PATIENCE_MS)
        self._repaint()

    def _note_cause(self, state: ViewportState) -> None:
        """Remember the first change since the last paint, for the frame recorder."""
        cause, self._state_before = cause_of(self._state_before, state), state
        if self._changed is None or self._changed[1] is Cause.OTHER:
            since_s = time.perf_counter() if self._changed is None else self._changed[0]
            self._changed = (since_s, cause)

    def _show_measured(self, measurement: Measurement) -> None:
        self._repaint()  # the same frame may hang in two boxes
        self.measured.emit(measurement)

    def _show_removed(self, _measurement: Measurement) -> None:
        self._repaint()

    def _switch_cine(self, *, is_on: bool) -> None:
        if is_on:
            self._player.start(time.monotonic())
            self._cine_timer.start(self._player.interval_ms)
        else:
            self._cine_timer.stop()

    def _tick_cine(self) -> None:
        self._player.tick(time.monotonic())

    def _lose_patience(self) -> None:
        self._waited_for = self.model.token
        self._repaint()

    def _report_painted(self) -> None:
        if self._painted is not None:
            self.model.mark_painted(*self._painted)
            self._canvas.begin()

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._canvas.is_painting:
            return
        painter = QPainter(self)
        try:
            self._paint(painter)
        finally:
            painter.end()

    def _paint(self, painter: QPainter) -> None:
        """Paint the whole box; whoever covers it calls this too."""
        began_s = time.perf_counter()
        self._painter.set_output(self._displays.output(self))
        size, ratio = self.size(), self.devicePixelRatioF()
        if self._prepared_for is None and self._is_all_asked_for:
            self._make_ready()
        elif self._prepared_for != (size, ratio):
            self._prepare()
        painted = self._painter.paint(painter, size, ratio)
        if painted is not None:
            if self.model.state.is_cine_playing and painted != self._painted:
                self._player.note_shown(time.monotonic())
            self._painted = painted
            self._painted_timer.start(0)
        if self._recorder is not None:
            self._record(self._recorder, began_s)

    def _record(self, recorder: FrameRecorder, began_s: float) -> None:
        now_s = time.perf_counter()
        (since_s, cause), self._changed = self._changed or (now_s, Cause.OTHER), None
        waited_ms, paint_ms = (now_s - since_s) * 1000, (now_s - began_s) * 1000
        width_px, height_px = self.model.viewport_size_px
        image_ms = self._painter.image_s * 1000
        at_s = time.monotonic()
        recorder.painted(
            PaintedFrame(at_s, cause, waited_ms, paint_ms, image_ms, width_px, height_px)
        )

    def _repaint(self) -> None:
        """Paint again what has changed once this turn of the event loop is over."""
        self._canvas.update()
        if self._prepared_for is None:
            return
        self._prepared_for = None
        self._is_all_asked_for = not self._painter.leaves_much
        if self._is_all_asked_for:
            self.update()
        else:
            self.window().installEventFilter(self)
            middle = self.rect().center()
            self.update(middle.x(), middle.y(), 1, 1)  # so that Qt paints at all

    def eventFilter(self, window: QObject, event: QEvent) -> bool:
        """See what has changed when Qt is about to paint: no sooner, or it may change again."""
        if event.type() == QEvent.Type.UpdateRequest:
            window.removeEventFilter(self)
            if self._prepared_for is None and self.isVisible():
                self._prepare()
        return False

    def _prepare(self) -> None:
        """See what is to be painted now, and ask for that part of the box.

        A paint may come first, from elsewhere and of any part: then that part is painted again.
        """
        self.update(self._make_ready())

    def _make_ready(self) -> QRegion:
        self._prepared_for = (self.size(), self.devicePixelRatioF())
        return self._painter.prepare(*self._prepared_for, self._words())

    def _words(self) -> StationWords:
        model = self.model
        is_late = model.token is not None and model.token == self._waited_for
        return StationWords(
            link_status=model.link_group.status(model) if model.link_group else "",
            cine=self._player.text,
            waiting=WAITING if is_late and model.frame is None else "",
            display=self._displays.standing(self),
        )

    # From the reader

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._canvas.open()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure_box()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._measure_box()
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.model.change(is_focused=True)
        self.activated.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.model.change(is_focused=False)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._drag is not None:
            return
        tool = BUTTON_TOOLS.get(event.button(), self.model.state.tool)
        if event.button() not in BUTTON_TOOLS and event.button() is not Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self.activated.emit()
        x, y = self._device(event.position())
        self._drag_button = event.button()
        self._drag = self._begin(tool, x, y, is_left=event.button() is Qt.MouseButton.LeftButton)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._device(event.position())
        if self._drag is not None:
            self._drag.move(*at)
        elif self.model.draft is not None:
            hover(self.model, *at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag is not None and event.button() == self._drag_button:
            self._drag.end()
            self._drag = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.enlarged.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        angle = event.angleDelta()
        self._turned += angle.y() or angle.x()  # Shift turns the wheel sideways on some systems
        notches = int(self._turned / WHEEL_NOTCH)  # touchpads send less than a notch at a time
        self._turned -= notches * WHEEL_NOTCH
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            x, y = self._device(event.position())
            if notches:
                self.model.zoom_by(ZOOM_PER_NOTCH**notches, x, y)
        else:
            is_far = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.model.scroll(-notches * (FAR_STEP if is_far else 1))
        event.accept()

    def _begin(self, tool: Tool, x_px: float, y_px: float, *, is_left: bool) -> Drag:
        if is_left:
            drag = begin_drag(self.model, tool, x_px, y_px)
            if not isinstance(drag, WindowDrag):
                return drag
            raises = self._down_raises_level
            return WindowDrag(self.model, x_px, y_px, down_raises_level=raises)
        return begin_drag(self.model, tool, x_px, y_px, takes_handles=False)

    def _device(self, position: QPointF) -> tuple[float, float]:
        ratio = self.devicePixelRatioF()
        return (position.x() * ratio, position.y() * ratio)

    def _measure_box(self) -> None:
        ratio = self.devicePixelRatioF()
        self.model.resize(round(self.width() * ratio), round(self.height() * ratio))
        self._canvas.resize()

    def _timer(self, slot: object, *, is_single: bool) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(is_single)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(slot)
        return timer
