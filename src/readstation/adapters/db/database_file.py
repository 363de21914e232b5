"""The file of the database: its name, its rights, and how to tell it from another one."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from readstation.adapters.db.audit_files import OWNER_ONLY_FILE, OWNER_ONLY_FOLDER, sync_folder
from readstation.domain.errors import StoreError

DATABASE_NAME = "readstation.db"


def prepare_file(home: Path) -> bool:
    """Make folder and file for the owner alone; return True if the database is new.

    Only a file that was not there is opened here: closing a second descriptor of a live SQLite
    file would drop its locks.

    Raises
    ------
    StoreError
        If the folder or the file cannot be used.
    """
    try:
        return _make_private(home, home / DATABASE_NAME)
    except OSError as error:
        raise StoreError(
            "The workspace folder cannot be used.",
            "Check that it exists, is yours, and that the disk is not full.",
        ) from error


def file_at(path: Path) -> tuple[int, int]:
    """Return what tells one file from another; a file that is gone is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0, 0
    return found.st_dev, found.st_ino


def _make_private(home: Path, path: Path) -> bool:
    home.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
    if path.exists():
        return False
    if os.name == "posix":
        home.chmod(OWNER_ONLY_FOLDER)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, OWNER_ONLY_FILE))
    sync_folder(home)
    return True
