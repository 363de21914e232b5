"""Which frames are worth a first look at reduced resolution, as data."""

from __future__ import annotations

from readstation.adapters.decode.transfer_syntaxes import Codec

MS_PER_MEGAPIXEL = {Codec.JPEG_2000: 110, Codec.HTJ2K: 6}
"""How long a whole grey frame takes, about. No other codec is reducible."""
SLOW_MS = 60
"""Faster frames are shown whole at once."""
ENOUGH_PIXELS = 1_200_000
MAX_HALVINGS = 5


def halvings_of(rows: int, columns: int, codec: Codec) -> int:
    """Return how often a frame is halved for a first look; 0 if it is decoded fast enough.

    >>> halvings_of(4096, 3328, Codec.JPEG_2000), halvings_of(512, 512, Codec.JPEG_2000)
    (2, 0)
    """
    pixels = rows * columns
    if pixels * MS_PER_MEGAPIXEL.get(codec, 0) < SLOW_MS * 1_000_000:
        return 0
    halvings = 1
    while pixels >> 2 * halvings > ENOUGH_PIXELS and halvings < MAX_HALVINGS:
        halvings += 1
    return halvings
