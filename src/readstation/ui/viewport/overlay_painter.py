"""Paints words, letters, badges and the scale bar over an image, without overlap.

As the box shrinks, corners go in the order of their importance; the patient's name and ID stay.
Over a mammogram all words stand at the edge away from the chest wall: tissue lies under the other.
Lengths here are logical pixels, except where named `_px` (device pixels).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QPointF, QRectF, Qt

from readstation.app.viewport.chest_wall import LEFT as LEFT_WALL
from readstation.app.viewport.chest_wall import NOWHERE
from readstation.app.viewport.chest_wall import RIGHT as RIGHT_WALL
from readstation.app.viewport.overlay_text import Caution, OverlayBadge, OverlayText
from readstation.app.viewport.scale_bar import ScaleBar
from readstation.app.viewport.viewport_state import Role
from readstation.imaging.orientation import EdgeLetters
from readstation.ui.viewport.overlay_strokes import (
    CENTRE,
    GAP,
    LEFT,
    MARGIN,
    READ_KEY,
    RIGHT,
    TEXT,
    Lettering,
    Line,
    bar_strokes,
    edge_strokes,
)
from readstation.ui.viewport.sprites import Surface

EDGE_HEIGHT = 2.0
NOTICE_AT = 0.36  # of the height: below the corners, above the middle
ALL_FROM = (330.0, 240.0)  # width and height from which a corner group is shown
BOTTOM_FROM = (220.0, 150.0)
LETTERS_FROM = (150.0, 150.0)
NOTE_WIDTH = 420.0
NOTE_GAP = 7.0
MOST_NOTES = 5  # so many are never whole
NOTES_SHARE = 0.12  # of the height: more than that would hide too much of the image
BADGES_BELOW = 0.5  # share of the height: the name is never covered, nor most of the image
BADGES_BELOW_MESSAGE = 0.7
BADGE_STEP = 5.0  # what a badge takes beyond its line
BAR_FROM = (420.0, 240.0)
ROLE_COLOURS = {Role.CURRENT: "current", Role.PRIOR: "prior"}


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
    chest_wall: str = NOWHERE


class OverlayPainter:
    """Puts overlays on a surface: every line, badge and bar by itself, named by what it shows."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface
        self._width = self._height = 0.0
        self._pixel_ratio = 1.0
        self._lettering = Lettering()
        self._line_height = self._lettering.line_height

    def paint(self, overlay: Overlay, width: float, height: float, pixel_ratio: float) -> None:
        """Put one overlay into a box of logical size `width` x `height`."""
        self._width, self._height, self._pixel_ratio = width, height, pixel_ratio
        self._role_edge(overlay.role)
        bar = overlay.bar if overlay.is_full and self._fits(BAR_FROM) else None
        middle = self._middle_width(bar)
        lines = self._identity(overlay, middle)
        if overlay.is_full and overlay.chest_wall:
            self._one_edge(overlay, middle, lines)
        elif overlay.is_full:
            self._corners(overlay, middle)
        text = overlay.text
        below = len(self._below_badges(overlay))
        beside = (text.badges, below, overlay.letters, bar, overlay.is_full)
        said = (overlay.notice, overlay.message, overlay.is_refusal, overlay.chest_wall)
        key = ("others", width, height, pixel_ratio, beside, said)
        self._surface.put_group(key, lambda: self._others(overlay, bar))

    def _others(self, overlay: Overlay, bar: ScaleBar | None) -> None:
        """Put what does not depend on the words in the corners."""
        self._badges(overlay)
        if bar is not None:
            self._scale_bar(bar)
        if self._fits(LETTERS_FROM):
            is_badge_below = not self._fits(BOTTOM_FROM) and bool(overlay.text.badges)
            below = 2.0 if bar is not None else 1.0 if is_badge_below else 0.0
            self._letters(_off_tissue(overlay), lines_below=below)
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
        text = self._lettering.width_of(bar.text)
        return max(bar.length_px / self._pixel_ratio, text) + 2 * GAP

    def _role_edge(self, role: Role) -> None:
        if role in ROLE_COLOURS:
            edge, ink = QRectF(0, 0, self._width, EDGE_HEIGHT), ROLE_COLOURS[role]
            self._surface.put(("edge", ink, self._width), lambda: edge_strokes(edge, ink))

    def _identity(self, overlay: Overlay, middle: float) -> int:
        """Put name, ID and birth date at the top; returns how many lines they are."""
        lines = overlay.text.top_left
        is_alone = not (overlay.is_full and self._fits(ALL_FROM))
        if not self._fits(BOTTOM_FROM):
            lines = lines[:2]
        room = self._width - 2 * MARGIN if is_alone else self._corner_room(middle)
        is_right = overlay.chest_wall == LEFT_WALL
        self._column(lines, room, is_right=is_right, is_bottom=False, first_bold=True)
        return len(lines)

    def _corners(self, overlay: Overlay, middle: float) -> None:
        text, room = overlay.text, self._corner_room(middle)
        if self._fits(BOTTOM_FROM) and not self._is_spoken_over(overlay):
            self._column(text.bottom_left, room, is_right=False, is_bottom=True)
        if not self._fits(ALL_FROM):
            return
        role = (overlay.role.value,) if overlay.role in ROLE_COLOURS else ()
        ink = ROLE_COLOURS[overlay.role] if role else TEXT
        right = role + text.top_right
        self._column(
            right, room, is_right=True, is_bottom=False, first_bold=bool(role), first_ink=ink
        )
        self._column(text.bottom_right, room, is_right=True, is_bottom=True)

    def _one_edge(self, overlay: Overlay, middle: float, lines_above: int) -> None:
        """Put what stands in four corners elsewhere above and below at one edge."""
        text, room = overlay.text, self._corner_room(middle)
        is_right = overlay.chest_wall == LEFT_WALL
        self._column(self._below_badges(overlay), room, is_right=is_right, is_bottom=True)
        if not self._fits(ALL_FROM):
            return
        role = (overlay.role.value,) if overlay.role in ROLE_COLOURS else ()
        self._column(
            role + text.top_right,
            room,
            is_right=is_right,
            is_bottom=False,
            first_bold=bool(role),
            first_ink=ROLE_COLOURS[overlay.role] if role else TEXT,
            lines_above=lines_above,
        )

    def _below_badges(self, overlay: Overlay) -> tuple[str, ...]:
        """Return the lines in the corner in which the badges stand."""
        text, fits_all = overlay.text, self._fits(ALL_FROM)
        if not overlay.is_full:
            return ()
        if not overlay.chest_wall:
            return text.bottom_right if fits_all else ()
        if not self._fits(BOTTOM_FROM) or self._is_spoken_over(overlay):
            return ()
        lines = text.bottom_left + (text.bottom_right if fits_all else ())
        return lines[: self._lines_per_corner()]

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
        first_ink: str = TEXT,
        lines_above: int = 0,
    ) -> None:
        shown = lines[: max(self._lines_per_corner() - lines_above, 0)]
        size = (self._width, self._height, room, lines_above)
        key = ("column", shown, size, is_right, is_bottom, first_bold, first_ink)

        def put_all() -> None:
            first_look = (first_bold, first_ink)
            top = MARGIN + lines_above * self._line_height
            if is_bottom:
                top = self._height - MARGIN - len(shown) * self._line_height
            self._lines(shown, room, first_look, top, is_right=is_right)

        self._surface.put_group(key, put_all)

    def _lines(
        self,
        shown: tuple[str, ...],
        room: float,
        first_look: tuple[bool, str],
        first: float,
        *,
        is_right: bool,
    ) -> None:
        align = RIGHT if is_right else LEFT
        left = self._width - MARGIN - room if is_right else MARGIN
        for index, line in enumerate(shown):
            is_bold, ink = first_look if index == 0 else (False, TEXT)
            top = first + index * self._line_height
            self._line(Line(line, left, top, room, align, ink, is_bold))

    def _line(self, line: Line) -> None:
        if line.text:
            self._surface.put(line, lambda: self._lettering.line(line))

    def _badges(self, overlay: Overlay) -> None:
        lines = min(len(self._below_badges(overlay)), self._lines_per_corner())
        is_left = overlay.chest_wall == RIGHT_WALL
        bottom = self._height - MARGIN - lines * self._line_height - (4 if lines else 0)
        if self._is_spoken_over(overlay) or not self._fits(BOTTOM_FROM):
            badge = _only_badge(overlay.text.badges)
            self._badge(badge, bottom, self._width / 1.3, is_left=is_left)
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
            bottom = self._badge(badge, bottom, room, is_left=is_left)
        if notes:
            self._notes(notes, bottom, room, is_left=is_left)

    def _notes(
        self, notes: list[OverlayBadge], bottom: float, room: float, *, is_left: bool
    ) -> None:
        """Draw whole sentences, or how many there are and where to read them."""
        wide = min(room, NOTE_WIDTH) - GAP
        flags = int((Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap).value)
        metrics = self._lettering.metrics
        limit = QRectF(0, 0, wide, self._height)
        sizes = [metrics.boundingRect(limit, flags, note.text) for note in notes[:MOST_NOTES]]
        needed = sum(size.height() + NOTE_GAP for size in sizes)
        is_too_wide = any(size.width() > wide for size in sizes)  # a word without end
        is_too_high = len(notes) > MOST_NOTES or needed > self._height * NOTES_SHARE
        if is_too_wide or is_too_high:
            self._badge(_counted(notes), bottom, room, is_left=is_left)
            return
        for note, size in zip(reversed(notes), reversed(sizes), strict=True):
            left = MARGIN if is_left else self._width - MARGIN - size.width() - GAP
            box = QRectF(left, bottom - size.height() - 4, size.width() + GAP, size.height() + 4)
            draw = partial(self._lettering.note, note.text, box, flags)
            self._surface.put(("note", note.text, box.getRect()), draw)
            bottom = box.top() - 3

    def _badge(
        self, badge: OverlayBadge | None, bottom: float, room: float, *, is_left: bool
    ) -> float:
        if badge is None:
            return bottom
        top = bottom - self._line_height - 2
        edge = MARGIN if is_left else self._width - MARGIN
        draw = partial(self._lettering.badge, badge, edge, top, room, is_left=is_left)
        self._surface.put(("badge", badge, edge, top, room), draw)
        return top - 3

    def _scale_bar(self, bar: ScaleBar) -> None:
        y = self._height - MARGIN - 2
        length = bar.length_px / self._pixel_ratio
        key = ("bar", length, y, self._width)
        self._surface.put(key, partial(bar_strokes, self._width / 2, length, y))
        room = self._middle_width(bar) - GAP
        left, top = (self._width - room) / 2, y - 6 - self._line_height
        self._line(Line(bar.text, left, top, room, CENTRE))

    def _letters(self, letters: EdgeLetters, *, lines_below: float) -> None:
        wide, high = 3 * GAP, self._line_height
        middle_x, middle_y = (self._width - wide) / 2, (self._height - high) / 2
        bottom = self._height - MARGIN - high * (1 + lines_below) - (4 if lines_below else 0)
        right = self._width - MARGIN - wide
        top = MARGIN if self._fits(ALL_FROM) else MARGIN + 3 * high
        places = (
            (letters.top, middle_x, top, CENTRE),
            (letters.bottom, middle_x, bottom, CENTRE),
            (letters.left, MARGIN, middle_y, LEFT),
            (letters.right, right, middle_y, RIGHT),
        )
        for text, left, top, flags in places:
            self._line(Line(text, left, top, wide, flags, is_bold=True))

    def _message(self, overlay: Overlay) -> None:
        """Say in the middle why there is no image, and below it why something was refused."""
        if overlay.message:
            ink = "critical_text" if overlay.is_refusal else "dim"
            self._paragraph(overlay.message, self._height / 2, ink)
        if overlay.notice:
            share = NOTICE_AT if overlay.message or self._fits(ALL_FROM) else 0.5
            self._paragraph(overlay.notice, self._height * share, "significant_text")

    def _paragraph(self, text: str, middle: float, ink: str) -> None:
        """Draw wrapped text around a height, below the patient's name and above the badge."""
        room = max(self._width - 6 * GAP, self._width * 0.7)
        lines_above = 3 if self._fits(BOTTOM_FROM) else 2
        top = MARGIN + lines_above * self._line_height + 7
        bottom = self._height - MARGIN - self._line_height - 8
        within = QRectF((self._width - room) / 2, top, room, bottom - top)
        center = QPointF(self._width / 2, middle)
        draw = partial(self._lettering.paragraph, text, center, within, ink)
        key = ("paragraph", text, ink, center.toTuple(), within.getRect())
        self._surface.put(key, draw)


def _off_tissue(overlay: Overlay) -> EdgeLetters:
    """Return the letters of the edges; at the chest wall none, the opposite one tells it."""
    wall = overlay.chest_wall
    hidden = {LEFT_WALL: {"left": ""}, RIGHT_WALL: {"right": ""}}.get(wall, {})
    return replace(overlay.letters, **hidden)


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
