"""Whose images and report a window shows that has no header."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from readstation.app.reading.reading_model import ReadingModel, ReadingState
from readstation.app.viewport.overlay_text import visible_text
from readstation.domain.patient import shown_name
from readstation.ui import theme
from readstation.ui.reading.patient_header import facts_line, identity_line, study_line
from readstation.ui.widgets.elided_label import ElidedLabel
from readstation.ui.widgets.text import PlainLabel

NOBODY = "No study open"
CURRENT = "Current"


class PatientStrip(QWidget):
    """Follows the same model as the pixels: it names a study as long as its images can be shown."""

    def __init__(
        self, model: ReadingModel, *, is_narrow: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.name = ElidedLabel(role="title")
        self.facts = PlainLabel(role="heading")
        self.identity, self.study = ElidedLabel(), ElidedLabel(role="accent")
        surface = theme.surface("toolbar")
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.name)
        line.addWidget(self.facts)
        box = QVBoxLayout(surface) if is_narrow else QHBoxLayout(surface)
        box.setContentsMargins(14, 6, 14, 6)
        box.setSpacing(2 if is_narrow else 20)
        box.addLayout(line)
        box.addWidget(self.identity)
        box.addWidget(self.study)
        if is_narrow:
            line.addStretch(1)
        else:
            box.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(surface)
        self.destroyed.connect(model.on_change(self._follow))
        self._follow(model.state)

    def _follow(self, state: ReadingState) -> None:
        opened = state.opened
        if opened is None:
            self.name.say(NOBODY)
            self.facts.setText("")
            for label in (self.identity, self.study):
                label.say("")
            return
        study = opened.study
        self.name.say(visible_text(shown_name(study.patient.patient_name)))
        self.facts.setText(facts_line(study))
        self.identity.say(visible_text(identity_line(study)))
        self.study.say(f"{CURRENT}: {visible_text(study_line(study, opened.order))}")
