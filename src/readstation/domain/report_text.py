"""The report as plain text: the one rendering that is shown, hashed, signed and exported.

Typed text stands in it exactly as typed, on lines of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from readstation.domain.finding import Finding
from readstation.domain.order import Order
from readstation.domain.patient import shown_name
from readstation.domain.report import (
    Addendum,
    ReportContent,
    ReportStatus,
    Section,
    Signature,
)
from readstation.domain.study import Completeness, Study

NOT_STATED = "not stated"
SIMULATED_MARK = "SIMULATED IMAGES, NOT OF A PATIENT"

TITLES: dict[ReportStatus, str] = {
    ReportStatus.DRAFT: "RADIOLOGY REPORT - DRAFT, NOT SIGNED",
    ReportStatus.AWAITING_SECOND_READ: "RADIOLOGY REPORT - AWAITING SECOND READ, NOT SIGNED",
    ReportStatus.PRELIMINARY: "RADIOLOGY REPORT - PRELIMINARY, NOT FINAL",
    ReportStatus.FINAL: "RADIOLOGY REPORT - FINAL",
    ReportStatus.ADDENDED: "RADIOLOGY REPORT - FINAL WITH ADDENDUM",
    ReportStatus.CORRECTED: "RADIOLOGY REPORT - CORRECTED",
    ReportStatus.AMENDED: "RADIOLOGY REPORT - AMENDED",
    ReportStatus.CANCELLED: "RADIOLOGY REPORT - CANCELLED",
    ReportStatus.ENTERED_IN_ERROR: "RADIOLOGY REPORT - ENTERED IN ERROR",
}


@dataclass(frozen=True, slots=True)
class ReportSubject:
    """Whose report it is and of what examination."""

    study: Study
    order: Order | None
    site_name: str


def report_text(
    subject: ReportSubject,
    status: ReportStatus,
    content: ReportContent,
    signatures: Iterable[Signature] = (),
) -> str:
    """Render a report. The same arguments give the same characters, on every machine."""
    blocks = [
        _header(subject, status),
        *_sections(subject.study, content),
        _signed(signatures),
        *(_addendum(addendum) for addendum in content.addenda),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def shown_time(moment: datetime | None) -> str:
    """Return a moment as the report states it.

    >>> from datetime import UTC
    >>> shown_time(datetime(2026, 11, 21, 20, 41, 7, tzinfo=UTC))
    '2026-11-21 20:41 UTC'
    """
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else NOT_STATED


def identity_lines(subject: ReportSubject) -> tuple[str, ...]:
    """Return who the patient is, for the head of the report and of every printed page."""
    patient = subject.study.patient
    issuer = patient.identity.issuer_of_patient_id
    born = patient.patient_birth_date
    sex = f"   Sex: {_one_line(patient.patient_sex)}" if patient.patient_sex else ""
    return (
        f"Patient: {_one_line(shown_name(patient.patient_name))}",
        f"Patient ID: {_one_line(patient.identity.patient_id) or NOT_STATED}"
        + (f" ({_one_line(issuer)})" if issuer else ""),
        f"Birth date: {born.isoformat() if born else NOT_STATED}{sex}",
    )


def _header(subject: ReportSubject, status: ReportStatus) -> str:
    study, order = subject.study, subject.order
    procedure = study.study_description or (order.requested_procedure_description if order else "")
    referrer = order.referring_physician.name if order else ""
    lines = [
        _one_line(subject.site_name),
        TITLES[status],
        "",
        *identity_lines(subject),
        f"Accession number: {_one_line(study.accession_number) or NOT_STATED}",
        f"Study: {_one_line(procedure) or NOT_STATED}",
        f"Study time: {shown_time(study.study_date_time)}",
        f"Referring physician: {_one_line(referrer) or NOT_STATED}",
    ]
    if study.is_simulated:
        lines.insert(2, SIMULATED_MARK)
    return "\n".join(lines)


def _sections(study: Study, content: ReportContent) -> Iterator[str]:
    yield _section(Section.INDICATION.value, content.indication)
    yield _section(Section.TECHNIQUE.value, content.technique)
    yield _section(Section.COMPARISON.value, content.comparison)
    yield _section(Section.FINDINGS.value, findings_text(content))
    yield _section(Section.IMPRESSION.value, content.impression)
    yield _section("Communications", "\n".join(content.communications))
    if content.incomplete_study_reason:
        arrived, announced = study.number_of_study_related_instances, study.expected_instances
        of = f" of {announced}" if study.completeness is Completeness.INCOMPLETE else ""
        yield _section(
            "Limitations",
            f"Read from an incomplete study ({arrived}{of} images). Reason:\n"
            f"{content.incomplete_study_reason}",
        )


def _section(title: str, text: str) -> str:
    return f"{title.upper()}\n{text}" if text else ""


def findings_text(content: ReportContent) -> str:
    """Return what the section of findings says: the text, then each finding with its facts."""
    findings = [_finding(number, f) for number, f in enumerate(content.findings, start=1)]
    return "\n\n".join(part for part in (content.findings_text, *findings) if part)


def _finding(number: int, finding: Finding) -> str:
    marks = [finding.urgency.value.upper()]
    if finding.is_incidental:
        marks.append("INCIDENTAL")
    place = ", ".join(p for p in (_one_line(finding.site), finding.laterality.value) if p)
    lines = [f"{number}. {' '.join(marks)}" + (f" - {place}" if place else ""), finding.text]
    lines += [link.line for link in finding.measurements]
    if finding.follow_up is not None and finding.follow_up.is_complete:
        lines.append(finding.follow_up.sentence())
    elif finding.is_incidental and finding.no_follow_up_reason:
        lines.append(f"No follow-up needed: {finding.no_follow_up_reason}")
    return "\n".join(line for line in lines if line)


def _addendum(addendum: Addendum) -> str:
    return (
        f"ADDENDUM to version {addendum.supersedes_version}\n"
        f"Reason: {addendum.reason}\n"
        f"{addendum.text}\n"
        f"Signed electronically by {_one_line(addendum.author_name)}, "
        f"{shown_time(addendum.signed_at)}"
    )


def _signed(signatures: Iterable[Signature]) -> str:
    return "\n".join(
        f"Signed electronically ({s.meaning.value}) by {_one_line(s.signer_name)}, "
        f"{shown_time(s.signed_at)}"
        for s in signatures
    )


def _one_line(text: str) -> str:
    """Return a header value without line breaks: it must not look like a line of the report."""
    return " ".join(text.split())
