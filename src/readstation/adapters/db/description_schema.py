"""The tables of image descriptions: what a series says alike is kept once, under its hash.

Everything in them can be made anew from the stored files.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table

from readstation.adapters.db.columns import ExactText
from readstation.adapters.db.table_parts import check, metadata, needed

shared_descriptions = Table(
    "shared_descriptions",
    metadata,
    Column("shared_sha256", ExactText, primary_key=True),
    needed("content"),
)

image_descriptions = Table(
    "image_descriptions",
    metadata,
    Column("content_sha256", ExactText, primary_key=True),
    needed("code"),
    Column(
        "shared_sha256",
        ExactText,
        ForeignKey("shared_descriptions.shared_sha256"),
        nullable=False,
        index=True,
    ),
    needed("own"),
    needed("row_hash"),
    check("content", "content_sha256 <> ''"),
)
