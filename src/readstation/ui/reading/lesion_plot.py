"""A small plot of a lesion over its dates, beside the list that it is chosen in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from readstation.domain.lesion import HAS_NO_PERCENT
from readstation.domain.lesion_course import LesionCourse
from readstation.ui import theme
from readstation.ui.widgets.text import PlainLabel

WIDTH_PX, HEIGHT_PX = 350, 220
POINT_PX, RING_PX = 10, 19
ROOM = 0.12
"""Share of the height left free around the points."""
EDGE = 0.2
"""Share of the span left free before the first date and after the last: half a date's width."""
APART = 0.36
"""Share of the span between two dates that are written: closer ones would overlap."""
CURRENT_SYMBOL, PRIOR_SYMBOL = "o", "s"
ONE_DATE = "Measured on one date only: there is nothing to compare it with yet."
NOT_FOLLOWED = "This is not followed over dates: only mm, degrees, HU and uptake values are."
NOT_JOINED = "Other kinds and units of this lesion are not joined with it."


class LesionPlot(QWidget):
    """Shows one course: circles are the current study, squares priors, the selected one ringed."""

    def __init__(self) -> None:
        super().__init__()
        self.course: LesionCourse | None = None
        self._current: frozenset[str] = frozenset()
        self._selected = ""
        self._plot: Any = None
        self.title = PlainLabel(role="value")
        self.told = PlainLabel(role="dim")
        self.told.setWordWrap(True)
        self._legend = QWidget()
        legend = QHBoxLayout(self._legend)
        legend.setContentsMargins(0, 0, 0, 0)
        legend.addWidget(PlainLabel("● current", role="accent"))
        legend.addWidget(PlainLabel("■ prior", role="prior"))
        legend.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(self.title)
        self._column.addWidget(self.told)
        self._column.addStretch(1)
        self._column.addWidget(self._legend)
        self._late = QTimer(self, singleShot=True, interval=0)
        self._late.timeout.connect(self._draw)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH_PX, HEIGHT_PX)

    def show_course(
        self,
        course: LesionCourse | None,
        current: Collection[str],
        selected: str,
        *,
        has_others: bool = False,
    ) -> None:
        """Plot a course; the list beside it is painted first.

        Parameters
        ----------
        has_others
            The lesion has numbers of other kinds or units, which are not joined with this one.
        current
            UIDs of the measurements that are of the current study.
        selected
            UID of the measurement that the list stands on.
        """
        self.course, self._current, self._selected = course, frozenset(current), selected
        has_line = course is not None and len(course.dates) > 1
        self.title.setText(f"{course.title}, {course.unit}" if course is not None else "")
        alone = NOT_FOLLOWED if course is None else ONE_DATE
        self.told.setText((NOT_JOINED if has_others else "") if has_line else alone)
        self.told.setVisible(bool(self.told.text()))
        self._legend.setVisible(has_line)
        if self._plot is not None:
            self._plot.setVisible(has_line)
        if has_line:
            self._late.start()

    @property
    def is_drawn(self) -> bool:
        """Return True once a line is there."""
        return self._plot is not None and self._plot.isVisible() and not self._late.isActive()

    def spots(self) -> list[tuple[int, float, bool]]:
        """Return day, value and whether it is the current study, of what is plotted."""
        if self.course is None or len(self.course.dates) < 2:
            return []
        values = (one.value for one in self.course.dates)
        return [
            (v.on.toordinal(), v.number.value, v.measurement_uid in self._current) for v in values
        ]

    def _draw(self) -> None:
        course, spots = self.course, self.spots()
        if course is None or not spots:
            return
        import pyqtgraph as pg  # noqa: PLC0415  # half a second that only plots are worth

        if self._plot is None:
            self._plot = _empty_plot(pg)
            self._column.insertWidget(1, self._plot, 100)
        item = self._plot.getPlotItem()
        item.clear()
        days, values = [day for day, _, _ in spots], [value for _, value, _ in spots]
        item.plot(days, values, pen=pg.mkPen(theme.colour("dim"), width=1.5), antialias=True)
        for one, (day, value, is_current) in zip(course.dates, spots, strict=True):
            is_selected = one.value.measurement_uid == self._selected
            _mark(pg, item, (day, value), is_current=is_current, is_selected=is_selected)
        _fit(item, days, values, has_zero=course.unit not in HAS_NO_PERCENT)


def _empty_plot(pg: Any) -> Any:
    plot = pg.PlotWidget(background=theme.colour("panel"), enableMenu=False)
    plot.setMouseEnabled(x=False, y=False)
    plot.hideButtons()
    plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    plot.setAccessibleName("The lesion over its dates")
    for side in ("left", "bottom"):
        axis = plot.getAxis(side)
        axis.setTextPen(theme.colour("dim"))
        axis.setPen(theme.colour("line_strong"))
        axis.setStyle(tickFont=theme.font("tiny"))
    return plot


def _mark(
    pg: Any, item: Any, at: tuple[int, float], *, is_current: bool, is_selected: bool
) -> None:
    """Draw a point with its number, and a ring around the selected one."""
    color = theme.colour("current" if is_current else "prior")
    symbol = CURRENT_SYMBOL if is_current else PRIOR_SYMBOL
    if is_selected:
        ring = pg.mkPen(theme.colour("strong"), width=1.5)
        item.addItem(pg.ScatterPlotItem(pos=[at], size=RING_PX, pen=ring, brush=None))
    point = pg.ScatterPlotItem(pos=[at], size=POINT_PX, symbol=symbol, pen=color, brush=color)
    item.addItem(point)
    number = pg.TextItem(f"{at[1]:.1f}", color=theme.colour("text"), anchor=(0.5, 1.4))
    number.setFont(theme.font("tiny"))
    number.setPos(*at)
    item.addItem(number)


def _fit(item: Any, days: list[int], values: list[float], *, has_zero: bool) -> None:
    """Leave room around the points; what has a true zero is shown from there."""
    span = max(days[-1] - days[0], 1)
    item.setXRange(days[0] - EDGE * span, days[-1] + EDGE * span, padding=0)
    low, high = min(values), max(values)
    height = (high if has_zero else high - low) or 1.0
    base = min(low, 0.0) if has_zero else low - height * ROOM
    item.setYRange(base, high + 3 * ROOM * height, padding=0)
    item.getAxis("bottom").setTicks([_ticks(days, span)])


def _ticks(days: list[int], span: int) -> list[tuple[int, str]]:
    """Return the dates that have room to be written, the newest before all others."""
    written: list[int] = []
    for day in reversed(days):
        if not written or written[-1] - day >= APART * span:
            written.append(day)
    return [(day, date.fromordinal(day).isoformat()) for day in written]
