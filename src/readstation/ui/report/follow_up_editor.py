"""What shall be done about an incidental finding: an examination and when, or why nothing."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from readstation.domain.errors import RefusedStepError
from readstation.domain.finding import (
    INTERVAL_DAYS,
    Finding,
    FollowUp,
    count_and_unit,
    require_follow_up,
)
from readstation.ui.widgets.text import PlainLabel

MODALITIES = ("", "CT", "MR", "US", "XR", "MG", "PET/CT", "NM", "Biopsy", "Clinical review")
MAX_COUNT = 999


class FollowUpEditor(QWidget):
    """Edits the follow-up of one finding; says what is still missing."""

    edited = Signal(object)
    """The finding as it is now."""

    def __init__(self, finding: Finding, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._finding = finding
        self.modality = QComboBox()
        self.modality.addItems(MODALITIES)
        self.modality.setEditable(False)
        self.count = QSpinBox()
        self.count.setRange(0, MAX_COUNT)
        self.unit = QComboBox()
        self.unit.addItems([f"{unit}s" for unit in reversed(INTERVAL_DAYS)])
        self.unit.setCurrentText("months")
        self.body_part = QLineEdit(placeholderText="body part")
        self.contrast = QCheckBox("contrast")
        self.guideline = QLineEdit(placeholderText="guideline")
        self.no_reason = QLineEdit(placeholderText="or: why no follow-up is needed")
        self.missing = PlainLabel(role="warning")
        self.missing.setWordWrap(True)
        self._name()
        self._lay_out()
        self.show_finding(finding)
        for line in (self.body_part, self.guideline, self.no_reason):
            line.textEdited.connect(self._edit)
        self.modality.currentIndexChanged.connect(self._edit)
        self.unit.currentIndexChanged.connect(self._edit)
        self.count.valueChanged.connect(self._edit)
        self.contrast.toggled.connect(self._edit)

    def show_finding(self, finding: Finding) -> None:
        """Show what is stored; inputs that say the same are not touched."""
        self._finding = finding
        follow_up = finding.follow_up or FollowUp("", 0)
        blockers = [QSignalBlocker(w) for w in self.inputs]
        if self.modality.findText(follow_up.modality) < 0:
            self.modality.addItem(follow_up.modality)
        self.modality.setCurrentText(follow_up.modality)
        if follow_up.interval_days != self._days():
            count, unit = count_and_unit(follow_up.interval_days)
            self.count.setValue(count)
            self.unit.setCurrentText(f"{unit}s")
        self.contrast.setChecked(follow_up.with_contrast)
        for line, text in (
            (self.body_part, follow_up.body_part),
            (self.guideline, follow_up.guideline),
            (self.no_reason, finding.no_follow_up_reason),
        ):
            if line.text() != text:
                line.setText(text)
        del blockers
        self._say_what_is_missing()

    @property
    def inputs(self) -> tuple[QWidget, ...]:
        """In the order of the Tab key."""
        return (
            self.modality,
            self.body_part,
            self.count,
            self.unit,
            self.contrast,
            self.guideline,
            self.no_reason,
        )

    def _edit(self) -> None:
        follow_up = FollowUp(
            self.modality.currentText(),
            self._days(),
            self.body_part.text(),
            self.contrast.isChecked(),
            self.guideline.text(),
        )
        is_empty = follow_up == FollowUp("", 0)
        self._finding = replace(
            self._finding,
            follow_up=None if is_empty else follow_up,
            no_follow_up_reason=self.no_reason.text(),
        )
        self._say_what_is_missing()
        self.edited.emit(self._finding)

    def _days(self) -> int:
        return self.count.value() * INTERVAL_DAYS[self.unit.currentText().removesuffix("s")]

    def _say_what_is_missing(self) -> None:
        try:
            require_follow_up(self._finding)
        except RefusedStepError as error:
            self.missing.setText(error.remedy)
            self.missing.show()
        else:
            self.missing.hide()

    def _name(self) -> None:
        names = ("modality", "body part", "interval", "unit", "contrast", "guideline", "reason")
        for widget, name in zip(self.inputs, names, strict=True):
            widget.setObjectName(f"follow_up.{name.replace(' ', '_')}")
            widget.setAccessibleName(f"Follow-up {name}")

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 2, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(5)
        grid.addWidget(PlainLabel("Follow-up", role="dim"), 0, 0)
        grid.addWidget(self.modality, 0, 1)
        grid.addWidget(self.body_part, 0, 2, 1, 2)
        grid.addWidget(PlainLabel("in", role="dim"), 1, 0)
        grid.addWidget(self.count, 1, 1)
        grid.addWidget(self.unit, 1, 2)
        grid.addWidget(self.contrast, 1, 3)
        grid.addWidget(self.guideline, 2, 1, 1, 3)
        grid.addWidget(self.no_reason, 3, 1, 1, 3)
        grid.addWidget(self.missing, 4, 1, 1, 3)
        grid.setColumnStretch(2, 1)
        grid.setColumnStretch(3, 1)
