"""The parts of the quality screen and where they stand."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from readstation.app.audit.verify_audit import AuditVerdict
from readstation.app.quality.quality_model import Period, QualityModel, QualityState
from readstation.domain.patient import shown_name
from readstation.ui import theme
from readstation.ui.qa.metric_cards import MetricCards
from readstation.ui.qa.score_panel import ScorePanel
from readstation.ui.qa.signoff_table import SignoffTable
from readstation.ui.qa.story_panel import StoryPanel
from readstation.ui.qa.turnaround_plot import TurnaroundPlot
from readstation.ui.widgets.badge import Badge
from readstation.ui.widgets.section import EmptyState, SectionHeader
from readstation.ui.widgets.text import PlainLabel

DETAIL_WIDTHS_PX = (330, 480)
ALL_READERS = "All readers"
READING = ("Reading the signed reports…", "")
NOTHING_SIGNED = ("Nothing was signed in this period.", "Choose a longer period.")
NOTHING_EVER = ("Nothing is signed yet.", "Signed reports appear here at once.")
ALL_HIDDEN = ("Every report is hidden by the filter.", "Choose all readers, or show reviewed ones.")
UNREADABLE = ("The list could not be read.", "The notice above says why.")


class QualityLayout:
    """Tool bar, cards, plot and list on the left; story and score on the right."""

    def __init__(self, place: QWidget, model: QualityModel, stat_limit: timedelta) -> None:
        self.table = SignoffTable()
        self.cards = MetricCards()
        self.plot = TurnaroundPlot(stat_limit)
        self.story = StoryPanel()
        self.story_title = PlainLabel(role="heading")
        self.score = ScorePanel(model)
        self.audit_badge = Badge("audit chain not checked", "plain")
        self.verify_button = QPushButton("Verify audit log")
        self.broken = theme.surface("banner")
        self.broken_text = PlainLabel(role="heading")
        self.periods = QComboBox()
        self.readers = QComboBox()
        self.unreviewed = QCheckBox("Not reviewed yet")
        self.hidden = PlainLabel(role="dim")
        self.empty = EmptyState("shield-check", *READING)
        self.list = QStackedWidget()
        self._build(place)

    def show_state(self, state: QualityState, now: datetime) -> None:
        """Show everything that follows the model."""
        self.table.show_rows(state.shown, state.selected, now)
        self.cards.show_metrics(state.metrics(now))
        self.plot.show_signoffs(state.shown, state.selected)
        self.story.show_steps(state.steps)
        hidden = state.hidden_count
        self.hidden.setText(f"{hidden} hidden by the filter" if hidden else "")
        self.empty.set_text(*_why_empty(state))
        self.list.setCurrentWidget(self.table if state.shown else self.empty)
        signoff = state.selected_signoff
        if signoff is None:
            self.story_title.setText("No report is selected.")
            return
        study = signoff.study
        name = shown_name(study.patient.patient_name)
        self.story_title.setText(f"{study.study_description} · {name}")

    def show_readers(self, names: list[str]) -> None:
        """Offer the readers of the list; the chosen one stays chosen while it is there."""
        wanted = [ALL_READERS, *names]
        if wanted == [self.readers.itemText(i) for i in range(self.readers.count())]:
            return
        chosen = self.readers.currentText()
        self.readers.blockSignals(True)
        self.readers.clear()
        self.readers.addItems(wanted)
        self.readers.blockSignals(False)
        self.readers.setCurrentText(chosen if chosen in wanted else ALL_READERS)
        if chosen and chosen not in wanted:
            self.readers.currentTextChanged.emit(ALL_READERS)

    def show_verdict(self, verdict: AuditVerdict) -> None:
        """Say whether the audit chain holds, and if not, where it breaks."""
        self.verify_button.setEnabled(True)
        fault = verdict.fault
        self.broken.setVisible(fault is not None)
        if fault is None:
            count = f"{verdict.rows_checked:,}".replace(",", " ")
            self.audit_badge.set_badge(f"audit chain verified · {count} events", "good")
            return
        self.audit_badge.set_badge("AUDIT CHAIN BROKEN", "critical")
        self.broken_text.setText(
            f"The audit log breaks at event {fault.sequence_number}: {fault.reason}. "
            "Do not rely on what follows it; keep the files and ask an administrator."
        )

    def show_unreadable(self) -> None:
        """Say that there is no list to show."""
        self.empty.set_text(*UNREADABLE)

    def _build(self, place: QWidget) -> None:
        self.periods.addItems([period.value for period in Period])
        self.periods.setCurrentText(Period.MONTH.value)
        self.readers.addItem(ALL_READERS)
        for widget, name in ((self.periods, "Period"), (self.readers, "Reader")):
            widget.setAccessibleName(name)
            widget.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.list.addWidget(self.empty)
        self.list.addWidget(self.table)
        left = QVBoxLayout()
        left.setContentsMargins(18, 14, 18, 14)
        left.setSpacing(12)
        left.addWidget(self.cards)
        left.addWidget(self.plot)
        left.addWidget(self.list, 1)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addLayout(left, 3)
        body.addWidget(self._detail(), 1)
        outer = QVBoxLayout(place)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._tool_bar())
        outer.addWidget(self._banner())
        outer.addLayout(body, 1)

    def _tool_bar(self) -> QWidget:
        bar = theme.surface("toolbar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(18, 10, 18, 10)
        row.setSpacing(12)
        row.addWidget(PlainLabel("Quality review", role="title"))
        for widget in (self.periods, self.readers, self.unreviewed, self.hidden):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.audit_badge)
        row.addWidget(self.verify_button)
        return bar

    def _banner(self) -> QWidget:
        self.broken.setProperty("urgency", "critical")
        row = QHBoxLayout(self.broken)
        row.setContentsMargins(18, 8, 18, 8)
        self.broken_text.setWordWrap(True)
        row.addWidget(self.broken_text)
        self.broken.hide()
        return self.broken

    def _detail(self) -> QWidget:
        panel = theme.surface("detail")
        narrow, wide = DETAIL_WIDTHS_PX
        panel.setMinimumWidth(narrow)
        panel.setMaximumWidth(wide)
        column = QVBoxLayout(panel)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        self.story_title.setWordWrap(True)
        column.addWidget(SectionHeader("How this report came to be signed"))
        column.addWidget(self.story_title)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        content = theme.surface("scroll-content")
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.story)
        inner.addStretch(1)
        scroll.setWidget(content)
        column.addWidget(scroll, 1)
        column.addWidget(self.score)
        return panel


def _why_empty(state: QualityState) -> tuple[str, str]:
    if not state.is_loaded:
        return READING
    if state.signoffs:
        return ALL_HIDDEN
    return NOTHING_EVER if state.period is Period.ALL else NOTHING_SIGNED
