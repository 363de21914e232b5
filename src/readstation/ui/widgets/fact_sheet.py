"""Facts to be read, selected and copied: label and value in two columns, plain text throughout."""

from __future__ import annotations

import re
from collections.abc import Iterable

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtGui import (
    QFont,
    QKeyEvent,
    QKeySequence,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextOption,
)
from PySide6.QtWidgets import QTextEdit, QWidget

from readstation.ui import theme

LABEL_PX = 128
ROW_GAP_PX = 3
SECTION_GAP_PX = 14
TAB = "\t"
MAY_BREAK = "\u200b"
LONG_WORD = re.compile(r"\S{24}")

FactRow = tuple[str, str, bool]
FactSection = tuple[str, Iterable[FactRow]]


class FactSheet(QTextEdit):
    """Shows sections of (label, value, is caution). Text is inserted, never parsed as markup."""

    left = Signal()
    """Escape was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setAcceptRichText(False)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._shown: tuple[tuple[str, tuple[FactRow, ...]], ...] = ()

    def show_facts(self, sections: Iterable[FactSection]) -> None:
        """Show other facts; the same ones leave selection and place alone."""
        wanted = tuple((title, tuple(rows)) for title, rows in sections)
        if wanted == self._shown:
            return
        self._shown = wanted
        bar = self.verticalScrollBar()
        place = bar.value()
        self.clear()
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        for number, (title, rows) in enumerate(wanted):
            _heading(cursor, title, is_first=number == 0)
            for label, value, is_caution in rows:
                _row(cursor, label, value, is_caution=is_caution)
        cursor.endEditBlock()
        self.moveCursor(QTextCursor.MoveOperation.Start)
        bar.setValue(place)

    @property
    def plain_text(self) -> str:
        """Return what is shown, without the places where long words may break."""
        return self.toPlainText().replace(MAY_BREAK, "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Cancel):
            self.left.emit()
            return
        super().keyPressEvent(event)

    def createMimeDataFromSelection(self) -> QMimeData:  # noqa: N802 - Qt's name
        """Copy plain text alone: no colours, no fonts."""
        copied = QMimeData()
        copied.setText(self.textCursor().selection().toPlainText().replace(MAY_BREAK, ""))
        return copied


def _heading(cursor: QTextCursor, title: str, *, is_first: bool) -> None:
    layout = QTextBlockFormat()
    layout.setTopMargin(0 if is_first else SECTION_GAP_PX)
    look = _look("tiny", "dim", QFont.Weight.DemiBold)
    if is_first:
        cursor.setBlockFormat(layout)
        cursor.setBlockCharFormat(look)
    else:
        cursor.insertBlock(layout, look)
    cursor.insertText(title.upper(), look)


def _row(cursor: QTextCursor, label: str, value: str, *, is_caution: bool) -> None:
    layout = QTextBlockFormat()
    layout.setTopMargin(ROW_GAP_PX)
    layout.setLeftMargin(LABEL_PX)  # wrapped lines start under the value
    layout.setTextIndent(-LABEL_PX)
    layout.setTabPositions([QTextOption.Tab(LABEL_PX, QTextOption.TabType.LeftTab)])
    name = _look("small", "dim")
    cursor.insertBlock(layout, name)
    cursor.insertText(f"{label}{TAB}", name)
    color = "significant_text" if is_caution else "text"
    shown = LONG_WORD.sub(lambda part: part.group() + MAY_BREAK, value)  # an identifier wraps
    cursor.insertText(shown, _look("small", color))


def _look(size: str, color: str, weight: QFont.Weight = QFont.Weight.Normal) -> QTextCharFormat:
    look = QTextCharFormat()
    look.setFont(theme.font(size, weight))
    look.setForeground(theme.colour(color))
    return look
