"""Failures and news, shown in the window and never in a dialog."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from readstation.ui import theme
from readstation.ui.widgets.text import PlainLabel


class NoticeBar(QWidget):
    """Shows the newest notice until it is dismissed; says how many came before it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notices: list[tuple[str, str]] = []
        self._is_placed = False
        self.hide()

    def _place(self) -> None:
        """Make the parts, for the first notice: most sessions have none."""
        self._is_placed = True
        frame = theme.surface("notice")
        picture = PlainLabel()
        picture.setPixmap(theme.icon("triangle-alert", "significant_text").pixmap(20, 20))
        self._text = PlainLabel(role="heading")
        self._remedy = PlainLabel()
        self._more = PlainLabel(role="dim")
        self.dismiss_button = QToolButton()
        self.dismiss_button.setIcon(theme.icon("x"))
        self.dismiss_button.setToolTip("Dismiss this notice")
        self.dismiss_button.setAccessibleName("Dismiss this notice")
        self.dismiss_button.clicked.connect(self.dismiss)
        words = QVBoxLayout()
        words.setSpacing(1)
        for label in (self._text, self._remedy):
            label.setWordWrap(True)
            words.addWidget(label)
        row = QHBoxLayout(frame)
        row.setContentsMargins(12, 7, 8, 7)
        row.setSpacing(12)
        row.addWidget(picture)
        row.addLayout(words, 1)
        row.addWidget(self._more)
        row.addWidget(self.dismiss_button)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(10, 8, 10, 4)
        outer.addWidget(frame)

    @property
    def text(self) -> str:
        """The notice that is shown, empty when none is."""
        return self._notices[-1][0] if self._notices else ""

    def show_notice(self, text: str, remedy: str) -> None:
        """Show one notice; a repetition of the newest is not stacked."""
        if not self._notices or self._notices[-1] != (text, remedy):
            self._notices.append((text, remedy))
        self._refresh()

    def dismiss(self) -> None:
        """Take away the newest notice; the one before it comes back."""
        if self._notices:
            self._notices.pop()
        self._refresh()

    def clear(self) -> None:
        self._notices.clear()
        self._refresh()

    def _refresh(self) -> None:
        if self._notices and not self._is_placed:
            self._place()
        self.setVisible(bool(self._notices))
        if not self._notices:
            return
        text, remedy = self._notices[-1]
        self._text.setText(text)
        self._remedy.setText(remedy)
        self._remedy.setVisible(bool(remedy))
        before = len(self._notices) - 1
        self._more.setText(f"{before} more" if before else "")
