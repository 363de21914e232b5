"""One connection and one transaction per unit of work."""

from __future__ import annotations

import sqlite3
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from readstation.adapters.db.audit_files import AuditFiles
from readstation.adapters.db.audit_log import SqlAuditLog
from readstation.adapters.db.claims import SqlClaimRepository
from readstation.adapters.db.critical_results import SqlCriticalResultRepository
from readstation.adapters.db.descriptions import SqlDescriptionRepository
from readstation.adapters.db.display_checks import SqlDisplayCheckRepository
from readstation.adapters.db.failures import commit, raw_of, store_error
from readstation.adapters.db.handoffs import SqlHandoffRepository
from readstation.adapters.db.key_images import SqlKeyImageRepository
from readstation.adapters.db.measurements import SqlMeasurementRepository
from readstation.adapters.db.orders import SqlOrderRepository
from readstation.adapters.db.plain_statements import PlainStatements
from readstation.adapters.db.quality import SqlQualityRepository
from readstation.adapters.db.reports import SqlReportRepository
from readstation.adapters.db.statements import Statements
from readstation.adapters.db.studies import SqlStudyRepository
from readstation.adapters.db.users import SqlUserRepository
from readstation.adapters.db.viewing import SqlViewingRepository
from readstation.adapters.db.worklist import SqlWorklistRepository
from readstation.app import ports
from readstation.app.display.display_ports import DisplayCheckRepository
from readstation.app.study_ports import StudyRepository


class SqlUnitOfWork:
    """Implements `app.ports.UnitOfWork`. Used once, in one thread."""

    def __init__(self, engine: Engine, audit_key: bytes, audit_files: AuditFiles) -> None:
        self._engine = engine
        self._audit_key = audit_key
        self._audit_files = audit_files
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        try:
            connection = self._engine.connect()
            connection.begin()
        except DBAPIError as error:
            raise store_error(error) from error
        self._connection = connection
        statements, plain = Statements(connection), PlainStatements(raw_of(connection))
        self.studies: StudyRepository = SqlStudyRepository(statements, plain)
        self.descriptions: ports.DescriptionRepository = SqlDescriptionRepository(statements)
        self.orders: ports.OrderRepository = SqlOrderRepository(statements)
        self.worklist: ports.WorklistRepository = SqlWorklistRepository(plain)
        self.claims: ports.ClaimRepository = SqlClaimRepository(statements)
        self.reports: ports.ReportRepository = SqlReportRepository(statements)
        self.critical_results: ports.CriticalResultRepository = SqlCriticalResultRepository(
            statements
        )
        self.handoffs: ports.HandoffRepository = SqlHandoffRepository(statements)
        self.users: ports.UserRepository = SqlUserRepository(plain)
        self.quality: ports.QualityRepository = SqlQualityRepository(statements)
        self.viewing: ports.ViewingRepository = SqlViewingRepository(statements)
        self.measurements: ports.MeasurementRepository = SqlMeasurementRepository(statements)
        self.key_images: ports.KeyImageRepository = SqlKeyImageRepository(statements)
        self.display_checks: DisplayCheckRepository = SqlDisplayCheckRepository(statements)
        self._log = SqlAuditLog(plain, self._audit_key, self._audit_files)
        self.audit: ports.AuditLog = self._log
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        if self._connection is not None:
            self._connection.close()  # an uncommitted transaction rolls back
            self._connection = None

    def commit(self) -> None:
        """Make everything durable, then move the audit's anchor."""
        connection = self._connection
        if connection is None:
            raise RuntimeError("a unit of work commits inside its with block")
        try:
            commit(raw_of(connection))
            connection.commit()  # SQLAlchemy's side of it, which writes nothing more
        except (sqlite3.Error, DBAPIError) as error:
            raise store_error(error) from error
        self._log.advance_anchor()
