"""The parts of the display check and where they stand."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QTabWidget, QVBoxLayout, QWidget

from readstation.domain.display import DisplayStanding, DisplayStatus
from readstation.ui import theme
from readstation.ui.display.history_list import HistoryList
from readstation.ui.display.look_panel import LookPanel
from readstation.ui.display.luminance_plots import LuminancePlots
from readstation.ui.display.measure_panel import MeasurePanel
from readstation.ui.display.pattern_view import PatternView
from readstation.ui.displays import Displays
from readstation.ui.widgets.badge import Badge
from readstation.ui.widgets.elided_label import ElidedLabel
from readstation.ui.widgets.section import SectionHeader
from readstation.ui.widgets.text import PlainLabel

DETAIL_WIDTH_PX = 560
LOOK_TAB, MEASURE_TAB = 0, 1
MAY_NOT_MEASURE = "Luminances are recorded by technologists and administrators."
STATUS_KINDS = {
    DisplayStatus.NOT_VERIFIED: "plain",
    DisplayStatus.VERIFIED: "good",
    DisplayStatus.DUE: "warning",
    DisplayStatus.FAILED: "overdue",
}


class DisplayLayout:
    """The pattern fills the left; questions, luminances, plots and history are on the right."""

    def __init__(self, place: QWidget, displays: Displays, *, may_measure: bool) -> None:
        self.pattern = PatternView(displays)
        self.status = Badge("", "plain")
        self.screen_name = ElidedLabel(role="dim")
        self.due = PlainLabel(role="dim")
        self.look = LookPanel()
        self.measure = MeasurePanel()
        self.tabs = QTabWidget()
        self.plots = LuminancePlots()
        self.history = HistoryList()
        self.detail = theme.surface("detail")
        self._place(place, may_measure=may_measure)

    def show_standing(self, standing: DisplayStanding) -> None:
        """Say which screen this is and what is known of it."""
        display = standing.display
        self.status.set_badge(standing.badge, STATUS_KINDS[standing.status])
        serial = f"serial number {display.serial_number}" if display.serial_number else ""
        pixels = f"{display.width_px} x {display.height_px} pixels"
        parts = (display.title, serial, pixels, f"{display.bit_depth} bit")
        self.screen_name.say(" · ".join(part for part in parts if part))
        due = standing.due_at
        is_due = due is not None and standing.status is DisplayStatus.VERIFIED
        self.due.setText(f"next check by {due.astimezone():%Y-%m-%d}" if due and is_due else "")
        self.measure.set_bit_depth(display.bit_depth)

    def _place(self, place: QWidget, *, may_measure: bool) -> None:
        self.tabs.addTab(self.look, "Look at the pattern")
        self.tabs.addTab(self.measure, "Measure luminances")
        self.tabs.setTabEnabled(MEASURE_TAB, may_measure)
        if not may_measure:
            self.tabs.setTabToolTip(MEASURE_TAB, MAY_NOT_MEASURE)
        self.detail.setFixedWidth(DETAIL_WIDTH_PX)
        column = QVBoxLayout(self.detail)
        column.setContentsMargins(16, 10, 8, 12)
        column.setSpacing(10)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        content = theme.surface("scroll-content")
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, 0, 8, 0)
        inner.setSpacing(10)
        inner.addWidget(self.tabs)
        inner.addWidget(self.plots)
        inner.addWidget(SectionHeader("Checks of this display"))
        inner.addWidget(self.history)
        inner.addStretch(1)
        scroll.setWidget(content)
        column.addWidget(scroll)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self.pattern, 1)
        body.addWidget(self.detail)
        outer = QVBoxLayout(place)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._tool_bar())
        outer.addLayout(body, 1)

    def _tool_bar(self) -> QWidget:
        bar = theme.surface("toolbar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(18, 10, 18, 10)
        row.setSpacing(12)
        row.addWidget(PlainLabel("Display check", role="title"))
        row.addWidget(self.screen_name, 1)
        row.addWidget(self.due)
        row.addWidget(self.status)
        return bar
