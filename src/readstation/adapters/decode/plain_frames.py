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
import stat
import threading  # noqa: TID251 - a lock; no thread is started
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from typing import Any, Protocol

from numpy.typing import NDArray

from readstation.adapters.decode.native import clear_unused_bits, stored_dtype
from readstation.adapters.decode.pixel_memory import fresh_memory
from readstation.adapters.decode.plain_layout import (
    NO_LAYOUT,
    PLAIN_SYNTAXES,
    SOP_INSTANCE_UID,
    WANTED,
    Layout,
    NotPlainError,
    is_foreign,
    plain_layout,
)
from readstation.adapters.dicom.byte_source import BINARY, NO_FOLLOW, NO_WAIT
from readstation.adapters.dicom.header_memory import HeaderMemory, Pattern
from readstation.adapters.dicom.header_scan import ScannedHeader, UnusualHeaderError
from readstation.adapters.dicom.pixel_geometry import PixelGeometry
from readstation.app.jobs import JobContext
from readstation.domain.errors import CannotDisplayError, NotFoundError
from readstation.domain.study import Instance
from readstation.imaging.frame import StoredFrame

READ = os.O_RDONLY | NO_FOLLOW | NO_WAIT | BINARY
PREADV = getattr(os, "preadv", None)
"""Reads into several places at once; Windows has nothing like it."""
HEAD_BYTES = 16 * 1024
MORE_HEAD_BYTES = 64
MAX_HEAD_BYTES = 1024 * 1024
READ_STEP = 32 * 1024**2
OBJECTS_BYTES = 2048
"""What the program keeps of one file beside its bytes; of small images it is not a little."""
WHOLE_FILE_BYTES = 64 * 1024**2
"""Up to here a file is read for one of its frames, as its hash is over all of them."""

AGAIN = "Import the study again from its source."
CHANGED = "This frame cannot be displayed. An image file has changed since it was imported."
FOREIGN = "This frame cannot be displayed. Its file holds another image than the index says."


class PlainFiles(Protocol):
    """The part of the image store that is needed here."""

    def unchecked_path(self, content_sha256: str) -> str | Path: ...


@dataclass(slots=True)
class PlainFile:
    """One file in memory: its pixels in their place in the volume, and the bytes around them."""

    content_sha256: str
    layout: Layout
    cells: NDArray[Any]
    head: bytes
    trailing: bytes
    kept_beside_bytes: int = field(init=False)
    """Of each frame: what is around the pixels, until the hash is compared, and the objects."""
    _frames: tuple[StoredFrame, ...] = ()
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        around = len(self.head) + len(self.trailing) + OBJECTS_BYTES
        self.kept_beside_bytes = around // len(self.cells)

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
        geometry = self.layout.geometry
        cells = self.cells.view(stored_dtype(geometry))
        cleared = clear_unused_bits(cells, geometry)
        if cleared is not cells:
            cells[...] = cleared
        cells.flags.writeable = False
        return cells

    def _stored_frame(self, values: NDArray[Any]) -> StoredFrame:
        geometry = self.layout.geometry
        return StoredFrame(
            stored_values=values,
            photometric_interpretation=geometry.photometric_interpretation,
            bits_stored=geometry.bits_stored,
            is_signed=geometry.is_signed,
            pixel_padding=self.layout.padding,
        )


@dataclass(frozen=True, slots=True)
class PlainFrame:
    """One frame of a file in memory: implements the port `UncheckedFrame`."""

    _file: PlainFile
    _index: int

    @property
    def size_bytes(self) -> int:
        return self._file.layout.geometry.decoded_bytes + self._file.kept_beside_bytes

    def checked(self) -> StoredFrame:
        """Return the frame, the hash of its file compared."""
        return self._file.frame(self._index)


@dataclass(frozen=True, slots=True)
class ForeignFrame:
    """Stands for a frame whose file says that it is another image."""

    size_bytes: int = 0

    def checked(self) -> StoredFrame:
        raise CannotDisplayError(FOREIGN, AGAIN)


@dataclass(slots=True)
class Volume:
    """Frames of one size, one behind the other. What is not used of it takes no memory."""

    cells: NDArray[Any]
    used: int = 0

    def next_frames(self, count: int) -> NDArray[Any]:
        """Return the next free place; it is taken once `used` says so."""
        return self.cells[self.used : self.used + count]


@dataclass(slots=True)
class LastRead:
    """How the file read last was laid out, kept from one call to the next.

    It may have been of another series: every header is compared with it, byte for byte. Any
    thread may replace a value of it, each as a whole.
    """

    pattern: Pattern | None = None
    layout: tuple[object, Layout] = (None, NO_LAYOUT)


NOT_READ = (NotPlainError, UnusualHeaderError, NotFoundError, MemoryError, OSError)


def read_plain_frames(
    files: PlainFiles,
    wanted: Sequence[tuple[Instance, int]],
    job: JobContext,
    last_read: LastRead | None = None,
) -> Iterator[tuple[Instance, int, PlainFrame | ForeignFrame]]:
    """Yield the plain ones of the wanted frames, in their order; see `FrameSource.load_plain`."""
    reading = _Reading(files, wanted, job, last_read or LastRead())
    for instance, frame_number in wanted:
        job.check()
        found = reading.file_of(instance)
        if isinstance(found, ForeignFrame):
            yield instance, frame_number, found
        elif found is not None and 1 <= frame_number <= len(found.cells):
            yield instance, frame_number, PlainFrame(found, frame_number - 1)


class _Reading:
    """The files of one call, each read when its first frame comes up."""

    def __init__(
        self,
        files: PlainFiles,
        wanted: Sequence[tuple[Instance, int]],
        job: JobContext,
        last_read: LastRead,
    ) -> None:
        self._files = files
        self._job = job
        self._left = {_key(instance): instance for instance, _ in wanted}
        self._frames_of = Counter(_key(instance) for instance, _ in wanted)
        self._found: dict[tuple[str, str], PlainFile | ForeignFrame | None] = {}
        self._volumes: dict[tuple[int, int, int], Volume] = {}
        self._head_bytes = HEAD_BYTES
        self._last_read = last_read
        self._memory = HeaderMemory(WANTED, last_read.pattern)
        self._last_key, self._last_layout = last_read.layout

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
            raise NotPlainError
        descriptor = os.open(self._files.unchecked_path(instance.content_sha256), READ)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise NotPlainError
            return self._read_like_the_last(
                descriptor, status.st_size, instance
            ) or self._read_in_steps(descriptor, status.st_size, instance)
        finally:
            os.close(descriptor)

    def _read_like_the_last(
        self, descriptor: int, size: int, instance: Instance
    ) -> PlainFile | ForeignFrame | None:
        """Read a file in one go, its pixels to where they are if it is laid out like the last one.

        Every call to the system lets another thread of the program run, which may keep this one
        waiting afterwards: few calls are worth more than few bytes. None says that it is laid out
        otherwise: what was read is not used.
        """
        last = self._last_layout
        cells = self._place_of(last) if last.file_bytes == size else None
        if PREADV is None or cells is None:
            return None
        before, behind = bytearray(last.pixel_offset), bytearray(last.trailing_bytes)
        if PREADV(descriptor, (before, cells.data.cast("B"), behind), 0) != size:
            return None
        head = bytes(before)
        try:
            header = self._memory.scan(head, size)
        except UnusualHeaderError:
            return None
        if is_foreign(header, instance):
            return ForeignFrame()
        layout = self._layout_of(header, instance, size)
        if layout is not last and not layout.lies_like(last):
            return None
        self._require_wanted(layout, instance)
        self._volume(layout.geometry).used += len(cells)
        return PlainFile(instance.content_sha256, layout, cells, head, bytes(behind))

    def _place_of(self, layout: Layout) -> NDArray[Any] | None:
        """Return the free place for the pixels of a file; None where it is not read in one go."""
        if not 0 < layout.pixel_bytes <= READ_STEP:
            return None
        frames = layout.geometry.number_of_frames
        cells = self._volume(layout.geometry).next_frames(frames)
        return cells if len(cells) == frames else None

    def _read_in_steps(
        self, descriptor: int, size: int, instance: Instance
    ) -> PlainFile | ForeignFrame:
        """Read the header, then the pixels to their place."""
        with FileIO(descriptor, closefd=False) as file:
            head, header = read_header(file, size, self._head_bytes, self._memory)
            if is_foreign(header, instance):
                return ForeignFrame()
            self._head_bytes = header.pixel_offset + MORE_HEAD_BYTES
            layout = self._layout_of(header, instance, size)
            self._require_wanted(layout, instance)
            return self._read_pixels(file, head, layout, instance)

    def _layout_of(self, header: ScannedHeader, instance: Instance, size: int) -> Layout:
        """Return the layout of a file; the files of a series mostly share one."""
        told = {tag: value for tag, value in header.values.items() if tag != SOP_INSTANCE_UID}
        shape = instance.rows, instance.columns, instance.number_of_frames
        key = header._replace(values=told), instance.transfer_syntax_uid, shape, size
        if key != self._last_key:
            self._last_layout, self._last_key = plain_layout(header, instance, size), key
            self._last_read.layout = key, self._last_layout
        self._last_read.pattern = self._memory.pattern
        return self._last_layout

    def _require_wanted(self, layout: Layout, instance: Instance) -> None:
        """Leave a large file to the workers if not all of it is wanted."""
        frames = layout.geometry.number_of_frames
        if self._frames_of[_key(instance)] < frames and layout.pixel_bytes > WHOLE_FILE_BYTES:
            raise NotPlainError

    def _read_pixels(
        self, file: FileIO, head: bytes, layout: Layout, instance: Instance
    ) -> PlainFile:
        frames = layout.geometry.number_of_frames
        volume = self._volume(layout.geometry)
        cells = volume.next_frames(frames)
        file.seek(layout.pixel_offset)
        self._fill(file, cells)
        trailing = file.read(layout.trailing_bytes) if layout.trailing_bytes else b""
        volume.used += frames
        before = head[: layout.pixel_offset]
        return PlainFile(instance.content_sha256, layout, cells, before, trailing)

    def _fill(self, file: FileIO, cells: NDArray[Any]) -> None:
        remaining = cells.data.cast("B")
        while count := file.readinto(remaining[:READ_STEP]):
            remaining = remaining[count:]
            if not remaining:
                return
            self._job.check()
        raise NotPlainError

    def _volume(self, geometry: PixelGeometry) -> Volume:
        """Return where the frames of this size go: made when the first one comes up."""
        rows, columns, width = geometry.rows, geometry.columns, geometry.bits_allocated // 8
        if (rows, columns, width) not in self._volumes:
            alike = (i for i in self._left.values() if (i.rows, i.columns) == (rows, columns))
            count = sum(instance.number_of_frames for instance in alike)
            cells = fresh_memory((count, rows, columns), f"<u{width}")
            self._volumes[rows, columns, width] = Volume(cells)
        return self._volumes[rows, columns, width]


def _key(instance: Instance) -> tuple[str, str]:
    return instance.content_sha256, instance.sop_instance_uid


def read_header(
    file: FileIO, size: int, head_bytes: int, memory: HeaderMemory
) -> tuple[bytes, ScannedHeader]:
    """Read and scan the beginning of a file, more of it only where the header is long."""
    head = b""
    for more in (head_bytes, HEAD_BYTES):
        head += file.read(more)
        try:
            return head, memory.scan(head, size)
        except UnusualHeaderError as unusual:
            if not unusual.needs_more:
                raise
    head += file.read(MAX_HEAD_BYTES - len(head))
    return head, memory.scan(head, size)
