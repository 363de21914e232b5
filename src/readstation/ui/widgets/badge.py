"""Small marks that say a thing by colour, word and shape at once."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from readstation.domain.late_dataclass import dataclass
from readstation.ui import theme

HEIGHT_PX = 18
SHAPE_PX = 8
PADDING_PX = 6
GAP_PX = 4
RADIUS_PX = 4


class Shape(Enum):
    """Told apart without colour, in print and by colour-blind readers."""

    NONE = "none"
    TRIANGLE = "triangle"
    DIAMOND = "diamond"
    DISC = "disc"
    RING = "ring"
    SQUARE = "square"
    BAR = "bar"


@dataclass(frozen=True, slots=True)
class BadgeKind:
    """`token` names a colour with its `_text` and `_fill` in the theme."""

    token: str
    shape: Shape


BADGE_KINDS: dict[str, BadgeKind] = {
    "critical": BadgeKind("critical", Shape.TRIANGLE),
    "significant": BadgeKind("significant", Shape.DIAMOND),
    "routine": BadgeKind("routine", Shape.DISC),
    "incidental": BadgeKind("incidental", Shape.RING),
    "stat": BadgeKind("critical", Shape.TRIANGLE),
    "urgent": BadgeKind("significant", Shape.DIAMOND),
    "overdue": BadgeKind("critical", Shape.SQUARE),
    "concern": BadgeKind("significant", Shape.TRIANGLE),
    "screening": BadgeKind("incidental", Shape.RING),
    "good": BadgeKind("good", Shape.DISC),
    "warning": BadgeKind("significant", Shape.TRIANGLE),
    "prior": BadgeKind("prior", Shape.BAR),
    "current": BadgeKind("current", Shape.BAR),
    "plain": BadgeKind("routine", Shape.NONE),
}


def badge_font() -> QFont:
    return theme.font("tiny", QFont.Weight.DemiBold)


def badge_width(text: str, kind: str) -> float:
    """Return how wide `paint_badge` will draw."""
    shape = BADGE_KINDS[kind].shape
    mark = 0 if shape is Shape.NONE else SHAPE_PX + GAP_PX
    return QFontMetricsF(badge_font()).horizontalAdvance(text) + mark + 2 * PADDING_PX


def paint_badge(painter: QPainter, left: float, middle: float, text: str, kind: str) -> float:
    """Draw one badge and return where the next may start."""
    look = BADGE_KINDS[kind]
    width = badge_width(text, kind)
    box = QRectF(left, middle - HEIGHT_PX / 2, width, HEIGHT_PX)
    ink = theme.colour(f"{look.token}_text")
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(f"{look.token}_fill"))
    painter.drawRoundedRect(box, RADIUS_PX, RADIUS_PX)
    text_left = box.left() + PADDING_PX
    if look.shape is not Shape.NONE:
        paint_shape(painter, QPointF(text_left + SHAPE_PX / 2, middle), look.shape, ink)
        text_left += SHAPE_PX + GAP_PX
    painter.setPen(ink)
    painter.setFont(badge_font())
    text_box = QRectF(text_left, box.top(), box.right() - text_left, box.height())
    painter.drawText(text_box, Qt.AlignmentFlag.AlignVCenter, text)
    painter.restore()
    return box.right() + GAP_PX


def paint_shape(painter: QPainter, centre: QPointF, shape: Shape, ink: QColor) -> None:
    """Draw one shape, about `SHAPE_PX` wide."""
    painter.setBrush(ink)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawPath(_outline(shape).translated(centre))


def _outline(shape: Shape) -> QPainterPath:
    path, r = QPainterPath(), SHAPE_PX / 2
    if shape is Shape.TRIANGLE:
        _polygon(path, (0, -r), (r, r - 0.5), (-r, r - 0.5))
    elif shape is Shape.DIAMOND:
        _polygon(path, (0, -r), (r, 0), (0, r), (-r, 0))
    elif shape is Shape.DISC:
        path.addEllipse(QPointF(0, 0), r - 1, r - 1)
    elif shape is Shape.RING:
        path.addEllipse(QPointF(0, 0), r - 0.5, r - 0.5)
        path.addEllipse(QPointF(0, 0), r - 2, r - 2)
    elif shape is Shape.SQUARE:
        path.addRect(QRectF(1 - r, 1 - r, SHAPE_PX - 2, SHAPE_PX - 2))
    elif shape is Shape.BAR:
        path.addRect(QRectF(-1.5, -r - 1, 3, SHAPE_PX + 2))
    return path


def _polygon(path: QPainterPath, *corners: tuple[float, float]) -> None:
    path.moveTo(*corners[0])
    for corner in corners[1:]:
        path.lineTo(*corner)
    path.closeSubpath()


class Badge(QWidget):
    """Shows one badge; its word is also what a screen reader says."""

    def __init__(self, text: str, kind: str = "plain", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_badge(text, kind)

    def set_badge(self, text: str, kind: str) -> None:
        self.text, self.kind = text, kind
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(int(badge_width(self.text, self.kind)) + 1, HEIGHT_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_badge(painter, 0, self.height() / 2, self.text, self.kind)
        painter.end()
