"""One named decoder per transfer syntax, as data (PS3.5 annex A)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from readstation.app.importing.refusals import refusal


class Codec(Enum):
    """How frames are packed; the value is the decoder shown in the image information."""

    NATIVE = "numpy"
    DEFLATED = "zlib + numpy"
    RLE = "imagecodecs packbits"
    JPEG = "imagecodecs libjpeg-turbo"
    JPEG_LOSSLESS = "imagecodecs libjpeg-turbo lossless"
    JPEG_LS = "imagecodecs CharLS"
    JPEG_2000 = "imagecodecs OpenJPEG"
    HTJ2K = "imagecodecs OpenJPH"


@dataclass(frozen=True, slots=True)
class TransferSyntax:
    """How one transfer syntax is decoded; `processes` are the JPEG SOF markers it may use."""

    uid: str
    name: str
    codec: Codec
    processes: frozenset[int] = frozenset()

    @property
    def is_encapsulated(self) -> bool:
        return self.codec not in {Codec.NATIVE, Codec.DEFLATED}


BASELINE, EXTENDED, PROGRESSIVE, LOSSLESS, JPEG_LS_FRAME = 0xC0, 0xC1, 0xC2, 0xC3, 0xF7
JPEG_SYNTAXES = "1.2.840.10008.1.2.4."

SUPPORTED: tuple[TransferSyntax, ...] = (
    TransferSyntax("1.2.840.10008.1.2", "Implicit VR Little Endian", Codec.NATIVE),
    TransferSyntax("1.2.840.10008.1.2.1", "Explicit VR Little Endian", Codec.NATIVE),
    TransferSyntax("1.2.840.10008.1.2.2", "Explicit VR Big Endian", Codec.NATIVE),
    TransferSyntax("1.2.840.10008.1.2.1.99", "Deflated Explicit VR", Codec.DEFLATED),
    TransferSyntax("1.2.840.10008.1.2.5", "RLE Lossless", Codec.RLE),
    TransferSyntax(
        JPEG_SYNTAXES + "50", "JPEG Baseline", Codec.JPEG, frozenset({BASELINE, EXTENDED})
    ),
    TransferSyntax(
        JPEG_SYNTAXES + "51", "JPEG Extended", Codec.JPEG, frozenset({BASELINE, EXTENDED})
    ),
    TransferSyntax(
        JPEG_SYNTAXES + "53",
        "JPEG Spectral Selection (retired)",
        Codec.JPEG,
        frozenset({PROGRESSIVE}),
    ),
    TransferSyntax(
        JPEG_SYNTAXES + "55", "JPEG Progressive (retired)", Codec.JPEG, frozenset({PROGRESSIVE})
    ),
    TransferSyntax(
        JPEG_SYNTAXES + "57", "JPEG Lossless", Codec.JPEG_LOSSLESS, frozenset({LOSSLESS})
    ),
    TransferSyntax(
        JPEG_SYNTAXES + "70", "JPEG Lossless SV1", Codec.JPEG_LOSSLESS, frozenset({LOSSLESS})
    ),
    TransferSyntax(
        JPEG_SYNTAXES + "80", "JPEG-LS Lossless", Codec.JPEG_LS, frozenset({JPEG_LS_FRAME})
    ),
    TransferSyntax(
        JPEG_SYNTAXES + "81", "JPEG-LS Near-lossless", Codec.JPEG_LS, frozenset({JPEG_LS_FRAME})
    ),
    TransferSyntax(JPEG_SYNTAXES + "90", "JPEG 2000 Lossless", Codec.JPEG_2000),
    TransferSyntax(JPEG_SYNTAXES + "91", "JPEG 2000", Codec.JPEG_2000),
    TransferSyntax(JPEG_SYNTAXES + "201", "HTJ2K Lossless", Codec.HTJ2K),
    TransferSyntax(JPEG_SYNTAXES + "202", "HTJ2K Lossless RPCL", Codec.HTJ2K),
    # Not OpenJPH: where a lossy value rounds above white, OpenJPH 0.26.3 as called by imagecodecs
    # 2026.3.6 returns 0 (657 of 921,600 samples of pydicom's HTJ2K_08_RGB); OpenJPEG returns white.
    TransferSyntax(JPEG_SYNTAXES + "203", "HTJ2K", Codec.JPEG_2000),
)
BY_UID = {syntax.uid: syntax for syntax in SUPPORTED}

KNOWN_UNSUPPORTED = {
    JPEG_SYNTAXES + "92": "JPEG 2000 multi-component",
    JPEG_SYNTAXES + "93": "JPEG 2000 multi-component",
    JPEG_SYNTAXES + "100": "MPEG-2 video",
    JPEG_SYNTAXES + "101": "MPEG-2 video",
    JPEG_SYNTAXES + "102": "MPEG-4 video",
    JPEG_SYNTAXES + "103": "MPEG-4 video",
    JPEG_SYNTAXES + "104": "MPEG-4 video",
    JPEG_SYNTAXES + "105": "MPEG-4 video",
    JPEG_SYNTAXES + "106": "MPEG-4 video",
    JPEG_SYNTAXES + "107": "HEVC video",
    JPEG_SYNTAXES + "108": "HEVC video",
    JPEG_SYNTAXES + "110": "JPEG XL Lossless",
    JPEG_SYNTAXES + "111": "JPEG XL from JPEG",
    JPEG_SYNTAXES + "112": "JPEG XL",
    "1.2.840.10008.1.2.8.1": "Deflated image frames",
}


def transfer_syntax(uid: str) -> TransferSyntax:
    """Return how a transfer syntax is decoded, or refuse it by name."""
    found = BY_UID.get(uid)
    if found is None:
        raise refusal("UNSUPPORTED_TRANSFER_SYNTAX", KNOWN_UNSUPPORTED.get(uid, "an unknown one"))
    return found


def decoder_name(uid: str) -> str:
    """Return the name of the decoder for the image information; '' if there is none."""
    found = BY_UID.get(uid)
    return found.codec.value if found else ""
