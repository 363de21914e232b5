"""Where the words of measurements go: beside what was measured, never over it."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF

GAP = 14.0
CLOSE = 4.0
MARGIN = 3.0


class LabelPlaces:
    """Gives each label a free place in a box; remembers what is taken."""

    def __init__(self, box: QRectF) -> None:
        self._box = box.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        self._taken: list[QRectF] = []

    def keep_free(self, area: QRectF) -> None:
        """Let no label lie over `area`."""
        self._taken.append(area)

    def take(self, around: QRectF, size: QSizeF, gap: float = GAP) -> QRectF:
        """Return a free place for a label beside `around`: the best of eight sides."""
        places = [self._inside(QRectF(corner, size)) for corner in _corners(around, size, gap)]
        chosen = min(places, key=self._covered)
        self._taken.append(chosen)
        return chosen

    def _covered(self, place: QRectF) -> float:
        """Return how much of a place is taken already."""
        over = (place.intersected(area) for area in self._taken if place.intersects(area))
        return sum(o.width() * o.height() for o in over)

    def _inside(self, place: QRectF) -> QRectF:
        left = min(max(place.left(), self._box.left()), self._box.right() - place.width())
        top = min(max(place.top(), self._box.top()), self._box.bottom() - place.height())
        return QRectF(QPointF(left, top), place.size())


def leader(label: QRectF, points: list[QPointF]) -> QLineF | None:
    """Return the line from a label to the nearest point; None if it lies close to one."""
    if not points:
        return None
    lines = [QLineF(_nearest(label, point), point) for point in points]
    shortest = min(lines, key=QLineF.length)
    return shortest if shortest.length() > CLOSE else None


def _nearest(area: QRectF, point: QPointF) -> QPointF:
    x = min(max(point.x(), area.left()), area.right())
    return QPointF(x, min(max(point.y(), area.top()), area.bottom()))


def _corners(around: QRectF, size: QSizeF, gap: float) -> tuple[QPointF, ...]:
    """Return the upper left corners of labels on all sides, the preferred ones first."""
    right, left = around.right() + gap, around.left() - gap - size.width()
    below, above = around.bottom() + gap, around.top() - gap - size.height()
    beside = around.center().y() - size.height() / 2
    over = around.center().x() - size.width() / 2
    return (
        QPointF(right, beside),
        QPointF(left, beside),
        QPointF(over, below),
        QPointF(over, above),
        QPointF(right, below),
        QPointF(left, below),
        QPointF(right, above),
        QPointF(left, above),
    )
