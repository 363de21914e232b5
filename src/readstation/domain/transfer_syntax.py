"""Every transfer syntax of DICOM (PS3.6 annex A): its name, and what its compression may lose."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Packing(Enum):
    """What a transfer syntax may do to pixels."""

    NONE = "not compressed"
    LOSSLESS = "lossless"
    EITHER = "lossless or lossy"
    """The syntax does not say which: the object's own attributes and the codestream do."""
    LOSSY = "lossy"


@dataclass(frozen=True, slots=True)
class TransferSyntax:
    """One registered transfer syntax."""

    uid: str
    name: str
    packing: Packing


JPEG = "1.2.840.10008.1.2.4."


def _jpeg(number: str, name: str, packing: Packing = Packing.LOSSY) -> TransferSyntax:
    return TransferSyntax(JPEG + number, name, packing)


def _video(number: int, name: str, *, is_fragmentable: bool) -> tuple[TransferSyntax, ...]:
    one = _jpeg(f"{number}", name)
    return (one, _jpeg(f"{number}.1", f"Fragmentable {name}")) if is_fragmentable else (one,)


TRANSFER_SYNTAXES: tuple[TransferSyntax, ...] = (
    TransferSyntax("1.2.840.10008.1.2", "Implicit VR Little Endian", Packing.NONE),
    TransferSyntax("1.2.840.10008.1.2.1", "Explicit VR Little Endian", Packing.NONE),
    TransferSyntax("1.2.840.10008.1.2.1.98", "Encapsulated Uncompressed", Packing.NONE),
    TransferSyntax("1.2.840.10008.1.2.1.99", "Deflated Explicit VR", Packing.LOSSLESS),
    TransferSyntax("1.2.840.10008.1.2.2", "Explicit VR Big Endian (retired)", Packing.NONE),
    _jpeg("50", "JPEG Baseline"),
    _jpeg("51", "JPEG Extended"),
    _jpeg("52", "JPEG Extended, arithmetic (retired)"),
    _jpeg("53", "JPEG Spectral Selection (retired)"),
    _jpeg("54", "JPEG Spectral Selection, arithmetic (retired)"),
    _jpeg("55", "JPEG Progressive (retired)"),
    _jpeg("56", "JPEG Progressive, arithmetic (retired)"),
    _jpeg("57", "JPEG Lossless", Packing.LOSSLESS),
    _jpeg("58", "JPEG Lossless, arithmetic (retired)", Packing.LOSSLESS),
    _jpeg("59", "JPEG Extended, hierarchical (retired)"),
    _jpeg("60", "JPEG Extended, hierarchical, arithmetic (retired)"),
    _jpeg("61", "JPEG Spectral Selection, hierarchical (retired)"),
    _jpeg("62", "JPEG Spectral Selection, hierarchical, arithmetic (retired)"),
    _jpeg("63", "JPEG Progressive, hierarchical (retired)"),
    _jpeg("64", "JPEG Progressive, hierarchical, arithmetic (retired)"),
    _jpeg("65", "JPEG Lossless, hierarchical (retired)", Packing.LOSSLESS),
    _jpeg("66", "JPEG Lossless, hierarchical, arithmetic (retired)", Packing.LOSSLESS),
    _jpeg("70", "JPEG Lossless SV1", Packing.LOSSLESS),
    _jpeg("80", "JPEG-LS Lossless", Packing.LOSSLESS),
    _jpeg("81", "JPEG-LS Near-lossless"),
    _jpeg("90", "JPEG 2000 Lossless", Packing.LOSSLESS),
    _jpeg("91", "JPEG 2000", Packing.EITHER),
    _jpeg("92", "JPEG 2000 Multi-component Lossless", Packing.LOSSLESS),
    _jpeg("93", "JPEG 2000 Multi-component", Packing.EITHER),
    _jpeg("94", "JPIP Referenced", Packing.EITHER),
    _jpeg("95", "JPIP Referenced, deflated", Packing.EITHER),
    *_video(100, "MPEG-2 Main Profile, Main Level", is_fragmentable=True),
    *_video(101, "MPEG-2 Main Profile, High Level", is_fragmentable=True),
    *_video(102, "MPEG-4 AVC High Profile 4.1", is_fragmentable=True),
    *_video(103, "MPEG-4 AVC BD-compatible High Profile 4.1", is_fragmentable=True),
    *_video(104, "MPEG-4 AVC High Profile 4.2 for 2D", is_fragmentable=True),
    *_video(105, "MPEG-4 AVC High Profile 4.2 for 3D", is_fragmentable=True),
    *_video(106, "MPEG-4 AVC Stereo High Profile 4.2", is_fragmentable=True),
    *_video(107, "HEVC Main Profile 5.1", is_fragmentable=False),
    *_video(108, "HEVC Main 10 Profile 5.1", is_fragmentable=False),
    _jpeg("110", "JPEG XL Lossless", Packing.LOSSLESS),
    _jpeg("111", "JPEG XL from JPEG"),
    _jpeg("112", "JPEG XL", Packing.EITHER),
    _jpeg("201", "HTJ2K Lossless", Packing.LOSSLESS),
    _jpeg("202", "HTJ2K Lossless RPCL", Packing.LOSSLESS),
    _jpeg("203", "HTJ2K", Packing.EITHER),
    _jpeg("204", "JPIP HTJ2K Referenced", Packing.EITHER),
    _jpeg("205", "JPIP HTJ2K Referenced, deflated", Packing.EITHER),
    TransferSyntax("1.2.840.10008.1.2.5", "RLE Lossless", Packing.LOSSLESS),
    TransferSyntax("1.2.840.10008.1.2.6.1", "RFC 2557 MIME (retired)", Packing.NONE),
    TransferSyntax("1.2.840.10008.1.2.6.2", "XML (retired)", Packing.NONE),
    TransferSyntax("1.2.840.10008.1.2.7.1", "SMPTE ST 2110-20 progressive", Packing.NONE),
    TransferSyntax("1.2.840.10008.1.2.7.2", "SMPTE ST 2110-20 interlaced", Packing.NONE),
    TransferSyntax("1.2.840.10008.1.2.7.3", "SMPTE ST 2110-30 audio", Packing.NONE),
    TransferSyntax("1.2.840.10008.1.2.8.1", "Deflated Image Frame", Packing.LOSSLESS),
    TransferSyntax("1.2.840.10008.1.20", "Papyrus 3 (retired)", Packing.NONE),
)
BY_UID = {syntax.uid: syntax for syntax in TRANSFER_SYNTAXES}


def transfer_syntax_name(uid: str) -> str:
    """Return the name of a transfer syntax; '' if it is none of DICOM's.

    >>> transfer_syntax_name("1.2.840.10008.1.2.4.90")
    'JPEG 2000 Lossless'
    """
    found = BY_UID.get(uid)
    return found.name if found else ""


def is_lossy_syntax(uid: str) -> bool:
    """Return whether a transfer syntax always loses something.

    >>> [is_lossy_syntax("1.2.840.10008.1.2.4." + n) for n in ("50", "90", "91")]
    [True, False, False]
    """
    found = BY_UID.get(uid)
    return found is not None and found.packing is Packing.LOSSY


def may_be_lossy_syntax(uid: str) -> bool:
    """Return whether a transfer syntax may lose something; the object itself says whether it did.

    >>> [may_be_lossy_syntax("1.2.840.10008.1.2.4." + n) for n in ("50", "90", "91")]
    [True, False, True]
    """
    found = BY_UID.get(uid)
    return found is not None and found.packing in {Packing.LOSSY, Packing.EITHER}
