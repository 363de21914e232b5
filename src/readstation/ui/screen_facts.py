"""What Qt tells of a screen, as a display of the domain."""

from __future__ import annotations

from PySide6.QtGui import QScreen

from readstation.domain.display import Display

TEN_BIT_SCREEN_DEPTH = 30


def display_of(screen: QScreen) -> Display:
    """Return maker, model, serial number, pixels and depth as far as the system knows them."""
    size, ratio = screen.size(), screen.devicePixelRatio()
    return Display(
        name=screen.name(),
        manufacturer=screen.manufacturer(),
        model=screen.model(),
        serial_number=screen.serialNumber(),
        width_px=round(size.width() * ratio),
        height_px=round(size.height() * ratio),
        bit_depth=10 if screen.depth() == TEN_BIT_SCREEN_DEPTH else 8,
    )
