"""How one report came to be signed, drawn as a line of moments."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from readstation.app.quality.timeline import TimelineStep
from readstation.domain.finding import Urgency
from readstation.ui import theme

LEFT_PX, TEXT_LEFT_PX, GAP_PX, DOT_RADIUS_PX = 8, 24, 10, 4.5
MARGIN_PX = 4
DOTS = {
    Urgency.CRITICAL: "critical",
    Urgency.SIGNIFICANT: "significant",
    Urgency.ROUTINE: "current",
}
WRAPPED = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)


class StoryPanel(QWidget):
    """Shows timeline steps, oldest on top; a new day is named."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.steps: tuple[TimelineStep, ...] = ()
        self.lines: tuple[str, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_steps(self, steps: tuple[TimelineStep, ...]) -> None:
        if steps == self.steps:
            return
        self.steps = steps
        self.lines = lines_of(steps)
        self.setAccessibleName("How this report came to be signed")
        self.setAccessibleDescription("; ".join(self.lines))
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        heights = [self._text_height(line, width) + GAP_PX for line in self.lines]
        return int(sum(heights)) + 2 * MARGIN_PX

    def sizeHint(self) -> QSize:
        return QSize(360, self.heightForWidth(360))

    def minimumSizeHint(self) -> QSize:
        return QSize(240, self.heightForWidth(max(self.width(), 240)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font())
        middle = QFontMetricsF(theme.font()).height() / 2
        top, dots = float(MARGIN_PX), []
        for step, line in zip(self.steps, self.lines, strict=True):
            height = self._text_height(line, self.width())
            box = QRectF(TEXT_LEFT_PX, top, self.width() - TEXT_LEFT_PX, height)
            painter.setPen(theme.colour("text"))
            painter.drawText(box, WRAPPED, line)
            dots.append((QPointF(LEFT_PX, top + middle), theme.colour(DOTS[step.urgency])))
            top += height + GAP_PX
        if len(dots) > 1:
            painter.setPen(QPen(theme.colour("line_strong"), 1.5))
            painter.drawLine(dots[0][0], dots[-1][0])
        for point, color in dots:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawEllipse(point, DOT_RADIUS_PX, DOT_RADIUS_PX)
        painter.end()

    def _text_height(self, line: str, width: int) -> float:
        metrics = QFontMetricsF(theme.font())
        room = QRectF(0, 0, max(width - TEXT_LEFT_PX, 60), 10_000)
        return metrics.boundingRect(room, WRAPPED, line).height()


def lines_of(steps: tuple[TimelineStep, ...]) -> tuple[str, ...]:
    """Return one line per step; a date and a name stand where they change."""
    lines: list[str] = []
    day, actor = None, ""
    for step in steps:
        local = step.at.astimezone()
        date = f"{local:%Y-%m-%d} " if local.date() != day else ""
        day = local.date()
        run = ""
        if step.until is not None:
            run = f" ({step.times} times, last {step.until.astimezone():%H:%M:%S})"
        who = f" · {step.actor_name}" if step.actor_name != actor else ""
        actor = step.actor_name
        lines.append(f"{date}{local:%H:%M:%S}  {step.text}{run}{who}")
    return tuple(lines)
