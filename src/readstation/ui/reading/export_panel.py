"""Asks what is exported, where to, and whether with the patient's name; shows how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from readstation.app.export.export_plan import (
    PICTURES,
    ExportKind,
    ExportPlan,
    free_name,
    suggested_name,
    with_ending,
)
from readstation.app.export.export_ports import PictureFormat
from readstation.app.export.export_words import BurnedIn
from readstation.app.viewport.image_description import ImageDescription
from readstation.ui import theme
from readstation.ui.reading.panel_over_images import ENTER_KEYS, PanelOverImages
from readstation.ui.widgets.choice_row import ChoiceRow
from readstation.ui.widgets.text import PlainLabel

WIDTH_PX, HEIGHT_PX = 600, 336
IDENTITY = ((False, "Without the patient's name"), (True, "WITH THE PATIENT'S NAME"))
NO_IDENTITY = (
    "Name, ID, dates, overlay planes and every free text of the files are left out. What you wrote"
    " on the image stays."
)
WITH_IDENTITY = "NAME, ID AND DATES WILL BE IN THE FILE. This is recorded under your name."
OBJECTS = "DICOM objects always carry name and ID. This is recorded under your name."
REPLACE = "There is a file of that name. Export again to replace it."
BURNED_IN_YES = "Export again if identifying text may be in the file."
PLACES = {ExportKind.KEY_IMAGES: "Files", ExportKind.OBJECTS: "Folder"}
HINT = "Enter exports, Esc leaves. Every export is recorded."


@dataclass(frozen=True, slots=True)
class ExportOffer:
    """What can be exported now. `burned_in` goes by kind; counts of 0 are not offered."""

    image: ImageDescription
    counts: Mapping[ExportKind, int]
    burned_in: Mapping[ExportKind, BurnedIn]
    folder: Path
    object_names: tuple[str, ...] = ()


class ExportPanel(PanelOverImages):
    """`confirmed` carries an `ExportPlan`; `cancelled` asks to stop the one that runs."""

    confirmed = Signal(object)
    cancelled = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Export")
        self._offer: ExportOffer | None = None
        self.kind, self.file_format = ExportKind.PICTURE, PictureFormat.PNG
        self.with_identity = False
        self._asked: tuple[str, ...] = ()
        self.kinds = ChoiceRow(columns=4)
        self.formats = ChoiceRow(((f, f.name) for f in PictureFormat), columns=2)
        self.identities = ChoiceRow(IDENTITY, columns=2)
        self.identities.button(True).setProperty("urgency", "critical")
        self.place = PlainLabel("File", role="dim")
        self.path = QLineEdit()
        self.path.setAccessibleName("File")
        self.browse = QPushButton("Browse…")
        self.identity_words = PlainLabel(role="dim")
        self.burned_in = PlainLabel(role="warning")
        self.problem = PlainLabel(role="error")
        self.bar = QProgressBar()
        self.export_button, self.cancel_button = QPushButton("Export"), QPushButton("Cancel")
        self._connect()
        self._lay_out()

    def open_for(self, offer: ExportOffer, behind: QWidget, kind: ExportKind) -> None:
        """Ask anew; without the patient's name unless the reader says otherwise this time."""
        self._offer = offer
        offered = [k for k in ExportKind if offer.counts.get(k)]
        self.kinds.set_choices((k, _kind_words(k, offer.counts[k])) for k in offered)
        self.with_identity = False
        self.show_progress(0, 0)
        self._choose_kind(kind if kind in offered else ExportKind.PICTURE)
        self.open_over(behind, WIDTH_PX, HEIGHT_PX)
        self.path.setFocus()
        self.path.selectAll()

    def show_progress(self, done: int, total: int) -> None:
        """Show how far the running export is; 0 of 0: none runs."""
        is_running = total > 0
        self.bar.setMaximum(max(total, 1))
        self.bar.setValue(done)
        self.bar.setVisible(is_running)
        self.cancel_button.setVisible(is_running)
        self.export_button.setEnabled(not is_running)
        for part in (self.kinds, self.formats, self.identities, self.path, self.browse):
            part.setEnabled(not is_running)

    def say(self, problem: str) -> None:
        """Say what stands in the way."""
        self.problem.setText(problem)

    def confirm(self) -> None:
        """Hand over the plan, once nothing is left to be asked."""
        offer, typed = self._offer, self.path.text().strip()
        if offer is None or not self.export_button.isEnabled():
            return
        if not typed:
            self.say("Type a name for the file.")
            return
        path = with_ending(_absolute(typed, offer.folder), self.kind, self.file_format)
        plan = ExportPlan(self.kind, path, self.file_format, self.with_identity)
        doubts = self._doubts(plan, offer)
        key = (str(path), str(self.with_identity), *doubts)
        if doubts and self._asked != key:
            self._asked = key
            self.say(" ".join(doubts))
            return
        may_replace, self._asked = REPLACE in doubts, ()
        self.say("")
        self.confirmed.emit(
            ExportPlan(self.kind, path, self.file_format, self.with_identity, may_replace)
        )

    def take_key(self, event: QKeyEvent) -> bool:
        if event.key() in ENTER_KEYS:
            self.confirm()
            return True
        return False

    def leave(self) -> None:
        """Close; an export that runs is stopped."""
        self.cancelled.emit()
        super().leave()

    def _doubts(self, plan: ExportPlan, offer: ExportOffer) -> tuple[str, ...]:
        """Return what has to be asked before this plan."""
        names = plan.targets(offer.counts[plan.kind])
        if plan.kind is ExportKind.OBJECTS:
            names = tuple(plan.path / name for name in offer.object_names)
        doubts = [REPLACE] if any(name.exists() for name in names) else []
        if offer.burned_in.get(plan.kind) is BurnedIn.YES and not plan.with_identity:
            doubts.append(BURNED_IN_YES)
        return tuple(doubts)

    def _choose_kind(self, kind: ExportKind) -> None:
        self.kind = kind
        self.kinds.set_chosen(kind)
        self._suggest()

    def _choose_format(self, file_format: PictureFormat) -> None:
        self.file_format = file_format
        self._suggest()

    def _choose_identity(self, with_identity: bool) -> None:
        self.with_identity = with_identity
        self._show_choice()

    def _suggest(self) -> None:
        """Name a file that is not there yet, and identifies nobody."""
        if self._offer is not None and self.kind is ExportKind.OBJECTS:
            self.path.setText(str(self._offer.folder))
        elif self._offer is not None:
            name = suggested_name(self.kind, self._offer.image, self.file_format)
            self.path.setText(str(free_name(self._offer.folder / name)))
        self._show_choice()

    def _show_choice(self) -> None:
        is_picture, is_objects = self.kind in PICTURES, self.kind is ExportKind.OBJECTS
        self._asked = ()
        self.say("")
        self.formats.set_chosen(self.file_format)
        self.formats.setVisible(is_picture)
        self.identities.set_chosen(self.with_identity)
        self.identities.setVisible(not is_objects)
        self.place.setText(PLACES.get(self.kind, "File"))
        words = WITH_IDENTITY if self.with_identity else NO_IDENTITY
        self.identity_words.setText(OBJECTS if is_objects else words)
        role = "error" if self.with_identity or is_objects else "dim"
        if self.identity_words.property("role") != role:
            self.identity_words.setProperty("role", role)
            theme.restyle(self.identity_words)
        doubt = self._offer.burned_in.get(self.kind) if self._offer is not None else None
        is_silent = doubt is None or is_objects or self.with_identity
        self.burned_in.setText("" if is_silent or doubt is None else doubt.value)

    def _browse(self) -> None:
        dialog = QFileDialog(self, f"Export: {self.kind.value}", self.path.text())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        if self.kind is ExportKind.OBJECTS:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.path.setText)
        dialog.open()

    def _connect(self) -> None:
        self.kinds.chosen.connect(self._choose_kind)
        self.formats.chosen.connect(self._choose_format)
        self.identities.chosen.connect(self._choose_identity)
        self.path.textEdited.connect(lambda _: self.say(""))
        self.browse.clicked.connect(self._browse)
        self.export_button.setProperty("role", "primary")
        self.export_button.clicked.connect(self.confirm)
        self.cancel_button.clicked.connect(self.cancelled)

    def _lay_out(self) -> None:
        for label in (self.identity_words, self.burned_in, self.problem):
            label.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 10)
        column.setSpacing(8)
        column.addWidget(PlainLabel("Export", role="heading"))
        for row in (self.kinds, self.formats, self.identities):
            column.addWidget(row)
        column.addWidget(self.identity_words)
        column.addWidget(self.burned_in)
        column.addLayout(self._file_row())
        column.addWidget(self.problem)
        column.addStretch(1)
        column.addWidget(self.bar)
        buttons = QHBoxLayout()
        hint = PlainLabel(HINT, role="dim")
        hint.setWordWrap(True)
        buttons.addWidget(hint, 1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.export_button)
        column.addLayout(buttons)

    def _file_row(self) -> QGridLayout:
        row = QGridLayout()
        row.setHorizontalSpacing(8)
        row.addWidget(self.place, 0, 0)
        row.addWidget(self.path, 0, 1)
        row.addWidget(self.browse, 0, 2)
        return row


def _kind_words(kind: ExportKind, count: int) -> str:
    return kind.value if kind is ExportKind.PICTURE else f"{kind.value} ({count})"


def _absolute(typed: str, folder: Path) -> Path:
    path = Path(typed).expanduser()
    return path if path.is_absolute() else folder / path
