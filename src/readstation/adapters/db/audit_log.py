"""The audit log: each row carries a keyed hash over itself and the row before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from typing import Any

from sqlalchemy import insert, select, type_coerce
from sqlalchemy.types import NullType

from readstation.adapters.db.audit_files import AuditFiles
from readstation.adapters.db.columns import EPOCH, MICROSECOND, exact_text
from readstation.adapters.db.schema import audit
from readstation.adapters.db.statements import Statements
from readstation.domain.audit import (
    GENESIS_HASH,
    AuditAction,
    AuditAnchor,
    AuditEvent,
    AuditRow,
    ChainFault,
    chain_hash,
    verify_chain,
)
from readstation.domain.errors import TamperedError

PAGE = 1000

_RAW = tuple(type_coerce(column, NullType).label(column.name) for column in audit.c)
"""The columns as they lie in the file: a changed row must be reported, not crash the reader."""


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
            page = select(*_RAW).where(audit.c.sequence_number > last)
            found = self._statements.rows(page.order_by(audit.c.sequence_number).limit(PAGE))
            for row in found:
                yield _row(row)
            if len(found) < PAGE:
                return
            last = found[-1]["sequence_number"]

    def of_study(self, study_instance_uid: str) -> tuple[AuditEvent, ...]:
        wanted = select(*_RAW).where(audit.c.study_instance_uid == study_instance_uid)
        found = self._statements.rows(wanted.order_by(audit.c.sequence_number))
        return tuple(_row(row).event for row in found)

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


def _row(row: Any) -> AuditRow:
    """Return one link, or refuse columns that cannot hold what was written."""
    texts = ("actor_id", "study_instance_uid", "report_id", "detail", "previous_hash", "row_hash")
    try:
        action, at = AuditAction(row["action"]), EPOCH + row["at"] * MICROSECOND
        actor_id, study_uid, report_id, detail, previous_hash, row_hash = (
            exact_text(row[name]) for name in texts
        )
    except (ValueError, TypeError, OverflowError) as error:
        raise _unreadable() from error
    event = AuditEvent(action, actor_id, at, study_uid, report_id, detail)
    return AuditRow(row["sequence_number"], event, previous_hash, row_hash)


def _unreadable() -> TamperedError:
    return TamperedError("it holds what this program never writes", "Ask who changed the database.")
