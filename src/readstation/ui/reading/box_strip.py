"""The strip over an image box: current or prior, of when, what, and how it is linked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from readstation.app.reading.key_image_book import Standing, Star
from readstation.app.reading.strip_room import Part, share_room
from readstation.ui import theme
from readstation.ui.reading.star_marks import star_picture
from readstation.ui.widgets.badge import Badge
from readstation.ui.widgets.elided_label import ElidedLabel
from readstation.ui.widgets.text import PlainLabel, plain_tooltip

SIDE_PX, TOP_PX, GAP_PX = 8, 3, 8
NARROW_PX = 560
LEAST_WORDS_PX, LEAST_LINK_PX = 56, 120
"""Fewer words than that say nothing; how a box is linked stands in its corner as well."""
WARNINGS = {
    Star.REJECTED: ("REJECTED", "critical"),
    Star.DOUBTED: ("QUALITY ISSUE", "concern"),
}
"""What files say of an image that must not be overlooked."""


class BoxStrip(QFrame):
    """Role, date and marks are whole or, where a box is too narrow for all, absent: never cut."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "toolbar")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.role = PlainLabel(parent=self, role="dim")
        self.date = PlainLabel(parent=self, role="digits")
        self.title = ElidedLabel(parent=self)
        self.simulated = Badge("SIMULATED", "incidental", self)
        self.presentations = ElidedLabel(parent=self, role="accent")
        self.link = ElidedLabel(parent=self, role="dim")
        self.warning = Badge("", "critical", self)
        self.star = PlainLabel(parent=self)
        self.count = PlainLabel(parent=self, role="digits")
        self.count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._day = self._moment = ""
        self._total = 0
        self._is_simulated = False
        self._standing: Standing | None = None
        self._wanted: tuple[Part, ...] = ()
        self._room = 0

    def sizeHint(self) -> QSize:
        return QSize(0, self.fontMetrics().height() + 2 * TOP_PX + 1)

    @property
    def standing(self) -> Standing | None:
        return self._standing

    def say_when(self, day: str, moment: str) -> None:
        """Take the date, alone and with its time; the shorter one where there is little room."""
        if (day, moment) != (self._day, self._moment):
            self._day, self._moment = day, moment
            self.date.setToolTip(plain_tooltip(moment))
            self.arrange()

    def show_count(self, number: int, total: int) -> None:
        """Say which image of how many; a step arranges nothing anew."""
        is_other = total != self._total
        self._total = total
        self.count.setText(f"Im {number}/{total}" if total else "")
        if is_other:
            self.arrange()

    def show_simulated(self, *, is_shown: bool) -> None:
        if is_shown != self._is_simulated:
            self._is_simulated = is_shown
            self.arrange()

    def show_standing(self, standing: Standing | None) -> None:
        """Show how the image on the screen is marked, in words where a file warns of it."""
        self._standing = standing
        if standing is not None:
            self.star.setPixmap(star_picture(standing.star))
            if standing.star in WARNINGS:
                self.warning.set_badge(*WARNINGS[standing.star])
            for mark in (self.star, self.warning):
                mark.setAccessibleName(standing.words)
                mark.setToolTip(plain_tooltip(standing.words))
        self.arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.arrange()

    def arrange(self) -> None:
        """Give each part its room; nothing moves while all want as much as before."""
        parts, room = self._parts(), self.width() - 2 * SIDE_PX
        if parts == self._wanted and room == self._room:
            return
        self._wanted, self._room = parts, room
        widths = share_room(room, GAP_PX, parts)
        role, date, title, simulated, presentations, link, warning, star, count = widths
        is_whole = date >= self._width_of(self.date, self._moment)
        self.date.setText(self._moment if is_whole else self._day)
        left = ((self.role, role), (self.date, date), (self.title, title))
        self._put(SIDE_PX, (*left, (self.simulated, simulated)))
        right = (
            (self.presentations, presentations),
            (self.link, link),
            (self.warning, warning),
            (self.star, star),
            (self.count, count),
        )
        taken = [width + GAP_PX for _, width in right if width]
        self._put(self.width() - SIDE_PX - sum(taken) + GAP_PX, right)

    def _put(self, x: int, parts: Sequence[tuple[QWidget, int]]) -> None:
        high = self.height() - 1
        for widget, width in parts:
            if width:
                tall = min(widget.sizeHint().height(), high)
                widget.setGeometry(x, (high - tall) // 2, width, tall)
                x += width + GAP_PX
            widget.setVisible(bool(width))

    def _parts(self) -> tuple[Part, ...]:
        """Return what each part wants, from left to right; the lowest rank is served first."""
        standing, total = self._standing, self._total
        warns = standing is not None and standing.star in WARNINGS
        widest = "8" * len(str(total))
        count = self._width_of(self.count, f"Im {widest}/{widest}") if total else 0
        day = self._width_of(self.date, self._day)
        moment = self._width_of(self.date, self._moment)
        star = self.star.sizeHint().width() if standing is not None else 0
        simulated = self.simulated.sizeHint().width() if self._is_simulated else 0
        return (
            Part.fixed(0, self._width_of(self.role, self.role.text())),
            Part(3, day, moment, step=moment - day),
            self._words(4, self.title),
            Part.fixed(6, simulated),
            self._offer(7, self.presentations),
            self._words(8, self.link, LEAST_LINK_PX),
            Part.fixed(1, self.warning.sizeHint().width() if warns else 0),
            Part.fixed(2, star),
            Part.fixed(2 if total > 1 else 5, count),
        )

    def _offer(self, rank: int, label: ElidedLabel) -> Part:
        """Keep an offer with its key whole, unless the whole strip is narrow."""
        is_narrow = self.width() < NARROW_PX
        return self._words(rank, label, LEAST_WORDS_PX if is_narrow else NARROW_PX)

    def _words(self, rank: int, label: ElidedLabel, least: int = LEAST_WORDS_PX) -> Part:
        whole = self._width_of(label, label.text())
        return Part(rank, min(whole, least), whole)

    def _width_of(self, label: QWidget, text: str) -> int:
        label.ensurePolished()
        return label.fontMetrics().horizontalAdvance(text) + 2 if text else 0


def restyled(label: QWidget, look: str) -> None:
    """Give a label another role of the theme, unless it has it."""
    if label.property("role") != look:
        label.setProperty("role", look)
        theme.restyle(label)
