"""Random access to the bytes of one file, without mapping it into memory."""

from __future__ import annotations

import os
import stat
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from readstation.app.importing.refusals import refusal

MAX_FILE_BYTES = 8 * 1024**3
NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
NO_WAIT = getattr(os, "O_NONBLOCK", 0)
BINARY = getattr(os, "O_BINARY", 0)


class ByteSource:
    """The bytes of an ordinary file, or of memory; every read is checked against the end."""

    def __init__(self, path: Path | None = None, *, data: bytes = b"") -> None:
        self._file: BinaryIO = (
            BytesIO(data) if path is None else os.fdopen(open_ordinary_file(path), "rb")
        )
        self.size = self._file.seek(0, os.SEEK_END)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()

    def read_at(self, offset: int, length: int) -> bytes:
        """Return exactly `length` bytes, or refuse."""
        if offset < 0 or length < 0 or offset + length > self.size:
            raise refusal("TRUNCATED", f"{length} bytes are missing at byte {offset}")
        self._file.seek(offset)
        found = self._file.read(length)
        if len(found) != length:
            raise refusal("TRUNCATED", f"{length - len(found)} bytes are missing")
        return found


def open_ordinary_file(path: str | Path) -> int:
    """Open a regular file for reading; refuse links, devices, pipes and giants."""
    try:
        kind = os.lstat(path).st_mode
        if stat.S_ISLNK(kind):
            raise refusal("LINK")
        if not stat.S_ISREG(kind):  # opening some devices already does something
            raise refusal("NOT_A_FILE")
        descriptor = os.open(path, os.O_RDONLY | NO_FOLLOW | NO_WAIT | BINARY)
    except (OSError, ValueError) as problem:
        raise refusal("UNREADABLE", type(problem).__name__) from problem
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        os.close(descriptor)
        raise refusal("NOT_A_FILE")
    if found.st_size > MAX_FILE_BYTES:
        os.close(descriptor)
        raise refusal("TOO_LARGE", f"{found.st_size} bytes in one file")
    return descriptor
