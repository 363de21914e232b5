"""Runs statements for the repositories; what SQLite refuses leaves as a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, RowMapping
from sqlalchemy.exc import DBAPIError, IntegrityError

from readstation.adapters.db.failures import store_error
from readstation.adapters.db.refusals import refusal
from readstation.adapters.db.row_hash import unreadable

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
