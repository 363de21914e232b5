"""A list of every window the image can be shown with, over its image box."""

from __future__ import annotations

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
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import VoiChoice
from readstation.app.viewport.window.window_choice import apply_preset
from readstation.app.viewport.window.window_options import (
    WindowOption,
    why_no_window,
    window_options,
)
from readstation.ui import theme
from readstation.ui.widgets.elided_label import ElidedLabel
from readstation.ui.widgets.section import KeyCap
from readstation.ui.widgets.text import PlainLabel

WIDTH_PX, ROW_PX, MOST_ROWS = 440, 32, 14
MARGIN_PX = 12
VALUES_PX, SOURCE_PX, KEY_PX = 124, 62, 24
HINT = "Up and Down show, Enter keeps, Esc goes back"
ENTER_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class WindowChooser(QFrame):
    """Moving shows a window at once; Enter keeps it, Escape brings the former one back."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._around = parent
        self.setProperty("role", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._model: ViewportModel | None = None
        self._box: QWidget | None = None
        self._watch: ImageWatch | None = None
        self._before: VoiChoice | None = None
        self.options: tuple[WindowOption, ...] = ()
        self.list = QListWidget()
        self.list.setAccessibleName("Windows of this image")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(self._show_row)
        self.list.itemClicked.connect(lambda _: self.close_keeping())
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 6)
        column.setSpacing(4)
        column.addWidget(PlainLabel("Window", role="heading"))
        column.addWidget(self.list, 1)
        column.addWidget(PlainLabel(HINT, role="dim"))
        self.hide()

    def open_for(self, model: ViewportModel, box: QWidget) -> None:
        """List what `model` can be shown with, over its image box."""
        options = window_options(model)
        if not options:
            model.change(notice=why_no_window(model))
            return
        self._model, self._box = model, box
        self._before = model.state.voi_choice
        self._fill(options)
        self._fit(box)
        self._watch = ImageWatch(model, self.close_keeping)
        self.show()
        self.raise_()
        self.setFocus()

    def close_keeping(self) -> None:
        """Close; the window that is shown stays."""
        box = self._box
        self._let_go()
        if box is not None:
            box.setFocus()

    def close_going_back(self) -> None:
        """Close and show the window of before."""
        if self._model is not None and self._before is not None:
            self._model.choose_voi(self._before)
        self.close_keeping()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.close_going_back()
        elif key in ENTER_KEYS:
            self.close_keeping()
        elif event.text() in {option.key for option in self.options if option.key}:
            self._take_key(event.text())
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

    def _take_key(self, key: str) -> None:
        if self._model is not None:
            apply_preset(self._model, int(key))
        self.close_keeping()

    def _show_row(self, row: int) -> None:
        if self._model is not None and 0 <= row < len(self.options):
            self._model.choose_voi(self.options[row].choice)

    def _fill(self, options: tuple[WindowOption, ...]) -> None:
        self.options = ()  # rows that come and go choose nothing
        self.list.clear()
        for option in options:
            item = QListWidgetItem()
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{option.name}, {option.values}")
            item.setSizeHint(QSize(0, ROW_PX))
            self.list.addItem(item)
            self.list.setItemWidget(item, _row(option))
        current = next((i for i, option in enumerate(options) if option.is_current), -1)
        self.list.setCurrentRow(current)
        self.options = options

    def _fit(self, box: QWidget) -> None:
        """Lie in the lower left corner of the box, where the window is named, inside the parent."""
        rows = min(len(self.options), MOST_ROWS)
        height = min(rows * ROW_PX + 78, max(box.height() - 2 * MARGIN_PX, 160))
        width = min(WIDTH_PX, max(box.width() - 2 * MARGIN_PX, 260))
        corner = box.mapTo(self._around, QPoint(MARGIN_PX, box.height() - MARGIN_PX))
        self.setGeometry(corner.x(), max(corner.y() - height, 0), width, height)


def _row(option: WindowOption) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(6, 0, 6, 0)
    line.setSpacing(8)
    mark = PlainLabel()
    mark.setPixmap(theme.icon("check" if option.is_current else "", "accent").pixmap(14, 14))
    mark.setFixedWidth(14)
    name = ElidedLabel()
    name.say(option.name)
    values = PlainLabel(option.values, role="digits")
    values.setMinimumWidth(VALUES_PX)
    source = PlainLabel(option.source, role="dim")
    source.setFixedWidth(SOURCE_PX)
    line.addWidget(mark)
    line.addWidget(name, 1)
    line.addWidget(values)
    line.addWidget(source)
    key = KeyCap(option.key) if option.key else PlainLabel()
    key.setFixedWidth(KEY_PX)
    key.setAlignment(Qt.AlignmentFlag.AlignCenter)
    line.addWidget(key)
    return row
