"""How one report came to be signed, drawn as a line of moments."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from readstation.app.quality.timeline import TimelineStep
from readstation.domain.finding import Urgency
from readstation.ui import theme

LEFT_PX, TEXT_LEFT_PX, GAP_PX, DOT_RADIUS_PX = 8, 24, 10, 4.5
DOTS = {
    Urgency.CRITICAL: "critical",
    Urgency.SIGNIFICANT: "significant",
    Urgency.ROUTINE: "current",
}
WRAPPED = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)


class StoryPanel(QWidget):
    """Shows timeline steps, oldest on top."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.steps: tuple[TimelineStep, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_steps(self, steps: tuple[TimelineStep, ...]) -> None:
        self.steps = steps
        self.setAccessibleDescription("; ".join(_line(step) for step in steps))
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        heights = [self._text_height(step, width) for step in self.steps]
        return int(sum(heights) + GAP_PX * max(len(heights), 1)) + 8

    def sizeHint(self) -> QSize:
        return QSize(360, self.heightForWidth(360))

    def minimumSizeHint(self) -> QSize:
        return QSize(240, self.heightForWidth(max(self.width(), 240)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font())
        top, middles = 4.0, []
        for step in self.steps:
            height = self._text_height(step, self.width())
            box = QRectF(TEXT_LEFT_PX, top, self.width() - TEXT_LEFT_PX, height)
            painter.setPen(theme.colour("text"))
            painter.drawText(box, WRAPPED, _line(step))
            middles.append((QPointF(LEFT_PX, top + 8), theme.colour(DOTS[step.urgency])))
            top += height + GAP_PX
        if len(middles) > 1:
            painter.setPen(QPen(theme.colour("line_strong"), 1.5))
            painter.drawLine(middles[0][0], middles[-1][0])
        for point, color in middles:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawEllipse(point, DOT_RADIUS_PX, DOT_RADIUS_PX)
        painter.end()

    def _text_height(self, step: TimelineStep, width: int) -> float:
        metrics = QFontMetricsF(theme.font())
        room = QRectF(0, 0, max(width - TEXT_LEFT_PX, 60), 10_000)
        return metrics.boundingRect(room, WRAPPED, _line(step)).height()


def _line(step: TimelineStep) -> str:
    return f"{step.at.astimezone():%H:%M:%S}  {step.text} · {step.actor_name}"
