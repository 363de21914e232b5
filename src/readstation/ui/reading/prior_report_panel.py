"""The signed report of a prior, to be read beside the images; nothing can be changed in it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from readstation.domain.report import ReportVersion
from readstation.domain.study import Study
from readstation.ui import theme
from readstation.ui.widgets.badge import Badge
from readstation.ui.widgets.elided_label import ElidedLabel
from readstation.ui.widgets.text import PlainLabel


class PriorReportPanel(QWidget):
    """Shows the newest signed version of one prior."""

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        surface = theme.surface("panel")
        self.title = ElidedLabel(role="heading")
        self.seal = PlainLabel(role="dim")
        self.seal.setWordWrap(True)
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setAccessibleName("Signed report of the prior")
        self.back_button = QPushButton("Back to the report  F10")
        self.back_button.clicked.connect(self.left)
        head = QHBoxLayout()
        head.addWidget(Badge("PRIOR", "prior"))
        head.addWidget(self.title, 1)
        column = QVBoxLayout(surface)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.seal)
        column.addWidget(self.text, 1)
        column.addWidget(self.back_button)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(surface)
        self.setFocusProxy(self.text)

    def show_version(self, prior: Study, version: ReportVersion) -> None:
        """Show one signed text as it was signed."""
        when = f"{prior.study_date_time:%Y-%m-%d} " if prior.study_date_time else ""
        self.title.say(f"{when}{prior.study_description}")
        names = ", ".join(signature.signer_name for signature in version.signatures)
        status = f"Version {version.version_number}, {version.status.value}"
        self.seal.setText(f"{status}, signed by {names}" if names else status)
        self.text.setPlainText(version.text)

    def clear(self) -> None:
        """Forget the text: another study is on the screen."""
        self.title.say("")
        self.seal.setText("")
        self.text.setPlainText("")
