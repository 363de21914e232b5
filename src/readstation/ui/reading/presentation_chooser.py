"""A list of the presentation states for an image, over its image box."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from readstation.app.viewport.image_watch import ImageWatch
from readstation.app.viewport.presentation_state.applied_presentation import view_of
from readstation.app.viewport.presentation_state.presentation_options import (
    NO_STATES,
    PresentationOption,
    presentation_options,
)
from readstation.app.viewport.presentation_state.presented_frame import Extent
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import ViewportState
from readstation.imaging.presentation_state import PresentationState
from readstation.ui import theme
from readstation.ui.widgets.elided_label import ElidedLabel
from readstation.ui.widgets.section import KeyCap
from readstation.ui.widgets.text import PlainLabel

WIDTH_PX, ROW_PX, MOST_ROWS = 560, 32, 10
MARGIN_PX = 12
WHERE_PX = 52
HINT = "Up and Down show, Enter keeps, Esc goes back"
ENTER_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
EXTENT_KEYS = {Qt.Key.Key_W: Extent.WHOLE, Qt.Key.Key_G: Extent.GRAPHICS}
EXTENT_WORDS = {
    Extent.WHOLE: "Whole: window, orientation, area and graphics",
    Extent.GRAPHICS: "Graphics only: your window, zoom and orientation stay",
}


class PresentationChooser(QFrame):
    """Moving shows a state at once; Enter keeps it, Escape brings the former view back."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._around = parent
        self.setProperty("role", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._model: ViewportModel | None = None
        self._box: QWidget | None = None
        self._watch: ImageWatch | None = None
        self._before: ViewportState | None = None
        self.extent = Extent.WHOLE
        self.options: tuple[PresentationOption, ...] = ()
        self.list = QListWidget()
        self.list.setAccessibleName("Presentation states of this image")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(self._show_row)
        self.list.itemClicked.connect(lambda _: self.close_keeping())
        self.extent_words = {extent: PlainLabel(words) for extent, words in EXTENT_WORDS.items()}
        self.refusals = ElidedLabel(role="dim")
        self._place()
        self.hide()

    def open_for(
        self,
        model: ViewportModel,
        box: QWidget,
        states: Sequence[PresentationState],
        refusals: Sequence[str] = (),
    ) -> None:
        """List the states for the images in `model`, over its image box."""
        options = presentation_options(model, states)
        if not options:
            model.change(notice=" ".join((NO_STATES, *refusals[:1])))
            return
        self._model, self._box, self._before = model, box, model.state
        applied = model.state.presentation
        self.extent = applied.extent if applied is not None else Extent.WHOLE
        self._fill(options)
        self._say_refusals(refusals)
        self._mark_extent()
        self._fit(box)
        self._watch = ImageWatch(model, self.close_keeping)
        self.show()
        self.raise_()
        self.setFocus()

    def close_keeping(self) -> None:
        """Close; what is shown stays."""
        box = self._box
        self._let_go()
        if box is not None:
            box.setFocus()

    def close_going_back(self) -> None:
        """Close and show what was there before."""
        if self._model is not None and self._before is not None:
            self._model.go_to(self._before.frame_index)
            self._model.change(**view_of(self._before))
        self.close_keeping()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.close_going_back()
        elif key in ENTER_KEYS:
            self.close_keeping()
        elif key in EXTENT_KEYS:
            self.extent = EXTENT_KEYS[key]
            self._mark_extent()
            self._show_row(self.list.currentRow())
        else:
            self.list.keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._let_go()

    def _let_go(self) -> None:
        self._model = self._box = None
        if self._watch is not None:
            self._watch.end()
        self.hide()

    def _show_row(self, row: int) -> None:
        if self._model is None or not 0 <= row < len(self.options):
            return
        option = self.options[row]
        if option.frame_index is not None:
            self._model.go_to(option.frame_index)
        self._model.present(option.presentation, self.extent)

    def _fill(self, options: tuple[PresentationOption, ...]) -> None:
        self.options = ()  # rows that come and go choose nothing
        self.list.clear()
        for option in options:
            item = QListWidgetItem()
            words = f"{option.name}, {option.description}, {option.made} {option.where}"
            item.setData(Qt.ItemDataRole.AccessibleTextRole, words)
            item.setSizeHint(QSize(0, ROW_PX))
            self.list.addItem(item)
            self.list.setItemWidget(item, _row(option))
        current = next((i for i, option in enumerate(options) if option.is_current), 0)
        self.list.setCurrentRow(current)
        self.options = options

    def _say_refusals(self, refusals: Sequence[str]) -> None:
        count = len(refusals)
        self.refusals.setVisible(bool(count))
        if count:
            others = f" (and {count - 1} more)" if count > 1 else ""
            self.refusals.say(f"Not offered{others}: {refusals[0]}")

    def _mark_extent(self) -> None:
        for extent, label in self.extent_words.items():
            look = "accent" if extent is self.extent else "dim"
            if label.property("role") != look:
                label.setProperty("role", look)
                theme.restyle(label)

    def _place(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 6)
        column.setSpacing(4)
        column.addWidget(PlainLabel("Presentation states", role="heading"))
        column.addWidget(self.list, 1)
        for key, extent in EXTENT_KEYS.items():
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addWidget(KeyCap(chr(key.value)))
            line.addWidget(self.extent_words[extent], 1)
            column.addLayout(line)
        column.addWidget(self.refusals)
        column.addWidget(PlainLabel(HINT, role="dim"))

    def _fit(self, box: QWidget) -> None:
        """Lie in the lower left corner of the box, inside the parent."""
        rows = min(len(self.options), MOST_ROWS)
        extra = 22 if self.refusals.isVisibleTo(self) else 0
        height = min(rows * ROW_PX + 122 + extra, max(box.height() - 2 * MARGIN_PX, 220))
        width = min(WIDTH_PX, max(box.width() - 2 * MARGIN_PX, 300))
        corner = box.mapTo(self._around, QPoint(MARGIN_PX, box.height() - MARGIN_PX))
        self.setGeometry(corner.x(), max(corner.y() - height, 0), width, height)


def _row(option: PresentationOption) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(6, 0, 6, 0)
    line.setSpacing(8)
    mark = PlainLabel()
    mark.setPixmap(theme.icon("check" if option.is_current else "", "accent").pixmap(14, 14))
    mark.setFixedWidth(14)
    name = ElidedLabel()
    name.say(" · ".join(part for part in (option.name, option.description) if part))
    made = PlainLabel(option.made, role="dim")
    where = PlainLabel(option.where, role="digits")
    where.setFixedWidth(WHERE_PX)
    line.addWidget(mark)
    line.addWidget(name, 1)
    line.addWidget(made)
    line.addWidget(where)
    return row
