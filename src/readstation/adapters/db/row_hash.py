"""One hash per stored row that matters: a flipped byte inside text passes SQLite's own check."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any

from readstation.adapters.db.stored_values import microseconds
from readstation.domain.errors import TamperedError


def row_hash(table: str, values: Mapping[str, Any]) -> str:
    """Return SHA-256 over the table's name and every value, in hex."""
    canonical = json.dumps(
        [table, {name: _plain(value) for name, value in values.items() if name != "row_hash"}],
        ensure_ascii=True,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def with_hash(table: str, values: Mapping[str, Any], also: Sequence[str] = ()) -> dict[str, Any]:
    """Return the values with the hash that `require_intact` expects."""
    return {**values, "row_hash": row_hash(table, {**values, "also": list(also)})}


def require_intact(
    table: str, values: Mapping[str, Any], what: str, also: Sequence[str] = ()
) -> None:
    """Refuse a row that is not what was written.

    Raises
    ------
    TamperedError
        Names `what` in the reader's words, never its content.
    """
    if values["row_hash"] != row_hash(table, {**values, "also": list(also)}):
        raise TamperedError(
            f"{what} is not as it was stored: its content was damaged or changed.",
            "Do not rely on it. Restore a backup, and ask an administrator to verify the audit.",
        )


def unreadable(what: str) -> TamperedError:
    return TamperedError(
        f"{what} in the database cannot be read: its content was damaged or changed.",
        "Restore a backup, and ask an administrator to verify the audit log.",
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return microseconds(value)
    return value.value if isinstance(value, Enum) else value
