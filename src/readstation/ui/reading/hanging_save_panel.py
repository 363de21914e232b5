"""Asks what an arrangement is called and for which studies it is, prefilled from this one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFormLayout, QLineEdit, QVBoxLayout, QWidget

from readstation.app.hanging.capture import MAX_TITLE, protocol_id_of
from readstation.app.hanging.hanging_library import HangingLibrary
from readstation.app.hanging.offered_studies import (
    OfferedStudies,
    described_words,
    offered_studies,
    with_words,
)
from readstation.domain.errors import ReadStationError
from readstation.domain.hanging import StudyFacts, StudySelector
from readstation.ui.reading.panel_over_images import ENTER_KEYS, PanelOverImages
from readstation.ui.widgets.choice_row import ChoiceRow
from readstation.ui.widgets.text import PlainLabel

WIDTH_PX, HEIGHT_PX = 560, 268
HINT = (
    "Enter saves, Esc leaves. Boxes, windows, zoom, orientation and linking are kept; such studies"
    " hang like this from now on."
)
NO_NAME = "A protocol needs a name."
REPLACES = "Replaces your protocol of this name."
EXAMPLE = "leave empty for all, or words such as: {words}"


class HangingSavePanel(PanelOverImages):
    """`confirmed` carries title and selector once both are usable."""

    confirmed = Signal(str, object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Save this arrangement as hanging protocol")
        self._library = HangingLibrary()
        self._offered: tuple[OfferedStudies, ...] = ()
        self._selector = StudySelector()
        self.title = QLineEdit()
        self.title.setMaxLength(MAX_TITLE)
        self.title.setAccessibleName("Name")
        self.studies = ChoiceRow(columns=2)
        self.studies.chosen.connect(self._choose)
        self.words = QLineEdit()
        self.words.setMaxLength(64)
        self.words.setAccessibleName("Words of the study description")
        self.problem = PlainLabel(role="error")
        self.problem.setWordWrap(True)
        for field in (self.title, self.words):
            field.textChanged.connect(self._look)
        self._place()

    def open_for(self, study: StudyFacts, library: HangingLibrary, behind: QWidget) -> None:
        """Ask, with what this study suggests."""
        self._library, self._offered = library, offered_studies(study)
        places = range(len(self._offered))
        self.studies.set_choices((place, self._offered[place].words) for place in places)
        self._choose(len(self._offered) - 1)
        self.words.clear()
        example = described_words(study)
        self.words.setPlaceholderText(EXAMPLE.format(words=example) if example else "")
        self.title.setText(f"My {self._offered[-1].words}"[:MAX_TITLE])
        self.open_over(behind, WIDTH_PX, HEIGHT_PX)
        self.title.setFocus()
        self.title.selectAll()

    def take_key(self, event: QKeyEvent) -> bool:
        if Qt.Key(event.key()) not in ENTER_KEYS:
            return False
        self._confirm()
        return True

    def _confirm(self) -> None:
        title = " ".join(self.title.text().split())
        if not title or not title.isprintable():
            self.problem.setText(NO_NAME)
            self.title.setFocus()
            return
        try:
            selector = with_words(self._selector, self.words.text())
        except ReadStationError as refusal:
            self.problem.setText(f"{refusal.message} {refusal.remedy}")
            self.words.setFocus()
            return
        self.leave()
        self.confirmed.emit(title, selector)

    def _choose(self, place: int) -> None:
        self._selector = self._offered[place].selector
        self.studies.set_chosen(place)

    def _look(self, _text: str) -> None:
        title = " ".join(self.title.text().split())
        is_taken = bool(title) and self._library.has(protocol_id_of(title))
        self.problem.setText(REPLACES if is_taken else "")

    def _place(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 8)
        column.setSpacing(8)
        column.addWidget(PlainLabel("Save this arrangement as hanging protocol", role="heading"))
        form = QFormLayout()
        form.setSpacing(8)
        form.addRow(PlainLabel("Name", role="dim"), self.title)
        form.addRow(PlainLabel("For", role="dim"), self.studies)
        form.addRow(PlainLabel("Described as", role="dim"), self.words)
        column.addLayout(form)
        column.addWidget(self.problem)
        column.addStretch(1)
        hint = PlainLabel(HINT, role="dim")
        hint.setWordWrap(True)
        column.addWidget(hint)
