"""The audit log: each row carries a keyed hash over itself and the row before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC

from readstation.adapters.db.audit_files import AuditFiles
from readstation.adapters.db.plain_statements import PlainRow, PlainStatements
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

HEAD = "SELECT sequence_number, row_hash FROM audit ORDER BY sequence_number DESC LIMIT 1"
PAGE_AFTER = (
    "SELECT * FROM audit WHERE sequence_number > :last ORDER BY sequence_number LIMIT :page"
)
FROM_ON = "SELECT * FROM audit WHERE sequence_number >= :first ORDER BY sequence_number LIMIT :most"
OF_STUDY = "SELECT * FROM audit WHERE study_instance_uid = :uid ORDER BY sequence_number"
APPEND = """
INSERT INTO audit (sequence_number, action, actor_id, at, study_instance_uid, report_id, detail,
previous_hash, row_hash)
VALUES (:sequence_number, :action, :actor_id, :at, :study_instance_uid, :report_id, :detail,
:previous_hash, :row_hash)
"""


class SqlAuditLog:
    """Appends are in order because every unit of work holds the write lock."""

    def __init__(self, statements: PlainStatements, key: bytes, files: AuditFiles) -> None:
        self._statements = statements
        self._key = key
        self._files = files
        self._appended: AuditAnchor | None = None

    def append(self, event: AuditEvent) -> None:
        event = replace(event, at=event.at.astimezone(UTC))
        head = self.head()
        number = head.sequence_number + 1
        row_hash = chain_hash(self._key, head.row_hash, number, event)
        self._statements.run(
            APPEND,
            {
                "sequence_number": number,
                "action": event.action,
                "actor_id": event.actor_id,
                "at": event.at,
                "study_instance_uid": event.study_instance_uid,
                "report_id": event.report_id,
                "detail": event.detail,
                "previous_hash": head.row_hash,
                "row_hash": row_hash,
            },
        )
        self._appended = AuditAnchor(number, row_hash)

    def advance_anchor(self) -> None:
        """Move the anchor to the head that was just committed, if this unit of work made one."""
        if self._appended is not None:
            # It is saved whatever happens now; an anchor left behind catches up next time.
            with suppress(OSError):
                self._files.advance(self._appended)

    def rows(self) -> Iterator[AuditRow]:
        """Yield the chain in order, page by page.

        Raises
        ------
        TamperedError
            At a row whose columns cannot hold what was written.
        """
        last = -1
        while True:
            found = self._statements.rows(PAGE_AFTER, {"last": last, "page": PAGE})
            for row in found:
                yield _row(row)
            if len(found) < PAGE:
                return
            last = found[-1]["sequence_number"]

    def of_study(self, study_instance_uid: str) -> tuple[AuditEvent, ...]:
        found = self._statements.read(_row, OF_STUDY, {"uid": study_instance_uid})
        return tuple(row.event for row in found)

    def head(self) -> AuditAnchor:
        for newest in self._statements.read(_anchor, HEAD):
            return newest
        return AuditAnchor(0, GENESIS_HASH)

    def since(self, anchor: AuditAnchor, most: int) -> tuple[AuditEvent, ...] | None:
        values = {"first": anchor.sequence_number, "most": most + 2}
        found = self._statements.read(_row, FROM_ON, values)
        if not found or len(found) > most + 1:
            return None
        head = AuditAnchor(found[0].sequence_number, found[0].row_hash)
        return tuple(row.event for row in found[1:]) if head == anchor else None

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


def _anchor(row: PlainRow) -> AuditAnchor:
    return AuditAnchor(row["sequence_number"], row.text("row_hash"))


def _row(row: PlainRow) -> AuditRow:
    """Return one link, or refuse columns that cannot hold what was written."""
    texts = ("actor_id", "study_instance_uid", "report_id", "detail", "previous_hash", "row_hash")
    try:
        action, at = row.member("action", AuditAction), row.moment("at")
        actor_id, study_uid, report_id, detail, previous_hash, row_hash = map(row.text, texts)
    except (ValueError, TypeError, OverflowError) as error:
        raise _unreadable() from error
    event = AuditEvent(action, actor_id, at, study_uid, report_id, detail)
    return AuditRow(row["sequence_number"], event, previous_hash, row_hash)


def _unreadable() -> TamperedError:
    return TamperedError("it holds what this program never writes", "Ask who changed the database.")
