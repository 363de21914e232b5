"""Runs SQL text without SQLAlchemy, whose import takes longer than that of Qt.

The accounts, the audit log and the worklist are written in SQL for that reason: together they are
all that stands between the start of the program and a list that can be used.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any, TypeVar

from readstation.adapters.db.failures import store_error
from readstation.adapters.db.refusals import refusal
from readstation.adapters.db.row_hash import unreadable
from readstation.adapters.db.stored_values import exact_text, microseconds, moment_at, stored_text

Member = TypeVar("Member", bound=Enum)
Given = TypeVar("Given")
Read = TypeVar("Read")


class PlainRow:
    """One row of an answer; each column is asked for as what it must be."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> Any:
        """Return a column as it lies in the file."""
        return self._values[name]

    def text(self, name: str) -> str:
        return exact_text(self._values[name])

    def flag(self, name: str) -> bool:
        return bool(self._values[name])

    def moment(self, name: str) -> datetime:
        return moment_at(self._values[name])

    def moment_or_none(self, name: str) -> datetime | None:
        return None if self._values[name] is None else self.moment(name)

    def day_or_none(self, name: str) -> date | None:
        stored = self._values[name]
        return None if stored is None else date.fromisoformat(stored)

    def member(self, name: str, members: type[Member]) -> Member:
        return members(self._values[name])


class PlainStatements:
    """The one connection of a unit of work, within its transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def run(self, sql: str, values: Mapping[str, object] | None = None) -> int:
        """Execute, and return how many rows were changed."""
        return self._execute(sql, values).rowcount

    def read(
        self,
        made: Callable[[PlainRow], Read],
        sql: str,
        values: Mapping[str, object] | None = None,
    ) -> tuple[Read, ...]:
        """Return what `made` makes of each row.

        Raises
        ------
        TamperedError
            If a column holds what this program never writes.
        """
        return self.made(self.rows(sql, values), made)

    @staticmethod
    def made(rows: Iterable[Given], made: Callable[[Given], Read]) -> tuple[Read, ...]:
        """Return what `made` makes of rows that were read; raises as `read` does."""
        try:
            return tuple(made(row) for row in rows)
        except (ValueError, LookupError, TypeError, OverflowError) as error:
            raise unreadable("A row") from error

    def rows(self, sql: str, values: Mapping[str, object] | None = None) -> list[PlainRow]:
        """Return each row as it lies in the file."""
        cursor = self._execute(sql, values)
        names = [column[0] for column in cursor.description]
        try:
            return [PlainRow(dict(zip(names, row, strict=True))) for row in cursor]
        except sqlite3.Error as error:
            raise store_error(error) from error

    def _execute(self, sql: str, values: Mapping[str, object] | None) -> sqlite3.Cursor:
        bound = {name: _stored(value) for name, value in (values or {}).items()}
        try:
            return self._connection.execute(sql, bound)
        except sqlite3.IntegrityError as error:
            raise refusal(error) from error
        except sqlite3.Error as error:
            raise store_error(error) from error


def _stored(value: object) -> object:
    """Return a value in the form in which the columns keep it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return microseconds(value)
    return stored_text(value) if isinstance(value, str) else value
