"""A unit of work with accounts, audit log and worklist alone: what stands before the first list."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Self

from readstation.adapters.db.audit_files import AuditFiles
from readstation.adapters.db.audit_log import SqlAuditLog
from readstation.adapters.db.connections import Connections
from readstation.adapters.db.failures import begin, commit, store_error
from readstation.adapters.db.plain_statements import PlainStatements
from readstation.adapters.db.users import SqlUserRepository
from readstation.adapters.db.worklist import SqlWorklistRepository

if TYPE_CHECKING:
    from readstation.app import ports


class FirstUnitOfWork:
    """Implements `app.ports.FirstWork`. Used once, in one thread."""

    def __init__(self, connections: Connections, audit_key: bytes, audit_files: AuditFiles) -> None:
        self._connections = connections
        self._audit_key, self._audit_files = audit_key, audit_files
        self._connection: sqlite3.Connection | None = None
        self._lent = ExitStack()

    def __enter__(self) -> Self:
        try:
            with ExitStack() as lending:
                self._connection = lending.enter_context(self._connections.lent())
                begin(self._connection)
                self._lent = lending.pop_all()
        except sqlite3.Error as error:
            raise store_error(error) from error
        statements = PlainStatements(self._connection)
        self.users: ports.UserRepository = SqlUserRepository(statements)
        self.worklist: ports.WorklistRepository = SqlWorklistRepository(statements)
        self._log = SqlAuditLog(statements, self._audit_key, self._audit_files)
        self.audit: ports.AuditLog = self._log
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._connection = None
        self._lent.close()  # an uncommitted transaction rolls back

    def commit(self) -> None:
        """Make everything durable, then move the audit's anchor."""
        if self._connection is None:
            raise RuntimeError("a unit of work commits inside its with block")
        try:
            commit(self._connection)
        except sqlite3.Error as error:
            raise store_error(error) from error
        self._log.advance_anchor()
