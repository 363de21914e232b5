"""How long a frame takes to decode, roughly: it decides who goes first and who is shown coarse."""

from __future__ import annotations

from readstation.app.viewport.image_description import ImageDescription

PLAIN_SYNTAXES = frozenset({"1.2.840.10008.1.2", "1.2.840.10008.1.2.1"})
"""Implicit and Explicit VR Little Endian: stored values lie in the file as they are."""

WHOLE_FILE_BYTES = 64 * 1024**2
"""A plain file of several frames is read whole, if it is not larger than this."""

MS_PER_MEGAPIXEL = {
    "1.2.840.10008.1.2.1.99": 6,  # Deflated
    "1.2.840.10008.1.2.5": 6,  # RLE
    "1.2.840.10008.1.2.4.50": 2,
    "1.2.840.10008.1.2.4.51": 6,
    "1.2.840.10008.1.2.4.57": 7,
    "1.2.840.10008.1.2.4.70": 7,
    "1.2.840.10008.1.2.4.80": 20,  # JPEG-LS
    "1.2.840.10008.1.2.4.81": 20,
    "1.2.840.10008.1.2.4.90": 120,  # JPEG 2000
    "1.2.840.10008.1.2.4.91": 60,
    "1.2.840.10008.1.2.4.201": 7,  # HTJ2K
    "1.2.840.10008.1.2.4.202": 7,
    "1.2.840.10008.1.2.4.203": 7,
}
"""CPU time on one core of the machine that ReadStation was measured on."""

UNKNOWN_MS_PER_MEGAPIXEL = 60
QUICK_MS = 120
FIRST_LOOK_FROM_MS = 150


def is_plain(image: ImageDescription) -> bool:
    """Return True if the frame may be read without a decoder."""
    if image.transfer_syntax_uid not in PLAIN_SYNTAXES:
        return False
    frames = image.number_of_frames
    return frames == 1 or frames * decoded_bytes(image) <= WHOLE_FILE_BYTES


def decoding_ms(image: ImageDescription) -> float:
    """Return about how long one frame keeps a decoder busy."""
    if is_plain(image):
        return 1.0
    per_megapixel = MS_PER_MEGAPIXEL.get(image.transfer_syntax_uid, UNKNOWN_MS_PER_MEGAPIXEL)
    return per_megapixel * image.rows * image.columns / 1e6


def is_quick(image: ImageDescription) -> bool:
    """Return True if decoding ahead of the reader may occupy every decoder."""
    return decoding_ms(image) <= QUICK_MS


def wants_first_look(image: ImageDescription) -> bool:
    """Return True if the reader would wait so long that a coarse picture helps meanwhile."""
    return decoding_ms(image) >= FIRST_LOOK_FROM_MS


def decoded_bytes(image: ImageDescription) -> int:
    """Return how much memory the frame takes, with half-size copies of a large one."""
    pixels = image.rows * image.columns
    size = pixels * (3 if image.is_colour else (2 if image.bits_allocated > 8 else 1))
    return size + size // 3 if pixels > 2_000_000 else size
