"""The table of key images; it hangs on no other."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table

from readstation.adapters.db.columns import ExactText, UtcTime
from readstation.adapters.db.table_parts import check, metadata, needed

key_images = Table(
    "key_images",
    metadata,
    Column("study_instance_uid", ExactText, primary_key=True),
    Column("sop_instance_uid", ExactText, primary_key=True),
    Column("frame_number", Integer, primary_key=True, autoincrement=False),
    Column("author_id", ExactText, primary_key=True),
    needed("marked_at", UtcTime),
    check("frame", "frame_number >= 1"),
)
