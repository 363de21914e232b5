"""Each decoder is tested on golden vectors before it is trusted; a failing one is not used."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from readstation.adapters.decode.bytewise import decode_bytewise
from readstation.adapters.decode.codecs import decode_codestream
from readstation.adapters.decode.codestream import check_codestream
from readstation.adapters.decode.codestream_readers import read_codestream
from readstation.adapters.decode.decoder_versions import decoder_version
from readstation.adapters.decode.golden_vectors import GoldenVector, golden_vectors
from readstation.adapters.decode.native import read_native_frame
from readstation.adapters.decode.transfer_syntaxes import (
    BYTEWISE,
    NOT_ENCAPSULATED,
    SUPPORTED,
    Codec,
    TransferSyntax,
    transfer_syntax,
)
from readstation.adapters.dicom.byte_source import ByteSource
from readstation.adapters.dicom.part10 import find_dataset
from readstation.adapters.dicom.pixel_geometry import PixelGeometry
from readstation.app.importing.refusals import refusal
from readstation.domain.errors import RefusedInputError


@dataclass(frozen=True, slots=True)
class SelfTestRow:
    """The result of one transfer syntax, for `doctor`."""

    transfer_syntax_uid: str
    name: str
    decoder: str
    version: str
    vectors: int
    failure: str = ""


def decode_vector(vector: GoldenVector) -> NDArray[Any]:
    """Decode a vector as a frame of a file would be."""
    data, geometry = vector.codestream, vector.geometry
    syntax = transfer_syntax(vector.transfer_syntax_uid)
    if syntax.codec is Codec.VIDEO:
        return _decode_video(data)
    if syntax.codec in NOT_ENCAPSULATED:
        return _decode_file(data, geometry)
    if syntax.codec in BYTEWISE:
        return decode_bytewise(data, geometry, syntax.codec)
    found = read_codestream(data, syntax)
    check_codestream(found, geometry, syntax)
    return decode_codestream(data, found, geometry, syntax.codec, room=np.empty)  # as the worker


def _decode_file(data: bytes, geometry: PixelGeometry) -> NDArray[Any]:
    """Decode the uncompressed pixels of a whole file."""
    opened = find_dataset(ByteSource(data=data))
    element = opened.structure.pixel_element
    if element is None:
        raise refusal("NOT_AN_IMAGE")
    is_little_endian = opened.encoding.is_little_endian
    return read_native_frame(opened.source, element, geometry, 0, is_little_endian=is_little_endian)


def _decode_video(data: bytes) -> NDArray[Any]:
    from readstation.adapters.decode.video_stream import (  # noqa: PLC0415 - OpenCV takes 0.3 s
        VideoStream,
    )

    stream = VideoStream(io.BytesIO(data))
    pictures = []
    while (picture := stream.read()) is not None:
        pictures.append(picture)
    stream.close()
    if not pictures:
        raise refusal("TRUNCATED", "the video holds no pictures")
    return np.concatenate(pictures, axis=2)


def failure_of(vector: GoldenVector) -> str:
    """Return what is wrong with a decoder, or ''."""
    try:
        decoded = decode_vector(vector)
    except RefusedInputError as refused:
        return refused.message
    return difference_of(decoded, vector.expected(), vector.tolerance)


def difference_of(decoded: NDArray[Any], expected: NDArray[Any], tolerance: int) -> str:
    """Return in what a decoded image differs from the expected one, or ''."""
    if decoded.dtype != expected.dtype or decoded.shape != expected.shape:
        return f"{decoded.shape} {decoded.dtype} came out"
    difference = np.abs(decoded.astype(np.int64) - expected.astype(np.int64))
    wrong = int((difference > tolerance).sum())
    return f"{wrong} of {expected.size} pixels are wrong" if wrong else ""


@cache
def self_test(transfer_syntax_uid: str) -> SelfTestRow:
    """Test the decoder of one transfer syntax, once per process."""
    syntax = transfer_syntax(transfer_syntax_uid)
    vectors, failure = _prove_video(syntax.stream) if syntax.stream else _prove(_of(syntax))
    if not vectors:
        failure = "there is no golden vector"
    return SelfTestRow(
        transfer_syntax_uid,
        syntax.name,
        syntax.codec.value,
        decoder_version(syntax.codec),
        vectors,
        failure,
    )


def _of(syntax: TransferSyntax) -> list[GoldenVector]:
    return [v for v in golden_vectors() if v.transfer_syntax_uid == syntax.uid]


@cache
def _prove_video(stream: str) -> tuple[int, str]:
    """Test one coding for all profiles and levels that the syntaxes tell apart."""
    of_stream = {s.uid for s in SUPPORTED if s.stream == stream}
    return _prove([v for v in golden_vectors() if v.transfer_syntax_uid in of_stream])


def _prove(vectors: list[GoldenVector]) -> tuple[int, str]:
    failures = (failure for failure in map(failure_of, vectors) if failure)
    return len(vectors), next(failures, "")


def require_trusted(syntax: TransferSyntax) -> None:
    """Refuse a transfer syntax whose decoder fails its golden vectors on this machine."""
    found = self_test(syntax.uid)
    if found.failure:
        raise refusal("SELF_TEST_FAILED", f"{syntax.name}, {found.failure}")


def self_test_all() -> list[SelfTestRow]:
    """Test every decoder, for `doctor`."""
    return [self_test(syntax.uid) for syntax in SUPPORTED]
