"""The key of the audit chain and its anchor: two files outside the database.

Whoever owns the files of this workspace can rewrite all of it, key and anchor included. The chain
shows every change made without them; copy the anchor elsewhere to notice the rest.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from readstation.domain.audit import GENESIS_HASH, AuditAnchor
from readstation.domain.errors import StoreError, TamperedError
from readstation.domain.late_dataclass import dataclass

KEY_BYTES = 32
OWNER_ONLY_FILE, OWNER_ONLY_FOLDER = 0o600, 0o700


@dataclass(frozen=True, slots=True)
class AuditFiles:
    """`audit.key` and `audit.anchor` in one folder that only the owner may read."""

    folder: Path

    @property
    def key_path(self) -> Path:
        return self.folder / "audit.key"

    @property
    def anchor_path(self) -> Path:
        return self.folder / "audit.anchor"

    def key(self, *, may_create: bool) -> bytes:
        """Return the key; a new one only while there is no chain yet.

        Raises
        ------
        StoreError
            If it is missing or unreadable: a new key would make the whole log look forged.
        """
        try:
            return bytes.fromhex(self.key_path.read_text(encoding="ascii"))
        except FileNotFoundError:
            if not may_create:
                raise StoreError(
                    "The key of the audit log is missing.",
                    f"Put {self.key_path.name} back into the folder keys from your backup.",
                ) from None
        except (OSError, ValueError) as error:
            raise StoreError(
                "The key of the audit log cannot be read.",
                "Check the permissions of the folder keys, or restore it from your backup.",
            ) from error
        self.write_key(secrets.token_bytes(KEY_BYTES))
        self.advance(AuditAnchor(0, GENESIS_HASH))
        return bytes.fromhex(self.key_path.read_text(encoding="ascii"))

    def write_key(self, key: bytes) -> None:
        """Store `key` unless there is one: of two first starts, one wins for both."""
        self.folder.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
        part = self.folder / f"audit.key.{secrets.token_hex(8)}"
        write_durably(part, key.hex())
        try:
            os.link(part, self.key_path)
        except FileExistsError:
            pass
        except OSError:  # a file system without links
            if not self.key_path.exists():
                part.replace(self.key_path)
        part.unlink(missing_ok=True)
        sync_folder(self.folder)

    def anchor(self) -> AuditAnchor | None:
        """Return the last head that was noted, or None if there is no note.

        Raises
        ------
        TamperedError
            If the file is there and says nothing sensible.
        """
        try:
            noted = json.loads(self.anchor_path.read_text(encoding="ascii"))
            return AuditAnchor(int(noted["sequence_number"]), str(noted["row_hash"]))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise TamperedError(
                "The anchor of the audit log cannot be read.",
                "Compare it with your backup, and ask who changed it.",
            ) from error

    def advance(self, head: AuditAnchor) -> None:
        """Note `head`, unless a later one is noted already."""
        with self._alone():
            try:
                noted = self.anchor()
            except TamperedError:
                return  # left as it is, for the verification to report
            if noted is None or noted.sequence_number < head.sequence_number:
                self.set_anchor(head)

    def set_anchor(self, head: AuditAnchor) -> None:
        """Note `head` whatever was noted before: only a restore may go back."""
        part = self.folder / "audit.anchor.part"
        part.unlink(missing_ok=True)  # of a program that was killed
        content = {"row_hash": head.row_hash, "sequence_number": head.sequence_number}
        write_durably(part, json.dumps(content))
        part.replace(self.anchor_path)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes from noting an older head over ours, where the system can lock."""
        descriptor = os.open(self.folder / "audit.lock", os.O_RDWR | os.O_CREAT, OWNER_ONLY_FILE)
        try:
            if os.name == "posix":
                import fcntl  # noqa: PLC0415 - does not exist on Windows

                fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def write_durably(path: Path, content: str) -> None:
    """Write a new file that only the owner may read, and wait until the disk has it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY_FILE)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` durable, where the system can."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
