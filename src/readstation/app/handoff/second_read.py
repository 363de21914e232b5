"""What a second read leaves behind: its signature, and the two reads side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from readstation.app.ports import UnitOfWork
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.errors import NotFoundError, RefusedStepError
from readstation.domain.handoff import Handoff, HandoffStatus, HandoffType, Opinion
from readstation.domain.reader import Permission
from readstation.domain.report import ReportContent, Section, Signature, SignatureMeaning
from readstation.domain.report_text import findings_text


def second_read_signatures(
    work: UnitOfWork, report_id: str, study_instance_uid: str
) -> tuple[Signature, ...]:
    """Return the signatures of all who gave an opinion that the first reader has completed.

    The use case that signs a report puts them behind the author's. Who took over a shift gave
    no opinion and signs as the author.
    """
    handoffs = work.handoffs.of_study(study_instance_uid)
    signatures: dict[tuple[str, SignatureMeaning], Signature] = {}
    for handoff in sorted(handoffs, key=_when_asked):
        if handoff.report_id != report_id or not _counts(handoff) or not handoff.returned_at:
            continue
        meaning = (
            SignatureMeaning.ARBITRATED
            if handoff.handoff_type is HandoffType.ARBITRATION
            else SignatureMeaning.SECOND_READ
        )
        reader = work.users.get(handoff.to_reader_id)
        signatures[reader.user_id, meaning] = Signature(
            reader.user_id, reader.full_name, meaning, handoff.returned_at
        )
    return tuple(signatures.values())


def _when_asked(handoff: Handoff) -> tuple[datetime, bool]:
    return handoff.requested_at, handoff.handoff_type is HandoffType.ARBITRATION


def _counts(handoff: Handoff) -> bool:
    is_shift = handoff.handoff_type is HandoffType.SHIFT_HANDOVER
    return (
        handoff.status is HandoffStatus.COMPLETED and handoff.opinion is not None and not is_shift
    )


def require_not_blind(
    work: UnitOfWork, study_instance_uid: str, viewer_id: str | None = None
) -> None:
    """Refuse while a blind second read waits for the viewer; for None, for anybody.

    Raises
    ------
    RefusedStepError
    """
    if is_blind(work, study_instance_uid, viewer_id):
        raise RefusedStepError(
            "The first read of this study is hidden until its blind second read is returned.",
            "Wait for the second reader's answer, or let the first reader recall the handoff.",
        )


def is_blind(work: UnitOfWork, study_instance_uid: str, viewer_id: str | None = None) -> bool:
    """Return True while a blind second read waits for the viewer; for None, for anybody."""
    return any(
        viewer_id in (None, handoff.to_reader_id) and handoff.hides_first_read
        for handoff in work.handoffs.of_study(study_instance_uid)
    )


FROM_FIRST_READ = frozenset({Section.INDICATION, Section.TECHNIQUE, Section.COMPARISON})
"""Sections that stay the first reader's where the second reader has left them empty."""


@dataclass(frozen=True, slots=True)
class SectionPair:
    """One section in both reads."""

    section: Section
    first: str
    second: str

    @property
    def differs(self) -> bool:
        """Whether the reads differ; a second reader need not repeat how the study was made."""
        if self.section in FROM_FIRST_READ and not self.second.strip():
            return False
        return " ".join(self.first.split()) != " ".join(self.second.split())


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both reads, as far as the viewer may see them."""

    handoff: Handoff
    first_reader: str
    second_reader: str
    sections: tuple[SectionPair, ...]
    """Empty while the first read is hidden from the viewer or no version was returned."""
    hidden_because: str = ""


def compare_reads(station: Station, session: Session, handoff_id: str) -> Comparison:
    """Return both reads side by side; what is still hidden is named, not shown."""
    session.user.require(Permission.SEE_REPORTS)
    viewer = session.user.user_id
    with station.unit_of_work() as work:
        handoff = work.handoffs.get(handoff_id)
        if viewer not in (handoff.from_reader_id, handoff.to_reader_id):
            raise NotFoundError("This handoff is between two other readers.", "Open your own list.")
        first_reader = work.users.get(handoff.from_reader_id).full_name
        second_reader = work.users.get(handoff.to_reader_id).full_name
        first = _first_read(work, handoff, viewer)
    shown = shown_to(handoff, viewer)
    if first is None:
        hidden = "Hidden until you have given your own read."
        return Comparison(shown, first_reader, second_reader, (), hidden)
    second = first if handoff.opinion is Opinion.AGREE else shown.opinion_content
    pairs = tuple(SectionPair(s, text_of(first, s), text_of(second, s)) for s in Section)
    waiting = "" if handoff.opinion is not None else "No opinion yet."
    return Comparison(shown, first_reader, second_reader, pairs, waiting)


def _first_read(work: UnitOfWork, handoff: Handoff, viewer_id: str) -> ReportContent | None:
    try:
        return work.reports.draft(handoff.report_id, viewer_id).content
    except NotFoundError:
        return None


def shown_to(handoff: Handoff, viewer_id: str) -> Handoff:
    """Return the handoff without an opinion that is still being written by somebody else."""
    if handoff.opinion is None and viewer_id != handoff.to_reader_id:
        keeps_reason = handoff.status is HandoffStatus.DECLINED
        text = handoff.opinion_text if keeps_reason else ""
        return replace(handoff, opinion_text=text, opinion_content=None)
    return handoff


def text_of(content: ReportContent | None, section: Section) -> str:
    """Return one section as plain text, as the report will say it."""
    if content is None:
        return ""
    if section is not Section.FINDINGS:
        return str(getattr(content, section.name.lower()))
    return findings_text(content).strip()
