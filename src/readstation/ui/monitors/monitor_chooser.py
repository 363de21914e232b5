"""Choosing what each monitor shows: one click or key for a layout, or monitor by monitor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from readstation.app.commands import CommandRegistry
from readstation.domain.monitors import MonitorLayout, OfferedLayout, offered_layouts
from readstation.ui.monitors.monitor_picture import MonitorPicture
from readstation.ui.palette.overlay import Overlay
from readstation.ui.widgets.section import KeyCap, KeyCaps
from readstation.ui.widgets.text import PlainLabel
from readstation.ui.window_commands import MONITOR_LAYOUTS

if TYPE_CHECKING:
    from readstation.ui.monitors.monitor_places import MonitorPlaces

WIDTH_PX, HEIGHT_PX, KEYS_PX = 720, 500, 90
STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
ENTER_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
ONE_MONITOR = "One monitor is connected. Connect another, and it is offered here."
HINTS = (("1 … 9", "list and report there"), ("Enter", "use it"), ("Esc", "leave all as it is"))


class MonitorChooser(Overlay):
    """Shows the monitors as they stand; nothing moves before a layout is chosen."""

    def __init__(self, window: QWidget, registry: CommandRegistry, places: MonitorPlaces) -> None:
        super().__init__(window, WIDTH_PX, HEIGHT_PX)
        self._places, self._registry = places, registry
        self.draft = MonitorLayout()
        self.offered: tuple[OfferedLayout, ...] = ()
        self.picture = MonitorPicture()
        self.picture.toggled.connect(self._toggle_images)
        self.said = PlainLabel(role="dim")
        self.said.setWordWrap(True)
        self.buttons: list[QPushButton] = []
        self._rows: list[QWidget] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        column.setSpacing(12)
        column.addWidget(PlainLabel("Layouts across monitors", role="title"))
        column.addWidget(self.picture)
        column.addWidget(self.said)
        column.addLayout(self._list)
        column.addStretch(1)
        column.addLayout(_hints())
        places.watch.changed.connect(self.close)

    def fill(self, _focus: QWidget | None) -> None:
        self._offer(self._places.layout)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        text = event.text()
        if key in STEPS:
            self._step(STEPS[key])
        elif key in ENTER_KEYS:
            self.use(self.draft)
        elif text.isdecimal() and 1 <= int(text) <= len(self._places.watch.arrangement):
            self._offer(self._of_same_kind(int(text) - 1))
        else:
            super().keyPressEvent(event)

    def use(self, layout: MonitorLayout) -> None:
        """Close and bring everything to its monitor."""
        self.close()
        self._places.choose(layout)

    def _offer(self, layout: MonitorLayout) -> None:
        """Show `layout`, and what else can be had with list and report where it has them."""
        arrangement = self._places.watch.arrangement
        self.draft, self.offered = layout, offered_layouts(len(arrangement), layout.desk)
        for row in self._rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.buttons = []
        self._rows = [
            self._row(offered, f"window.monitors_{name}")
            for offered, (name, *_) in zip(self.offered, MONITOR_LAYOUTS, strict=False)
        ]
        for row in self._rows:
            self._list.addWidget(row)
        self._show()

    def _row(self, offered: OfferedLayout, command_id: str) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._button(offered), 1)
        keys = KeyCaps(self._registry[command_id].keys)
        keys.setFixedWidth(KEYS_PX)
        line.addWidget(keys)
        return row

    def _button(self, offered: OfferedLayout) -> QPushButton:
        button = QPushButton(offered.title)
        button.setProperty("role", "choice")
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda: self.use(offered.layout))
        self.buttons.append(button)
        return button

    def _show(self) -> None:
        arrangement = self._places.watch.arrangement
        self.picture.show_layout(arrangement, self.draft)
        for button, offered in zip(self.buttons, self.offered, strict=True):
            button.setChecked(offered.layout == self.draft)
        count = len(arrangement)
        remembered = f"Remembered for these {count} monitors in these places."
        click = "Click a monitor to give it images, or to take them away."
        self.said.setText(f"{click} {remembered}" if count > 1 else ONE_MONITOR)

    def _step(self, steps: int) -> None:
        layouts = [offered.layout for offered in self.offered]
        here = layouts.index(self.draft) if self.draft in layouts else -1 if steps > 0 else 0
        self.draft = layouts[(here + steps) % len(layouts)]
        self._show()

    def _toggle_images(self, index: int) -> None:
        self.draft = self.draft.with_images_toggled(index)
        self._show()

    def _of_same_kind(self, desk: int) -> MonitorLayout:
        """Return what is drafted, with list and report on another monitor."""
        layouts = [offered.layout for offered in self.offered]
        count = len(self._places.watch.arrangement)
        if self.draft in layouts:
            return offered_layouts(count, desk)[layouts.index(self.draft)].layout
        return self.draft.with_desk_on(desk)


def _hints() -> QHBoxLayout:
    line = QHBoxLayout()
    for key, words in HINTS:
        line.addWidget(KeyCap(key))
        line.addWidget(PlainLabel(words, role="dim"))
        line.addSpacing(14)
    line.addStretch(1)
    return line
