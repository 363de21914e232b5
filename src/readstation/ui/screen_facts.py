"""What Qt tells of a screen, as a display of the domain."""

from __future__ import annotations

from PySide6.QtGui import QImage, QScreen

from readstation.domain.display import Display

TEN_BIT_SCREEN_DEPTH = 30
PIXEL_FORMATS = {8: QImage.Format.Format_RGB32, 10: QImage.Format.Format_RGB30}
"""Bit depth of gray to what Qt copies to such a screen as it is: opaque, or it would blend."""


def display_of(screen: QScreen) -> Display:
    """Return maker, model, serial number, pixels and depth as far as the system knows them."""
    size, ratio = screen.size(), screen.devicePixelRatio()
    return Display(
        name=_plain(screen.name()),
        manufacturer=_plain(screen.manufacturer()),
        model=_plain(screen.model()),
        serial_number=_plain(screen.serialNumber()),
        width_px=round(size.width() * ratio),
        height_px=round(size.height() * ratio),
        bit_depth=10 if screen.depth() == TEN_BIT_SCREEN_DEPTH else 8,
    )


def _plain(text: str) -> str:
    """Return what a monitor says of itself without characters that cannot be seen."""
    return "".join(c for c in text if c.isprintable()).strip()
