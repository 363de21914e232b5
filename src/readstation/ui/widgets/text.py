"""Text from outside, drawn as plain text and nothing else."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget


class PlainLabel(QLabel):
    """A label that never guesses rich text: a patient called `<b>` is shown as `<b>`."""

    def __init__(self, text: str = "", parent: QWidget | None = None, *, role: str = "") -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)
        if role:
            self.setProperty("role", role)


def plain_tooltip(text: str) -> str:
    """Return a tool tip that shows `text` as it is; Qt takes a bare `<b>` in one for markup."""
    from html import escape  # noqa: PLC0415 - no part of the start

    return f"<qt>{escape(text)}</qt>" if text else ""


def plain_action(text: str) -> str:
    """Return the text of a button or menu entry that keeps its ampersands."""
    return text.replace("&", "&&")
