"""Descriptions of images, kept so that opening a study asks no decoder for them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Table, delete, exists, select
from sqlalchemy.dialects.sqlite import insert

from readstation.adapters.db.description_schema import image_descriptions, shared_descriptions
from readstation.adapters.db.schema import instances
from readstation.adapters.db.statements import Statements
from readstation.app.viewport.packed_descriptions import PackedDescriptions

ROWS, SHARED = image_descriptions.c, shared_descriptions.c
HASHED = ("content_sha256", "code", "shared_sha256", "own")
REPLACED = ("code", "shared_sha256", "own", "row_hash")


class SqlDescriptionRepository:
    """Implements `app.ports.DescriptionRepository`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def put(self, packed: Mapping[str, PackedDescriptions]) -> None:
        """Keep descriptions; shared parts that nothing refers to any more go."""
        if not packed:
            return
        of_these = select(ROWS.shared_sha256).where(ROWS.content_sha256.in_(list(packed)))
        before = [row["shared_sha256"] for row in self._statements.rows(of_these.distinct())]
        shared = {_sha256(each.shared): each.shared for each in packed.values()}
        parts = [{"shared_sha256": key, "content": text} for key, text in shared.items()]
        self._replace(shared_descriptions, SHARED.shared_sha256, ("content",), parts)
        rows = [_row(content_sha256, each) for content_sha256, each in packed.items()]
        self._replace(image_descriptions, ROWS.content_sha256, REPLACED, rows)
        used = exists().where(ROWS.shared_sha256 == SHARED.shared_sha256)
        unused = SHARED.shared_sha256.in_(set(before) - set(shared)) & ~used
        if set(before) - set(shared):
            self._statements.run(delete(shared_descriptions).where(unused))

    def _replace(
        self, table: Table, key: Column[Any], names: Sequence[str], rows: list[dict[str, str]]
    ) -> None:
        adding = insert(table)
        replaced = {name: adding.excluded[name] for name in names}
        statement = adding.on_conflict_do_update(index_elements=[key], set_=replaced)
        self._statements.run(statement, rows)

    def of_study(
        self, study_instance_uid: str, series_instance_uid: str | None = None
    ) -> dict[str, PackedDescriptions]:
        members = select(instances.c.content_sha256).where(
            instances.c.study_instance_uid == study_instance_uid
        )
        if series_instance_uid is not None:
            members = members.where(instances.c.series_instance_uid == series_instance_uid)
        of_members = ROWS.content_sha256.in_(members)
        rows = self._statements.rows(select(image_descriptions).where(of_members))
        parts = select(ROWS.shared_sha256).where(of_members)
        wanted = select(shared_descriptions).where(SHARED.shared_sha256.in_(parts))
        shared = {
            part["shared_sha256"]: part["content"]
            for part in self._statements.rows(wanted)
            if _sha256(part["content"]) == part["shared_sha256"]
        }
        return {
            row["content_sha256"]: PackedDescriptions(
                row["code"], shared[row["shared_sha256"]], row["own"]
            )
            for row in rows
            if row["shared_sha256"] in shared and row["row_hash"] == _row_hash(row)
        }


def _row(content_sha256: str, packed: PackedDescriptions) -> dict[str, str]:
    row = {
        "content_sha256": content_sha256,
        "code": packed.code,
        "shared_sha256": _sha256(packed.shared),
        "own": packed.own,
    }
    return {**row, "row_hash": _row_hash(row)}


def _row_hash(row: Any) -> str:
    """Return SHA-256 over the values of a row: a flipped digit of a position would go unseen."""
    return _sha256("\n".join(row[name] for name in HASHED))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
