"""Headings, key-caps and what an empty place says."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from readstation.ui import theme
from readstation.ui.widgets.text import PlainLabel

PICTURE_PX = 48


class SectionHeader(PlainLabel):
    """A quiet heading above a group, in capitals."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent, role="section")
        capitals = QFont(self.font())
        capitals.setCapitalization(QFont.Capitalization.AllUppercase)
        self.setFont(capitals)


class KeyCap(PlainLabel):
    """One key combination as the keyboard of this system names it."""

    def __init__(self, keys: str, parent: QWidget | None = None) -> None:
        shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
        super().__init__(shown or keys, parent, role="key")


class KeyCaps(QWidget):
    """All key combinations of a command, in a row."""

    def __init__(self, keys: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addStretch(1)
        for combination in keys:
            row.addWidget(KeyCap(combination))


class EmptyState(QWidget):
    """Says why there is nothing here and what to do about it."""

    def __init__(
        self, icon_name: str, text: str, remedy: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.addStretch(2)
        self._picture = PlainLabel()
        self._picture.setPixmap(theme.symbol(icon_name, "line_strong", PICTURE_PX))
        self._text = PlainLabel(role="heading")
        self._remedy = PlainLabel(role="dim")
        for label in (self._picture, self._text, self._remedy):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(label is not self._picture)
            column.addWidget(label)
        column.addStretch(3)
        self.set_text(text, remedy)

    def set_text(self, text: str, remedy: str = "") -> None:
        self._text.setText(text)
        self._remedy.setText(remedy)
        self._remedy.setVisible(bool(remedy))
