"""Critical results and every attempt to communicate them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, select, update

from readstation.adapters.db.blinding import may_see
from readstation.adapters.db.row_hash import require_intact, with_hash
from readstation.adapters.db.schema import call_attempts, critical_results
from readstation.adapters.db.statements import Statements
from readstation.domain.critical_result import (
    CLOSED_STATUSES,
    CallAttempt,
    CriticalResult,
    CriticalResultStatus,
)
from readstation.domain.errors import ConflictError, NotFoundError

MOVING = ("status", "escalation_level", "closed_at")
"""The only columns that change; the rest is hashed and frozen by a trigger."""

FINISHED = (CriticalResultStatus.COMMUNICATED, CriticalResultStatus.DOCUMENTED)
"""Nothing follows on these; a withdrawn flag can be raised again."""

CLOSED = sorted(CLOSED_STATUSES, key=lambda status: status.value)


class SqlCriticalResultRepository:
    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def add(self, result: CriticalResult) -> None:
        fixed = {column: getattr(result, column) for column in _columns()}
        moving = {column: fixed.pop(column) for column in MOVING}
        hashed = with_hash("critical_results", fixed)
        self._statements.run(insert(critical_results).values(**hashed, **moving))

    def get(self, critical_result_id: str, viewer_id: str | None) -> CriticalResult:
        wanted = select(critical_results).where(_visible(viewer_id))
        found = self._read(wanted.where(_is(critical_result_id)))
        if not found:
            raise NotFoundError("There is no such critical result.", "Refresh the list.")
        return found[0]

    def all(self, *, open_only: bool, viewer_id: str | None) -> tuple[CriticalResult, ...]:
        wanted = select(critical_results).where(_visible(viewer_id))
        if open_only:
            wanted = wanted.where(critical_results.c.status.not_in(CLOSED))
        return self._read(wanted)

    def of_study(
        self, study_instance_uid: str, viewer_id: str | None
    ) -> tuple[CriticalResult, ...]:
        wanted = select(critical_results).where(_visible(viewer_id))
        return self._read(wanted.where(critical_results.c.study_instance_uid == study_instance_uid))

    def add_attempt(
        self,
        attempt: CallAttempt,
        status: CriticalResultStatus,
        closed_at: datetime | None,
    ) -> None:
        values = with_hash("call_attempts", asdict(attempt))
        self._statements.run(insert(call_attempts).values(**values))
        self._move(attempt.critical_result_id, status=status, closed_at=closed_at)

    def set_escalation(
        self, critical_result_id: str, level: int, status: CriticalResultStatus
    ) -> None:
        self._move(critical_result_id, status=status, escalation_level=level)

    def _move(self, critical_result_id: str, **values: Any) -> None:
        moved = update(critical_results).where(_is(critical_result_id))
        still_open = moved.where(critical_results.c.status.not_in(FINISHED))
        if self._statements.run(still_open.values(**values)).rowcount != 1:
            raise ConflictError(
                "This critical result is already communicated.",
                "Refresh the list to see by whom.",
            )

    def _read(self, wanted: Select[Any]) -> tuple[CriticalResult, ...]:
        ordered = wanted.order_by(critical_results.c.due_at, critical_results.c.critical_result_id)
        rows = self._statements.rows(ordered)
        attempts = self._attempts([row["critical_result_id"] for row in rows])
        return tuple(_result(row, attempts[row["critical_result_id"]]) for row in rows)

    def _attempts(self, ids: Sequence[str]) -> dict[str, list[CallAttempt]]:
        found: dict[str, list[CallAttempt]] = defaultdict(list)
        wanted = select(call_attempts).where(call_attempts.c.critical_result_id.in_(ids))
        for row in self._statements.rows(wanted.order_by(call_attempts.c.attempt_number)):
            values = dict(row)
            require_intact("call_attempts", values, "A logged call")
            del values["row_hash"]
            found[row["critical_result_id"]].append(CallAttempt(**values))
        return found


def _columns() -> list[str]:
    return [column.name for column in critical_results.c if column.name != "row_hash"]


def _is(critical_result_id: str) -> Any:
    return critical_results.c.critical_result_id == critical_result_id


def _visible(viewer_id: str | None) -> Any:
    table = critical_results.c
    return may_see(table.study_instance_uid, table.discovered_by, viewer_id)


def _result(row: Any, attempts: list[CallAttempt]) -> CriticalResult:
    fixed = {name: value for name, value in row.items() if name not in MOVING}
    require_intact("critical_results", fixed, "A critical result")
    values = {name: value for name, value in row.items() if name != "row_hash"}
    return CriticalResult(**values, attempts=tuple(attempts))
