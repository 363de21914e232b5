"""Runs statements for the repositories; what SQLite refuses leaves as a sentence."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, RowMapping
from sqlalchemy.exc import DBAPIError, IntegrityError

from readstation.adapters.db.failures import store_error
from readstation.adapters.db.row_hash import unreadable
from readstation.domain.errors import (
    ConflictError,
    NotFoundError,
    ReadStationError,
    RefusedStepError,
)

Values = Mapping[str, Any]


class Statements:
    """The one connection of a unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def run(
        self, statement: Executable, values: Values | Sequence[Values] | None = None
    ) -> CursorResult[Any]:
        """Execute; a refusal by a rule of the database is the matching domain error."""
        try:
            return self._connection.execute(statement, values)
        except IntegrityError as error:
            raise refusal(error) from error
        except DBAPIError as error:
            raise store_error(error) from error

    def rows(self, statement: Executable) -> Sequence[RowMapping]:
        """Return all rows.

        Raises
        ------
        TamperedError
            If a column holds what this program never writes.
        """
        try:
            return self.run(statement).mappings().all()
        except (ValueError, LookupError, TypeError, OverflowError) as error:
            raise unreadable("A row") from error

    def row(self, statement: Executable) -> RowMapping | None:
        """Return the first row, or None; raises as `rows` does."""
        found = self.rows(statement)
        return found[0] if found else None


def refusal(error: IntegrityError) -> ReadStationError:
    """Return what a violated constraint means. Triggers carry their own sentence."""
    code = getattr(error.orig, "sqlite_errorcode", 0)
    if code == sqlite3.SQLITE_CONSTRAINT_TRIGGER:
        return RefusedStepError(str(error.orig), "Nothing was written.")
    if code == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
        return NotFoundError(
            "What this belongs to is not in the database.", "Refresh, then try again."
        )
    if code in (sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY):
        return ConflictError(
            "Somebody else has just stored the same.", "Refresh to see it, then try again."
        )
    return RefusedStepError(
        "The database refuses values that contradict each other.", "Correct them, then try again."
    )
