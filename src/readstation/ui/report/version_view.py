"""A signed report as it was signed: its text, its hash, its signatures, and adding to it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from readstation.app.changes import Subject
from readstation.app.jobs import JobContext, Lane
from readstation.app.report.add_addendum import ADDENDUM_REASONS, add_addendum
from readstation.domain.errors import ReadStationError
from readstation.domain.reader import Permission
from readstation.domain.report import TRANSITIONS, ReportStep, ReportVersion, text_sha256
from readstation.ui import theme
from readstation.ui.report.panel_header import STATUS_KINDS
from readstation.ui.report.plain_editor import PlainEditor, escaped
from readstation.ui.screens import ScreenContext
from readstation.ui.widgets.badge import Badge
from readstation.ui.widgets.section import SectionHeader
from readstation.ui.widgets.text import PlainLabel

MARGIN_PX = 14


class VersionView(QWidget):
    """Shows the versions of one report, the newest first, as text that cannot be changed."""

    addendum_signed = Signal(object)

    def __init__(
        self,
        context: ScreenContext,
        versions: tuple[ReportVersion, ...],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._versions = context, versions
        self.choice = QComboBox()
        self.choice.setAccessibleName("Version")
        self.badge = Badge("FINAL", "good")
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setObjectName("report.signed_text")
        self.text.setAccessibleName("Signed report")
        self.seal = PlainLabel(role="dim")
        self.seal.setWordWrap(True)
        self.add_button = QPushButton("Add addendum")
        self.addendum = AddendumView(context)
        self._lay_out()
        self.choice.currentIndexChanged.connect(self._show)
        self.add_button.clicked.connect(self._open_addendum)
        self.addendum.signed.connect(self._signed)
        self.addendum.closed.connect(self._close_addendum)
        self._fill()

    @property
    def version(self) -> ReportVersion:
        """The version that is shown."""
        return self._versions[len(self._versions) - 1 - self.choice.currentIndex()]

    def _fill(self) -> None:
        self.choice.blockSignals(True)
        self.choice.clear()
        for version in reversed(self._versions):
            self.choice.addItem(f"Version {version.version_number}, {version.status.value}")
        self.choice.blockSignals(False)
        self._show()

    def _show(self) -> None:
        version = self.version
        self.badge.set_badge(version.status.value.upper(), STATUS_KINDS[version.status])
        self.text.setPlainText(escaped(version.text))
        matches = text_sha256(version.text) == version.text_sha256
        verdict = "matches" if matches else "DOES NOT MATCH"
        self.seal.setText(
            f"Text {verdict} its hash {version.text_sha256[:16]}…   "
            f"{version.image_count} images, manifest {version.image_manifest_sha256[:16]}…"
            + (f"\nDisplay: {version.display_state}" if version.display_state else "")
        )
        self.seal.setProperty("role", "dim" if matches else "error")
        theme.restyle(self.seal)
        newest = version is self._versions[-1]
        legal = (version.status, ReportStep.ADD_ADDENDUM) in TRANSITIONS
        may = self._context.session.user.may(Permission.SIGN_REPORT)
        self.add_button.setVisible(newest and legal and may and matches)

    def _open_addendum(self) -> None:
        self.add_button.hide()
        self.addendum.open_for(self.version)

    def _close_addendum(self) -> None:
        self._show()

    def _signed(self, version: ReportVersion) -> None:
        self._versions = (*self._versions, version)
        self._fill()
        self.addendum_signed.emit(version)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.choice)
        head.addStretch(1)
        head.addWidget(self.badge)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN_PX, 10, MARGIN_PX, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.text, 1)
        column.addWidget(self.seal)
        column.addWidget(self.add_button)
        column.addWidget(self.addendum)


class AddendumView(QWidget):
    """Writes and signs one addendum, below the report it adds to."""

    signed = Signal(object)
    closed = Signal()

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._base: ReportVersion | None = None
        self.heading = SectionHeader("Addendum")
        self.editor = PlainEditor(4, max_lines=12)
        self.editor.setAccessibleName("Addendum")
        self.reason = QComboBox()
        self.reason.addItems(ADDENDUM_REASONS)
        self.reason.setPlaceholderText("Reason")
        self.reason.setCurrentIndex(-1)
        self.reason.setAccessibleName("Reason")
        self.password = QLineEdit(placeholderText="Password")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setAccessibleName("Password")
        self.problem = PlainLabel(role="error")
        self.problem.setWordWrap(True)
        self.sign_button = QPushButton("Sign addendum")
        self.sign_button.setProperty("role", "primary")
        self.discard_button = QPushButton("Discard")
        self._lay_out()
        self.sign_button.clicked.connect(self._sign)
        self.discard_button.clicked.connect(self._discard)
        self.editor.text_edited.connect(self._update)
        self.reason.currentTextChanged.connect(self._update)
        self.password.textChanged.connect(self._update)
        self._update()
        self.hide()

    def open_for(self, base: ReportVersion) -> None:
        """Begin an addendum to `base`."""
        self._base = base
        self.heading.setText(f"Addendum to version {base.version_number}")
        self.problem.clear()
        self.show()
        self.editor.setFocus()

    def _update(self) -> None:
        filled = (self.editor.text().strip(), self.reason.currentText().strip())
        self.sign_button.setEnabled(all(filled) and bool(self.password.text()))

    def _sign(self) -> None:
        base = self._base
        if base is None:
            return
        self.setEnabled(False)
        written = self.editor.text(), self.reason.currentText(), self.password.text()
        state = self._context.displays.standing(self).record
        job = self._context.jobs.start(Lane.DATABASE, partial(self._work, base, *written, state))
        job.succeeded.connect(self._done)
        job.failed.connect(self._refused)

    def _work(
        self,
        base: ReportVersion,
        text: str,
        reason: str,
        password: str,
        display_state: str,
        _job: JobContext,
    ) -> ReportVersion:
        context = self._context
        return add_addendum(
            context.station,
            context.session,
            base,
            text,
            reason,
            password=password,
            display_state=display_state,
        )

    def _done(self, version: ReportVersion) -> None:
        self.setEnabled(True)
        self._clear()
        self._context.changes.publish(Subject.REPORT, Subject.QUALITY)
        self.signed.emit(version)

    def _refused(self, error: BaseException) -> None:
        self.setEnabled(True)
        self.password.clear()
        if isinstance(error, ReadStationError):
            self.problem.setText(f"{error.message} {error.remedy}")
        else:
            self.problem.setText("Not signed, for a reason nobody expected. Your text is kept.")

    def _discard(self) -> None:
        self._clear()
        self.closed.emit()

    def _clear(self) -> None:
        self.editor.set_text("")
        self.reason.setCurrentIndex(-1)
        self.password.clear()
        self.hide()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self.password, 1)
        buttons.addWidget(self.discard_button)
        buttons.addWidget(self.sign_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for widget in (self.heading, self.editor, self.reason, self.problem):
            column.addWidget(widget)
        column.addLayout(buttons)
