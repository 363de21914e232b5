"""The audit log: each row carries a keyed hash over itself and the row before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from typing import Any

from sqlalchemy import insert, select

from readstation.adapters.db.audit_files import AuditFiles
from readstation.adapters.db.schema import audit
from readstation.adapters.db.statements import Statements
from readstation.domain.audit import (
    GENESIS_HASH,
    AuditAnchor,
    AuditEvent,
    AuditRow,
    ChainFault,
    chain_hash,
    verify_chain,
)
from readstation.domain.errors import TamperedError

PAGE = 1000


class SqlAuditLog:
    """Appends are in order because every unit of work holds the write lock."""

    def __init__(self, statements: Statements, key: bytes, files: AuditFiles) -> None:
        self._statements = statements
        self._key = key
        self._files = files
        self.appended: AuditAnchor | None = None
        """The head this unit of work has made, if any."""

    def append(self, event: AuditEvent) -> None:
        event = replace(event, at=event.at.astimezone(UTC))
        head = self.head()
        number = head.sequence_number + 1
        row_hash = chain_hash(self._key, head.row_hash, number, event)
        self._statements.run(
            insert(audit).values(
                sequence_number=number,
                action=event.action,
                actor_id=event.actor_id,
                at=event.at,
                study_instance_uid=event.study_instance_uid,
                report_id=event.report_id,
                detail=event.detail,
                previous_hash=head.row_hash,
                row_hash=row_hash,
            )
        )
        self.appended = AuditAnchor(number, row_hash)

    def rows(self) -> Iterator[AuditRow]:
        """Yield the chain in order, page by page.

        Raises
        ------
        TamperedError
            At a row whose columns cannot hold what was written.
        """
        last = -1
        while True:
            page = select(audit).where(audit.c.sequence_number > last)
            ordered = page.order_by(audit.c.sequence_number).limit(PAGE)
            try:
                found = self._statements.rows(ordered)
            except (LookupError, ValueError, TypeError) as error:
                raise _unreadable() from error
            for row in found:
                yield AuditRow(
                    row["sequence_number"], _event(row), row["previous_hash"], row["row_hash"]
                )
            if len(found) < PAGE:
                return
            last = found[-1]["sequence_number"]

    def of_study(self, study_instance_uid: str) -> tuple[AuditEvent, ...]:
        wanted = select(audit).where(audit.c.study_instance_uid == study_instance_uid)
        found = self._statements.rows(wanted.order_by(audit.c.sequence_number))
        return tuple(_event(row) for row in found)

    def head(self) -> AuditAnchor:
        newest = select(audit.c.sequence_number, audit.c.row_hash)
        row = self._statements.row(newest.order_by(audit.c.sequence_number.desc()).limit(1))
        if row is None:
            return AuditAnchor(0, GENESIS_HASH)
        return AuditAnchor(row["sequence_number"], row["row_hash"])

    def verify(self) -> tuple[int, ChainFault | None]:
        """Check the chain and its anchor; a missing anchor is a fault once there is a chain."""
        read = _Counted(self.rows())
        try:
            anchor = self._files.anchor()
            checked, fault = verify_chain(self._key, read, anchor)
        except TamperedError as error:
            return read.count, ChainFault(read.count + 1, error.message)
        if fault is None and anchor is None and checked:
            fault = ChainFault(checked, "the anchor beside the database is missing")
        return checked, fault


class _Counted:
    """Counts what passes, so that a fault in reading has a row number."""

    def __init__(self, rows: Iterator[AuditRow]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[AuditRow]:
        for row in self._rows:
            yield row
            self.count += 1


def _event(row: Any) -> AuditEvent:
    return AuditEvent(
        row["action"],
        row["actor_id"],
        row["at"],
        row["study_instance_uid"],
        row["report_id"],
        row["detail"],
    )


def _unreadable() -> TamperedError:
    return TamperedError(
        "A row of the audit log holds what was never written.", "Ask who changed the database."
    )
