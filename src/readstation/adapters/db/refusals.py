"""Which domain error a violated constraint of the database means."""

from __future__ import annotations

import sqlite3

from readstation.domain.errors import (
    ConflictError,
    NotFoundError,
    ReadStationError,
    RefusedStepError,
)


def refusal(error: BaseException) -> ReadStationError:
    """Return what a violated constraint means. Triggers carry their own sentence."""
    cause = getattr(error, "orig", error)
    code = getattr(cause, "sqlite_errorcode", 0)
    if code == sqlite3.SQLITE_CONSTRAINT_TRIGGER:
        return RefusedStepError(str(cause), "Nothing was written.")
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
