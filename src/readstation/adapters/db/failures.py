"""Turns what SQLite refuses into sentences, and waits a bounded time for other writers."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from readstation.domain.errors import StoreError

if TYPE_CHECKING:
    from sqlalchemy import Connection

BUSY_TIMEOUT_S = 0.018
"""SQLite looks again after 1, 2, 5 and 10 ms; left alone it would sleep 100 ms while it is free."""
ATTEMPTS = 550
"""Together ten seconds of waiting; then the reader is told."""

BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
PRIMARY_CODE = 0xFF

_SENTENCES: dict[int, tuple[str, str]] = {
    sqlite3.SQLITE_BUSY: (
        "Another program keeps the database locked.",
        "Close other programs that use this workspace, then try again.",
    ),
    sqlite3.SQLITE_FULL: ("The disk is full.", "Free some space; nothing stored was lost."),
    sqlite3.SQLITE_READONLY: (
        "The database cannot be written.",
        "Check the permissions of the workspace folder.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "The database file is damaged.",
        "Stop, keep the file, and restore the newest backup.",
    ),
    sqlite3.SQLITE_NOTADB: (
        "The database file is not a database.",
        "Check the workspace folder, or restore the newest backup.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "The database cannot be opened.",
        "Check that the workspace folder exists and is yours.",
    ),
}
_OTHER = ("The database or the disk failed.", "Nothing was saved. Try again.")


def error_code(error: BaseException) -> int:
    """Return SQLite's primary result code, or -1 where there is none."""
    cause = getattr(error, "orig", error)  # what SQLAlchemy has wrapped
    return getattr(cause, "sqlite_errorcode", -1) & PRIMARY_CODE


def store_error(error: BaseException) -> StoreError:
    """Return the sentence for a failure; never the statement or its values."""
    return StoreError(*_SENTENCES.get(error_code(error), _OTHER))


def patiently(step: Callable[[], object]) -> None:
    """Run `step` again while another writer is busy, a bounded number of times."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            step()
        except sqlite3.OperationalError as error:
            if error_code(error) not in BUSY or attempt == ATTEMPTS:
                raise
        else:
            return


def begin(raw: sqlite3.Connection) -> None:
    """Take the write lock now: a lock taken later can fail after something was read."""
    try:
        patiently(lambda: raw.execute("BEGIN IMMEDIATE").close())
    except sqlite3.OperationalError as error:
        if error_code(error) != sqlite3.SQLITE_READONLY:
            raise store_error(error) from error
        raw.execute("BEGIN").close()  # what is stored can still be read; a write says why it cannot


def commit(raw: sqlite3.Connection) -> None:
    """Commit, waiting for others who are still reading: SQLite is asked again while it is busy."""
    patiently(raw.commit)


def raw_of(connection: Connection) -> sqlite3.Connection:
    """Return SQLite's own connection, of one that SQLAlchemy has opened."""
    raw = connection.connection.dbapi_connection
    assert raw is not None  # noqa: S101 - a connection in use is open
    return cast("sqlite3.Connection", raw)
