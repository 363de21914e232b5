"""What a widget shows, for the parent to look at."""

import base64

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtWidgets import QWidget


def png_of(widget: QWidget) -> str:
    """Return a widget as a PNG file in base 64."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    widget.grab().toImage().save(buffer, "PNG")
    return base64.b64encode(bytes(buffer.data().data())).decode("ascii")
