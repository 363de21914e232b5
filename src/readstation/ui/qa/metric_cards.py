"""The figures above the list, and a plot of them where a picture says it better."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from readstation.app.quality.quality_metrics import QualityMetrics
from readstation.app.quality.signoffs import SignOff
from readstation.domain.finding import Urgency
from readstation.ui import theme
from readstation.ui.widgets.text import PlainLabel

PLOT_HEIGHT_PX = 150
POINT_SIZE_PX = 9
TOKENS = {
    Urgency.CRITICAL: "critical",
    Urgency.SIGNIFICANT: "significant",
    Urgency.ROUTINE: "routine",
}
SYMBOLS = {Urgency.CRITICAL: "t1", Urgency.SIGNIFICANT: "d", Urgency.ROUTINE: "o"}
TITLES = (
    "Signed reports",
    "Opening to signature, median",
    "Critical results in time",
    "RADPEER 2b and up",
    "Second reads",
    "Addenda after sign-off",
)


def figures_of(metrics: QualityMetrics) -> tuple[str, ...]:
    """Return what each card says; a dash where there is nothing to measure yet."""
    median = metrics.turnaround_median
    minutes = f"{median.total_seconds() / 60:.1f} min" if median is not None else "–"
    return (
        str(metrics.report_count),
        minutes,
        _share(metrics.critical_in_time),
        _share(metrics.discrepancy_count),
        str(metrics.second_read_count),
        str(metrics.addended_count),
    )


def _share(count: tuple[int, int]) -> str:
    part, whole = count
    return f"{part} of {whole}" if whole else "–"


class MetricCards(QWidget):
    """One card per figure."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.values = [PlainLabel("–", role="title") for _ in TITLES]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for title, value in zip(TITLES, self.values, strict=True):
            card = theme.surface("card")
            column = QVBoxLayout(card)
            column.setContentsMargins(14, 10, 14, 10)
            column.addWidget(PlainLabel(title, role="dim"))
            column.addWidget(value)
            row.addWidget(card, 1)

    def show_metrics(self, metrics: QualityMetrics) -> None:
        for label, text in zip(self.values, figures_of(metrics), strict=True):
            label.setText(text)


class TurnaroundPlot(QWidget):
    """Minutes from opening to signature over the time of signing; shape and colour by urgency."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # pyqtgraph takes half a second to import, and only this screen needs it
        import pyqtgraph as pg  # noqa: PLC0415

        self._plot = pg.PlotWidget(
            axisItems={"bottom": pg.DateAxisItem()}, background=theme.colour("panel")
        )
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.setMenuEnabled(False)
        self._plot.hideButtons()
        self._plot.setLabel("left", "open to sign, min")
        for side in ("left", "bottom"):
            self._plot.getAxis(side).setTextPen(theme.colour("dim"))
            self._plot.getAxis(side).setPen(theme.colour("line_strong"))
        self._plot.showGrid(y=True, alpha=0.15)
        self.setFixedHeight(PLOT_HEIGHT_PX)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._plot)

    def show_signoffs(self, signoffs: Sequence[SignOff]) -> None:
        self._plot.clear()
        for urgency in Urgency:
            points = [
                (s.signed_at.timestamp(), s.open_to_sign.total_seconds() / 60)
                for s in signoffs
                if s.open_to_sign is not None and s.version.urgency is urgency
            ]
            if points:
                self._plot.plot(
                    [x for x, _ in points],
                    [y for _, y in points],
                    pen=None,
                    symbol=SYMBOLS[urgency],
                    symbolSize=POINT_SIZE_PX,
                    symbolBrush=theme.colour(TOKENS[urgency]),
                    symbolPen=None,
                )
