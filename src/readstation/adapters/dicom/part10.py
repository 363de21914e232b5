"""Opening one DICOM file: preamble, file meta information, transfer syntax (PS3.10 section 7)."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path

from readstation.adapters.dicom.byte_source import ByteSource
from readstation.adapters.dicom.structure import (
    Encoding,
    Structure,
    read_element,
    walk_structure,
)
from readstation.app.importing.refusals import refusal

MAX_HEADER_BYTES = 64 * 1024**2
MAX_INFLATED_BYTES = 128 * 1024**2
INFLATE_STEP = 1024**2
PREAMBLE = 128
PACKED = {
    b"\x1f\x8b": "with gzip",
    b"PK\x03\x04": "a ZIP archive inside another",
    b"7z\xbc\xaf": "with 7-Zip",
    b"BZh": "with bzip2",
    b"\xfd7zXZ": "with xz",
}
EXPLICIT_LE = "1.2.840.10008.1.2.1"
IMPLICIT_LE = "1.2.840.10008.1.2"
EXPLICIT_BE = "1.2.840.10008.1.2.2"
DEFLATED_LE = "1.2.840.10008.1.2.1.99"
META_ENCODING = Encoding(is_implicit_vr=False, is_little_endian=True)
MAX_META_BYTES = 1024**2


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """One file, its skeleton found: everything up to the pixels is in `header`."""

    source: ByteSource
    transfer_syntax_uid: str
    encoding: Encoding
    header: bytes
    structure: Structure
    dataset_start: int
    has_meta: bool
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Meta:
    """What the beginning of the file says."""

    dataset_start: int
    transfer_syntax_uid: str
    has_meta: bool


def open_part10(path: Path) -> OpenedFile:
    """Open a file on disk; the caller closes `source`."""
    source = ByteSource(path)
    try:
        return find_dataset(source)
    except BaseException:
        source.close()
        raise


def find_dataset(source: ByteSource) -> OpenedFile:
    """Find the data set in a source, inflating it within bounds if it is deflated."""
    start = source.read_at(0, min(source.size, MAX_HEADER_BYTES))
    _refuse_other_formats(start)
    meta = _read_meta(start)
    warnings = () if meta.has_meta else ("the file has no file meta information",)
    if meta.transfer_syntax_uid == DEFLATED_LE:
        with source:
            source = ByteSource(data=inflate(source, meta.dataset_start))
        start = source.read_at(0, min(source.size, MAX_HEADER_BYTES))
        meta = Meta(0, DEFLATED_LE, True)
    encoding, doubts = _dataset_encoding(start, meta)
    structure = walk_structure(start, encoding, meta.dataset_start, source.size)
    header = start[meta.dataset_start : structure.header_end]
    return OpenedFile(
        source=source,
        transfer_syntax_uid=meta.transfer_syntax_uid,
        encoding=encoding,
        header=header,
        structure=structure,
        dataset_start=meta.dataset_start,
        has_meta=meta.has_meta,
        warnings=warnings + doubts,
    )


def inflate(source: ByteSource, offset: int) -> bytes:
    """Inflate a deflated data set (PS3.5 A.5), never beyond the budget."""
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    out = bytearray()
    try:
        for position in range(offset, source.size, INFLATE_STEP):
            packed = source.read_at(position, min(INFLATE_STEP, source.size - position))
            while packed and not engine.eof:
                out += engine.decompress(packed, INFLATE_STEP)
                packed = engine.unconsumed_tail
                if len(out) > MAX_INFLATED_BYTES:
                    raise refusal("TOO_LARGE", "it inflates beyond the budget")
    except zlib.error as problem:
        raise refusal("MALFORMED", "the deflated data are damaged") from problem
    if not engine.eof:
        raise refusal("TRUNCATED", "the deflated data end too early")
    return bytes(out)


def _refuse_other_formats(start: bytes) -> None:
    if not start:
        raise refusal("EMPTY")
    for magic, name in PACKED.items():
        if start.startswith(magic):
            raise refusal("COMPRESSED_FILE", name)


def _read_meta(start: bytes) -> Meta:
    for position in (PREAMBLE + 4, 0):
        has_magic = position == 0 or start[PREAMBLE:position] == b"DICM"
        if has_magic and start[position : position + 2] == b"\x02\x00":
            return _read_meta_group(start, position)
    if start[PREAMBLE:] == b"DICM":
        raise refusal("TRUNCATED", "nothing follows the DICOM mark")
    return Meta(0, _guess_transfer_syntax(start), has_meta=False)


def _read_meta_group(start: bytes, position: int) -> Meta:
    """Read group 0002 element by element; its group length is not believed."""
    uid = ""
    limit = position + MAX_META_BYTES
    while position < min(len(start), limit) and start[position : position + 2] == b"\x02\x00":
        element = read_element(start, position, META_ENCODING)
        end = element.value_offset + element.length
        if end > len(start):
            raise refusal("TRUNCATED", "the file meta information is cut off")
        if element.tag == 0x00020010:
            uid = start[element.value_offset : end].decode("ascii", "replace").rstrip("\0 ")
        position = end
    if position >= len(start):
        raise refusal("TRUNCATED", "nothing follows the file meta information")
    if not uid:
        raise refusal("UNKNOWN_TRANSFER_SYNTAX")
    return Meta(position, uid, has_meta=True)


def _guess_transfer_syntax(start: bytes) -> str:
    """Guess an uncompressed encoding from the first element, which must be a known low group."""
    if len(start) < 8:
        raise refusal("NOT_DICOM")
    little, big = int.from_bytes(start[:2], "little"), int.from_bytes(start[:2], "big")
    explicit = start[4:6].isalpha() and start[4:6].isupper()
    if little in {0x0008, 0x0010}:
        return EXPLICIT_LE if explicit else IMPLICIT_LE
    if big == 0x0008 and explicit:
        return EXPLICIT_BE
    raise refusal("NOT_DICOM")


def _dataset_encoding(start: bytes, meta: Meta) -> tuple[Encoding, tuple[str, ...]]:
    """Return the encoding, preferring what is there over what is declared (with a warning)."""
    uid = meta.transfer_syntax_uid
    declared = Encoding(uid == IMPLICIT_LE, uid != EXPLICIT_BE)
    vr = start[meta.dataset_start + 4 : meta.dataset_start + 6]
    looks_explicit = vr.isalpha() and vr.isupper()
    if declared.is_implicit_vr == looks_explicit and len(vr) == 2:
        actual = Encoding(not looks_explicit, declared.is_little_endian)
        return actual, ("the elements are not encoded as the transfer syntax says",)
    return declared, ()
