"""What was asked for, by whom, how urgently."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from readstation.domain.late_dataclass import dataclass
from readstation.domain.study import CodedConcept


class OrderPriority(Enum):
    """Requested Procedure Priority (0040,1003), as far as a report has to wait."""

    STAT = "STAT"
    URGENT = "URGENT"
    ROUTINE = "ROUTINE"


class PatientClass(Enum):
    """Where the patient is (HL7 table 0004)."""

    EMERGENCY = "ED"
    INPATIENT = "IP"
    OUTPATIENT = "OP"


class Intent(Enum):
    """Why a study is made: screening has its own deadline."""

    DIAGNOSTIC = "diagnostic"
    SCREENING = "screening"


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody who can be phoned: the referrer, or the next one in the line of escalation."""

    name: str
    role: str
    telephone_number: str


@dataclass(frozen=True, slots=True)
class Order:
    """One requested procedure and its clock."""

    accession_number: str
    study_instance_uid: str
    requested_procedure_description: str
    priority: OrderPriority
    patient_class: PatientClass
    intent: Intent
    reason_for_the_requested_procedure: str
    """The indication, in the referrer's words."""
    exam_completed_at: datetime
    referring_physician: Contact
    designees: tuple[Contact, ...] = ()
    """Responsible designees, in the order in which to try them."""
    body_part_examined: str = ""
    laterality: str = ""
    stat_report_requested: bool = False
    technologist_concern: str = ""
    """A technologist's "look at this now", empty without one."""
    procedure_codes: tuple[CodedConcept, ...] = ()
    """Requested Procedure Code Sequence (0032,1064), as far as who ordered codes it."""
