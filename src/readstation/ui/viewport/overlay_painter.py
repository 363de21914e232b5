"""Paints words, letters, badges and the scale bar over an image, without overlap.

As the box shrinks, corners go in the order of their importance; the patient's name and ID stay.
Lengths here are logical pixels, except where named `_px` (device pixels).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from readstation.app.viewport.overlay_text import Caution, OverlayBadge, OverlayText
from readstation.app.viewport.scale_bar import ScaleBar
from readstation.app.viewport.viewport_state import Role
from readstation.imaging.orientation import EdgeLetters
from readstation.ui import theme

MARGIN = 8.0
GAP = 12.0
EDGE_HEIGHT = 2.0
NOTICE_AT = 0.36  # of the height: below the corners, above the middle
GROUND_ALPHA = 165  # text stays above 4.5:1 on a white image
ALL_FROM = (330.0, 240.0)  # width and height from which a corner group is shown
BOTTOM_FROM = (220.0, 150.0)
LETTERS_FROM = (150.0, 150.0)
NOTE_WIDTH = 420.0
NOTE_GAP = 7.0
MOST_NOTES = 5  # so many are never whole
NOTES_SHARE = 0.12  # of the height: more than that would hide too much of the image
READ_KEY = "Shift+I"
BADGES_BELOW = 0.5  # share of the height: the name is never covered, nor most of the image
BADGES_BELOW_MESSAGE = 0.7
BADGE_STEP = 5.0  # what a badge takes beyond its line
LONGEST_MESSAGE = 2000  # characters; what a file says is repeated in some messages
BAR_FROM = (420.0, 240.0)
ROLE_COLOURS = {Role.CURRENT: "current", Role.PRIOR: "prior"}
BADGE_COLOURS = {
    Caution.LOSSY: "significant",
    Caution.SIMULATED: "incidental",
    Caution.FLIPPED: "critical",
    Caution.PRESENTATION: "current",
    Caution.DISPLAY: "routine",
    Caution.HIDDEN: "significant",
    Caution.DISPLAY_FAULT: "significant",
    Caution.NOTE: "significant",
}


@dataclass(frozen=True, slots=True)
class Overlay:
    """All that lies over one image."""

    text: OverlayText
    letters: EdgeLetters
    bar: ScaleBar | None = None
    role: Role = Role.NONE
    is_full: bool = True
    notice: str = ""
    message: str = ""
    is_refusal: bool = False


class OverlayPainter:
    """Paints one overlay into a box of logical size `width` x `height`."""

    def __init__(self, painter: QPainter, width: float, height: float, pixel_ratio: float) -> None:
        self._painter = painter
        self._width, self._height = width, height
        self._pixel_ratio = pixel_ratio
        self._font = theme.font("small")
        self._bold = theme.font("small", QFont.Weight.DemiBold)
        self._line_height = QFontMetricsF(self._font).height()

    def paint(self, overlay: Overlay) -> None:
        self._role_edge(overlay.role)
        bar = overlay.bar if overlay.is_full and self._fits(BAR_FROM) else None
        middle = self._middle_width(bar)
        self._identity(overlay, middle)
        if overlay.is_full:
            self._corners(overlay, middle)
        self._badges(overlay)
        if bar is not None:
            self._scale_bar(bar)
        if self._fits(LETTERS_FROM):
            is_badge_below = not self._fits(BOTTOM_FROM) and bool(overlay.text.badges)
            below = 2.0 if bar is not None else 1.0 if is_badge_below else 0.0
            self._letters(overlay.letters, lines_below=below)
        self._message(overlay)

    def _fits(self, size: tuple[float, float]) -> bool:
        return self._width >= size[0] and self._height >= size[1]

    def _is_spoken_over(self, overlay: Overlay) -> bool:
        """Return True if a sentence takes the room in which a low box says how it is shown."""
        return bool(overlay.message or overlay.notice) and self._height < ALL_FROM[1]

    def _middle_width(self, bar: ScaleBar | None) -> float:
        """Return the width between left and right corners that they must leave free."""
        if bar is None:
            return 3 * GAP
        text = QFontMetricsF(self._font).horizontalAdvance(bar.text)
        return max(bar.length_px / self._pixel_ratio, text) + 2 * GAP

    def _role_edge(self, role: Role) -> None:
        if role in ROLE_COLOURS:
            edge = QRectF(0, 0, self._width, EDGE_HEIGHT)
            self._painter.fillRect(edge, theme.colour(ROLE_COLOURS[role]))

    def _identity(self, overlay: Overlay, middle: float) -> None:
        lines = overlay.text.top_left
        is_alone = not (overlay.is_full and self._fits(ALL_FROM))
        if not self._fits(BOTTOM_FROM):
            lines = lines[:2]
        room = self._width - 2 * MARGIN if is_alone else self._corner_room(middle)
        self._column(lines, room, is_right=False, is_bottom=False, first_bold=True)

    def _corners(self, overlay: Overlay, middle: float) -> None:
        text, room = overlay.text, self._corner_room(middle)
        if self._fits(BOTTOM_FROM) and not self._is_spoken_over(overlay):
            self._column(text.bottom_left, room, is_right=False, is_bottom=True)
        if not self._fits(ALL_FROM):
            return
        role = (overlay.role.value,) if overlay.role in ROLE_COLOURS else ()
        color = theme.colour(ROLE_COLOURS[overlay.role]) if role else None
        right = role + text.top_right
        self._column(
            right, room, is_right=True, is_bottom=False, first_bold=bool(role), first_color=color
        )
        self._column(text.bottom_right, room, is_right=True, is_bottom=True)

    def _corner_room(self, middle: float) -> float:
        return max((self._width - 2 * MARGIN - middle) / 2, 0.0)

    def _lines_per_corner(self) -> int:
        return max(int((self._height / 2 - MARGIN - self._line_height) / self._line_height), 1)

    def _column(
        self,
        lines: tuple[str, ...],
        room: float,
        *,
        is_right: bool,
        is_bottom: bool,
        first_bold: bool = False,
        first_color: QColor | None = None,
    ) -> None:
        shown = lines[: self._lines_per_corner()]
        align = Qt.AlignmentFlag.AlignRight if is_right else Qt.AlignmentFlag.AlignLeft
        left = self._width - MARGIN - room if is_right else MARGIN
        first = self._height - MARGIN - len(shown) * self._line_height if is_bottom else MARGIN
        for index, line in enumerate(shown):
            font = self._bold if first_bold and index == 0 else self._font
            color = first_color if index == 0 else None
            top = first + index * self._line_height
            self._line(line, left, top, room, flags=align, font=font, color=color)

    def _line(
        self,
        text: str,
        left: float,
        top: float,
        room: float,
        *,
        flags: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        color: QColor | None = None,
        font: QFont | None = None,
    ) -> None:
        """Draw one line of plain text, shortened to its room, on a dark ground: bone is white."""
        if not text:
            return
        chosen = font or self._font
        metrics = QFontMetricsF(chosen)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        box = QRectF(left, top, room, self._line_height)
        style = int((flags | Qt.AlignmentFlag.AlignVCenter).value)
        style |= int(Qt.TextFlag.TextSingleLine.value)
        ground = theme.colour("image")
        ground.setAlpha(GROUND_ALPHA)
        inked = metrics.boundingRect(box, style, shown)
        self._painter.fillRect(inked.adjusted(-2, 0, 2, 0), ground)
        self._painter.setFont(chosen)
        self._painter.setPen(color or theme.colour("text"))
        self._painter.drawText(box, style, shown)

    def _badges(self, overlay: Overlay) -> None:
        below = overlay.text.bottom_right if overlay.is_full and self._fits(ALL_FROM) else ()
        lines = min(len(below), self._lines_per_corner())
        bottom = self._height - MARGIN - lines * self._line_height - (4 if lines else 0)
        if self._is_spoken_over(overlay) or not self._fits(BOTTOM_FROM):
            self._badge(_only_badge(overlay.text.badges), bottom, self._width / 1.3)
            return
        room = self._width / 2 - MARGIN - GAP
        top = self._height * (BADGES_BELOW_MESSAGE if overlay.message else BADGES_BELOW)
        most = max(int((bottom - top) / (self._line_height + BADGE_STEP)), 1)
        notes = [b for b in overlay.text.badges if b.caution is Caution.NOTE]
        others = [b for b in overlay.text.badges if b.caution is not Caution.NOTE]
        if len(others) + bool(notes) > most:
            counted = (_counted(notes),) if notes else ()
            others, notes = _fewer((*others, *counted), most), []
        for badge in reversed(others):
            bottom = self._badge(badge, bottom, room)
        if notes:
            self._notes(notes, bottom, room)

    def _notes(self, notes: list[OverlayBadge], bottom: float, room: float) -> None:
        """Draw whole sentences, or how many there are and where to read them."""
        wide = min(room, NOTE_WIDTH) - GAP
        flags = int((Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap).value)
        metrics = QFontMetricsF(self._font)
        limit = QRectF(0, 0, wide, self._height)
        sizes = [metrics.boundingRect(limit, flags, note.text) for note in notes[:MOST_NOTES]]
        needed = sum(size.height() + NOTE_GAP for size in sizes)
        is_too_wide = any(size.width() > wide for size in sizes)  # a word without end
        is_too_high = len(notes) > MOST_NOTES or needed > self._height * NOTES_SHARE
        if is_too_wide or is_too_high:
            self._badge(_counted(notes), bottom, room)
            return
        for note, size in zip(reversed(notes), reversed(sizes), strict=True):
            left = self._width - MARGIN - size.width() - GAP
            box = QRectF(left, bottom - size.height() - 4, size.width() + GAP, size.height() + 4)
            self._badge_ground(box, BADGE_COLOURS[Caution.NOTE])
            self._painter.setFont(self._font)
            self._painter.drawText(box.adjusted(GAP / 2, 2, -GAP / 2, -2), flags, note.text)
            bottom = box.top() - 3

    def _badge(self, badge: OverlayBadge | None, bottom: float, room: float) -> float:
        if badge is None:
            return bottom
        metrics = QFontMetricsF(self._bold)
        is_wide = metrics.horizontalAdvance(badge.text) > room - GAP
        said = badge.short if is_wide and badge.short else badge.text
        text = metrics.elidedText(said, Qt.TextElideMode.ElideRight, room - GAP)
        width, height = metrics.horizontalAdvance(text) + GAP, self._line_height + 2
        box = QRectF(self._width - MARGIN - width, bottom - height, width, height)
        self._badge_ground(box, BADGE_COLOURS[badge.caution])
        self._painter.setFont(self._bold)
        self._painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter.value), text)
        return box.top() - 3

    def _badge_ground(self, box: QRectF, color: str) -> None:
        """Draw the frame and fill of a badge; the pen is then that of its words."""
        self._painter.setPen(QPen(theme.colour(color), 1))
        self._painter.setBrush(theme.colour(f"{color}_fill"))
        self._painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        self._painter.setPen(theme.colour(f"{color}_text"))

    def _scale_bar(self, bar: ScaleBar) -> None:
        length = bar.length_px / self._pixel_ratio
        y = self._height - MARGIN - 2
        left, right = (self._width - length) / 2, (self._width + length) / 2
        for width, ink in ((4.0, theme.colour("image")), (1.5, theme.colour("text"))):
            self._painter.setPen(QPen(ink, width))
            self._painter.drawLine(QPointF(left, y), QPointF(right, y))
            self._painter.drawLine(QPointF(left, y - 5), QPointF(left, y))
            self._painter.drawLine(QPointF(right, y - 5), QPointF(right, y))
        room = self._middle_width(bar) - GAP
        self._line(
            bar.text,
            (self._width - room) / 2,
            y - 6 - self._line_height,
            room,
            flags=Qt.AlignmentFlag.AlignHCenter,
        )

    def _letters(self, letters: EdgeLetters, *, lines_below: float) -> None:
        center = Qt.AlignmentFlag.AlignHCenter
        wide, high = 3 * GAP, self._line_height
        middle_x, middle_y = (self._width - wide) / 2, (self._height - high) / 2
        bottom = self._height - MARGIN - high * (1 + lines_below) - (4 if lines_below else 0)
        right = self._width - MARGIN - wide
        top = MARGIN if self._fits(ALL_FROM) else MARGIN + 3 * high
        places = (
            (letters.top, middle_x, top, center),
            (letters.bottom, middle_x, bottom, center),
            (letters.left, MARGIN, middle_y, Qt.AlignmentFlag.AlignLeft),
            (letters.right, right, middle_y, Qt.AlignmentFlag.AlignRight),
        )
        for text, left, top, flags in places:
            self._line(text, left, top, wide, flags=flags, font=self._bold)

    def _message(self, overlay: Overlay) -> None:
        """Say in the middle why there is no image, and below it why something was refused."""
        if overlay.message:
            color = theme.colour("critical_text" if overlay.is_refusal else "dim")
            self._paragraph(overlay.message, self._height / 2, color)
        if overlay.notice:
            share = NOTICE_AT if overlay.message or self._fits(ALL_FROM) else 0.5
            ink = theme.colour("significant_text")
            self._paragraph(overlay.notice, self._height * share, ink)

    def _paragraph(self, text: str, middle: float, color: QColor) -> None:
        """Draw wrapped text around a height, below the patient's name and above the badge."""
        room = max(self._width - 6 * GAP, self._width * 0.7)
        flags = int((Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap).value)
        metrics = QFontMetricsF(self._font)
        lines_above = 3 if self._fits(BOTTOM_FROM) else 2
        top = MARGIN + lines_above * self._line_height + 7
        bottom = self._height - MARGIN - self._line_height - 8
        limit = QRectF((self._width - room) / 2, 0, room, max(bottom - top, self._line_height))
        shown = _fitted(text, lambda words: metrics.boundingRect(limit, flags, words), limit)
        box = metrics.boundingRect(limit, flags, shown)
        box.moveCenter(QPointF(self._width / 2, middle))
        box.moveBottom(min(box.bottom(), bottom))
        box.moveTop(max(box.top(), top))
        self._painter.fillRect(box.adjusted(-8, -5, 8, 5), theme.colour("panel"))
        self._painter.setFont(self._font)
        self._painter.setPen(color)
        self._painter.drawText(box, flags, shown)


def _fitted(text: str, measure: Callable[[str], QRectF], limit: QRectF) -> str:
    """Return as many whole words of `text` as fit, with where to read the others."""

    def fits(words: str) -> bool:
        needed = measure(words)
        return needed.height() <= limit.height() and needed.width() <= limit.width()

    text = text[:LONGEST_MESSAGE]
    if fits(text):
        return text
    words = text.split(" ")
    counts = range(len(words) - 1, 0, -1)
    shorter = (f"{' '.join(words[:count])} … ({READ_KEY})" for count in counts)
    return next((s for s in shorter if fits(s)), f"… ({READ_KEY})")


def _only_badge(badges: tuple[OverlayBadge, ...]) -> OverlayBadge | None:
    """Return the first warning, for a box with room for one, and how many there are besides."""
    kept = sorted((b for b in badges if b.caution is not Caution.DISPLAY), key=_is_second)
    if not kept:
        return None
    more = f" +{len(kept) - 1}" if len(kept) > 1 else ""
    first = kept[0]
    return OverlayBadge(f"{first.text}{more}", first.caution, f"{first.short or first.text}{more}")


def _counted(notes: list[OverlayBadge]) -> OverlayBadge:
    words = "1 NOTE" if len(notes) == 1 else f"{len(notes)} NOTES"
    return OverlayBadge(f"{words}: {READ_KEY}", Caution.NOTE, words)


def _fewer(badges: tuple[OverlayBadge, ...], most: int) -> list[OverlayBadge]:
    """Return as many warnings as there is room for; the last one says how many are left out."""
    kept = sorted((b for b in badges if b.caution is not Caution.DISPLAY), key=_is_second)
    if len(kept) <= most:
        return kept
    count = len(kept) - most + 1
    return [
        *kept[: most - 1],
        OverlayBadge(f"{count} MORE: {READ_KEY}", kept[most - 1].caution, f"{count} MORE"),
    ]


def _is_second(badge: OverlayBadge) -> bool:
    """Order what turns left into right before everything else (H08)."""
    return badge.caution is not Caution.FLIPPED
