"""The worklist: three queries whatever its length."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, exists, func, select

from readstation.adapters.db.blinding import may_see
from readstation.adapters.db.critical_results import CLOSED
from readstation.adapters.db.handoffs import ENDED
from readstation.adapters.db.orders import order_from
from readstation.adapters.db.reports import SIGNED
from readstation.adapters.db.schema import (
    OPEN_REPORT,
    claims,
    critical_results,
    handoffs,
    instance_conflicts,
    orders,
    reports,
    studies,
    users,
)
from readstation.adapters.db.statements import Statements
from readstation.adapters.db.studies import patient_from, study_from, study_query
from readstation.domain.claim import Claim, ClaimTask
from readstation.domain.handoff import HandoffStatus
from readstation.domain.patient import Patient, PatientMatch, match_patients
from readstation.domain.study import Study
from readstation.domain.worklist import WorklistItem

OWN = studies.c.study_instance_uid


class SqlWorklistRepository:
    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def items(self, now: datetime, viewer_id: str | None = None) -> tuple[WorklistItem, ...]:
        rows = self._statements.rows(_query(now, viewer_id))
        handed = self._handoff_statuses()
        found = [(row, study_from(row)) for row in rows]
        priors = self._prior_counts([study for _, study in found])
        return tuple(
            WorklistItem(
                study=study,
                order=order_from({c.name: row[f"order_{c.name}"] for c in orders.c}),
                report_status=row["report_status"],
                claim=_claim(row),
                owner_name=row["owner_name"] or row["claim_owner_id"] or "",
                prior_count=priors[study.study_instance_uid],
                conflict_count=row["conflict_count"],
                open_critical_results=row["open_critical_results"],
                handoff_status=handed.get(study.study_instance_uid),
            )
            for row, study in found
        )

    def _handoff_statuses(self) -> dict[str, HandoffStatus]:
        table = handoffs.c
        live = select(table.study_instance_uid, table.status).where(table.status.not_in(ENDED))
        rows = self._statements.rows(live.order_by(table.requested_at))
        return {row["study_instance_uid"]: row["status"] for row in rows}

    def _prior_counts(self, listed: Sequence[Study]) -> dict[str, int]:
        table = studies.c
        ids = sorted({s.patient.identity.patient_id for s in listed} - {""})
        wanted = select(
            table.patient_id,
            table.issuer_of_patient_id,
            table.patient_name,
            table.patient_birth_date,
            table.patient_sex,
            table.study_date_time,
        ).where(table.patient_id.in_(ids), table.study_date_time.is_not(None))
        dated: dict[str, list[tuple[Patient, datetime]]] = defaultdict(list)
        for row in self._statements.rows(wanted):
            dated[row["patient_id"]].append((patient_from(row), row["study_date_time"]))
        return {
            study.study_instance_uid: sum(
                study.study_date_time is not None
                and at < study.study_date_time
                and match_patients(patient, study.patient) is PatientMatch.SAME
                for patient, at in dated[study.patient.identity.patient_id]
            )
            for study in listed
        }


def _query(now: datetime, viewer_id: str | None) -> Select[Any]:
    open_report = and_(reports.c.study_instance_uid == OWN, reports.c.status.in_(OPEN_REPORT))
    live_claim = and_(
        claims.c.study_instance_uid == OWN,
        claims.c.task == ClaimTask.READ,
        claims.c.expires_at > now,
    )
    signed = reports.alias("signed")
    is_signed = exists().where(signed.c.study_instance_uid == OWN, signed.c.status.in_(SIGNED))
    conflicts = select(func.count()).where(instance_conflicts.c.study_instance_uid == OWN)
    critical = select(func.count()).where(
        critical_results.c.study_instance_uid == OWN,
        critical_results.c.status.not_in(CLOSED),
        may_see(OWN, critical_results.c.discovered_by, viewer_id),
    )
    return (
        study_query()
        .add_columns(
            *(column.label(f"order_{column.name}") for column in orders.c),
            reports.c.status.label("report_status"),
            claims.c.owner_id.label("claim_owner_id"),
            claims.c.token.label("claim_token"),
            claims.c.claimed_at.label("claim_claimed_at"),
            claims.c.expires_at.label("claim_expires_at"),
            users.c.full_name.label("owner_name"),
            conflicts.scalar_subquery().label("conflict_count"),
            critical.scalar_subquery().label("open_critical_results"),
        )
        .select_from(
            studies.join(orders, orders.c.study_instance_uid == OWN)
            .outerjoin(reports, open_report)
            .outerjoin(claims, live_claim)
            .outerjoin(users, users.c.user_id == claims.c.owner_id)
        )
        .where(~is_signed)
    )


def _claim(row: Any) -> Claim | None:
    if row["claim_token"] is None:
        return None
    return Claim(
        row["study_instance_uid"],
        ClaimTask.READ,
        row["claim_owner_id"],
        row["claim_token"],
        row["claim_claimed_at"],
        row["claim_expires_at"],
    )
