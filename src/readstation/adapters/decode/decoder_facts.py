"""What the reader is told of the decoder of an image: library, version, golden vectors."""

from __future__ import annotations

from functools import cache

import imagecodecs

from readstation.adapters.decode.decoder_versions import decoder_version
from readstation.adapters.decode.self_test import self_test
from readstation.adapters.decode.transfer_syntaxes import BY_UID
from readstation.app.viewport.image_description import DecoderFacts

PACKAGE = f"imagecodecs {imagecodecs.__version__}"


@cache
def decoder_facts(transfer_syntax_uid: str) -> DecoderFacts:
    """Return who decodes a transfer syntax and how it did on its golden vectors; empty if nobody.

    Tests the decoder on the first call, as decoding itself would.
    """
    syntax = BY_UID.get(transfer_syntax_uid)
    if syntax is None:
        return DecoderFacts()
    version = decoder_version(syntax.codec)
    if syntax.codec.value.startswith("imagecodecs"):
        version = f"({version}, {PACKAGE})"
    tested = self_test(transfer_syntax_uid)
    return DecoderFacts(syntax.codec.value, version, tested.vectors, tested.failure)
