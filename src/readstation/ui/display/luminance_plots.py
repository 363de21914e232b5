"""Measured luminance beside the standard, and how far the contrast is off."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from readstation.domain.display import DIAGNOSTIC_LIMIT
from readstation.domain.luminance import (
    LuminanceTable,
    ResponsePoint,
    contrast_steps,
    measured_response,
    standard_luminance,
)
from readstation.imaging.display_function import corrected_response
from readstation.ui import theme
from readstation.ui.widgets.text import PlainLabel

HEIGHTS_PX = (190, 140)
LUMINANCE_TICKS = (0.1, 1, 10, 100, 1000)
DEVIATION_TICKS_PERCENT = ((60.0, 50), (30.0, 20), (0.0, 10))
"""Beyond which largest deviation, how far apart."""
MOST_PERCENT = 120.0
ALLOWED_PERCENT = 100 * DIAGNOSTIC_LIMIT.largest_deviation
CURVES = 41


class LuminancePlots(QWidget):
    """Two plots of one table: the curve (dots measured), the contrast deviation per step."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown: tuple[LuminanceTable, bool, int] | None = None
        self._plots: tuple[Any, Any] | None = None
        self.legend = PlainLabel(role="dim")
        self.legend.setWordWrap(True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._column.addWidget(self.legend)
        self.hide()

    def show_table(
        self, table: LuminanceTable | None, *, is_corrected: bool, bit_depth: int
    ) -> None:
        """Draw a table, or nothing."""
        self.setVisible(table is not None)
        wanted = None if table is None else (table, is_corrected, bit_depth)
        if wanted == self.shown:
            return
        self.shown = wanted
        if table is None:
            return
        measured = measured_response(table)
        corrected = corrected_response(table, bit_depth) if is_corrected else ()
        self.legend.setText(
            "Luminance in cd/m² and contrast deviation in percent, by P-value. Dots: measured. "
            f"Dashed: GSDF, with {ALLOWED_PERCENT:.0f} % allowed."
            + (" Line: corrected." if corrected else "")
        )
        curve, deviation = self._plots or self._make()
        _draw_curve(curve, measured, corrected)
        _draw_deviation(deviation, measured, corrected)

    def _make(self) -> tuple[Any, Any]:
        # pyqtgraph takes half a second to import, and only plots need it
        import pyqtgraph as pg  # noqa: PLC0415

        names = ("Luminance by P-value", "Contrast deviation from the GSDF")
        curve, deviation = (
            _Axes(pg, name, height) for name, height in zip(names, HEIGHTS_PX, strict=True)
        )
        curve.plot.getAxis("left").setTicks([[(log10(v), f"{v:g}") for v in LUMINANCE_TICKS]])
        for axes in (curve, deviation):
            self._column.addWidget(axes.plot)
        self._plots = (curve, deviation)
        return self._plots


class _Axes:
    """One plot in the look of the house, and its pens."""

    def __init__(self, pg: Any, name: str, height_px: int) -> None:
        self.pg = pg
        self.plot = pg.PlotWidget(background=theme.colour("panel"))
        self.plot.setMouseEnabled(x=False, y=False)
        self.plot.setMenuEnabled(False)
        self.plot.hideButtons()
        self.plot.setFixedHeight(height_px)
        self.plot.setAccessibleName(name)
        self.plot.setXRange(0, 100, padding=0.05)
        for side in ("left", "bottom"):
            axis = self.plot.getAxis(side)
            axis.setTextPen(theme.colour("dim"))
            axis.setPen(theme.colour("line_strong"))
            axis.setStyle(tickFont=theme.font("tiny"))
        self.plot.getAxis("left").setWidth(54)
        bottom = [(v, f"{v} %") for v in (0, 25, 50, 75, 100)]
        self.plot.getAxis("bottom").setTicks([bottom])
        self.plot.showGrid(y=True, alpha=0.15)

    def pen(self, colour: str, *, is_dashed: bool = False) -> Any:
        style = Qt.PenStyle.DashLine if is_dashed else Qt.PenStyle.SolidLine
        return self.pg.mkPen(theme.colour(colour), width=1 if is_dashed else 2, style=style)

    def line(self, points: Sequence[tuple[float, float]], pen: Any) -> None:
        self.plot.plot([x for x, _ in points], [y for _, y in points], pen=pen)

    def dots(self, points: Sequence[tuple[float, float]], colour: str) -> None:
        self.plot.plot(
            [x for x, _ in points],
            [y for _, y in points],
            pen=None,
            symbol="o",
            symbolSize=6,
            symbolPen=None,
            symbolBrush=theme.colour(colour),
        )


Response = tuple[ResponsePoint, ...]


def _draw_curve(axes: _Axes, measured: Response, corrected: Response) -> None:
    axes.plot.clear()
    fractions = [i / (CURVES - 1) for i in range(CURVES)]
    standard = [(100 * f, log10(standard_luminance(measured, f))) for f in fractions]
    axes.line(standard, axes.pen("dim", is_dashed=True))
    if corrected:
        axes.line(_logs(corrected), axes.pen("current"))
    axes.dots(_logs(measured), "prior")
    lowest, highest = standard[0][1], standard[-1][1]
    axes.plot.setYRange(lowest, highest, padding=0.08)


def _draw_deviation(axes: _Axes, measured: Response, corrected: Response) -> None:
    axes.plot.clear()
    for percent in (-ALLOWED_PERCENT, ALLOWED_PERCENT):
        axes.plot.addItem(
            axes.pg.InfiniteLine(percent, angle=0, pen=axes.pen("dim", is_dashed=True))
        )
    if corrected:
        axes.line(_deviations(corrected), axes.pen("current"))
    found = _deviations(measured)
    axes.dots(found, "prior")
    most = max(abs(y) for _, y in [*found, (0.0, 2 * ALLOWED_PERCENT)])
    step = next(apart for beyond, apart in DEVIATION_TICKS_PERCENT if most > beyond)
    ticks = [(v, f"{v:+d} %" if v else "0") for v in range(-2 * step, 2 * step + 1, step)]
    axes.plot.getAxis("left").setTicks([ticks])
    axes.plot.setYRange(-most, most, padding=0.08)


def _logs(response: Response) -> list[tuple[float, float]]:
    return [(100 * p.presentation_fraction, log10(p.luminance_cd_m2)) for p in response]


def _deviations(response: Response) -> list[tuple[float, float]]:
    return [
        (100 * s.presentation_fraction, max(min(100 * s.deviation, MOST_PERCENT), -MOST_PERCENT))
        for s in contrast_steps(response)
    ]
