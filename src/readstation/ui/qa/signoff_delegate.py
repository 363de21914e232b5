"""Draws the cells of the sign-off table: two lines of words, or two rows of badges."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from readstation.ui import theme
from readstation.ui.widgets.badge import GAP_PX, badge_width, paint_badge

ROW_HEIGHT_PX = 50
BADGES_ROLE = Qt.ItemDataRole.UserRole + 1
LINES_ROLE = Qt.ItemDataRole.UserRole + 2
INSET_PX = 8
BADGE_ROWS = 2

Badges = tuple[tuple[str, str], ...]


def badge_rows(badges: Badges, width: float) -> list[list[tuple[str, str]]]:
    """Return how badges are laid in rows of `width`; what does not fit is counted in the last."""
    rows: list[list[tuple[str, str]]] = [[]]
    left = 0.0
    for number, (text, kind) in enumerate(badges):
        needed = badge_width(text, kind)
        if rows[-1] and left + needed > width:
            rows.append([])
            left = 0.0
        if len(rows) > BADGE_ROWS:
            return _with_count(rows[:BADGE_ROWS], len(badges) - number, width)
        rows[-1].append((text, kind))
        left += needed + GAP_PX
    return rows


def _with_count(
    rows: list[list[tuple[str, str]]], hidden: int, width: float
) -> list[list[tuple[str, str]]]:
    last = rows[-1]
    while True:
        more = (f"+{hidden} more", "plain")
        if len(last) <= 1 or sum(badge_width(*b) + GAP_PX for b in (*last, more)) <= width:
            return [*rows[:-1], [*last, more]]
        last.pop()
        hidden += 1


class RowDelegate(QStyledItemDelegate):
    """Elides what does not fit; the first line is the louder one."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        painter.save()
        painter.setClipRect(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, theme.colour("selection"))
        painter.setPen(theme.colour("line"))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        inside = QRectF(option.rect).adjusted(INSET_PX, 0, -INSET_PX / 2, 0)
        badges: Badges = index.data(BADGES_ROLE) or ()
        if badges:
            _paint_badges(painter, inside, badges)
        else:
            _paint_lines(painter, inside, index.data(LINES_ROLE) or ())
        painter.restore()

    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(80, ROW_HEIGHT_PX)


def _paint_badges(painter: QPainter, inside: QRectF, badges: Badges) -> None:
    rows = badge_rows(badges, inside.width())
    step = inside.height() / (len(rows) + 1) if len(rows) == 1 else inside.height() / 2
    middle = inside.top() + (step if len(rows) == 1 else step / 2 + 1)
    for row in rows:
        left = inside.left()
        for text, kind in row:
            left = paint_badge(painter, left, middle, text, kind)
        middle += step - 2


def _paint_lines(painter: QPainter, inside: QRectF, lines: tuple[str, ...]) -> None:
    shown = [line for line in lines if line]
    if not shown:
        return
    height = min(inside.height() / len(shown), 20)
    top = inside.center().y() - height * len(shown) / 2
    for number, line in enumerate(shown):
        font = theme.font("text" if number == 0 else "small")
        painter.setFont(font)
        painter.setPen(theme.colour("text" if number == 0 else "dim"))
        box = QRectF(inside.left(), top + number * height, inside.width(), height)
        elided = QFontMetricsF(font).elidedText(
            line, Qt.TextElideMode.ElideRight, inside.width(), int(Qt.TextFlag.TextSingleLine)
        )
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, elided)
