"""Image files named by the SHA-256 of their content, checked whenever they are opened."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from readstation.app.importing.refusals import refusal
from readstation.domain.errors import NotFoundError, StoreError, TamperedError

if TYPE_CHECKING:
    from readstation.app.importing.import_ports import StagedFile

PREAMBLE_BYTES = 128
MAGIC = b"DICM"
TIFF_MAGICS = (b"II*\0", b"MM\0*")
SHA256 = re.compile(r"[0-9a-f]{64}")
PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700
CREATE = (
    os.O_RDWR
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
)
READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
READ_STEP = 1024**2
ABANDONED_S = 24 * 3600.0
INCOMING = "incoming"
NO_NAME = "This is not the name of a stored image."


class LocalImageStore:
    """The folder `images` of a workspace."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._folder_name = os.fspath(folder)
        self._incoming = folder / INCOMING
        self._verified: dict[str, tuple[int, int]] = {}
        self._incoming.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        self._sweep()

    def add(self, content: bytes) -> str:
        """Store bytes durably and return their SHA-256 in hex. Storing twice is a no-op."""
        staged = self.stage([content])
        try:
            self.keep(staged)
        finally:
            self.discard(staged)
        return staged.content_sha256

    def path(self, content_sha256: str) -> Path:
        """Return the file, its hash checked once per session and after any change."""
        name = self.unchecked_path(content_sha256)
        path = Path(name)
        if self._was_verified(name, content_sha256):
            return path
        try:
            descriptor = os.open(path, READ)
        except OSError as problem:
            raise NotFoundError(
                "An image file is missing from the image store.",
                "Import the study again from its source.",
            ) from problem
        with os.fdopen(descriptor, "rb") as file:
            found = os.fstat(file.fileno())
            seen = (found.st_size, found.st_mtime_ns)
            if self._verified.get(content_sha256) != seen:
                if hash_of(iter(lambda: file.read(READ_STEP), b"")) != content_sha256:
                    raise TamperedError(
                        "An image file has changed since it was imported.",
                        "Import the study again from its source.",
                    )
                self._verified[content_sha256] = seen
        return path

    def _was_verified(self, path: str, content_sha256: str) -> bool:
        """Tell whether the very file was read before, and is no link that took its place."""
        try:
            found = os.lstat(path)
        except OSError:
            return False
        seen = (found.st_size, found.st_mtime_ns)
        return stat.S_ISREG(found.st_mode) and self._verified.get(content_sha256) == seen

    def unchecked_path(self, content_sha256: str) -> str:
        """Return where the file lies, unread: for who compares the hash of the bytes it reads.

        As text, because a `Path` takes longer to make than such a file to open.
        """
        if not SHA256.fullmatch(content_sha256):
            raise NotFoundError(NO_NAME)
        return os.path.join(self._folder_name, content_sha256[:2], content_sha256)

    def stage(self, chunks: Iterable[bytes]) -> StagedFile:
        """Write bytes to a temporary file, a foreign preamble cleared on the way."""
        path = self._incoming / secrets.token_hex(16)
        digest = hashlib.sha256()
        size, cleared = 0, False
        try:
            with os.fdopen(os.open(path, CREATE, PRIVATE_FILE), "wb") as file:
                for chunk, was_cleared in _with_safe_preamble(chunks):
                    cleared = cleared or was_cleared
                    digest.update(chunk)
                    size += len(chunk)
                    file.write(chunk)
        except OSError as problem:
            path.unlink(missing_ok=True)
            raise refusal("NOT_STORED") from problem
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        from readstation.app.importing.import_ports import StagedFile  # noqa: PLC0415 - seldom used

        return StagedFile(path, digest.hexdigest(), size, cleared)

    def keep(self, staged: StagedFile) -> bool:
        """Make staged bytes durable under their hash; True if they were not here before."""
        place = self._place(staged.content_sha256)
        if self._is_here(place, staged.size_bytes):
            return False
        try:
            place.parent.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
            _sync_file(staged.path)
            os.replace(staged.path, place)
            _sync_folder(place.parent)
            _sync_folder(self._folder)
        except OSError as problem:
            raise StoreError(
                "An image could not be written to the image store.", "Check the free disk space."
            ) from problem
        return True

    def holds(self, chunks: Iterable[bytes], content_sha256: str) -> bool:
        """Say whether these bytes are stored, undamaged, under this hash; writes nothing."""
        if hash_of(chunk for chunk, _ in _with_safe_preamble(chunks)) != content_sha256:
            return False
        try:
            self.path(content_sha256)
        except (NotFoundError, TamperedError):
            return False
        return True

    def discard(self, staged: StagedFile) -> None:
        """Remove staged bytes; a no-op once they are kept."""
        staged.path.unlink(missing_ok=True)

    def forget(self, content_sha256: str) -> None:
        """Remove bytes that were kept but never indexed."""
        self._verified.pop(content_sha256, None)
        self._place(content_sha256).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """Yield the hash of every stored file."""
        for folder in sorted(self._folder.glob("[0-9a-f][0-9a-f]")):
            yield from sorted(path.name for path in folder.iterdir())

    def _place(self, content_sha256: str) -> Path:
        if not SHA256.fullmatch(content_sha256):
            raise NotFoundError(NO_NAME)
        return self._folder / content_sha256[:2] / content_sha256

    def _is_here(self, place: Path, size: int) -> bool:
        """Say whether the same bytes are stored: a damaged copy is replaced by the good one."""
        if not place.is_file() or place.stat().st_size != size:
            return False
        with place.open("rb") as file:
            return hash_of(iter(lambda: file.read(READ_STEP), b"")) == place.name

    def _sweep(self) -> None:
        """Remove what an import that was killed left behind."""
        for path in self._incoming.iterdir():
            if time.time() - path.lstat().st_mtime > ABANDONED_S:
                path.unlink(missing_ok=True)


def hash_of(chunks: Iterable[bytes]) -> str:
    """Return the SHA-256 of bytes in hex."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def _with_safe_preamble(chunks: Iterable[bytes]) -> Iterable[tuple[bytes, bool]]:
    """Clear a preamble that is neither empty nor TIFF: it could make the file a program.

    See PS3.10 7.1 and CVE-2019-11687.
    """
    rest = iter(chunks)
    head = b""
    for chunk in rest:
        head += chunk
        if len(head) >= PREAMBLE_BYTES + len(MAGIC):
            break
    preamble = head[:PREAMBLE_BYTES]
    is_part10 = head[PREAMBLE_BYTES : PREAMBLE_BYTES + len(MAGIC)] == MAGIC
    is_foreign = is_part10 and any(preamble) and preamble[:4] not in TIFF_MAGICS
    yield (bytes(PREAMBLE_BYTES) + head[PREAMBLE_BYTES:] if is_foreign else head), is_foreign
    for chunk in rest:
        yield chunk, False


def _sync_file(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make the entry of a new file durable; Windows does so by itself."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_private(path: Path) -> bool:
    """Say whether only its owner can read a file (for `doctor`)."""
    return not stat.S_IMODE(path.stat().st_mode) & 0o077
