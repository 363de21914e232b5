"""Which header reader belongs to which codec."""

from __future__ import annotations

from collections.abc import Callable

from readstation.adapters.decode.codestream import Codestream
from readstation.adapters.decode.codestream_jpeg import read_jpeg
from readstation.adapters.decode.codestream_jpeg_2000 import read_jpeg_2000
from readstation.adapters.decode.codestream_jpeg_xl import read_jpeg_xl
from readstation.adapters.decode.transfer_syntaxes import Codec, TransferSyntax

READERS: dict[Codec, Callable[[bytes], Codestream]] = {
    Codec.JPEG: read_jpeg,
    Codec.JPEG_LOSSLESS: read_jpeg,
    Codec.JPEG_LS: read_jpeg,
    Codec.JPEG_2000: read_jpeg_2000,
    Codec.JPEG_2000_COMPONENTS: read_jpeg_2000,
    Codec.HTJ2K: read_jpeg_2000,
    Codec.JPEG_XL: read_jpeg_xl,
    Codec.JPEG_XL_FROM_JPEG: read_jpeg_xl,
}


def read_codestream(data: bytes, syntax: TransferSyntax) -> Codestream:
    """Parse the header of one frame."""
    return READERS[syntax.codec](data)
