"""After login: the reports this reader left unsigned, also by a crash, and the way back to them."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from readstation.app.jobs import JobContext, Lane
from readstation.app.report.save_draft import RecoveredDraft, recover_drafts
from readstation.domain.patient import shown_name
from readstation.ui import theme
from readstation.ui.screens import ScreenContext
from readstation.ui.widgets.text import PlainLabel


class UnsignedBanner(QWidget):
    """Lists own unsigned reports, the newest first; gone once one is opened or it is dismissed."""

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._found: tuple[RecoveredDraft, ...] = ()
        self.text = PlainLabel(role="value")
        self.choice = QComboBox()
        self.choice.setAccessibleName("Unsigned reports")
        self.open_button = QPushButton("Go on writing")
        self.dismiss_button = QToolButton()
        self.dismiss_button.setIcon(theme.icon("x"))
        self.dismiss_button.setToolTip("Later: the list My drafts keeps them")
        self.dismiss_button.setAccessibleName("Dismiss")
        frame = theme.surface("banner")
        row = QHBoxLayout(frame)
        row.setContentsMargins(14, 6, 10, 6)
        row.setSpacing(12)
        for part in (self.text, self.choice, self.open_button):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.dismiss_button)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        self.open_button.clicked.connect(self._open)
        self.dismiss_button.clicked.connect(self.hide)
        self.hide()
        self._stop = context.navigation.listen_study(self.hide)
        job = context.jobs.start(Lane.DATABASE, self._find)
        job.succeeded.connect(self._show)
        job.failed.connect(context.errors.show)

    def end_session(self) -> None:
        """Stop listening."""
        self._stop()

    def _find(self, _job: JobContext) -> tuple[RecoveredDraft, ...]:
        return recover_drafts(self._context.station, self._context.session)

    def _show(self, found: tuple[RecoveredDraft, ...]) -> None:
        if not found or self._context.navigation.open is not None:
            return
        self._found = found
        count = len(found)
        self.text.setText(f"You have {count} unsigned report{'s' if count > 1 else ''}.")
        with QSignalBlocker(self.choice):
            self.choice.clear()
            self.choice.addItems([_line(draft) for draft in found])
        self.show()

    def _open(self) -> None:
        chosen = self._found[self.choice.currentIndex()]
        self._context.navigation.open_study(chosen.study.study_instance_uid)


def _line(recovered: RecoveredDraft) -> str:
    study, draft = recovered.study, recovered.draft
    saved = f"{draft.saved_at.astimezone():%Y-%m-%d %H:%M:%S}"
    what = study.study_description or "Study"
    return (
        f"{shown_name(study.patient.patient_name)} · {what} · {draft.status.value}, saved {saved}"
    )
