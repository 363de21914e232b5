"""The rail at the left: one button per screen with what waits there, and the way out."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from readstation.ui import theme
from readstation.ui.screens import Screen
from readstation.ui.widgets.badge import badge_font

RAIL_WIDTH_PX = 66
BUTTON_SIZE = QSize(56, 54)
COUNT_HEIGHT_PX = 16
ICON_SIZE = QSize(20, 20)
COUNT_TONES = {"calls": "critical", "second": "incidental"}


class RailButton(QToolButton):
    """Shows one screen's icon and name, with a count in its corner when something waits."""

    def __init__(self, title: str, icon_name: str, hint: str, tone: str = "routine") -> None:
        super().__init__()
        self.setProperty("role", "rail-button")
        self.setText(title)
        self.setToolTip(hint)
        self.setIconSize(ICON_SIZE)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setFixedSize(BUTTON_SIZE)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._icon_name, self._tone, self.count = icon_name, tone, 0
        self.toggled.connect(self._tint)
        self._tint(False)

    def set_count(self, count: int) -> None:
        self.count = count
        self.setAccessibleName(f"{self.text()}, {count} waiting" if count else self.text())
        self.update()

    def _tint(self, is_current: bool) -> None:
        self.setIcon(theme.large_icon(self._icon_name, "current_text" if is_current else "dim"))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.count:
            return
        text = str(self.count) if self.count < 100 else "99+"
        width = max(QFontMetrics(badge_font()).horizontalAdvance(text) + 8, COUNT_HEIGHT_PX)
        box = QRect(QPoint(self.width() - width - 6, 3), QSize(width, COUNT_HEIGHT_PX))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(self._tone))
        painter.drawRoundedRect(box, COUNT_HEIGHT_PX / 2, COUNT_HEIGHT_PX / 2)
        painter.setPen(QColor(theme.colour("image")))
        painter.setFont(badge_font())
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()


class Rail(QWidget):
    """Shows the screens of one session."""

    chosen = Signal(str)
    monitors_asked = Signal()
    lock_asked = Signal()
    log_out_asked = Signal()

    def __init__(self, screens: list[Screen], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "rail")
        self.setFixedWidth(RAIL_WIDTH_PX)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.buttons: dict[str, RailButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 8, 4, 8)
        column.setSpacing(4)
        column.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        for screen in screens:
            tone = COUNT_TONES.get(screen.id, "routine")
            hint = f"{screen.title} ({screen.key})"
            button = RailButton(screen.title, screen.icon, hint, tone)
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.clicked.connect(lambda _=False, wanted=screen.id: self.chosen.emit(wanted))
            self.buttons[screen.id] = button
            column.addWidget(button)
        column.addStretch(1)
        for title, icon_name, hint, signal in (
            ("Monitors", "monitor", "Layouts across monitors (Ctrl+F11)", self.monitors_asked),
            ("Lock", "lock", "Lock the station (Ctrl+L)", self.lock_asked),
            ("Log out", "log-out", "Log out (Ctrl+Shift+Q)", self.log_out_asked),
        ):
            button = RailButton(title, icon_name, hint)
            button.clicked.connect(signal)
            self.buttons[title] = button
            column.addWidget(button)
        self.show_monitors(1)

    def show_monitors(self, count: int, *, is_new: bool = False) -> None:
        """Offer layouts across several monitors; mark those for which none was chosen yet."""
        button = self.buttons["Monitors"]
        button.setVisible(count > 1)
        button.set_count(count if is_new else 0)
        if is_new:
            button.setAccessibleName(f"Monitors, {count} in a new order: choose what each shows")

    def set_current(self, screen_id: str) -> None:
        button = self.buttons.get(screen_id)
        if button is not None:
            button.setChecked(True)

    def set_counts(self, counts: dict[str, int]) -> None:
        for screen_id, count in counts.items():
            if screen_id in self.buttons:
                self.buttons[screen_id].set_count(count)
