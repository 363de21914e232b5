"""What each column of the worklist says about a study, and how urgent it looks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from readstation.domain.deadline import DueClock, DueState, read_clock
from readstation.domain.late_dataclass import dataclass
from readstation.domain.order import OrderPriority, PatientClass
from readstation.domain.patient import Patient, shown_name
from readstation.domain.report_status import ReportStatus
from readstation.domain.study import Completeness, Study
from readstation.domain.worklist import RankedItem, has_concern, is_screening
from readstation.domain.worklist_lists import ReaderFacts, is_held_by_other, status_text

DUE_TONES: dict[DueState, str] = {
    DueState.OK: "routine",
    DueState.WARN: "significant",
    DueState.BREACH: "critical",
    DueState.OUTER: "critical",
}
_PRIORITY_BADGES: dict[OrderPriority, tuple[str, str]] = {
    OrderPriority.STAT: ("STAT", "stat"),
    OrderPriority.URGENT: ("URGENT", "urgent"),
    OrderPriority.ROUTINE: ("ROUTINE", "routine"),
}
_CLASS_BADGES: dict[PatientClass, tuple[str, str]] = {
    PatientClass.EMERGENCY: ("ED", "plain"),
    PatientClass.INPATIENT: ("IP", "plain"),
}
_STATUS_TONES: dict[ReportStatus | None, str] = {
    ReportStatus.DRAFT: "accent",
    ReportStatus.PRELIMINARY: "accent",
    ReportStatus.AWAITING_SECOND_READ: "incidental",
}

Badges = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """Who looks, when and where: what a cell depends on besides its item."""

    now: datetime
    zone: tzinfo
    facts: ReaderFacts


@dataclass(frozen=True, slots=True)
class Cell:
    """Two lines of one cell. Tones are names that the theme knows; badges are (word, kind)."""

    first: str = ""
    second: str = ""
    first_tone: str = "strong"
    second_tone: str = "dim"
    badges: Badges = ()
    more_badges: Badges = ()
    clock: DueClock | None = None

    @property
    def text(self) -> str:
        """Everything the cell says, for screen readers, copying and tests."""
        words = [word for word, _ in (*self.badges, *self.more_badges)]
        return " ".join(part for part in (*words, self.first, self.second) if part)


@dataclass(frozen=True, slots=True)
class Column:
    """One column. Where the table is narrow, some are left to the panel beside it."""

    id: str
    title: str
    narrow_px: int
    wide_px: int
    cell: Callable[[RankedItem, Seen], Cell]
    hide_below_px: int = 0


def badges_of(ranked: RankedItem) -> tuple[Badges, Badges]:
    """Return priority and class, then everything that makes the study special."""
    order = ranked.item.order
    first = [_PRIORITY_BADGES[order.priority]]
    if order.patient_class in _CLASS_BADGES:
        first.append(_CLASS_BADGES[order.patient_class])
    special = (
        (has_concern(ranked.item), ("CONCERN", "concern")),
        (ranked.item.open_critical_results > 0, ("CALL OPEN", "critical")),
        (is_screening(ranked.item), ("SCREEN", "screening")),
    )
    return tuple(first), tuple(badge for applies, badge in special if applies)


def patient_line(patient: Patient, at: datetime | None) -> str:
    """Return sex and age, as far as they are known."""
    age = patient.age_on(at.date()) if at is not None else None
    parts = (patient.patient_sex, f"{age} y" if age is not None else "")
    return " · ".join(part for part in parts if part)


def images_text(study: Study) -> str:
    """Return the number of instances, of how many if that was announced."""
    here = study.number_of_study_related_instances
    expected = study.expected_instances
    return str(here) if expected is None else f"{here}/{expected}"


def study_title(ranked: RankedItem) -> str:
    """Return the study's own description, or what was ordered."""
    study, order = ranked.item.study, ranked.item.order
    return study.study_description or order.requested_procedure_description or "(no description)"


def study_name(study: Study, ordered_as: str = "") -> str:
    """Return modality and description, without saying the modality twice."""
    description = study.study_description or ordered_as or "(no description)"
    modality = "/".join(study.modalities_in_study)
    return description if description.startswith(modality) else f"{modality} {description}"


def _priority(ranked: RankedItem, _seen: Seen) -> Cell:
    first, more = badges_of(ranked)
    return Cell(badges=first, more_badges=more)


def _due(ranked: RankedItem, seen: Seen) -> Cell:
    clock = read_clock(ranked.deadline, seen.now)
    return Cell(clock.text, clock=clock, first_tone=DUE_TONES[clock.state])


def _patient(ranked: RankedItem, seen: Seen) -> Cell:
    patient = ranked.item.study.patient
    line = patient_line(patient, ranked.item.study.study_date_time or seen.now)
    parts = (line.replace(" · ", " "), patient.identity.patient_id)
    return Cell(shown_name(patient.patient_name), " · ".join(part for part in parts if part))


def _study(ranked: RankedItem, seen: Seen) -> Cell:
    study = ranked.item.study
    at = ranked.item.order.exam_completed_at.astimezone(seen.zone)
    modality = "/".join(study.modalities_in_study)
    second = f"{modality} · {at:%d %b %H:%M}"
    if study.is_simulated:
        return Cell(study_title(ranked), f"SIMULATED · {second}", second_tone="significant_text")
    return Cell(study_title(ranked), second)


def _images(ranked: RankedItem, _seen: Seen) -> Cell:
    study = ranked.item.study
    if ranked.item.conflict_count:
        return Cell(images_text(study), "CONFLICT", second_tone="critical_text")
    if study.completeness is Completeness.INCOMPLETE:
        return Cell(
            images_text(study),
            "INCOMPLETE",
            first_tone="significant_text",
            second_tone="significant_text",
        )
    return Cell(images_text(study), first_tone="text")


def _priors(ranked: RankedItem, _seen: Seen) -> Cell:
    count = ranked.item.prior_count
    return Cell(str(count), first_tone="prior_text" if count else "dim")


def _indication(ranked: RankedItem, _seen: Seen) -> Cell:
    return Cell(second=ranked.item.order.reason_for_the_requested_procedure, second_tone="text")


def _referrer(ranked: RankedItem, _seen: Seen) -> Cell:
    contact = ranked.item.order.referring_physician
    return Cell(contact.name, contact.telephone_number, first_tone="text")


def _status(ranked: RankedItem, seen: Seen) -> Cell:
    tone = _STATUS_TONES.get(ranked.item.report_status, "text")
    status = status_text(ranked).capitalize()
    first_tone = f"{tone}_text" if tone == "incidental" else tone
    if ranked.item.claim is None:
        return Cell(status, first_tone=first_tone)
    if is_held_by_other(ranked, seen.facts):
        return Cell(status, ranked.item.owner_name, first_tone, "incidental_text")
    return Cell(status, "open by you", first_tone, "current_text")


WIDE_FROM_PX = 1160
"""Width of the table from which the wide columns fit."""

COLUMNS: tuple[Column, ...] = (
    Column("priority", "Priority", 112, 124, _priority),
    Column("due", "Due in", 138, 146, _due),
    Column("patient", "Patient", 140, 196, _patient),
    Column("study", "Study", 150, 250, _study),
    Column("images", "Images", 92, 100, _images),
    Column("priors", "Priors", 56, 62, _priors, hide_below_px=920),
    Column("indication", "Indication", 110, 220, _indication),
    Column("referrer", "Referrer", 120, 136, _referrer, hide_below_px=1060),
    Column("status", "Status, owner", 106, 130, _status),
)
STRETCHED_COLUMN = "indication"
