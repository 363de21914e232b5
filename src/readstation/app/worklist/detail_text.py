"""What the panel beside the worklist says about the selected study."""

from __future__ import annotations

from dataclasses import dataclass

from readstation.app.worklist.row_text import (
    Badges,
    Seen,
    badges_of,
    images_text,
    patient_line,
    study_name,
)
from readstation.domain.deadline import DueClock, DueState, duration_text, read_clock
from readstation.domain.order import Contact
from readstation.domain.patient import shown_name
from readstation.domain.study import Completeness
from readstation.domain.worklist import RankedItem


@dataclass(frozen=True, slots=True)
class DetailText:
    """The panel's words, section by section."""

    patient_name: str
    patient_line: str
    study: str
    badges: Badges
    clock: DueClock
    due: str
    why: str
    why_sum: str
    order: str
    indication: str
    referrer: str
    warnings: tuple[str, ...]
    concern: str


def detail_text(ranked: RankedItem, seen: Seen) -> DetailText:
    """Return the words of the panel for one study."""
    item, order, study = ranked.item, ranked.item.order, ranked.item.study
    first, more = badges_of(ranked)
    simulated = (("SIMULATED", "warning"),) if study.is_simulated else ()
    clock = read_clock(ranked.deadline, seen.now)
    return DetailText(
        patient_name=shown_name(study.patient.patient_name),
        patient_line=_identity(ranked, seen),
        study=study_name(study, order.requested_procedure_description),
        badges=(*first, *more, *simulated),
        clock=clock,
        due=_due(ranked, clock, seen),
        why="\n".join(f"+{part.points}  {part.reason}" for part in ranked.parts),
        why_sum=f"= {ranked.score}  ·  {ranked.tier_reason}",
        order=_order(ranked, seen),
        indication=order.reason_for_the_requested_procedure,
        referrer="\n".join(
            _contact(contact) for contact in (order.referring_physician, *order.designees)
        ),
        warnings=_warnings(ranked, seen),
        concern=item.order.technologist_concern,
    )


def _identity(ranked: RankedItem, seen: Seen) -> str:
    study = ranked.item.study
    patient = study.patient
    born = patient.patient_birth_date
    issuer = patient.identity.issuer_of_patient_id
    parts = (
        patient_line(patient, study.study_date_time or seen.now),
        f"born {born:%Y-%m-%d}" if born else "birth date unknown",
        f"ID {patient.identity.patient_id or '(none)'}" + (f" ({issuer})" if issuer else ""),
    )
    return " · ".join(part for part in parts if part)


def _due(ranked: RankedItem, clock: DueClock, seen: Seen) -> str:
    due = ranked.deadline.due_at.astimezone(seen.zone)
    text = f"due {due:%a %d %b %H:%M} · waiting {duration_text(clock.waited)}"
    if clock.state is DueState.OUTER:
        return f"{text} · past the outer limit"
    outer = ranked.deadline.outer_at
    if clock.is_overdue and outer is not None:
        return f"{text} · outer limit {outer.astimezone(seen.zone):%a %d %b %H:%M}"
    return text


def _order(ranked: RankedItem, seen: Seen) -> str:
    order = ranked.item.order
    done = order.exam_completed_at.astimezone(seen.zone)
    lines = (
        order.requested_procedure_description,
        f"Accession {order.accession_number}",
        f"{order.priority.value.capitalize() if order.priority.value != 'STAT' else 'STAT'}, "
        f"{order.patient_class.name.lower()}, {order.intent.value}",
        f"Exam completed {done:%Y-%m-%d %H:%M}",
    )
    return "\n".join(line for line in lines if line)


def _contact(contact: Contact) -> str:
    role = f", {contact.role}" if contact.role else ""
    return f"{contact.name}{role}  {contact.telephone_number}".rstrip()


def _warnings(ranked: RankedItem, seen: Seen) -> tuple[str, ...]:
    item, study = ranked.item, ranked.item.study
    found = []
    if study.completeness is Completeness.INCOMPLETE:
        found.append(f"Incomplete: {images_text(study)} images are here.")
    if item.conflict_count:
        found.append(
            f"{item.conflict_count} image(s) arrived again with other content. "
            "The first are shown; ask the archive which are right."
        )
    if item.open_critical_results:
        found.append("A critical result has not been communicated yet.")
    claim = item.claim
    if claim is not None and claim.owner_id != seen.facts.reader_id:
        since = claim.claimed_at.astimezone(seen.zone)
        found.append(f"{item.owner_name} has it since {since:%H:%M}: it opens read-only.")
    return tuple(found)
