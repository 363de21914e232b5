"""One named decoder per transfer syntax, or the reason why there is none, as data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from readstation.app.importing.refusals import refusal
from readstation.domain.transfer_syntax import JPEG, TRANSFER_SYNTAXES, transfer_syntax_name


class Codec(Enum):
    """How frames are packed; the value is the decoder shown in the image information."""

    NATIVE = "numpy"
    DEFLATED = "zlib + numpy"
    ENCAPSULATED = "numpy, frame by frame"
    DEFLATED_FRAMES = "zlib + numpy, frame by frame"
    RLE = "imagecodecs packbits"
    JPEG = "imagecodecs libjpeg-turbo"
    JPEG_LOSSLESS = "imagecodecs libjpeg-turbo lossless"
    JPEG_LS = "imagecodecs CharLS"
    JPEG_2000 = "imagecodecs OpenJPEG"
    JPEG_2000_COMPONENTS = "imagecodecs OpenJPEG, components"
    HTJ2K = "imagecodecs OpenJPH"
    JPEG_XL = "imagecodecs libjxl"
    JPEG_XL_FROM_JPEG = "imagecodecs libjxl + libjpeg-turbo"
    VIDEO = "OpenCV FFmpeg"


NOT_ENCAPSULATED = frozenset({Codec.NATIVE, Codec.DEFLATED})
BYTEWISE = frozenset({Codec.ENCAPSULATED, Codec.DEFLATED_FRAMES, Codec.RLE})
"""Frames without a codestream header: their size in bytes must fit the data set instead."""


@dataclass(frozen=True, slots=True)
class TransferSyntax:
    """How one transfer syntax is decoded; `processes` are the JPEG SOF markers it may use."""

    uid: str
    codec: Codec
    processes: frozenset[int] = frozenset()
    stream: str = ""
    """What FFmpeg calls the coding of a video."""

    @property
    def name(self) -> str:
        return transfer_syntax_name(self.uid)

    @property
    def is_encapsulated(self) -> bool:
        return self.codec not in NOT_ENCAPSULATED


BASELINE, EXTENDED, PROGRESSIVE, LOSSLESS, JPEG_LS_FRAME = 0xC0, 0xC1, 0xC2, 0xC3, 0xF7
EXTENDED_ARITHMETIC, PROGRESSIVE_ARITHMETIC = 0xC9, 0xCA
SEQUENTIAL = frozenset({BASELINE, EXTENDED})


def _jpeg(number: str, codec: Codec, *processes: int) -> TransferSyntax:
    return TransferSyntax(JPEG + number, codec, frozenset(processes))


def _video(numbers: range, stream: str, *kinds: str) -> tuple[TransferSyntax, ...]:
    return tuple(
        TransferSyntax(f"{JPEG}{number}{kind}", Codec.VIDEO, stream=stream)
        for number in numbers
        for kind in kinds
    )


SUPPORTED: tuple[TransferSyntax, ...] = (
    TransferSyntax("1.2.840.10008.1.2", Codec.NATIVE),
    TransferSyntax("1.2.840.10008.1.2.1", Codec.NATIVE),
    TransferSyntax("1.2.840.10008.1.2.2", Codec.NATIVE),
    TransferSyntax("1.2.840.10008.1.2.1.98", Codec.ENCAPSULATED),
    TransferSyntax("1.2.840.10008.1.2.1.99", Codec.DEFLATED),
    TransferSyntax("1.2.840.10008.1.2.8.1", Codec.DEFLATED_FRAMES),
    TransferSyntax("1.2.840.10008.1.2.5", Codec.RLE),
    _jpeg("50", Codec.JPEG, *SEQUENTIAL),
    _jpeg("51", Codec.JPEG, *SEQUENTIAL),
    _jpeg("52", Codec.JPEG, EXTENDED_ARITHMETIC),
    _jpeg("53", Codec.JPEG, PROGRESSIVE),
    _jpeg("54", Codec.JPEG, PROGRESSIVE_ARITHMETIC),
    _jpeg("55", Codec.JPEG, PROGRESSIVE),
    _jpeg("56", Codec.JPEG, PROGRESSIVE_ARITHMETIC),
    _jpeg("57", Codec.JPEG_LOSSLESS, LOSSLESS),
    _jpeg("70", Codec.JPEG_LOSSLESS, LOSSLESS),
    _jpeg("80", Codec.JPEG_LS, JPEG_LS_FRAME),
    _jpeg("81", Codec.JPEG_LS, JPEG_LS_FRAME),
    _jpeg("90", Codec.JPEG_2000),
    _jpeg("91", Codec.JPEG_2000),
    _jpeg("92", Codec.JPEG_2000_COMPONENTS),
    _jpeg("93", Codec.JPEG_2000_COMPONENTS),
    _jpeg("110", Codec.JPEG_XL),
    _jpeg("111", Codec.JPEG_XL_FROM_JPEG),
    _jpeg("112", Codec.JPEG_XL),
    _jpeg("201", Codec.HTJ2K),
    _jpeg("202", Codec.HTJ2K),
    # Not OpenJPH: where a lossy value rounds above white, OpenJPH 0.26.3 as called by imagecodecs
    # 2026.3.6 returns 0 (657 of 921,600 samples of pydicom's HTJ2K_08_RGB); OpenJPEG returns white.
    _jpeg("203", Codec.JPEG_2000),
    *_video(range(100, 102), "mpg2", "", ".1"),
    *_video(range(102, 107), "h264", "", ".1"),
    *_video(range(107, 109), "hevc", ""),
)
BY_UID = {syntax.uid: syntax for syntax in SUPPORTED}

ELSEWHERE = "the pixels are not in the file but at an address on the network"
LIVE = "it describes a live stream, not a stored image"
HIERARCHICAL = "no maintained decoder reads hierarchical JPEG"
REFUSED: dict[str, str] = {
    JPEG + "58": "no maintained decoder reads lossless JPEG with arithmetic coding",
    **{f"{JPEG}{number}": HIERARCHICAL for number in range(59, 67)},
    **{f"{JPEG}{number}": ELSEWHERE for number in (94, 95, 204, 205)},
    "1.2.840.10008.1.2.6.1": "it wraps a mail message, not an image",
    "1.2.840.10008.1.2.6.2": "it holds XML, not an image",
    **{f"1.2.840.10008.1.2.7.{number}": LIVE for number in (1, 2, 3)},
    "1.2.840.10008.1.20": "it is an encoding older than DICOM",
}
"""Why a registered transfer syntax is not decoded."""


def transfer_syntax(uid: str) -> TransferSyntax:
    """Return how a transfer syntax is decoded, or refuse it by name."""
    found = BY_UID.get(uid)
    if found is None:
        raise refusal("UNSUPPORTED_TRANSFER_SYNTAX", _why_not(uid))
    return found


def _why_not(uid: str) -> str:
    name = transfer_syntax_name(uid)
    return f"{name}, {REFUSED[uid]}" if name else "it is none of those that DICOM knows"


def unlisted() -> set[str]:
    """Return registered transfer syntaxes that have neither decoder nor reason: there are none.

    >>> unlisted()
    set()
    """
    return {syntax.uid for syntax in TRANSFER_SYNTAXES} - {*BY_UID, *REFUSED}
