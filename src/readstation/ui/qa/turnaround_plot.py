"""How long each report took, against the STAT limit: outliers are seen before they are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import log10
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from readstation.app.quality.signoffs import SignOff
from readstation.domain.finding import Urgency
from readstation.ui import theme
from readstation.ui.widgets.badge import Badge
from readstation.ui.widgets.text import PlainLabel

PLOT_HEIGHT_PX = 150
FEWEST_POINTS = 3
"""Fewer are read quicker in the list."""
ROOM = 0.35
POINT_PX, SELECTED_PX = 10, 19
SHORTEST_MIN = 1.0
EDGE_S = 3600.0
SYMBOLS = {Urgency.CRITICAL: "t1", Urgency.SIGNIFICANT: "d", Urgency.ROUTINE: "o"}
TICKS_MIN = (
    (1, "1 min"),
    (10, "10 min"),
    (60, "1 h"),
    (240, "4 h"),
    (1440, "1 d"),
    (7200, "5 d"),
    (43200, "30 d"),
)


@dataclass(frozen=True, slots=True)
class Point:
    """One report in the plot; `height` is the logarithm of its minutes."""

    report_id: str
    at_s: float
    height: float
    urgency: Urgency
    is_late: bool


def points_of(signoffs: Sequence[SignOff]) -> list[Point]:
    """Return the reports that have a turnaround."""
    return [
        Point(
            s.version.report_id,
            s.signed_at.timestamp(),
            _height(s.turnaround),
            s.version.urgency,
            bool(s.late_by),
        )
        for s in signoffs
        if s.turnaround is not None
    ]


def _height(span: timedelta) -> float:
    return log10(max(span.total_seconds() / 60, SHORTEST_MIN))


class TurnaroundPlot(QWidget):
    """Exam completion to signature; shape and colour by urgency, hollow if late."""

    chosen = Signal(str)

    def __init__(self, stat_limit: timedelta, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stat_limit = stat_limit
        self.points: list[Point] = []
        self._plot: Any = None
        self._marks: Any = None
        self._ring: Any = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(_legend())
        self.hide()

    def show_signoffs(self, signoffs: Sequence[SignOff], selected: str) -> None:
        """Draw the points; the plot is hidden while there are too few to compare."""
        self.points = points_of(signoffs)
        self.setVisible(len(self.points) >= FEWEST_POINTS)
        if len(self.points) < FEWEST_POINTS:
            return
        if self._plot is None:
            self._make()
        self._marks.setData(spots=[_spot(point) for point in self.points])
        ring = [{"pos": (p.at_s, p.height)} for p in self.points if p.report_id == selected]
        self._ring.setData(spots=ring)
        times = [point.at_s for point in self.points]
        heights = [point.height for point in self.points] + [self._limit_height]
        self._plot.setXRange(min(times) - EDGE_S, max(times) + EDGE_S, padding=0.03)
        self._plot.setYRange(min(heights) - ROOM, max(heights) + ROOM, padding=0)

    @property
    def _limit_height(self) -> float:
        return _height(self._stat_limit)

    def _make(self) -> None:
        # pyqtgraph takes half a second to import, and only this plot needs it
        import pyqtgraph as pg  # noqa: PLC0415

        plot = _empty_plot(pg)
        plot.addItem(_limit_line(pg, self._limit_height, self._stat_limit))
        self._ring = pg.ScatterPlotItem(
            size=SELECTED_PX, brush=None, pen=pg.mkPen(theme.colour("current"), width=2)
        )
        self._marks = pg.ScatterPlotItem(size=POINT_PX)
        self._marks.sigClicked.connect(self._clicked)
        plot.addItem(self._ring)
        plot.addItem(self._marks)
        self._plot = plot
        column = self.layout()
        assert column is not None  # noqa: S101 - made by the constructor
        column.addWidget(plot)

    def _clicked(self, _item: object, spots: Sequence[Any], _event: object) -> None:
        if len(spots):
            self.chosen.emit(spots[0].data())


def _empty_plot(pg: Any) -> Any:
    plot = pg.PlotWidget(axisItems={"bottom": pg.DateAxisItem()}, background=theme.colour("panel"))
    plot.setMouseEnabled(x=False, y=False)
    plot.setMenuEnabled(False)
    plot.hideButtons()
    plot.setFixedHeight(PLOT_HEIGHT_PX)
    plot.setAccessibleName("Exam completion to signature")
    for side in ("left", "bottom"):
        axis = plot.getAxis(side)
        axis.setTextPen(theme.colour("dim"))
        axis.setPen(theme.colour("line_strong"))
        axis.setStyle(tickFont=theme.font("tiny"))
    plot.getAxis("left").setTicks([[(log10(m), text) for m, text in TICKS_MIN]])
    plot.getAxis("left").setWidth(54)
    plot.showGrid(y=True, alpha=0.15)
    return plot


def _limit_line(pg: Any, height: float, limit: timedelta) -> Any:
    pen = pg.mkPen(theme.colour("critical"), width=1, style=Qt.PenStyle.DashLine)
    anchor = (0, 1)  # above the line, whichever side of it the label is on
    return pg.InfiniteLine(
        height,
        angle=0,
        pen=pen,
        label=f"STAT limit {limit.total_seconds() / 60:.0f} min",
        labelOpts={
            "position": 0.02,
            "color": theme.colour("critical_text"),
            "anchors": [anchor, anchor],
        },
    )


def _spot(point: Point) -> dict[str, Any]:
    color = theme.colour(point.urgency.value)
    fill = theme.colour("panel") if point.is_late else color
    return {
        "pos": (point.at_s, point.height),
        "symbol": SYMBOLS[point.urgency],
        "brush": fill,
        "pen": {"color": color, "width": 2},
        "data": point.report_id,
    }


def _legend() -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(PlainLabel("Exam completion to signature", role="dim"))
    row.addStretch(1)
    for urgency in Urgency:
        row.addWidget(Badge(urgency.value, urgency.value))
    row.addWidget(PlainLabel("hollow: signed after it was due", role="dim"))
    return row
