"""Which version of which library decodes: for `doctor`, and for whoever asks why pixels changed."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from importlib.metadata import version

import imagecodecs
import numpy as np

from readstation.adapters.decode.transfer_syntaxes import Codec


def _numpy() -> str:
    return f"numpy {np.__version__}"


def _zlib() -> str:
    return f"zlib {zlib.ZLIB_RUNTIME_VERSION}"


def _jpeg() -> str:
    return str(imagecodecs.jpeg8_version())


def _jpeg_xl_from_jpeg() -> str:
    return f"{imagecodecs.jpegxl_version()}, {_jpeg()}"


def _video() -> str:
    return f"opencv-python-headless {version('opencv-python-headless')}"


VERSIONS: dict[Codec, Callable[[], str]] = {
    Codec.NATIVE: _numpy,
    Codec.ENCAPSULATED: _numpy,
    Codec.DEFLATED: _zlib,
    Codec.DEFLATED_FRAMES: _zlib,
    Codec.RLE: imagecodecs.packbits_version,
    Codec.JPEG: _jpeg,
    Codec.JPEG_LOSSLESS: _jpeg,
    Codec.JPEG_LS: imagecodecs.jpegls_version,
    Codec.JPEG_2000: imagecodecs.jpeg2k_version,
    Codec.JPEG_2000_COMPONENTS: imagecodecs.jpeg2k_version,
    Codec.HTJ2K: imagecodecs.htj2k_version,
    Codec.JPEG_XL: imagecodecs.jpegxl_version,
    Codec.JPEG_XL_FROM_JPEG: _jpeg_xl_from_jpeg,
    Codec.VIDEO: _video,
}


def decoder_version(codec: Codec) -> str:
    """Return library and version, as far as the library says."""
    return str(VERSIONS[codec]())
