"""The sections and findings of one report, for as long as it is open."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from readstation.app.report.report_model import ReportModel, ReportState
from readstation.domain.finding import MeasurementLink, Urgency
from readstation.domain.report import Section
from readstation.ui import theme
from readstation.ui.report.finding_card import FindingCard
from readstation.ui.report.section_editor import SectionEditor
from readstation.ui.widgets.section import KeyCap, SectionHeader
from readstation.ui.widgets.text import PlainLabel

SCROLLED = (Section.INDICATION, Section.TECHNIQUE, Section.COMPARISON, Section.FINDINGS)
MARGIN_PX = 14


class ReportForm(QWidget):
    """Shows one `ReportModel`; the impression stays in sight below the rest."""

    left = Signal()
    """The keyboard left a text box."""
    measurement_opened = Signal(object)
    urgency_chosen = Signal(str, object)
    removal_asked = Signal(str)

    def __init__(self, model: ReportModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self.sections = {section: SectionEditor(section, model) for section in Section}
        self.cards: dict[str, FindingCard] = {}
        self.add_button = QPushButton("Add finding")
        self.add_button.setIcon(theme.icon("plus", "current_text"))
        self.add_button.setProperty("role", "flat")
        self.add_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.add_button.clicked.connect(self.add_finding)
        self._communications = PlainLabel()
        self._communications.setWordWrap(True)
        self._communications.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.scroll_area = QScrollArea()
        self._cards = QVBoxLayout()
        self._cards.setSpacing(6)
        self._add_row = self._make_add_row()
        self._communications_block = self._make_communications_block()
        self._lay_out()
        for section in self.sections.values():
            section.editor.left.connect(self.left)
        self._stop_following = model.on_change(self._follow)
        self._follow(model.state)

    def stop(self) -> None:
        """Let the model live on without this form."""
        self._stop_following()

    def add_finding(self) -> None:
        """Add an empty finding and go into it."""
        finding_id = self.model.add_finding()
        if finding_id:
            self.cards[finding_id].focus_text()

    def write_normal(self) -> None:
        """Insert normal text into the section the keyboard is in; else into the findings."""
        focused = QApplication.focusWidget()
        for section in self.sections.values():
            if section.editor is focused:
                section.write_normal()
                return
        self.sections[Section.FINDINGS].write_normal()

    def toggle_incidental(self) -> None:
        card = self.cards.get(self.model.state.selected_finding_id)
        if card is not None:
            card.incidental_button.click()

    def choose_urgency(self, urgency: Urgency) -> None:
        """Ask for another urgency of the selected finding."""
        if self.model.state.selected_finding_id and not self.model.state.is_read_only:
            self.urgency_chosen.emit(self.model.state.selected_finding_id, urgency)

    def _follow(self, state: ReportState) -> None:
        for section in self.sections.values():
            section.follow(state)
        self._show_cards(state)
        self._add_row.setVisible(not state.is_read_only)
        statements = "\n".join(state.content.communications)
        self._communications.setText(statements)
        self._communications_block.setVisible(bool(statements))

    def _show_cards(self, state: ReportState) -> None:
        wanted = [f.finding_id for f in state.content.findings]
        for finding_id in [i for i in self.cards if i not in wanted]:
            card = self.cards.pop(finding_id)
            self._cards.removeWidget(card)
            card.hide()
            card.deleteLater()
        for index, finding in enumerate(state.content.findings):
            card = self.cards.get(finding.finding_id) or self._add_card(finding.finding_id)
            if self._cards.indexOf(card) != index:
                self._cards.insertWidget(index, card)
                card.show()
            card.show_finding(
                finding,
                selected=finding.finding_id == state.selected_finding_id,
                read_only=state.is_read_only,
            )

    def _add_card(self, finding_id: str) -> FindingCard:
        finding = self.model.state.finding(finding_id)
        assert finding is not None  # noqa: S101 - its id was just read from the same state
        card = FindingCard(finding)
        card.edited.connect(self.model.change_finding)
        card.entered.connect(self.model.select_finding)
        card.left.connect(self.left)
        card.urgency_chosen.connect(self.urgency_chosen)
        card.removal_asked.connect(self.removal_asked)
        card.measurement_opened.connect(self._open_measurement)
        self.cards[finding_id] = card
        return card

    def _open_measurement(self, link: MeasurementLink) -> None:
        self.measurement_opened.emit(link)

    def _lay_out(self) -> None:
        content = QWidget()
        content.setProperty("role", "scroll-content")
        column = QVBoxLayout(content)
        column.setContentsMargins(MARGIN_PX, 10, MARGIN_PX, 10)
        column.setSpacing(12)
        for section in SCROLLED:
            column.addWidget(self.sections[section])
        column.addLayout(self._cards)
        column.addWidget(self._add_row)
        column.addWidget(self._communications_block)
        column.addStretch(1)
        self.scroll_area.setWidgetResizable(True)
        self.scroll_area.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroll_area.setWidget(content)
        line = theme.surface("separator")
        line.setFixedHeight(1)
        below = QVBoxLayout()
        below.setContentsMargins(MARGIN_PX, 10, MARGIN_PX, 10)
        below.addWidget(self.sections[Section.IMPRESSION])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.scroll_area, 1)
        outer.addWidget(line)
        outer.addLayout(below)

    def _make_add_row(self) -> QWidget:
        row = QWidget()
        add = QHBoxLayout(row)
        add.setContentsMargins(0, 0, 0, 0)
        add.addWidget(self.add_button)
        add.addWidget(KeyCap("Ctrl+Shift+F"), 0, Qt.AlignmentFlag.AlignVCenter)
        add.addStretch(1)
        return row

    def _make_communications_block(self) -> QWidget:
        block = QWidget()
        column = QVBoxLayout(block)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(SectionHeader("Communications"))
        column.addWidget(self._communications)
        return block
