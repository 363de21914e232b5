"""One reformatted plane: what it is on top, the viewport, and what lies under the mouse."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from readstation.app.commands import CommandRegistry
from readstation.app.reconstruction.crosshair import CrosshairLayer
from readstation.app.reconstruction.plane_drags import drag_over_plane
from readstation.app.reconstruction.plane_set import NOTE, Direction
from readstation.app.reconstruction.read_out import read_out
from readstation.app.reconstruction.reconstruction import Reconstruction
from readstation.app.viewport.crosshair_shape import Part
from readstation.app.viewport.overlay_text import visible_text
from readstation.app.viewport.viewport_links import Drag
from readstation.app.viewport.viewport_state import Role, Tool, ViewportState
from readstation.domain.measurement import ImagePoint
from readstation.ui import theme
from readstation.ui.displays import Displays
from readstation.ui.viewport.crosshair_painter import INKS
from readstation.ui.viewport.viewport_view import ViewportView
from readstation.ui.widgets.elided_label import ElidedLabel
from readstation.ui.widgets.text import PlainLabel

EDGE_PX = 2
SIGN_PX = 12
UNDER_MOUSE, AT_CROSSHAIR = "Under the mouse", "At the crosshair"
ROLE_LOOKS = {Role.CURRENT: "accent", Role.PRIOR: "prior", Role.NONE: "dim"}
CURSORS = {
    Part.HANDLE: Qt.CursorShape.PointingHandCursor,
    Part.LINE: Qt.CursorShape.SizeAllCursor,
    Part.CENTRE: Qt.CursorShape.OpenHandCursor,
}


class PlaneBox(QFrame):
    """Shows one plane under a strip that says that it was never acquired."""

    def __init__(
        self,
        of: Reconstruction,
        direction: Direction,
        registry: CommandRegistry,
        displays: Displays | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._of, self._direction = of, direction
        self.model = of.planes[direction]
        self.setProperty("role", "image-box")
        self.view = ViewportView(self.model, registry=registry, displays=displays, parent=self)
        self.view.setMouseTracking(True)
        self.view.installEventFilter(self)
        self._role = PlainLabel(role="dim")
        self._title, self._note = ElidedLabel(), ElidedLabel(role="prior")
        self._count, self._where = PlainLabel(role="digits"), PlainLabel(role="dim")
        self._values, self._place = ElidedLabel(role="digits"), PlainLabel(role="dim")
        self._mouse: QPointF | None = None
        self._drag: Drag | None = None
        self._note.say(NOTE)
        column = QVBoxLayout(self)
        column.setContentsMargins(EDGE_PX, EDGE_PX, EDGE_PX, EDGE_PX)
        column.setSpacing(0)
        column.addWidget(_strip(_sign(direction), self._role, self._title, self._note, self._count))
        column.addWidget(self.view, 1)
        column.addWidget(_strip(self._where, self._values, self._place))
        self.model.on_change(self._show)
        of.on_change(self._read_out)
        self._show(self.model.state)

    @property
    def title(self) -> str:
        return self._title.text()

    @property
    def role(self) -> str:
        """Whether the volume is of the current study or of a prior."""
        return self._role.text()

    @property
    def values(self) -> str:
        """What the volumes hold under the mouse, or at the crosshair."""
        return self._values.text()

    @property
    def where(self) -> str:
        """Which of the two it is."""
        return self._where.text()

    def _show(self, state: ViewportState) -> None:
        image, total = self.model.description, len(self.model.display_set)
        self._role.setText(state.role.value)
        look = ROLE_LOOKS[state.role]
        if self._role.property("role") != look:
            self._role.setProperty("role", look)
            theme.restyle(self._role)
        self._title.say(visible_text(image.series_description) if image is not None else "")
        count = "turning" if self._of.is_turning else f"Im {state.frame_index + 1}/{total}"
        self._count.setText(count if total else "")
        value = "true" if state.is_focused else "false"
        if self.property("active") != value:
            self.setProperty("active", value)
            theme.restyle(self)
        self._read_out()

    def _read_out(self) -> None:
        point = self._point()
        found = read_out(self._of, self._direction, point)
        where = UNDER_MOUSE if point is not None else AT_CROSSHAIR
        self._where.setText(where if found is not None else "")
        self._values.say(found.text if found is not None else "")
        self._place.setText(found.place if found is not None else "")

    def _point(self) -> ImagePoint | None:
        """Return the image point under the mouse; None beside the image."""
        transform = self.model.transform
        if self._mouse is None or transform is None:
            return None
        ratio = self.view.devicePixelRatioF()
        column, row = transform.to_image(self._mouse.x() * ratio, self._mouse.y() * ratio)
        if not (0 <= column <= transform.columns and 0 <= row <= transform.rows):
            return None
        return ImagePoint(column, row)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the mouse over the image, which gets all that is not dragged in its stead."""
        if watched is self.view and isinstance(event, QMouseEvent):
            if self._dragged_over(event):
                return True
            if event.type() is QEvent.Type.MouseMove:
                self._mouse = event.position()
                self._show_what_can_be_held(event)
                self._read_out()
        elif watched is self.view and event.type() is QEvent.Type.Leave:
            self._mouse = None
            self._read_out()
        return False

    def _dragged_over(self, event: QMouseEvent) -> bool:
        """Return True if the mouse drags something else than the tool does."""
        kind, ratio = event.type(), self.view.devicePixelRatioF()
        at_px = (event.position().x() * ratio, event.position().y() * ratio)
        if kind is QEvent.Type.MouseButtonPress and event.button() is Qt.MouseButton.LeftButton:
            has_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._drag = drag_over_plane(self._of, self._direction, at_px, has_shift=has_shift)
            if self._drag is not None:
                self.view.setFocus()
            return self._drag is not None
        drag = self._drag
        if drag is not None and kind is QEvent.Type.MouseMove:
            drag.move(*at_px)
        elif drag is not None and kind is QEvent.Type.MouseButtonRelease:
            self._drag = None
            drag.end()
        return drag is not None

    def _show_what_can_be_held(self, event: QMouseEvent) -> None:
        """Give the mouse the shape of what a press would take hold of."""
        guides = self._of.links.guides
        if event.buttons() or self.model.state.tool is not Tool.CURSOR:
            return
        ratio, at = self.view.devicePixelRatioF(), event.position()
        held = None
        if isinstance(guides, CrosshairLayer):
            held = guides.part_at(self.model, at.x() * ratio, at.y() * ratio)
        self.view.setCursor(CURSORS[held[0]] if held else Qt.CursorShape.CrossCursor)


def _strip(*widgets: QWidget) -> QWidget:
    """Return a strip of words; the first that can be cut takes the room that is left."""
    strip = theme.surface("toolbar")
    row = QHBoxLayout(strip)
    row.setContentsMargins(8, 3, 8, 3)
    row.setSpacing(8)
    wide = next(widget for widget in widgets if isinstance(widget, ElidedLabel))
    for widget in widgets:
        row.addWidget(widget, 1 if widget is wide else 0)
    return strip


class _Sign(QWidget):
    """A square in the colour that a plane's line has on the others."""

    def __init__(self, colour: QColor) -> None:
        super().__init__()
        self.setFixedSize(SIGN_PX, SIGN_PX)
        self.setAutoFillBackground(True)
        palette = self.palette()
        palette.setColor(self.backgroundRole(), colour)
        self.setPalette(palette)


def _sign(direction: Direction) -> QWidget:
    return _Sign(theme.colour(INKS[direction.name.lower()]))
