"""Draws one cell of the worklist: two lines of text, badges, or a clock with its bar."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from readstation.app.worklist.row_text import Badges, Cell
from readstation.ui import theme
from readstation.ui.widgets.badge import paint_badge
from readstation.ui.widgets.due_bar import paint_due_lines

CELL_ROLE = int(Qt.ItemDataRole.UserRole)
PADDING_PX = 8
LINE_PX = 20
SELECTION_BAR_PX = 3
PLAIN_LINE = Qt.TextFlag.TextSingleLine | Qt.AlignmentFlag.AlignVCenter


class CellDelegate(QStyledItemDelegate):
    """Every word is drawn as plain text and cut off with an ellipsis, never by the cell's edge.

    `is_chosen` says whether a row is selected: the option of a cell says so with a class of Qt that
    takes a fortieth of the start to load.
    """

    def __init__(self, is_chosen: Callable[[int], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_chosen = is_chosen

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        cell: Cell = index.data(CELL_ROLE)
        box = QRectF(option.rect)
        painter.save()
        painter.setClipRect(box)
        self._paint_ground(painter, box, index)
        inner = box.adjusted(PADDING_PX, 2, -PADDING_PX / 2, -3)
        if cell.clock is not None:
            paint_due_lines(painter, inner, cell.clock.fraction_used, cell.first, cell.first_tone)
        elif cell.badges:
            _paint_badges(painter, inner, cell.badges, cell.more_badges)
        elif not cell.first:
            _paint_paragraph(painter, inner, cell.second, cell.second_tone)
        else:
            _paint_lines(painter, inner, cell)
        painter.restore()

    def _paint_ground(
        self, painter: QPainter, box: QRectF, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        if self._is_chosen(index.row()):
            _fill(painter, box, theme.colour("selection"))
            if index.column() == 0:
                bar = QRectF(box.left(), box.top(), SELECTION_BAR_PX, box.height())
                _fill(painter, bar, theme.colour("accent"))
        line = QRectF(box.left(), box.bottom() - 1, box.width(), 1)
        _fill(painter, line, theme.colour("line"))


def _fill(painter: QPainter, box: QRectF, ink: QColor) -> None:
    """Fill without an edge; `fillRect` first loads Qt's gradients, whose presets are many."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    painter.drawRect(box)


def _paint_badges(painter: QPainter, box: QRectF, first: Badges, more: Badges) -> None:
    lines = [badges for badges in (first, more) if badges]
    top = box.center().y() - LINE_PX * len(lines) / 2
    for number, badges in enumerate(lines):
        left = box.left()
        for word, kind in badges:
            left = paint_badge(painter, left, top + (number + 0.5) * LINE_PX, word, kind)


def _paint_lines(painter: QPainter, box: QRectF, cell: Cell) -> None:
    lines = [(cell.first, cell.first_tone, theme.font("text", QFont.Weight.Medium))]
    if cell.second:
        lines.append((cell.second, cell.second_tone, theme.font("small")))
    top = box.center().y() - LINE_PX * len(lines) / 2
    for number, (text, tone, font) in enumerate(lines):
        line = QRectF(box.left(), top + number * LINE_PX, box.width(), LINE_PX)
        painter.setFont(font)
        painter.setPen(theme.colour(tone))
        cut = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, int(PLAIN_LINE), cut)


def _paint_paragraph(painter: QPainter, box: QRectF, text: str, tone: str) -> None:
    """Draw up to two lines; the second ends with an ellipsis if more was written."""
    font = theme.font("small")
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    painter.setPen(theme.colour(tone))
    first, rest = _break_line(" ".join(text.split()), metrics, box.width())
    second = metrics.elidedText(rest, Qt.TextElideMode.ElideRight, box.width())
    lines = [line for line in (first, second) if line]
    top = box.center().y() - LINE_PX * len(lines) / 2
    for number, line in enumerate(lines):
        place = QRectF(box.left(), top + number * LINE_PX, box.width(), LINE_PX)
        painter.drawText(place, int(PLAIN_LINE), line)


def _break_line(text: str, metrics: QFontMetricsF, width: float) -> tuple[str, str]:
    if metrics.horizontalAdvance(text) <= width:
        return text, ""
    words, line = text.split(" "), ""
    for number, word in enumerate(words):
        longer = f"{line} {word}" if line else word
        if metrics.horizontalAdvance(longer) > width:
            return (line, " ".join(words[number:])) if line else ("", text)
        line = longer
    return line, ""
