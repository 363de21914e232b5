"""One finding as a card: urgency by colour, word and shape; text; measurements; follow-up."""

from __future__ import annotations

import textwrap
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from readstation.domain.finding import Finding, Laterality, MeasurementLink, Urgency
from readstation.ui import theme
from readstation.ui.report.follow_up_editor import FollowUpEditor
from readstation.ui.report.plain_editor import PlainEditor
from readstation.ui.widgets.badge import Badge
from readstation.ui.widgets.text import PlainLabel

LINK_CHARACTERS = 50
"""In a line of a measurement: more would make the card wider than its panel."""
SIDES = {
    Laterality.NONE: "no side",
    Laterality.LEFT: "left",
    Laterality.RIGHT: "right",
    Laterality.BILATERAL: "bilateral",
    Laterality.MIDLINE: "midline",
}


class FindingCard(QFrame):
    """Shows and edits one finding. Decides nothing: every change is a signal."""

    edited = Signal(object)
    urgency_chosen = Signal(str, object)
    removal_asked = Signal(str)
    entered = Signal(str)
    left = Signal()
    measurement_opened = Signal(object)
    """A `MeasurementLink` whose image is wanted."""

    def __init__(self, finding: Finding, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "card")
        self.finding = finding
        self._shown_links: tuple[MeasurementLink, ...] = ()
        self.measurements = QVBoxLayout()
        self._build()
        self._lay_out()
        self.show_finding(finding, selected=False, read_only=False)

    def show_finding(self, finding: Finding, *, selected: bool, read_only: bool) -> None:
        """Show the finding as the model has it."""
        self.finding = finding
        edge = "incidental" if self._is_plain_incidental(finding) else finding.urgency.value
        if self.property("urgency") != edge:
            self.setProperty("urgency", edge)
            theme.restyle(self)
        self.urgency_badge.set_badge(finding.urgency.value.upper(), finding.urgency.value)
        self.urgency_badge.setVisible(edge != "incidental")
        self.incidental_badge.setVisible(finding.is_incidental)
        place = ", ".join(p for p in (finding.site, finding.laterality.value) if p)
        editing = selected and not read_only
        self.place.setText(place)
        self.place.setVisible(bool(place) and not editing)
        self.editor.set_text(finding.text)
        self.editor.setReadOnly(read_only)
        self.remove_button.setVisible(editing)
        self.choices.setVisible(editing)
        self._show_inputs(finding)
        self.follow_up.setVisible(finding.is_incidental and editing)
        self.follow_up.show_finding(finding)
        summary = _follow_up_summary(finding)
        self.summary.setText(summary)
        self.summary.setVisible(bool(summary) and not editing)
        self._show_measurements(finding.measurements)

    def focus_text(self) -> None:
        self.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.FocusIn:
            self.entered.emit(self.finding.finding_id)
        return super().eventFilter(watched, event)

    @staticmethod
    def _is_plain_incidental(finding: Finding) -> bool:
        return finding.is_incidental and finding.urgency is Urgency.ROUTINE

    def _show_inputs(self, finding: Finding) -> None:
        if self.site.text() != finding.site:
            self.site.setText(finding.site)
        with QSignalBlocker(self.side):
            self.side.setCurrentIndex(list(SIDES).index(finding.laterality))
        for urgency, button in self.urgency_buttons.items():
            button.setChecked(finding.urgency is urgency)
        self.incidental_button.setChecked(finding.is_incidental)

    def _show_measurements(self, links: tuple[MeasurementLink, ...]) -> None:
        if links == self._shown_links:
            return
        self._shown_links = links
        while (item := self.measurements.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for link in links:
            said = _in_lines(link.line if link.is_key_image else link.text)
            chip = QPushButton(said.replace("&", "&&"))
            chip.setProperty("role", "link")
            of_what = "key image" if link.is_key_image else "image of this measurement"
            chip.setToolTip(f"Go to the {of_what}")
            chip.setAccessibleName(f"{link.line}, go to image")
            chip.clicked.connect(lambda _=False, link=link: self.measurement_opened.emit(link))
            self.measurements.addWidget(chip, 0, Qt.AlignmentFlag.AlignLeft)

    def _edit(self) -> None:
        self.edited.emit(
            replace(
                self.finding,
                text=self.editor.text(),
                site=self.site.text(),
                laterality=list(SIDES)[self.side.currentIndex()],
                is_incidental=self.incidental_button.isChecked(),
            )
        )

    def _build(self) -> None:
        self.urgency_badge = Badge("ROUTINE", "routine")
        self.incidental_badge = Badge("INCIDENTAL", "incidental")
        self.place, self.summary = PlainLabel(), PlainLabel(role="dim")
        self.summary.setWordWrap(True)
        self.editor = PlainEditor()
        self.editor.setAccessibleName("Finding")
        self.editor.setPlaceholderText("Describe the finding")
        self.remove_button = QToolButton()
        self.remove_button.setIcon(theme.icon("trash-2", "dim"))
        self.remove_button.setToolTip("Remove this finding")
        self.remove_button.setAccessibleName("Remove this finding")
        self.site = QLineEdit(placeholderText="site")
        self.site.setAccessibleName("Site")
        self.side = QComboBox()
        self.side.addItems(list(SIDES.values()))
        self.side.setAccessibleName("Side")
        self.urgency_buttons = {u: _chip(u.value.capitalize(), u.value) for u in Urgency}
        self.incidental_button = _chip("Incidental", "incidental")
        self.follow_up = FollowUpEditor(self.finding)
        self.editor.text_edited.connect(self._edit)
        self.site.textEdited.connect(self._edit)
        self.side.currentIndexChanged.connect(self._edit)
        self.incidental_button.clicked.connect(self._edit)
        self.follow_up.edited.connect(self.edited)
        self.editor.left.connect(self.left)
        self.remove_button.clicked.connect(lambda: self.removal_asked.emit(self.finding.finding_id))
        for urgency, button in self.urgency_buttons.items():
            button.clicked.connect(lambda _=False, urgency=urgency: self._choose(urgency))
        for widget in (
            self.editor,
            self.site,
            self.side,
            self.incidental_button,
            *self.urgency_buttons.values(),
            *self.follow_up.inputs,
        ):
            widget.installEventFilter(self)

    def _choose(self, urgency: Urgency) -> None:
        for each, button in self.urgency_buttons.items():
            button.setChecked(each is self.finding.urgency)  # until the model says otherwise
        self.urgency_chosen.emit(self.finding.finding_id, urgency)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(4)
        for widget in (self.urgency_badge, self.incidental_badge, self.place):
            head.addWidget(widget)
        head.addStretch(1)
        head.addWidget(self.remove_button)
        self.measurements.setSpacing(8)
        self.choices = QWidget()
        rows = QVBoxLayout(self.choices)
        rows.setContentsMargins(0, 2, 0, 0)
        rows.setSpacing(6)
        place = QHBoxLayout()
        place.addWidget(self.site, 1)
        place.addWidget(self.side)
        chips = QHBoxLayout()
        chips.setSpacing(4)
        for button in (*self.urgency_buttons.values(), self.incidental_button):
            chips.addWidget(button)
        chips.addStretch(1)
        rows.addLayout(chips)
        rows.addLayout(place)
        column = QVBoxLayout(self)
        column.setContentsMargins(9, 7, 8, 8)
        column.setSpacing(5)
        column.addLayout(head)
        column.addWidget(self.editor)
        column.addLayout(self.measurements)
        column.addWidget(self.summary)
        column.addWidget(self.choices)
        column.addWidget(self.follow_up)


def _chip(text: str, urgency: str) -> QPushButton:
    button = QPushButton(text)
    button.setCheckable(True)
    button.setProperty("role", "chip")
    button.setProperty("urgency", urgency)
    return button


def _follow_up_summary(finding: Finding) -> str:
    if not finding.is_incidental:
        return ""
    if finding.follow_up is not None and finding.follow_up.is_complete:
        return finding.follow_up.sentence()
    if finding.no_follow_up_reason.strip():
        return f"No follow-up needed: {finding.no_follow_up_reason}"
    return "Follow-up is missing."


def _in_lines(said: str) -> str:
    """Break after commas, since a button does not: the change since a prior makes long words."""
    return textwrap.fill(said, LINK_CHARACTERS, break_long_words=False, break_on_hyphens=False)
