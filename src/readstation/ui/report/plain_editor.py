"""A text box that gives back exactly what was put in, and grows with it."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

MARK = "\ue000"
ESCAPED = {MARK: MARK, "\r": "r", "\u2029": "p", "\ufdd0": "b", "\ufdd1": "e"}
"""What a text document would swallow or turn into a line break, and what stands for it here."""

_UNESCAPED = {short: char for char, short in ESCAPED.items()}
PARAGRAPH = "\u2029"
MAX_LINES = 40
"""Longer texts scroll inside the box."""


class PlainEditor(QPlainTextEdit):
    """Plain text in, the same plain text out. Tab moves on."""

    text_edited = Signal(str)
    left = Signal()
    """The keyboard went elsewhere."""

    def __init__(
        self,
        min_lines: int = 1,
        parent: QWidget | None = None,
        *,
        max_lines: int = MAX_LINES,
    ) -> None:
        super().__init__(parent)
        self._min_lines, self._max_lines = min_lines, max_lines
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(1)
        self.textChanged.connect(self._announce)

    def text(self) -> str:
        """Return the text, character for character."""
        return unescaped(self.document().toRawText().replace(PARAGRAPH, "\n"))

    def set_text(self, text: str) -> None:
        """Show `text` without announcing it as typed; the cursor stays where the text is equal."""
        if text == self.text():
            return
        self.blockSignals(True)
        self.setPlainText(escaped(text))
        self.blockSignals(False)
        self._fit()

    def insertFromMimeData(self, source: QMimeData) -> None:  # noqa: N802 - Qt's name
        """Paste as plain text; the line ends of other systems become ours."""
        text = source.text().replace("\r\n", "\n").replace("\r", "\n")
        self.textCursor().insertText(escaped(text))
        self.ensureCursorVisible()

    def sizeHint(self) -> QSize:
        return QSize(200, self._height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.verticalScrollBar().maximum() > 0:
            super().wheelEvent(event)
        else:
            event.ignore()  # the panel scrolls

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.left.emit()

    def _announce(self) -> None:
        self._fit()
        self.text_edited.emit(self.text())

    def _fit(self) -> None:
        height = self._height()
        if height != self.height() or self.minimumHeight() != height:
            self.setFixedHeight(height)

    def _height(self) -> int:
        lines = self.document().size().height()  # a plain text document counts in lines
        shown = min(max(lines, self._min_lines), self._max_lines)
        frame = self.height() - self.viewport().height() if self.isVisible() else 0
        margins = 2 * self.document().documentMargin()
        return int(shown * self.fontMetrics().lineSpacing() + margins + max(frame, 10)) + 1


def escaped(text: str) -> str:
    """Return `text` as a text document can hold it; `unescaped` gives it back."""
    clean = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return "".join(MARK + ESCAPED[c] if c in ESCAPED else c for c in clean)


def unescaped(shown: str) -> str:
    """Undo `escaped`."""
    if MARK not in shown:
        return shown
    parts, rest = [], iter(shown)
    for char in rest:
        parts.append(_UNESCAPED.get(next(rest, ""), MARK) if char == MARK else char)
    return "".join(parts)
