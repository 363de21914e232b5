"""Which SOP Classes are shown as images, and what to say of the others (PS3.4 B.5)."""

from __future__ import annotations

from pydicom.uid import UID

MEDIA_STORAGE_DIRECTORY = "1.2.840.10008.1.3.10"
STORAGE = "1.2.840.10008.5.1.4.1.1."

# SOP Class UID or its beginning (ending in a dot) -> what the reader is told
NOT_DISPLAYABLE: dict[str, str] = {
    STORAGE + "88.": "Structured report: not an image.",
    STORAGE + "88.59": "Key object selection: marks images, holds none.",
    STORAGE + "11.": "Presentation state: applied to the images it was made for.",
    STORAGE + "66": "Raw data: not an image.",
    STORAGE + "66.1": "Spatial registration: not an image.",
    STORAGE + "66.2": "Spatial fiducials: not an image.",
    STORAGE + "66.3": "Deformable registration: not an image.",
    STORAGE + "66.4": "Segmentation: drawn over other images, not shown alone.",
    STORAGE + "66.5": "Surface segmentation: not an image.",
    STORAGE + "66.7": "Label map segmentation: drawn over other images, not shown alone.",
    STORAGE + "67": "Real world value mapping: not an image.",
    STORAGE + "9.": "Waveform: not an image.",
    STORAGE + "104.": "Encapsulated document: not an image.",
    STORAGE + "481.2": "Radiotherapy dose: shown over its planning images, not alone.",
    STORAGE + "481.3": "Radiotherapy structure set: not an image.",
    STORAGE + "481.": "Radiotherapy object: not an image.",
    "1.2.840.10008.5.1.4.34.": "Procedure step: not an image.",
}
SHOWN_ANYWAY = frozenset({STORAGE + "481.1"})  # RT Image is a radiograph


def sop_class_name(uid: str) -> str:
    """Return the name of a SOP Class, or a plain word for a private one."""
    known = UID(uid)
    return known.name if known.name != uid else "Private object"


def transfer_syntax_name(uid: str) -> str:
    """Return the name of a transfer syntax; '' for a private or unknown one.

    >>> transfer_syntax_name("1.2.840.10008.1.2.1")
    'Explicit VR Little Endian'
    """
    known = UID(uid)
    return known.name if known.name != uid else ""


def not_displayable_reason(uid: str) -> str:
    """Return why objects of this class are not shown; '' where they are images.

    >>> not_displayable_reason("1.2.840.10008.5.1.4.1.1.2")
    ''
    >>> not_displayable_reason("1.2.840.10008.5.1.4.1.1.88.59")
    'Key object selection: marks images, holds none.'
    """
    if uid in SHOWN_ANYWAY:
        return ""
    if uid in NOT_DISPLAYABLE:
        return NOT_DISPLAYABLE[uid]
    for beginning, reason in NOT_DISPLAYABLE.items():
        if beginning.endswith(".") and uid.startswith(beginning):
            return reason
    return ""
