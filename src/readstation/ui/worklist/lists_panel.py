"""The named lists at the left, each with how many studies it holds."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from readstation.app.worklist.worklist_model import WorklistModel
from readstation.domain.worklist_lists import LISTS, ListGroup, WorklistList
from readstation.ui import theme
from readstation.ui.widgets.section import SectionHeader

NARROW_PX, WIDE_PX = 182, 196
ROW_PX, TEXT_INSET_PX = 28, 8


class ListButton(QPushButton):
    """Shows one list's name and count; an alarming count that is not zero is red."""

    def __init__(self, one: WorklistList) -> None:
        super().__init__()
        self.list, self.count = one, 0
        self.setProperty("role", "flat")
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFixedHeight(ROW_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_count(0)

    def set_count(self, count: int) -> None:
        self.count = count
        self.setAccessibleName(f"{self.list.title}: {count}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(NARROW_PX - 24, ROW_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        is_current = self.isChecked()
        is_alarm = self.list.is_alarming and self.count > 0
        tone = "critical_text" if is_alarm else "current_text" if is_current else "text"
        box = QRectF(self.rect()).adjusted(TEXT_INSET_PX, 0, -TEXT_INSET_PX, 0)
        painter.setPen(theme.colour(tone))
        painter.setFont(theme.font("text"))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, self.list.title)
        if not self.count:
            painter.setPen(theme.colour("dim"))
        painter.setFont(theme.font("text", QFont.Weight.DemiBold))
        count_place = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(box, int(count_place), str(self.count))
        painter.end()


class ListsPanel(QWidget):
    """Shows all lists by group."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "side")
        self.setFixedWidth(WIDE_PX)
        self.buttons: dict[str, ListButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 14, 6, 10)
        column.setSpacing(2)
        for group in ListGroup:
            header = SectionHeader(group.value)
            header.setContentsMargins(TEXT_INSET_PX, 0, 0, 3)
            column.addWidget(header)
            for one in (entry for entry in LISTS if entry.group is group):
                button = ListButton(one)
                button.clicked.connect(lambda _=False, wanted=one.id: self.chosen.emit(wanted))
                self.buttons[one.id] = button
                column.addWidget(button)
            column.addSpacing(14)
        column.addStretch(1)

    def show_model(self, model: WorklistModel) -> None:
        for list_id, button in self.buttons.items():
            button.set_count(model.count(button.list))
            button.setChecked(list_id == model.list.id)
