"""Headers of JPEG XL images: size, bit depth and colour (ISO/IEC 18181-1 annexes A and D)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from readstation.adapters.decode.codestream import Codestream
from readstation.app.importing.refusals import refusal

BARE = b"\xff\x0a"
CONTAINER = b"\x00\x00\x00\x0cJXL \r\n\x87\n"
RATIOS = {1: (1, 1), 2: (12, 10), 3: (4, 3), 4: (3, 2), 5: (16, 9), 6: (5, 4), 7: (2, 1)}
SIZE_BITS = (9, 13, 18, 30)
DEFAULT_BITS = 8
GREY = 1
HEADER_BYTES = 64


class Bits:
    """Bits of a header, lowest first; reading past the end is a damaged header."""

    def __init__(self, data: bytes) -> None:
        self._left = len(data) * 8
        self._value = int.from_bytes(data, "little")

    def take(self, count: int) -> int:
        self._left -= count
        if self._left < 0:
            raise refusal("CORRUPT_FRAME", "the JPEG XL header is cut off")
        value = self._value & (1 << count) - 1
        self._value >>= count
        return value

    def choose(self, *choices: tuple[int, int]) -> int:
        """Read U32: two bits choose (offset, further bits)."""
        offset, count = choices[self.take(2)]
        return offset + self.take(count)


def read_jpeg_xl(data: bytes) -> Codestream:
    """Parse the image header; alpha, animation, preview and turned images are refused."""
    start = jpeg_xl_codestream(data)
    if start[:2] != BARE:
        raise refusal("CORRUPT_FRAME", "no JPEG XL image begins here")
    bits = Bits(start[2:])
    rows, columns = _size(bits)
    if bits.take(1):  # all_default
        return Codestream(rows, columns, 3, DEFAULT_BITS, colour_transform=False, is_lossy=True)
    if bits.take(1):
        _refuse_extra_fields(bits)
    precision = _precision(bits)
    bits.take(1)  # modular_16_bit_buffers
    if bits.choose((0, 0), (1, 0), (2, 4), (1, 12)):
        raise refusal("CODESTREAM_MISMATCH", "it has channels besides colour")
    is_xyb = bool(bits.take(1))
    components = 1 if _is_grey(bits) else 3
    if is_xyb:  # which only lossy frames use; the decoder turns it into RGB
        return Codestream(
            rows, columns, components, precision, colour_transform=False, is_lossy=True
        )
    return Codestream(rows, columns, components, precision)


def jpeg_xl_codestream(data: bytes) -> bytes:
    """Return the beginning of the codestream, taken out of its container if there is one."""
    if not data.startswith(CONTAINER):
        return data[:HEADER_BYTES]
    for kind, start in _boxes(data):
        if kind == b"jxlc":
            return data[start : start + HEADER_BYTES]
        if kind == b"jxlp":  # one part of several; a counter comes first
            return data[start + 4 : start + 4 + HEADER_BYTES]
    raise refusal("CORRUPT_FRAME", "the JPEG XL container holds no image")


def holds_jpeg(data: bytes) -> bool:
    """Return whether the JPEG that this was made from can be had back."""
    return data.startswith(CONTAINER) and any(kind == b"jbrd" for kind, _ in _boxes(data))


def _boxes(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Yield the kind of each box of the container, and where its content begins."""
    position = len(CONTAINER)
    while position + 8 <= len(data):
        size, kind = struct.unpack_from(">L4s", data, position)
        start = position + 8
        if size == 1:
            size, start = int.from_bytes(data[start : start + 8], "big"), start + 8
        end = position + size if size else len(data)
        if not start <= end <= len(data):
            raise refusal("CORRUPT_FRAME", "the JPEG XL container is damaged")
        yield kind, start
        position = end


def _size(bits: Bits) -> tuple[int, int]:
    is_small = bits.take(1)
    rows = _length(bits, is_small)
    ratio = bits.take(3)
    if ratio == 0:
        return rows, _length(bits, is_small)
    over, under = RATIOS[ratio]
    return rows, rows * over // under


def _length(bits: Bits, is_small: int) -> int:
    if is_small:
        return (bits.take(5) + 1) * 8
    return bits.choose(*((1, count) for count in SIZE_BITS))


def _refuse_extra_fields(bits: Bits) -> None:
    if bits.take(3):
        raise refusal("CODESTREAM_MISMATCH", "it asks to be turned")
    if bits.take(1):  # have_intrinsic_size
        _size(bits)
    if bits.take(1):
        raise refusal("CODESTREAM_MISMATCH", "it holds a preview")
    if bits.take(1):
        raise refusal("CODESTREAM_MISMATCH", "it is animated")


def _precision(bits: Bits) -> int:
    if bits.take(1):
        raise refusal("CODESTREAM_MISMATCH", "its values are floating-point numbers")
    return bits.choose((8, 0), (10, 0), (12, 0), (1, 6))


def _is_grey(bits: Bits) -> bool:
    if bits.take(1):  # all_default: sRGB
        return False
    bits.take(1)  # want_icc
    space = bits.choose((0, 0), (1, 0), (2, 4), (18, 6))
    return space == GREY
