"""The worklist, in SQL: three queries whatever its length, and one for the reader's own lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum

from readstation.adapters.db.plain_statements import PlainRow, PlainStatements
from readstation.adapters.db.stored_values import codes_from_json, contacts_from_json, values_of
from readstation.domain.audit import OBJECT_SAVED
from readstation.domain.claim import Claim, ClaimTask
from readstation.domain.critical_result import CLOSED_STATUSES
from readstation.domain.handoff import ENDED_STATUSES, HandoffStatus
from readstation.domain.order import Contact, Intent, Order, OrderPriority, PatientClass
from readstation.domain.patient import Patient, PatientIdentity, PatientMatch, match_patients
from readstation.domain.report_status import OPEN_STATUSES, SIGNED_STATUSES, ReportStatus
from readstation.domain.study import CodedConcept, Study
from readstation.domain.worklist import WorklistItem
from readstation.domain.worklist_lists import ReaderFacts


def _in_sql(members: Iterable[Enum]) -> str:
    return ", ".join(f"'{value}'" for value in values_of(members))


def _filled(sql: str) -> str:
    """Put the statuses that mean something into a statement: they are constants of the domain."""
    for name, members in (
        ("{open reports}", OPEN_STATUSES),
        ("{signed reports}", SIGNED_STATUSES),
        ("{ended handoffs}", ENDED_STATUSES),
        ("{handoffs answered}", {*ENDED_STATUSES, HandoffStatus.RETURNED}),
        ("{closed results}", CLOSED_STATUSES),
        ("{object saved}", OBJECT_SAVED),
        ("{reading}", {ClaimTask.READ}),
    ):
        sql = sql.replace(name, _in_sql(members))
    return sql


# Objects that readers saved here are left out of the count: nobody announced them, and one of them
# must never stand in for an image that has not arrived (H05).
ITEMS = _filled("""
SELECT
  studies.*,
  (SELECT count(*) FROM instances WHERE study_instance_uid = studies.study_instance_uid)
  - (SELECT count(*) FROM audit WHERE study_instance_uid = studies.study_instance_uid
     AND action IN ({object saved})) AS instance_count,
  (SELECT group_concat(DISTINCT modality) FROM series
   WHERE study_instance_uid = studies.study_instance_uid) AS modalities,
  (SELECT count(*) FROM instance_conflicts
   WHERE study_instance_uid = studies.study_instance_uid) AS conflict_count,
  (SELECT count(*) FROM critical_results
   WHERE study_instance_uid = studies.study_instance_uid AND status NOT IN ({closed results})
   AND (:viewer_id IS NULL OR discovered_by = :viewer_id OR NOT EXISTS (
     SELECT 1 FROM handoffs WHERE study_instance_uid = studies.study_instance_uid
     AND to_reader_id = :viewer_id AND is_blind AND opinion IS NULL
     AND status NOT IN ({ended handoffs})))) AS open_critical_results,
  orders.accession_number AS order_accession_number,
  orders.requested_procedure_description, orders.priority, orders.patient_class, orders.intent,
  orders.reason_for_the_requested_procedure, orders.exam_completed_at, orders.referring_name,
  orders.referring_role, orders.referring_telephone_number, orders.designees,
  orders.body_part_examined AS order_body_part_examined, orders.laterality,
  orders.stat_report_requested, orders.technologist_concern,
  orders.procedure_codes AS ordered_codes,
  reports.status AS report_status,
  claims.owner_id, claims.token, claims.claimed_at, claims.expires_at,
  users.full_name AS owner_name
FROM studies
JOIN orders ON orders.study_instance_uid = studies.study_instance_uid
LEFT JOIN reports ON reports.study_instance_uid = studies.study_instance_uid
  AND reports.status IN ({open reports})
LEFT JOIN claims ON claims.study_instance_uid = studies.study_instance_uid
  AND claims.task IN ({reading}) AND claims.expires_at > :now
LEFT JOIN users ON users.user_id = claims.owner_id
WHERE NOT EXISTS (
  SELECT 1 FROM reports AS signed WHERE signed.study_instance_uid = studies.study_instance_uid
  AND signed.status IN ({signed reports}))
""")
HANDOFFS = _filled("""
SELECT study_instance_uid, status FROM handoffs WHERE status NOT IN ({ended handoffs})
ORDER BY requested_at
""")
DATED = """
SELECT patient_id, issuer_of_patient_id, patient_name, patient_birth_date, patient_sex,
  study_date_time
FROM studies WHERE study_date_time IS NOT NULL AND patient_id IN (
  SELECT patient_id FROM studies JOIN orders USING (study_instance_uid) WHERE patient_id <> '')
"""
FACTS = _filled("""
SELECT 'draft' AS kind, study_instance_uid FROM reports
  WHERE author_id = :reader_id AND status IN ({open reports})
UNION ALL SELECT 'second read', study_instance_uid FROM handoffs
  WHERE to_reader_id = :reader_id AND status NOT IN ({handoffs answered})
UNION ALL SELECT 'call', study_instance_uid FROM critical_results
  WHERE discovered_by = :reader_id AND status NOT IN ({closed results})
""")


class SqlWorklistRepository:
    def __init__(self, statements: PlainStatements) -> None:
        self._statements = statements

    def items(self, now: datetime, viewer_id: str | None = None) -> tuple[WorklistItem, ...]:
        values = {"now": now, "viewer_id": viewer_id}
        found = self._statements.read(lambda row: (row, _study(row)), ITEMS, values)
        handed = dict(self._statements.read(_handed, HANDOFFS))
        priors = self._prior_counts([study for _, study in found])

        def item(pair: tuple[PlainRow, Study]) -> WorklistItem:
            uid = pair[1].study_instance_uid
            return _item(*pair, priors[uid], handed.get(uid))

        return self._statements.made(found, item)

    def facts(self, reader_id: str) -> ReaderFacts:
        uids: dict[str, set[str]] = defaultdict(set)
        for kind, uid in self._statements.read(_fact, FACTS, {"reader_id": reader_id}):
            uids[kind].add(uid)
        return ReaderFacts(
            reader_id,
            draft_uids=frozenset(uids["draft"]),
            second_read_uids=frozenset(uids["second read"]),
            call_uids=frozenset(uids["call"]),
        )

    def _prior_counts(self, listed: Sequence[Study]) -> dict[str, int]:
        dated: dict[str, list[tuple[Patient, datetime]]] = defaultdict(list)
        for patient, at in self._statements.read(_dated, DATED):
            dated[patient.identity.patient_id].append((patient, at))
        return {
            study.study_instance_uid: sum(
                study.study_date_time is not None
                and at < study.study_date_time
                and match_patients(patient, study.patient) is PatientMatch.SAME
                for patient, at in dated[study.patient.identity.patient_id]
            )
            for study in listed
        }


def _item(
    row: PlainRow, study: Study, prior_count: int, handoff_status: HandoffStatus | None
) -> WorklistItem:
    claim = _claim(row)
    owner_name = "" if row["owner_name"] is None else row.text("owner_name")
    return WorklistItem(
        study=study,
        order=_order(row),
        report_status=None
        if row["report_status"] is None
        else row.member("report_status", ReportStatus),
        claim=claim,
        owner_name=owner_name or ("" if claim is None else claim.owner_id),
        prior_count=prior_count,
        conflict_count=row["conflict_count"],
        open_critical_results=row["open_critical_results"],
        handoff_status=handoff_status,
    )


def _study(row: PlainRow) -> Study:
    return Study(
        study_instance_uid=row.text("study_instance_uid"),
        patient=_patient(row),
        accession_number=row.text("accession_number"),
        study_date_time=row.moment_or_none("study_date_time"),
        study_description=row.text("study_description"),
        modalities_in_study=tuple(sorted(filter(None, (row["modalities"] or "").split(",")))),
        body_part_examined=row.text("body_part_examined"),
        institution_name=row.text("institution_name"),
        expected_instances=row["expected_instances"],
        number_of_study_related_instances=row["instance_count"],
        is_simulated=row.flag("is_simulated"),
        procedure_codes=_codes(row, "procedure_codes"),
        ordered_codes=_codes(row, "ordered_codes"),
        anatomic_regions=_codes(row, "anatomic_regions"),
    )


def _codes(row: PlainRow, name: str) -> tuple[CodedConcept, ...]:
    return () if row[name] is None else codes_from_json(row.text(name))


def _patient(row: PlainRow) -> Patient:
    return Patient(
        PatientIdentity(row.text("patient_id"), row.text("issuer_of_patient_id")),
        row.text("patient_name"),
        row.day_or_none("patient_birth_date"),
        row.text("patient_sex"),
    )


def _order(row: PlainRow) -> Order:
    return Order(
        accession_number=row.text("order_accession_number"),
        study_instance_uid=row.text("study_instance_uid"),
        requested_procedure_description=row.text("requested_procedure_description"),
        priority=row.member("priority", OrderPriority),
        patient_class=row.member("patient_class", PatientClass),
        intent=row.member("intent", Intent),
        reason_for_the_requested_procedure=row.text("reason_for_the_requested_procedure"),
        exam_completed_at=row.moment("exam_completed_at"),
        referring_physician=Contact(
            row.text("referring_name"),
            row.text("referring_role"),
            row.text("referring_telephone_number"),
        ),
        designees=contacts_from_json(row.text("designees")),
        body_part_examined=row.text("order_body_part_examined"),
        laterality=row.text("laterality"),
        stat_report_requested=row.flag("stat_report_requested"),
        technologist_concern=row.text("technologist_concern"),
        procedure_codes=_codes(row, "ordered_codes"),
    )


def _claim(row: PlainRow) -> Claim | None:
    if row["token"] is None:
        return None
    return Claim(
        row.text("study_instance_uid"),
        ClaimTask.READ,
        row.text("owner_id"),
        row["token"],
        row.moment("claimed_at"),
        row.moment("expires_at"),
    )


def _handed(row: PlainRow) -> tuple[str, HandoffStatus]:
    return row.text("study_instance_uid"), row.member("status", HandoffStatus)


def _dated(row: PlainRow) -> tuple[Patient, datetime]:
    return _patient(row), row.moment("study_date_time")


def _fact(row: PlainRow) -> tuple[str, str]:
    return row["kind"], row.text("study_instance_uid")
