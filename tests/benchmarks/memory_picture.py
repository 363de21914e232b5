"""A picture of memory over time."""

from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QImage, QPainter, QPen, QPolygonF


def draw(curves: dict[str, list[dict[str, float]]], budgets: dict[str, int], path: Path) -> None:
    """Draw every curve with its budget, one below the other."""
    application = QGuiApplication.instance() or QGuiApplication([])
    wide, high, margin = 1000, 360, 60
    image = QImage(wide, high * len(curves), QImage.Format.Format_RGB32)
    image.fill(QColor("#0c0d0f"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(QFont(application.font().family(), 10))
    for place, (name, curve) in enumerate(curves.items()):
        box = QRectF(margin, place * high + 40, wide - 2 * margin, high - 90)
        budget = budgets[name]
        top = 1.15 * max(budget, *(p["anonymous_mb"] - curve[0]["anonymous_mb"] for p in curve))
        end = max(curve[-1]["at_s"], 0.001)

        def at(seconds: float, megabytes: float, box=box, end=end, top=top) -> QPointF:
            x, y = (
                box.left() + box.width() * seconds / end,
                box.bottom() - box.height() * megabytes / top,
            )
            return QPointF(x, y)

        painter.setPen(QColor("#d6d9de"))
        painter.drawText(
            QPointF(margin, box.top() - 14), f"Memory of pixels: {name}, 0 to {end:.0f} s"
        )
        painter.setPen(QPen(QColor("#d9a441"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(at(0, budget), at(end, budget))
        painter.drawText(at(0, budget) + QPointF(4, -4), f"budget {budget} MB")
        painter.setPen(QPen(QColor("#262a30"), 1))
        painter.drawRect(box)
        for key, colour, from_mb in (
            ("anonymous_mb", "#4cb5ab", curve[0]["anonymous_mb"]),
            ("used_mb", "#6b7785", 0.0),
        ):
            painter.setPen(QPen(QColor(colour), 2))
            painter.drawPolyline(QPolygonF([at(p["at_s"], p[key] - from_mb) for p in curve]))
        painter.setPen(QColor("#8b929c"))
        words = "green: anonymous memory above the start; gray: what the cache counts"
        painter.drawText(QPointF(margin, box.bottom() + 22), words)
    painter.end()
    image.save(str(path))
