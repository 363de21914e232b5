"""Handoffs between readers."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from sqlalchemy import Select, insert, select, update

from readstation.adapters.db.content_json import content_from_json, content_to_json
from readstation.adapters.db.schema import handoffs
from readstation.adapters.db.statements import Statements
from readstation.domain.errors import ConflictError, NotFoundError
from readstation.domain.handoff import ENDED_STATUSES, Handoff

ENDED = sorted(ENDED_STATUSES, key=lambda status: status.value)


class SqlHandoffRepository:
    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def add(self, handoff: Handoff) -> None:
        self._statements.run(insert(handoffs).values(**_values(handoff)))

    def get(self, handoff_id: str) -> Handoff:
        found = self._read(select(handoffs).where(handoffs.c.handoff_id == handoff_id))
        if not found:
            raise NotFoundError("There is no such handoff.", "Refresh the list.")
        return found[0]

    def save(self, handoff: Handoff, expected_version: int) -> None:
        changed = update(handoffs).where(
            handoffs.c.handoff_id == handoff.handoff_id, handoffs.c.version == expected_version
        )
        if self._statements.run(changed.values(**_values(handoff))).rowcount != 1:
            raise ConflictError(
                "The other reader has changed this handoff in the meantime.",
                "Refresh the list to see it as it is now.",
            )

    def to_reader(self, reader_id: str) -> tuple[Handoff, ...]:
        return self._read(select(handoffs).where(handoffs.c.to_reader_id == reader_id))

    def from_reader(self, reader_id: str) -> tuple[Handoff, ...]:
        return self._read(select(handoffs).where(handoffs.c.from_reader_id == reader_id))

    def of_study(self, study_instance_uid: str) -> tuple[Handoff, ...]:
        return self._read(
            select(handoffs).where(handoffs.c.study_instance_uid == study_instance_uid)
        )

    def all(self, *, open_only: bool) -> tuple[Handoff, ...]:
        wanted = select(handoffs)
        return self._read(wanted.where(handoffs.c.status.not_in(ENDED)) if open_only else wanted)

    def _read(self, wanted: Select[Any]) -> tuple[Handoff, ...]:
        ordered = wanted.order_by(handoffs.c.requested_at, handoffs.c.handoff_id)
        return tuple(_handoff(row) for row in self._statements.rows(ordered))


def _values(handoff: Handoff) -> dict[str, Any]:
    values = {field.name: getattr(handoff, field.name) for field in fields(handoff)}
    content = handoff.opinion_content
    values["opinion_content"] = None if content is None else content_to_json(content)
    return values


def _handoff(row: Any) -> Handoff:
    content = row["opinion_content"]
    opinion_content = None if content is None else content_from_json(content)
    return Handoff(**{**row, "opinion_content": opinion_content})
