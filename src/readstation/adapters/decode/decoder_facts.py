"""What the reader is told of the decoder of an image: library, version, golden vectors."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import cache

import imagecodecs
import numpy as np

from readstation.adapters.decode.self_test import self_test
from readstation.adapters.decode.transfer_syntaxes import BY_UID, Codec
from readstation.app.viewport.image_description import DecoderFacts

PACKAGE = f"imagecodecs {imagecodecs.__version__}"
VERSIONS: dict[Codec, Callable[[], str]] = {
    Codec.NATIVE: lambda: np.__version__,
    Codec.DEFLATED: lambda: f"zlib {zlib.ZLIB_RUNTIME_VERSION}, numpy {np.__version__}",
    Codec.JPEG: imagecodecs.jpeg8_version,
    Codec.JPEG_LOSSLESS: imagecodecs.jpeg8_version,
    Codec.JPEG_LS: imagecodecs.jpegls_version,
    Codec.JPEG_2000: imagecodecs.jpeg2k_version,
    Codec.HTJ2K: imagecodecs.htj2k_version,
}


@cache
def decoder_facts(transfer_syntax_uid: str) -> DecoderFacts:
    """Return who decodes a transfer syntax and how it did on its golden vectors; empty if nobody.

    Tests the decoder on the first call, as decoding itself would.
    """
    syntax = BY_UID.get(transfer_syntax_uid)
    if syntax is None:
        return DecoderFacts()
    version = VERSIONS[syntax.codec]() if syntax.codec in VERSIONS else PACKAGE
    if syntax.is_encapsulated and syntax.codec in VERSIONS:
        version = f"({version}, {PACKAGE})"
    tested = self_test(transfer_syntax_uid)
    return DecoderFacts(syntax.codec.value, version, tested.vectors, tested.failure)
