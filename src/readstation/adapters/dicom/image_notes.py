"""What of an image is not shown as its file states it, in sentences for the reader."""

from __future__ import annotations

from readstation.adapters.dicom.attributes import Attributes
from readstation.adapters.dicom.overlays import read_overlay_groups
from readstation.adapters.dicom.pixel_geometry import PixelGeometry

ODD_HIGH_BIT = "The pixels are stored as before 2011: High Bit is not Bits Stored - 1."
NO_COLOUR_PROFILE = "The colour profile of this image is not applied."
MEASURED_NUMBERS = "This image holds measured numbers, shown as stored and without their unit."
EIGHT_OF_MORE_BITS = "Colours are shown with 8 of {bits} bits."


def image_notes(attributes: Attributes, geometry: PixelGeometry) -> tuple[str, ...]:
    """Return the notes about overlays, colours and pixel cells."""
    is_colour = geometry.samples_per_pixel == 3
    profile = "ICCProfile" in attributes
    found = (
        (is_colour and profile, NO_COLOUR_PROFILE),
        (is_colour and geometry.bits_stored > 8, _eight_bits(geometry)),
        (geometry.low_bit > 0, ODD_HIGH_BIT),
        (geometry.is_float, MEASURED_NUMBERS),
    )
    _, overlays = read_overlay_groups(attributes, geometry)
    return (*overlays, *(text for is_true, text in found if is_true))


def _eight_bits(geometry: PixelGeometry) -> str:
    return EIGHT_OF_MORE_BITS.format(bits=geometry.bits_stored)
