"""Uncompressed frames, read from the image store straight into one volume.

This happens in the program's own process, unlike all decoding, because nothing is decoded: a scan
follows lengths (`header_scan`) and bytes are copied to where the viewports take them from. No text
is decoded, no table is built, no codec runs. Any file that is not as plain as that is left out and
takes its way through a decode worker, which judges it.

Nothing that is read here is believed before its hash is compared: `checked` hashes the bytes in
memory, not the file again, so a file that is cut off or replaced at any moment gives a refusal.

The frames of one call lie one behind the other in one volume, in the order asked. It stays in
memory as long as one of its frames does, which is what is wanted where whole series come and go.
"""

from __future__ import annotations

import hashlib
import os
import re
import threading  # noqa: TID251 - a lock; no thread is started
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from readstation.adapters.decode.native import clear_unused_bits, stored_dtype
from readstation.adapters.dicom.byte_source import open_ordinary_file
from readstation.adapters.dicom.header_scan import (
    EXPLICIT_LE,
    IMPLICIT_LE,
    US,
    ScannedHeader,
    UnusualHeaderError,
    scan_header,
)
from readstation.adapters.dicom.pixel_geometry import MAX_FRAME_BYTES, MAX_FRAMES, PixelGeometry
from readstation.app.jobs import JobContext
from readstation.domain.errors import CannotDisplayError, NotFoundError, RefusedInputError
from readstation.domain.study import Instance
from readstation.imaging.frame import PixelPadding, StoredFrame

SOP_CLASS_UID, SOP_INSTANCE_UID, SERIES_INSTANCE_UID = 0x00080016, 0x00080018, 0x0020000E
SAMPLES_PER_PIXEL, PHOTOMETRIC_INTERPRETATION = 0x00280002, 0x00280004
NUMBER_OF_FRAMES, ROWS, COLUMNS = 0x00280008, 0x00280010, 0x00280011
BITS_ALLOCATED, BITS_STORED, HIGH_BIT = 0x00280100, 0x00280101, 0x00280102
PIXEL_REPRESENTATION, PIXEL_PADDING_VALUE = 0x00280103, 0x00280120
PIXEL_PADDING_RANGE_LIMIT = 0x00280121
WANTED = frozenset(
    {
        SOP_CLASS_UID,
        SOP_INSTANCE_UID,
        SERIES_INSTANCE_UID,
        SAMPLES_PER_PIXEL,
        PHOTOMETRIC_INTERPRETATION,
        NUMBER_OF_FRAMES,
        ROWS,
        COLUMNS,
        BITS_ALLOCATED,
        BITS_STORED,
        HIGH_BIT,
        PIXEL_REPRESENTATION,
        PIXEL_PADDING_VALUE,
        PIXEL_PADDING_RANGE_LIMIT,
    }
)
PLAIN_SYNTAXES = frozenset({EXPLICIT_LE.decode(), IMPLICIT_LE.decode()})
GREY = {b"MONOCHROME1": "MONOCHROME1", b"MONOCHROME2": "MONOCHROME2"}
PLAIN_BITS = frozenset({8, 16})
INTEGER = re.compile(rb" *[0-9]{1,5} *\0?")

HEAD_BYTES = 16 * 1024
MAX_HEAD_BYTES = 1024 * 1024
MAX_TRAILING_BYTES = 64 * 1024
READ_STEP = 32 * 1024**2
WHOLE_FILE_BYTES = 64 * 1024**2
"""Up to here a file is read for one of its frames, as its hash is over all of them."""

AGAIN = "Import the study again from its source."
CHANGED = "This frame cannot be displayed. An image file has changed since it was imported."
FOREIGN = "This frame cannot be displayed. Its file holds another image than the index says."


class PlainFiles(Protocol):
    """The part of the image store that is needed here."""

    def unchecked_path(self, content_sha256: str) -> Path: ...


@dataclass(slots=True)
class PlainFile:
    """One file in memory: its pixels in their place in the volume, and the bytes around them."""

    content_sha256: str
    geometry: PixelGeometry
    padding: PixelPadding | None
    cells: NDArray[Any]
    head: bytes
    trailing: bytes
    _frames: tuple[StoredFrame, ...] = ()
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def frame(self, index: int) -> StoredFrame:
        """Return a frame of the file, after its hash was compared; any thread may ask."""
        with self._lock:
            if not self._frames:
                self._check()
                self._frames = tuple(self._stored_frame(cells) for cells in self._cleared())
            return self._frames[index]

    def _check(self) -> None:
        digest = hashlib.sha256(self.head)
        digest.update(self.cells.data)
        digest.update(self.trailing)
        if digest.hexdigest() != self.content_sha256:
            raise CannotDisplayError(CHANGED, AGAIN)
        self.head = self.trailing = b""

    def _cleared(self) -> NDArray[Any]:
        """Clear the unused bits where the pixels are, and take the sign that they have."""
        cells = self.cells.view(stored_dtype(self.geometry))
        cleared = clear_unused_bits(cells, self.geometry)
        if cleared is not cells:
            cells[...] = cleared
        cells.flags.writeable = False
        return cells

    def _stored_frame(self, values: NDArray[Any]) -> StoredFrame:
        return StoredFrame(
            stored_values=values,
            photometric_interpretation=self.geometry.photometric_interpretation,
            bits_stored=self.geometry.bits_stored,
            is_signed=self.geometry.is_signed,
            pixel_padding=self.padding,
        )


@dataclass(frozen=True, slots=True)
class PlainFrame:
    """One frame of a file in memory: implements the port `UncheckedFrame`."""

    _file: PlainFile
    _index: int

    @property
    def size_bytes(self) -> int:
        return self._file.geometry.decoded_bytes

    def checked(self) -> StoredFrame:
        """Return the frame, the hash of its file compared."""
        return self._file.frame(self._index)


@dataclass(frozen=True, slots=True)
class ForeignFrame:
    """Stands for a frame whose file says that it is another image."""

    size_bytes: int = 0

    def checked(self) -> StoredFrame:
        raise CannotDisplayError(FOREIGN, AGAIN)


@dataclass(frozen=True, slots=True)
class Layout:
    """What a plain file is made of, and where."""

    geometry: PixelGeometry
    padding: PixelPadding | None
    pixel_offset: int

    @property
    def pixel_bytes(self) -> int:
        return self.geometry.decoded_bytes * self.geometry.number_of_frames


@dataclass(slots=True)
class Volume:
    """Frames of one size, one behind the other. What is not used of it takes no memory."""

    cells: NDArray[Any]
    used: int = 0

    def next_frames(self, count: int) -> NDArray[Any]:
        """Return the next free place; it is taken once `used` says so."""
        return self.cells[self.used : self.used + count]


class _Left(Exception):  # noqa: N818 - no error: the frame takes another way
    """The file is left to the decode workers."""


NOT_READ = (_Left, UnusualHeaderError, NotFoundError, RefusedInputError, MemoryError, OSError)


def read_plain_frames(
    files: PlainFiles, wanted: Sequence[tuple[Instance, int]], job: JobContext
) -> Iterator[tuple[Instance, int, PlainFrame | ForeignFrame]]:
    """Yield the plain ones of the wanted frames, in their order; see `FrameSource.load_plain`."""
    reading = _Reading(files, wanted, job)
    for position, (instance, frame_number) in enumerate(wanted):
        job.progress(position, len(wanted))
        found = reading.file_of(instance)
        if isinstance(found, ForeignFrame):
            yield instance, frame_number, found
        elif found is not None and 1 <= frame_number <= found.geometry.number_of_frames:
            yield instance, frame_number, PlainFrame(found, frame_number - 1)


class _Reading:
    """The files of one call, each read when its first frame comes up."""

    def __init__(
        self, files: PlainFiles, wanted: Sequence[tuple[Instance, int]], job: JobContext
    ) -> None:
        self._files = files
        self._job = job
        self._left = {_key(instance): instance for instance, _ in wanted}
        self._frames_of = Counter(_key(instance) for instance, _ in wanted)
        self._found: dict[tuple[str, str], PlainFile | ForeignFrame | None] = {}
        self._volumes: dict[tuple[int, int, int], Volume] = {}

    def file_of(self, instance: Instance) -> PlainFile | ForeignFrame | None:
        """Return the file in memory, or None if it is left to the workers."""
        key = _key(instance)
        if key not in self._found:
            try:
                self._found[key] = self._read(instance)
            except NOT_READ:
                self._found[key] = None
            del self._left[key]
        return self._found[key]

    def _read(self, instance: Instance) -> PlainFile | ForeignFrame:
        if instance.transfer_syntax_uid not in PLAIN_SYNTAXES:
            raise _Left
        path = self._files.unchecked_path(instance.content_sha256)
        with FileIO(open_ordinary_file(path)) as file:
            size = os.fstat(file.fileno()).st_size
            head, header = read_header(file, size)
            if is_foreign(header, instance):
                return ForeignFrame()
            layout = plain_layout(header, instance, size)
            few = self._frames_of[_key(instance)] < layout.geometry.number_of_frames
            if few and layout.pixel_bytes > WHOLE_FILE_BYTES:
                raise _Left
            volume = self._volume(layout.geometry)
            cells = volume.next_frames(layout.geometry.number_of_frames)
            file.seek(layout.pixel_offset)
            self._fill(file, cells)
            trailing = file.read(size - layout.pixel_offset - layout.pixel_bytes)
        volume.used += len(cells)
        before = head[: layout.pixel_offset]
        sha256 = instance.content_sha256
        return PlainFile(sha256, layout.geometry, layout.padding, cells, before, trailing)

    def _fill(self, file: FileIO, cells: NDArray[Any]) -> None:
        remaining = cells.data.cast("B")
        while remaining:
            count = file.readinto(remaining[:READ_STEP])
            if not count:
                raise _Left
            remaining = remaining[count:]
            if remaining:
                self._job.progress(0, 0)

    def _volume(self, geometry: PixelGeometry) -> Volume:
        """Return where the frames of this size go: made when the first one comes up."""
        rows, columns, width = geometry.rows, geometry.columns, geometry.bits_allocated // 8
        if (rows, columns, width) not in self._volumes:
            alike = (i for i in self._left.values() if (i.rows, i.columns) == (rows, columns))
            count = sum(instance.number_of_frames for instance in alike)
            cells = np.empty((count, rows, columns), f"<u{width}")
            self._volumes[rows, columns, width] = Volume(cells)
        return self._volumes[rows, columns, width]


def _key(instance: Instance) -> tuple[str, str]:
    return instance.content_sha256, instance.sop_instance_uid


def read_header(file: FileIO, size: int) -> tuple[bytes, ScannedHeader]:
    """Read and scan the beginning of a file, more of it only where the header is long."""
    head = file.read(HEAD_BYTES)
    try:
        return head, scan_header(head, size, WANTED)
    except UnusualHeaderError as unusual:
        if not unusual.needs_more:
            raise
    head += file.read(MAX_HEAD_BYTES - len(head))
    return head, scan_header(head, size, WANTED)


def is_foreign(header: ScannedHeader, instance: Instance) -> bool:
    """Say whether a file names another object than the index does: its pixels are never shown."""
    stated = {
        SOP_INSTANCE_UID: instance.sop_instance_uid,
        SERIES_INSTANCE_UID: instance.series_instance_uid,
        SOP_CLASS_UID: instance.sop_class_uid,
    }
    if not stated.keys() <= header.values.keys():
        raise _Left
    return any(
        header.values[tag].strip(b" ").rstrip(b"\0 ") != uid.encode("ascii", "replace")
        for tag, uid in stated.items()
    )


def plain_layout(header: ScannedHeader, instance: Instance, size: int) -> Layout:
    """Return what the pixels are made of, if nothing about them is unusual and all agrees."""
    allocated, stored = _short(header, BITS_ALLOCATED), _short(header, BITS_STORED)
    sign = _short(header, PIXEL_REPRESENTATION)
    photometric = GREY.get(header.values.get(PHOTOMETRIC_INTERPRETATION, b"").rstrip(b"\0 "))
    geometry = PixelGeometry(
        rows=_short(header, ROWS),
        columns=_short(header, COLUMNS),
        number_of_frames=_number_of_frames(header),
        samples_per_pixel=_short(header, SAMPLES_PER_PIXEL),
        photometric_interpretation=photometric or "",
        bits_allocated=allocated,
        bits_stored=stored,
        is_signed=sign == 1,
        is_planar=False,
    )
    layout = Layout(geometry, _padding(header, is_signed=sign == 1), header.pixel_offset)
    is_plain = (
        photometric is not None
        and geometry.samples_per_pixel == 1
        and allocated in PLAIN_BITS
        and 1 <= stored <= allocated
        and _short(header, HIGH_BIT) == stored - 1
        and sign in {0, 1}
        and not header.has_overlays
        and header.transfer_syntax_uid == instance.transfer_syntax_uid
    )
    if not is_plain or not _agrees(layout, header, instance, size):
        raise _Left
    return layout


def _agrees(layout: Layout, header: ScannedHeader, instance: Instance, size: int) -> bool:
    """Say whether index, header and length of the pixels tell the same."""
    geometry = layout.geometry
    indexed = (instance.rows, instance.columns, instance.number_of_frames)
    expected = layout.pixel_bytes
    return (
        indexed == (geometry.rows, geometry.columns, geometry.number_of_frames)
        and 0 < geometry.decoded_bytes <= MAX_FRAME_BYTES
        and header.pixel_length == expected + expected % 2
        and 0 <= size - header.pixel_offset - header.pixel_length <= MAX_TRAILING_BYTES
    )


def _short(header: ScannedHeader, tag: int) -> int:
    """Return a US of one value."""
    value = header.values.get(tag, b"")
    if len(value) != 2 or header.vrs.get(tag, US) != US:
        raise _Left
    return int.from_bytes(value, "little")


def _number_of_frames(header: ScannedHeader) -> int:
    value = header.values.get(NUMBER_OF_FRAMES, b"")
    if not value:
        return 1
    frames = int(value.rstrip(b"\0")) if INTEGER.fullmatch(value) else 0
    if not 1 <= frames <= MAX_FRAMES:
        raise _Left
    return frames


def _padding(header: ScannedHeader, *, is_signed: bool) -> PixelPadding | None:
    """Return the pixel padding, read with the sign of the pixels (C.7.5.1.1.2)."""
    value, limit = (
        int.from_bytes(raw, "little", signed=is_signed) if len(raw) == 2 else None
        for raw in (
            header.values.get(PIXEL_PADDING_VALUE, b""),
            header.values.get(PIXEL_PADDING_RANGE_LIMIT, b""),
        )
    )
    return None if value is None else PixelPadding.between(value, limit)
