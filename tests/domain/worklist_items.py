"""Worklist items for tests: one study with its order, everything else at rest."""

from datetime import UTC, date, datetime, timedelta

from readstation.domain.order import Contact, Intent, Order, OrderPriority, PatientClass
from readstation.domain.patient import Patient, PatientIdentity
from readstation.domain.study import Study
from readstation.domain.worklist import WorklistItem

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
REFERRER = Contact("Dr. Demo Aspen", "emergency physician", "555-0101")


def a_patient(patient_id="DEMO-1", name="DEMO^Alpha", *, issuer="DEMO", born=date(1960, 3, 14)):
    return Patient(PatientIdentity(patient_id, issuer), name, born, "M")


def a_study(uid="1.2.1", *, patient=None, at=NOW - timedelta(hours=1), **changes):
    fields = {
        "study_description": "CT CHEST",
        "modalities_in_study": ("CT",),
        "body_part_examined": "CHEST",
        "number_of_study_related_instances": 40,
    }
    return Study(uid, patient or a_patient(), f"A-{uid}", at, **(fields | changes))


def an_order(uid="1.2.1", *, completed_at=NOW - timedelta(hours=1), **changes):
    fields = {
        "requested_procedure_description": "CT chest",
        "priority": OrderPriority.ROUTINE,
        "patient_class": PatientClass.OUTPATIENT,
        "intent": Intent.DIAGNOSTIC,
        "reason_for_the_requested_procedure": "Cough",
        "exam_completed_at": completed_at,
        "referring_physician": REFERRER,
    }
    return Order(f"A-{uid}", uid, **(fields | changes))


def an_item(uid="1.2.1", *, study=None, order=None, waited=None, **changes):
    """Return an item; `waited` is how long before NOW the exam was completed."""
    order_changes = {key: changes.pop(key) for key in list(changes) if key in ORDER_FIELDS}
    completed_at = NOW - (timedelta(hours=1) if waited is None else waited)
    fields = {
        "report_status": None,
        "claim": None,
        "owner_name": "",
        "prior_count": 0,
        "conflict_count": 0,
        "open_critical_results": 0,
        "handoff_status": None,
    }
    return WorklistItem(
        study or a_study(uid, at=completed_at),
        order or an_order(uid, completed_at=completed_at, **order_changes),
        **(fields | changes),
    )


ORDER_FIELDS = {
    "priority",
    "patient_class",
    "intent",
    "stat_report_requested",
    "technologist_concern",
    "reason_for_the_requested_procedure",
}
