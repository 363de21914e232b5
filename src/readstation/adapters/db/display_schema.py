"""The table of what was checked on displays; it hangs on no other."""

from __future__ import annotations

from sqlalchemy import Column, Table

from readstation.adapters.db.columns import ExactText, Stored, UtcTime
from readstation.adapters.db.table_parts import check, metadata, needed, one_of
from readstation.domain.display import CheckKind

display_checks = Table(
    "display_checks",
    metadata,
    Column("check_id", ExactText, primary_key=True),
    Column("display_key", ExactText, nullable=False, index=True),
    needed("display"),
    needed("kind", Stored(CheckKind)),
    needed("checked_at", UtcTime),
    needed("checked_by"),
    needed("checked_by_name"),
    needed("instrument"),
    needed("content"),
    needed("note"),
    needed("row_hash"),
    one_of("kind", CheckKind),
    check("key", "display_key <> ''"),
)
