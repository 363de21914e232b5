"""Keys and mouse as a person would use them: real events, sent to the real widgets.

A key goes the way Qt sends it: the focused widget may claim it as text (shortcut override), else
the one enabled action whose shortcut it is gets it, else the focused widget.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QKeyCombination, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QMouseEvent, QShortcutEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from readstation.ui.tour.tour_failure import TourFailure

NO_MODIFIER = Qt.KeyboardModifier.NoModifier
LEFT, NO_BUTTON = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
DRAG_STEPS = 8
WHEEL_NOTCH = 120
WIDGET_CONTEXTS = (
    Qt.ShortcutContext.WidgetShortcut,
    Qt.ShortcutContext.WidgetWithChildrenShortcut,
)


def press_keys(window: QWidget, keys: str) -> None:
    """Press one key with its modifiers, written as in the key help: `Ctrl+Return`.

    Raises
    ------
    TourFailure
        If more than one enabled action in reach has this key.
    """
    key = _combination(keys).key()
    target = QApplication.focusWidget() or window.focusWidget() or window
    press = _key_event(QEvent.Type.ShortcutOverride, key, keys)
    press.ignore()
    QCoreApplication.sendEvent(target, press)
    if not press.isAccepted():
        actions = list(_actions_in_reach(window, target, QKeySequence(keys)))
        if len(actions) > 1:
            names = ", ".join(action.objectName() for action in actions)
            raise TourFailure(f"The key {keys} is shared by {names}.")
        if actions:
            QCoreApplication.sendEvent(actions[0], QShortcutEvent(QKeySequence(keys), 0))
            return
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QCoreApplication.sendEvent(target, _key_event(kind, key, keys))


def type_text(widget: QWidget, text: str) -> None:
    """Give `widget` the focus and type `text` into it, character by character."""
    widget.setFocus(Qt.FocusReason.MouseFocusReason)
    for character in text:
        key = Qt.Key.Key_Return if character == "\n" else Qt.Key(0)
        typed = "\r" if character == "\n" else character
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QCoreApplication.sendEvent(widget, QKeyEvent(kind, key, NO_MODIFIER, typed))


def click(widget: QWidget, at: QPoint | None = None) -> None:
    """Click the middle of `widget`, or the point `at` in it."""
    if not (widget.isVisible() and widget.isEnabled()):
        raise TourFailure(f"{widget.objectName() or type(widget).__name__} cannot be clicked.")
    point = widget.rect().center() if at is None else at
    _give_focus(widget)
    _send_mouse(widget, QEvent.Type.MouseButtonPress, point, LEFT, LEFT)
    _send_mouse(widget, QEvent.Type.MouseButtonRelease, point, LEFT, NO_BUTTON)


def drag(
    widget: QWidget, start: QPoint, end: QPoint, button: Qt.MouseButton = Qt.MouseButton.LeftButton
) -> None:
    """Press `button` at `start`, move in small steps, release at `end`."""
    _give_focus(widget)
    _send_mouse(widget, QEvent.Type.MouseMove, start, NO_BUTTON, NO_BUTTON)
    _send_mouse(widget, QEvent.Type.MouseButtonPress, start, button, button)
    for step in range(1, DRAG_STEPS + 1):
        share = step / DRAG_STEPS
        point = QPoint(
            round(start.x() + (end.x() - start.x()) * share),
            round(start.y() + (end.y() - start.y()) * share),
        )
        _send_mouse(widget, QEvent.Type.MouseMove, point, NO_BUTTON, button)
    _send_mouse(widget, QEvent.Type.MouseButtonRelease, end, button, NO_BUTTON)


def roll_wheel(widget: QWidget, notches: int) -> None:
    """Turn the wheel over the middle of `widget`; positive is towards the reader (next image)."""
    point = QPointF(widget.rect().center())
    for _ in range(abs(notches)):
        turn = QPoint(0, -WHEEL_NOTCH if notches > 0 else WHEEL_NOTCH)
        event = QWheelEvent(
            point,
            QPointF(widget.mapToGlobal(point.toPoint())),
            QPoint(),
            turn,
            NO_BUTTON,
            NO_MODIFIER,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QCoreApplication.sendEvent(widget, event)


def _combination(keys: str) -> QKeyCombination:
    sequence: Any = QKeySequence(keys)  # its stub lacks indexing
    first: QKeyCombination = sequence[0]
    return first


def _key_event(kind: QEvent.Type, key: Qt.Key, keys: str) -> QKeyEvent:
    modifiers = _combination(keys).keyboardModifiers()
    plain = modifiers in (NO_MODIFIER, Qt.KeyboardModifier.ShiftModifier)
    text = keys.rsplit("+", 1)[-1] or "+"
    typed = text if plain and len(text) == 1 else ""
    if typed and modifiers == NO_MODIFIER:
        typed = typed.lower()
    return QKeyEvent(kind, key, modifiers, typed)


def _actions_in_reach(
    window: QWidget, target: QWidget, sequence: QKeySequence
) -> Iterator[QAction]:
    for action in window.findChildren(QAction):
        if action.isEnabled() and sequence in action.shortcuts() and _reaches(action, target):
            yield action


def _reaches(action: QAction, target: QWidget) -> bool:
    owners: list[QObject] = list(action.associatedObjects())
    if action.shortcutContext() not in WIDGET_CONTEXTS:
        return any(isinstance(o, QWidget) and o.isVisible() for o in owners)
    with_children = action.shortcutContext() is Qt.ShortcutContext.WidgetWithChildrenShortcut
    return any(
        owner is target
        or (with_children and isinstance(owner, QWidget) and owner.isAncestorOf(target))
        for owner in owners
    )


def _give_focus(widget: QWidget) -> None:
    """Do what Qt does before a press of the hardware: the nearest that takes clicks is focused."""
    asked: QWidget | None = widget
    while asked is not None:
        if asked.isEnabled() and asked.focusPolicy() & Qt.FocusPolicy.ClickFocus:
            asked.setFocus(Qt.FocusReason.MouseFocusReason)
            return
        asked = None if asked.isWindow() else asked.parentWidget()


def _send_mouse(
    widget: QWidget,
    kind: QEvent.Type,
    point: QPoint,
    button: Qt.MouseButton,
    buttons: Qt.MouseButton,
) -> None:
    event = QMouseEvent(
        kind,
        QPointF(point),
        QPointF(widget.mapToGlobal(point)),
        button,
        buttons,
        NO_MODIFIER,
    )
    QCoreApplication.sendEvent(widget, event)
