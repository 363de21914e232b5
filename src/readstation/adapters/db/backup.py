"""Backups through SQLite's own backup interface: the live file is never opened as a file.

A backup is a folder: the database, the key of its audit log, and a manifest written last. Images
are not part of it; they are named by their content and can be copied as they are.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from readstation.adapters.db.audit_files import (
    OWNER_ONLY_FOLDER,
    AuditFiles,
    sync_folder,
    write_durably,
)
from readstation.adapters.db.audit_log import SqlAuditLog
from readstation.adapters.db.connections import open_connection
from readstation.adapters.db.database_file import DATABASE_NAME
from readstation.adapters.db.durability import ROLLBACK
from readstation.adapters.db.failures import store_error
from readstation.adapters.db.plain_statements import PlainStatements
from readstation.app.administration.backups import Backup
from readstation.domain.audit import AuditAnchor, verify_chain
from readstation.domain.errors import ReadStationError, RefusedInputError, StoreError, TamperedError

PATIENCE_S = 10.0
MANIFEST_NAME, KEY_NAME = "manifest.json", "audit.key"


@dataclass(frozen=True, slots=True)
class SqlBackups:
    """Implements `app.administration.backups.BackupStore` for the workspace `home`."""

    home: Path

    @property
    def path(self) -> Path:
        return self.home / DATABASE_NAME

    @property
    def audit_files(self) -> AuditFiles:
        return AuditFiles(self.home / "keys")

    def make(self, folder: Path, now: datetime) -> Backup:
        try:
            folder.mkdir(mode=OWNER_ONLY_FOLDER, parents=True)
            _copy(self.path, folder / DATABASE_NAME)
            key = self.audit_files.key(may_create=False)
            write_durably(folder / KEY_NAME, key.hex())
            head = _checked_head(folder / DATABASE_NAME, key)
            _write_manifest(folder, head, now)
        except FileExistsError as error:
            raise StoreError(
                "There is something at the place of the backup already.", "Choose a new folder."
            ) from error
        except OSError as error:
            raise StoreError(
                "The backup cannot be written.", "Check the place and its free space."
            ) from error
        except sqlite3.Error as error:
            raise store_error(error) from error
        return Backup(folder, now, head.sequence_number)

    def restore(self, folder: Path, now: datetime, *, accept_older: bool) -> tuple[Backup, Path]:
        backup, head, key = read_backup(folder)
        if not accept_older:
            self._require_nothing_lost(folder, head)
        kept = self.home / f"before-restore-{now.astimezone(UTC):%Y%m%dT%H%M%S%f}"
        try:
            with self._kept_aside(kept, now):
                _copy(folder / DATABASE_NAME, self.path)
            self._adopt(key, head)
        except OSError as error:
            raise StoreError(
                "The workspace folder cannot be written.", "Check its rights and the disk."
            ) from error
        except sqlite3.Error as error:
            raise store_error(error) from error
        return backup, kept

    def _require_nothing_lost(self, folder: Path, head: AuditAnchor) -> None:
        """Refuse a backup that lacks a row this workspace has noted as its newest."""
        present = self._present_head()
        if present is None or present.sequence_number == 0:
            return
        if present.sequence_number > head.sequence_number or not _contains(folder, present):
            raise RefusedInputError(
                "OLDER_BACKUP",
                "The backup lacks changes that this workspace has.",
                "Add --accept-older to go back all the same; what is here now is kept aside.",
            )

    def _present_head(self) -> AuditAnchor | None:
        """Return the newest row known here: of the database, or of its anchor if unreadable."""
        anchor = None
        with contextlib.suppress(TamperedError):
            anchor = self.audit_files.anchor()
        if not self.path.exists():
            return anchor
        try:
            with _opened(self.path) as connection:
                row = connection.execute(
                    "SELECT sequence_number, row_hash FROM audit ORDER BY 1 DESC LIMIT 1"
                ).fetchone()
        except sqlite3.Error:
            return anchor
        found = AuditAnchor(*row) if row else None
        return max((a for a in (anchor, found) if a), key=_number, default=None)

    @contextlib.contextmanager
    def _kept_aside(self, kept: Path, now: datetime) -> Iterator[None]:
        """Keep what is here: as a backup if it can be read, else the damaged files themselves."""
        moved: list[tuple[Path, Path]] = []
        try:
            if self.path.exists():
                self.make(kept, now)
            else:
                kept.mkdir(mode=OWNER_ONLY_FOLDER, parents=True)
        except ReadStationError:
            kept.mkdir(mode=OWNER_ONLY_FOLDER, exist_ok=True)
            moved = [(f, kept / f"damaged.{f.name}") for f in self.home.glob(f"{DATABASE_NAME}*")]
        self._keep_audit_files(kept)
        try:
            for file, place in moved:
                file.rename(place)
            yield
        except BaseException:
            for file, place in moved:
                place.replace(file)
            raise

    def _keep_audit_files(self, kept: Path) -> None:
        for file in (self.audit_files.key_path, self.audit_files.anchor_path):
            if file.exists():
                (kept / f"{file.name}.before").write_bytes(file.read_bytes())
        sync_folder(kept)

    def _adopt(self, key: bytes, head: AuditAnchor) -> None:
        files = self.audit_files
        files.folder.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
        part = files.folder / "audit.key.restored"
        part.unlink(missing_ok=True)
        write_durably(part, key.hex())
        part.replace(files.key_path)
        files.set_anchor(head)
        sync_folder(files.folder)
        sync_folder(self.home)


def read_backup(folder: Path) -> tuple[Backup, AuditAnchor, bytes]:
    """Return what a backup says of itself, after checking that it is all there.

    Raises
    ------
    RefusedInputError
    """
    try:
        manifest = json.loads((folder / MANIFEST_NAME).read_text(encoding="ascii"))
        key = bytes.fromhex((folder / KEY_NAME).read_text(encoding="ascii"))
        noted = AuditAnchor(manifest["generation"], manifest["row_hash"])
        made_at = datetime.fromisoformat(manifest["made_at"])
        is_whole = _sha256(folder / DATABASE_NAME) == manifest["database_sha256"]
        if not is_whole or _checked_head(folder / DATABASE_NAME, key) != noted:
            raise ValueError(folder)
    except (OSError, ValueError, LookupError, TypeError, sqlite3.Error, StoreError) as error:
        raise RefusedInputError(
            "NO_BACKUP", "This folder holds no whole backup.", "Choose another backup."
        ) from error
    return Backup(folder, made_at, noted.sequence_number), noted, key


def _copy(source: Path, target: Path) -> None:
    """Copy a database, consistent while others write; an existing target changes at once or not."""
    if not target.exists():
        os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    with _opened(source) as origin, _opened(target) as copy:
        copy.execute(f"PRAGMA synchronous = {ROLLBACK.synchronous}")
        origin.backup(copy)
    sync_folder(target.parent)


def _checked_head(path: Path, key: bytes) -> AuditAnchor:
    """Return the head of a copy's audit log, after checking pages, keys and chain."""
    with _opened(path) as connection:
        sound = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
    if not sound or orphans:
        raise StoreError("The copy of the database is not sound.", "Do not rely on it.")
    with contextlib.closing(open_connection(path, ROLLBACK)) as connection:
        log = SqlAuditLog(PlainStatements(connection), key, AuditFiles(path.parent))
        head = log.head()
        _, fault = verify_chain(key, log.rows(), head)
    if fault is not None:
        raise StoreError(
            f"The audit log in the copy breaks at row {fault.sequence_number}.",
            "Run `readstation audit verify`, and keep the older backups.",
        )
    return head


def _contains(folder: Path, present: AuditAnchor) -> bool:
    with _opened(folder / DATABASE_NAME) as connection:
        found = connection.execute(
            "SELECT row_hash FROM audit WHERE sequence_number = ?", (present.sequence_number,)
        ).fetchone()
    return bool(found == (present.row_hash,))


def _write_manifest(folder: Path, head: AuditAnchor, now: datetime) -> None:
    manifest = {
        "made_at": now.astimezone(UTC).isoformat(),
        "generation": head.sequence_number,
        "row_hash": head.row_hash,
        "database_sha256": _sha256(folder / DATABASE_NAME),
    }
    write_durably(folder / MANIFEST_NAME, json.dumps(manifest, indent=2))
    sync_folder(folder)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


def _sha256(path: Path) -> str:
    """Hash the copy, never the live database."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _number(anchor: AuditAnchor) -> int:
    return anchor.sequence_number
