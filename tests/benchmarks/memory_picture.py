"""A picture of memory over time: one plot for each reading, with axes, budget and legend."""

import math
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QImage, QPainter, QPen, QPolygonF

Curve = list[dict[str, float]]

WIDE_PX, HIGH_PX = 1000, 340
LEFT_PX, RIGHT_PX, TOP_PX, BOTTOM_PX = 78, 24, 62, 58
SCALE = 2
"""Device pixels: pages are read on dense screens too."""
TEXT_PX, TITLE_PX = 13, 16
TICK_PX, STEPS = 5, 5
BACKGROUND, TEXT, DIM, LINE = "#0c0d0f", "#d6d9de", "#8b929c", "#262a30"
BUDGET, TAKEN, COUNTED = "#d9a441", "#4cb5ab", "#a58bff"
LEGEND = (
    (TAKEN, Qt.PenStyle.SolidLine, "anonymous memory above the start"),
    (COUNTED, Qt.PenStyle.DotLine, "what the cache counts"),
    (BUDGET, Qt.PenStyle.DashLine, "budget"),
)


@dataclass(frozen=True)
class Plot:
    """One reading in its rectangle; `taken` and `counted` are points of seconds and megabytes."""

    name: str
    budget_mb: int
    taken: list[tuple[float, float]]
    counted: list[tuple[float, float]]
    box: QRectF

    @property
    def end_s(self) -> float:
        return max(self.taken[-1][0], 0.001)

    @property
    def top_mb(self) -> float:
        return 1.15 * max(self.budget_mb, *(mb for _, mb in (*self.taken, *self.counted)))

    def at(self, seconds: float, megabytes: float) -> QPointF:
        x = self.box.left() + self.box.width() * seconds / self.end_s
        return QPointF(x, self.box.bottom() - self.box.height() * megabytes / self.top_mb)


def draw(curves: dict[str, Curve], budgets: dict[str, int], path: Path) -> None:
    """Draw every curve with its budget, one below the other."""
    kept = [QGuiApplication.instance() or QGuiApplication([])]
    size = (WIDE_PX * SCALE, HIGH_PX * SCALE * len(curves))
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(QColor(BACKGROUND))
    painter = QPainter(image)
    painter.scale(SCALE, SCALE)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    family = QGuiApplication.font().family()
    for place, (name, curve) in enumerate(curves.items()):
        plot = _plot(name, curve, budgets[name], place * HIGH_PX)
        painter.setFont(_font(family, TITLE_PX))
        painter.setPen(QColor(TEXT))
        painter.drawText(QPointF(LEFT_PX, plot.box.top() - 34), f"Memory of pixels: {name}")
        painter.setFont(_font(family, TEXT_PX))
        _draw_legend(painter, plot)
        _draw_axes(painter, plot)
        _draw_lines(painter, plot)
    painter.end()
    image.save(str(path))
    kept.clear()


def ticks(most: float) -> list[float]:
    """Return round values from 0 to at most `most`, about `STEPS` of them.

    >>> ticks(575.0), ticks(0.9)
    ([0.0, 100.0, 200.0, 300.0, 400.0, 500.0], [0.0, 0.2, 0.4, 0.6, 0.8])
    """
    rough = most / STEPS
    power = 10.0 ** math.floor(math.log10(rough))
    step = min((s * power for s in (1, 2, 5, 10)), key=lambda s: abs(s - rough))
    return [round(n * step, 6) for n in range(int(most / step) + 1)]


def _font(family: str, size_px: int) -> QFont:
    font = QFont(family)
    font.setPixelSize(size_px)
    return font


def _plot(name: str, curve: Curve, budget_mb: int, top_px: int) -> Plot:
    box = QRectF(
        LEFT_PX, top_px + TOP_PX, WIDE_PX - LEFT_PX - RIGHT_PX, HIGH_PX - TOP_PX - BOTTOM_PX
    )
    began = curve[0]["anonymous_mb"]
    taken = [(point["at_s"], point["anonymous_mb"] - began) for point in curve]
    return Plot(name, budget_mb, taken, [(p["at_s"], p["used_mb"]) for p in curve], box)


def _draw_legend(painter: QPainter, plot: Plot) -> None:
    """Name the lines above the plot, where none of them runs."""
    left, middle = plot.box.left(), plot.box.top() - 13
    for colour, style, words in LEGEND:
        said = f"{words} {plot.budget_mb} MB" if colour == BUDGET else words
        painter.setPen(QPen(QColor(colour), 2, style))
        painter.drawLine(QPointF(left, middle), QPointF(left + 26, middle))
        painter.setPen(QColor(TEXT))
        painter.drawText(QPointF(left + 34, middle + 5), said)
        left += 34 + painter.fontMetrics().horizontalAdvance(said) + 28


def _draw_axes(painter: QPainter, plot: Plot) -> None:
    """Draw the scales with their units, and a faint line across at each value."""
    box, metrics = plot.box, painter.fontMetrics()
    for megabytes in ticks(plot.top_mb):
        y = plot.at(0, megabytes).y()
        painter.setPen(QPen(QColor(LINE), 1))
        painter.drawLine(QPointF(box.left() - TICK_PX, y), QPointF(box.right(), y))
        painter.setPen(QColor(DIM))
        words = f"{megabytes:g}"
        left = box.left() - TICK_PX - 5 - metrics.horizontalAdvance(words)
        painter.drawText(QPointF(left, y + 5), words)
    for seconds in ticks(plot.end_s):
        x, words = plot.at(seconds, 0).x(), f"{seconds:g}"
        painter.setPen(QPen(QColor(LINE), 1))
        painter.drawLine(QPointF(x, box.bottom()), QPointF(x, box.bottom() + TICK_PX))
        painter.setPen(QColor(DIM))
        half = metrics.horizontalAdvance(words) / 2
        painter.drawText(QPointF(x - half, box.bottom() + TICK_PX + 15), words)
    unit = "time, s"
    right = box.right() - metrics.horizontalAdvance(unit)
    painter.drawText(QPointF(right, box.bottom() + 40), unit)
    painter.save()
    painter.translate(20, box.center().y())
    painter.rotate(-90)
    painter.drawText(QPointF(-metrics.horizontalAdvance("memory, MB") / 2, 0), "memory, MB")
    painter.restore()


def _draw_lines(painter: QPainter, plot: Plot) -> None:
    painter.setPen(QPen(QColor(BUDGET), 1.5, Qt.PenStyle.DashLine))
    painter.drawLine(plot.at(0, plot.budget_mb), plot.at(plot.end_s, plot.budget_mb))
    for points, (colour, style, _) in zip((plot.taken, plot.counted), LEGEND, strict=False):
        painter.setPen(QPen(QColor(colour), 1.8, style))
        painter.drawPolyline(QPolygonF([plot.at(*point) for point in points]))
