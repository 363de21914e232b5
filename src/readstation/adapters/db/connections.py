"""Connections to the database file, and the rules that each obeys from its first moment."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from readstation.adapters.db.database_file import file_at
from readstation.adapters.db.durability import Durability
from readstation.adapters.db.failures import BUSY_TIMEOUT_S, patiently

IDLE_CONNECTIONS = 1
"""Kept open: a new one reads the whole schema first, which takes longer than most work."""
_Idle = tuple[sqlite3.Connection, tuple[int, int]]


def open_connection(path: Path, durability: Durability) -> sqlite3.Connection:
    """Return a new connection; transactions on it begin and end by our own statements alone."""
    connection = sqlite3.connect(
        path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
    )
    rules = f"""
        PRAGMA journal_mode = {durability.journal_mode};
        PRAGMA synchronous = {durability.synchronous};
        PRAGMA foreign_keys = ON;
        PRAGMA recursive_triggers = ON;
        PRAGMA trusted_schema = OFF;
        PRAGMA cell_size_check = ON;
    """
    connection.text_factory = damaged_text
    try:
        patiently(lambda: connection.executescript(rules).close())
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def damaged_text(stored: bytes) -> str:
    """Decode text even if bytes of it were damaged: its row hash then says so."""
    return stored.decode("utf-8", "surrogateescape")


class Connections:
    """Keeps one connection open between units of work. Each serves one thread at a time."""

    def __init__(self, path: Path, durability: Durability) -> None:
        self._path, self._durability = path, durability
        self._idle: deque[_Idle] = deque()

    @contextmanager
    def lent(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection; what was not committed on it is rolled back."""
        connection, file = self._take()
        try:
            yield connection
        finally:
            if connection.in_transaction:
                connection.rollback()
            self._idle.append((connection, file))
            while len(self._idle) > IDLE_CONNECTIONS:
                self._close_one()

    def close(self) -> None:
        """Let go of the file; what is lent later connects again."""
        while self._idle:
            self._close_one()

    def _take(self) -> _Idle:
        now = file_at(self._path)
        with suppress(IndexError):
            while True:
                connection, file = self._idle.pop()
                if file == now:
                    return connection, file
                connection.close()  # a restore has put another file in its place
        return open_connection(self._path, self._durability), file_at(self._path)

    def _close_one(self) -> None:
        with suppress(IndexError):  # another thread was first
            self._idle.popleft()[0].close()
