"""The keys as pages to be printed: two columns, black on white."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QRectF, Qt
from PySide6.QtGui import QFont, QKeySequence, QPageSize, QPainter, QPdfWriter

from readstation.app.commands import Command
from readstation.ui import theme

TITLE = "ReadStation: keys"
DOTS_PER_INCH = 144
COLUMNS, GAP_PX = 2, 40
LINE_PX, HEADING_PX, TEXT_PX = 26, 22, 17
Line = tuple[str, str, bool]
"""What stands at the left, at the right, and whether it is a heading."""


def write_key_sheet(path: Path, groups: Iterable[tuple[str, Sequence[Command]]]) -> bool:
    """Write a PDF of A4 pages; False if it cannot be written there."""
    written = QBuffer()
    written.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(written)
    writer.setTitle(TITLE)
    writer.setResolution(DOTS_PER_INCH)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    painter = QPainter(writer)
    room = painter.viewport()
    width = (room.width() - (COLUMNS - 1) * GAP_PX) / COLUMNS
    rows = room.height() // LINE_PX
    for number, line in enumerate(sheet_lines(groups, rows)):
        column, row = divmod(number, rows)
        if number and row == 0 and column % COLUMNS == 0:
            writer.newPage()
        left = (column % COLUMNS) * (width + GAP_PX)
        _draw(painter, QRectF(left, row * LINE_PX, width, LINE_PX), line)
    painter.end()
    try:
        path.write_bytes(written.data().data())
    except OSError:
        return False
    return True


def sheet_lines(groups: Iterable[tuple[str, Sequence[Command]]], rows: int) -> Iterator[Line]:
    """Yield headings and commands; no heading stands alone at the end of a column."""
    at = 0
    for title, commands in groups:
        lines: list[Line] = [(title, "", True), *((c.title, _keys(c), False) for c in commands)]
        before = [("", "", False)] if at % rows else []
        if rows - (at + len(before)) % rows < 2:
            before = [("", "", False)] * (rows - at % rows)
        yield from (*before, *lines)
        at += len(before) + len(lines)


def _keys(command: Command) -> str:
    native = QKeySequence.SequenceFormat.NativeText
    return ", ".join(QKeySequence(keys).toString(native) or keys for keys in command.keys)


def _draw(painter: QPainter, place: QRectF, line: Line) -> None:
    left, right, is_heading = line
    font = theme.font("text", QFont.Weight.DemiBold if is_heading or right else QFont.Weight.Normal)
    font.setPixelSize(HEADING_PX if is_heading else TEXT_PX)
    middle = Qt.AlignmentFlag.AlignVCenter
    painter.setPen(Qt.GlobalColor.black)
    painter.setFont(font)
    painter.drawText(place, Qt.AlignmentFlag.AlignRight | middle, right)
    font.setWeight(QFont.Weight.DemiBold if is_heading else QFont.Weight.Normal)
    painter.setFont(font)
    taken = painter.fontMetrics().horizontalAdvance(right) + GAP_PX / 2 if right else 0
    room = round(place.width() - taken)
    shown = painter.fontMetrics().elidedText(left, Qt.TextElideMode.ElideRight, room)
    painter.drawText(place, Qt.AlignmentFlag.AlignLeft | middle, shown)
