"""Decoded frames in one local file for as long as the program runs, so that none is decoded twice.

The file is private, has no name once it is open (where the system allows that), and is never
believed: a hash of what was written stays in memory, and other bytes than those are no frame.
Whatever fails here, a full disk above all, costs time and never pixels.
"""

from __future__ import annotations

import hashlib
import logging
import os
import secrets
import shutil
import threading  # noqa: TID251 - a lock; no thread is started
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from readstation.domain.late_dataclass import dataclass

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from readstation.imaging.frame import StoredFrame

FOLDER_NAME = "scratch"
PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700
SHARE_OF_FREE_DISK = 4
MOST_BYTES = 64 * 1024**3
LEAST_FREE_BYTES = 2 * 1024**3
"""The disk is left this much, however large the budget was when the file was made."""
CREATE = (
    os.O_RDWR
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_TEMPORARY", 0)
)
log = logging.getLogger(__name__)
Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a frame lies in the file, what its bytes must hash to, and what is not in them."""

    offset: int
    size_bytes: int
    sha256: bytes
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    rest: Callable[[NDArray[Any]], StoredFrame]


class ScratchFile:
    """Implements the port `FrameScratch` with one file in the workspace."""

    def __init__(
        self,
        home: Path,
        most_bytes: int = MOST_BYTES,
        free_bytes: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free,
    ) -> None:
        self._folder = home / FOLDER_NAME
        self._most_bytes = most_bytes
        self._free_bytes = free_bytes
        self._file: FileIO | None = None
        self._path: Path | None = None
        self._is_given_up = False
        self._places: OrderedDict[Key, _Place] = OrderedDict()
        self._gaps: list[tuple[int, int]] = []
        self._end = 0
        self._lock = threading.Lock()

    @property
    def size_bytes(self) -> int:
        """How much of the disk the file takes."""
        return self._end

    def holds(self, content_sha256: str, frame_number: int) -> bool:
        return (content_sha256, frame_number) in self._places

    def write(self, content_sha256: str, frame_number: int, frame: StoredFrame) -> bool:
        """Keep a frame; the oldest leave where the file is full. False if nothing can be kept."""
        import numpy as np  # noqa: PLC0415 - the worklist comes up without it

        key = (content_sha256, frame_number)
        if frame.overlays or key in self._places:
            return not self._is_given_up
        values = np.ascontiguousarray(frame.stored_values)
        content = values.reshape(-1).view(np.uint8).data
        digest = hashlib.sha256(content).digest()
        with self._lock:
            try:
                place = self._room_for(len(content))
                if self._file is None or place is None:
                    return False
                self._file.seek(place)
                if self._file.write(content) != len(content):
                    raise OSError("written short")
            except OSError as problem:
                self._give_up(problem)
                return False
            rest = _without_values(frame)
            self._places[key] = _Place(
                place, len(content), digest, values.shape, values.dtype, rest
            )
        return True

    def read(self, content_sha256: str, frame_number: int) -> StoredFrame | None:
        """Return the very frame that was written, or None."""
        import numpy as np  # noqa: PLC0415 - the worklist comes up without it

        key = (content_sha256, frame_number)
        with self._lock:
            place = self._places.get(key)
            if place is None or self._file is None:
                return None
            content = np.empty(place.size_bytes, np.uint8)
            try:
                self._file.seek(place.offset)
                count = self._file.readinto(content.data)
            except OSError as problem:
                self._give_up(problem)
                return None
        is_whole = count == place.size_bytes
        if not is_whole or hashlib.sha256(content.data).digest() != place.sha256:
            log.warning("A frame in the scratch file has changed; it is decoded again")
            self._forget(key)
            return None
        values = content.view(place.dtype).reshape(place.shape)
        values.flags.writeable = False
        return place.rest(values)

    def close(self) -> None:
        """Remove everything."""
        with self._lock:
            self._places.clear()
            self._gaps.clear()
            self._end = 0
            if self._file is not None:
                self._file.close()
                self._file = None
            _remove(self._path)

    def _room_for(self, size: int) -> int | None:
        """Return where `size` bytes may go; None if the file or the disk has no room for them."""
        if self._is_given_up or size > self._most_bytes:
            return None
        if self._file is None:
            self._open()
        while (offset := self._gap(size)) is None:
            if self._end + size <= self._most_bytes:
                if self._free_bytes(self._folder) < LEAST_FREE_BYTES + size:
                    return None
                offset = self._end
                self._end += size
                return offset
            if not self._places:
                return None
            _, oldest = self._places.popitem(last=False)
            self._gaps.append((oldest.offset, oldest.size_bytes))
        return offset

    def _gap(self, size: int) -> int | None:
        """Return the place of something that left and was as large, or larger."""
        for index, (offset, length) in enumerate(self._gaps):
            if length >= size:
                del self._gaps[index]
                if length > size:
                    self._gaps.append((offset + size, length - size))
                return offset
        return None

    def _open(self) -> None:
        """Make the file, and remove what an earlier run was killed over."""
        self._folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        for left in self._folder.iterdir():
            _remove(left)
        self._most_bytes = min(
            self._most_bytes, self._free_bytes(self._folder) // SHARE_OF_FREE_DISK
        )
        path = self._folder / secrets.token_hex(16)
        self._file = FileIO(os.open(path, CREATE, PRIVATE_FILE), "r+")
        self._path = path
        _remove(path)  # an open file needs no name; Windows removes it when it is closed

    def _forget(self, key: Key) -> None:
        with self._lock:
            place = self._places.pop(key, None)
            if place is not None:
                self._gaps.append((place.offset, place.size_bytes))

    def _give_up(self, problem: OSError) -> None:
        log.warning("The scratch file is not used any more: %s", problem.strerror or "disk error")
        self._is_given_up = True
        self._places.clear()


def _without_values(frame: StoredFrame) -> Callable[[NDArray[Any]], StoredFrame]:
    """Return what makes the frame again from its values; it does not hold on to the old ones."""
    smallest = frame.stored_values[:1, :1].copy()
    empty = replace(frame, stored_values=smallest, half_sizes=())

    def with_values(values: NDArray[Any]) -> StoredFrame:
        return replace(empty, stored_values=values)

    return with_values


def _remove(path: Path | None) -> None:
    """Remove a file; one that another program still has open stays (Windows)."""
    if path is not None:
        try:
            path.unlink(missing_ok=True)
        except OSError:
            log.debug("A scratch file is still in use and stays until it is closed")
