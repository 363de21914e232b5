"""The figures above the list, each on a card."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from readstation.app.quality.quality_metrics import QualityMetrics, Share
from readstation.domain.deadline import duration_text
from readstation.ui import theme
from readstation.ui.widgets.text import PlainLabel

NOTHING_YET = "–"
IN_TIME, DISCREPANT = "Critical results in time", "RADPEER 2b and up"
TITLES = (
    "Signed reports",
    "STAT turnaround, median / p95",
    "Open before signing, median",
    IN_TIME,
    DISCREPANT,
    "Second reads agreed",
    "Addenda after sign-off",
)


def figures_of(metrics: QualityMetrics) -> tuple[str, ...]:
    """Return what each card says; a dash where there is nothing to measure yet."""
    return (
        str(metrics.report_count),
        " / ".join(_span(span) for span in metrics.stat_turnaround or ()) or NOTHING_YET,
        NOTHING_YET if metrics.open_median is None else _span(metrics.open_median),
        _share(metrics.critical_in_time),
        _share(metrics.discrepancies),
        _share(metrics.second_reads_agreed),
        _share(metrics.addended),
    )


def _span(span: timedelta) -> str:
    seconds = span.total_seconds()
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 2 * 3600 else f"{duration_text(span)} h"


def _share(share: Share) -> str:
    part, whole = share
    return f"{part} of {whole}" if whole else NOTHING_YET


class MetricCards(QWidget):
    """One card per figure."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.values = [PlainLabel(NOTHING_YET, role="title") for _ in TITLES]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for title, value in zip(TITLES, self.values, strict=True):
            card = theme.surface("card")
            column = QVBoxLayout(card)
            column.setContentsMargins(10, 8, 8, 8)
            name = PlainLabel(title, role="dim")
            name.setWordWrap(True)
            column.addWidget(name)
            column.addStretch(1)
            column.addWidget(value)
            value.setAccessibleName(title)
            row.addWidget(card, 1)

    def show_metrics(self, metrics: QualityMetrics) -> None:
        for label, text in zip(self.values, figures_of(metrics), strict=True):
            label.setText(text)
        part, whole = metrics.critical_in_time
        self._mark(TITLES.index(IN_TIME), "critical" if part < whole else "")
        self._mark(TITLES.index(DISCREPANT), "significant" if metrics.discrepancies[0] else "")

    def _mark(self, index: int, urgency: str) -> None:
        if self.values[index].property("urgency") != urgency:
            self.values[index].setProperty("urgency", urgency)
            theme.restyle(self.values[index])
