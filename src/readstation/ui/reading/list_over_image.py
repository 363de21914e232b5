"""A list to choose from, over the image box that it is about."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListWidget, QListWidgetItem, QWidget

from readstation.app.viewport.image_watch import ImageWatch
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.ui import theme
from readstation.ui.reading.panel_over_images import place_over
from readstation.ui.widgets.elided_label import ElidedLabel
from readstation.ui.widgets.text import PlainLabel

ROW_PX, MARGIN_PX, MARK_PX = 32, 12, 14
HINT = "Up and Down show, Enter keeps, Esc goes back"
ENTER_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


@dataclass(frozen=True, slots=True)
class ListSize:
    """How large a list may be, and how small it may get in a small image box."""

    width_px: int
    most_rows: int
    least_width_px: int
    least_height_px: int


class ListOverImage(QFrame):
    """Moving shows a choice at once, Enter keeps it, Escape goes back to what was shown before.

    It closes when it loses the keys, and when other images come into the box (H01).
    """

    def __init__(self, parent: QWidget, accessible_name: str, size: ListSize) -> None:
        super().__init__(parent)
        self._home = self._around = parent
        self._size = size
        self.setProperty("role", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.model: ViewportModel | None = None
        self._box: QWidget | None = None
        self._watch: ImageWatch | None = None
        self._is_filled = False
        self.list = QListWidget()
        self.list.setAccessibleName(accessible_name)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(self._show_row)
        self.list.itemClicked.connect(lambda _: self.close_keeping())
        self.hide()

    @abstractmethod
    def show_choice(self, model: ViewportModel, row: int) -> None:
        """Show the choice of a row."""

    @abstractmethod
    def go_back(self, model: ViewportModel) -> None:
        """Show what was there before the list was opened."""

    def take_key(self, _event: QKeyEvent) -> bool:
        """Return True if a key of the list's own was used."""
        return False

    def open_over(self, model: ViewportModel, box: QWidget, around_list_px: int) -> None:
        """Lie over the image box of `model` and take the keys."""
        self.model, self._box = model, box
        self._around = place_over(self, self._home, box)
        self._fit(box, around_list_px)
        self._watch = ImageWatch(model, self.close_keeping)
        self.show()
        self.raise_()
        self.setFocus()

    def fill(self, rows: Iterable[tuple[QWidget, str]], current: int) -> None:
        """List rows, each with the words that a screen reader says."""
        self._is_filled = False  # rows that come and go choose nothing
        self.list.clear()
        for row, words in rows:
            item = QListWidgetItem()
            item.setData(Qt.ItemDataRole.AccessibleTextRole, words)
            item.setSizeHint(QSize(0, ROW_PX))
            self.list.addItem(item)
            self.list.setItemWidget(item, row)
        self.list.setCurrentRow(current)
        self._is_filled = True

    def show_current(self) -> None:
        """Show the choice of the current row again."""
        self._show_row(self.list.currentRow())

    def come_home(self) -> None:
        """Leave the window of an image box that stands on another monitor."""
        self._let_go()
        self.setParent(self._home)

    def close_keeping(self) -> None:
        """Close; what is shown stays."""
        box = self._box
        self._let_go()
        if box is not None:
            box.setFocus()

    def close_going_back(self) -> None:
        """Close and show what was there before."""
        if self.model is not None:
            self.go_back(self.model)
        self.close_keeping()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.close_going_back()
        elif key in ENTER_KEYS:
            self.close_keeping()
        elif not self.take_key(event):
            self.list.keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._let_go()

    def _let_go(self) -> None:
        self.model = self._box = None
        if self._watch is not None:
            self._watch.end()
        self.hide()

    def _show_row(self, row: int) -> None:
        if self._is_filled and self.model is not None and row >= 0:
            self.show_choice(self.model, row)

    def _fit(self, box: QWidget, around_list_px: int) -> None:
        """Lie in the lower left corner of the box; a list wider than it stays inside the parent."""
        size = self._size
        rows = min(self.list.count(), size.most_rows)
        room_px = max(box.height() - 2 * MARGIN_PX, size.least_height_px)
        height = min(rows * ROW_PX + around_list_px, room_px)
        most_px = self._around.width() - 2 * MARGIN_PX
        wanted_px = max(box.width() - 2 * MARGIN_PX, size.least_width_px)
        width = min(size.width_px, wanted_px, max(most_px, 1))
        corner = box.mapTo(self._around, QPoint(MARGIN_PX, box.height() - MARGIN_PX))
        x = max(min(corner.x(), self._around.width() - MARGIN_PX - width), 0)
        self.setGeometry(x, max(corner.y() - height, 0), width, height)


def choice_row(name: str, *, is_current: bool) -> tuple[QWidget, QHBoxLayout]:
    """Return a row with a check mark at the current choice, and where more can be put in it."""
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(6, 0, 6, 0)
    line.setSpacing(8)
    mark = PlainLabel()
    icon = theme.icon("check" if is_current else "", "accent")
    mark.setPixmap(icon.pixmap(MARK_PX, MARK_PX))
    mark.setFixedWidth(MARK_PX)
    label = ElidedLabel()
    label.say(name)
    line.addWidget(mark)
    line.addWidget(label, 1)
    return row, line
