"""One section of a report: its heading, its text, and the normal macro."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from readstation.app.report.report_model import ReportModel, ReportState
from readstation.domain.report import Section
from readstation.ui.report.plain_editor import PlainEditor
from readstation.ui.widgets.section import SectionHeader

LINES: dict[Section, tuple[int, int]] = {Section.FINDINGS: (2, 40), Section.IMPRESSION: (3, 12)}
"""Fewest and most lines a section takes up; it scrolls beyond."""


class SectionEditor(QWidget):
    """Shows one section of one `ReportModel`."""

    def __init__(self, section: Section, model: ReportModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.section, self._model = section, model
        fewest, most = LINES.get(section, (1, 12))
        self.editor = PlainEditor(fewest, max_lines=most)
        self.editor.setObjectName(f"report.{section.name.lower()}")
        self.editor.setAccessibleName(section.value)
        self.editor.text_edited.connect(self._edited)
        self.normal_button = QPushButton("Normal")
        self.normal_button.setProperty("role", "flat")
        self.normal_button.setToolTip("Insert the template's normal text (Ctrl+Shift+N)")
        self.normal_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.normal_button.clicked.connect(self.write_normal)
        head = QHBoxLayout()
        head.addWidget(SectionHeader(section.value))
        head.addStretch(1)
        head.addWidget(self.normal_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.editor)
        self.follow(model.state)

    def follow(self, state: ReportState) -> None:
        """Show the state of the model."""
        self.editor.set_text(state.text_of(self.section))
        self.editor.setReadOnly(state.is_read_only)
        has_normal = bool(self._model.template.normal.get(self.section))
        self.normal_button.setVisible(has_normal and not state.is_read_only)

    def write_normal(self) -> None:
        self._model.write_normal(self.section)

    def _edited(self, text: str) -> None:
        self._model.set_section(self.section, text)
