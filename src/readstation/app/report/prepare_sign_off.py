"""Everything the sign-off dialog repeats before the password is asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace

from readstation.app.ports import UnitOfWork
from readstation.app.report.stored_report import require_claim, stored_draft, subject_of
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.claim import Claim
from readstation.domain.critical_result import CriticalResult
from readstation.domain.handoff import Handoff, HandoffStatus, HandoffType
from readstation.domain.reader import Permission
from readstation.domain.report import Draft, Signature, SignatureMeaning
from readstation.domain.report_text import ReportSubject
from readstation.domain.sign_off import OnScreen, Problem, SignOffFacts, sign_off_problems

SECOND_READ_MEANINGS: dict[HandoffType, SignatureMeaning] = {
    HandoffType.CONSULT: SignatureMeaning.SECOND_READ,
    HandoffType.OVER_READ: SignatureMeaning.SECOND_READ,
    HandoffType.BLIND_SECOND_READ: SignatureMeaning.SECOND_READ,
    HandoffType.ARBITRATION: SignatureMeaning.ARBITRATED,
}
"""A shift handover is no second read and puts no name on the report."""

_GIVEN = frozenset({HandoffStatus.RETURNED, HandoffStatus.COMPLETED})


@dataclass(frozen=True, slots=True)
class SignOff:
    """What stands in the dialog; `problems` empty means that only the password is missing."""

    facts: SignOffFacts
    subject: ReportSubject
    problems: tuple[Problem, ...]
    second_reads: tuple[tuple[Signature, str], ...]
    """Who gave a second opinion, and what it was."""
    displayed_images: int
    total_images: int

    @property
    def open_results(self) -> tuple[CriticalResult, ...]:
        return tuple(r for r in self.facts.critical_results if r.is_open)

    @property
    def never_displayed_images(self) -> int:
        return self.total_images - self.displayed_images

    def with_reason(self, incomplete_study_reason: str) -> SignOff:
        """Return the same with a stated reason for signing an incomplete study."""
        facts = replace(self.facts, incomplete_study_reason=incomplete_study_reason)
        return replace(self, facts=facts, problems=sign_off_problems(facts))


def prepare_sign_off(
    station: Station, session: Session, claim: Claim, draft: Draft, on_screen: OnScreen
) -> SignOff:
    """Collect what the reader must see before signing `draft`; writes nothing."""
    session.user.require(Permission.SIGN_REPORT)
    with station.unit_of_work() as work:
        require_claim(work, session, claim, draft, station.clock.now())
        stored = stored_draft(work, session, draft)
        facts = facts_of(work, session, stored, on_screen, draft.content.incomplete_study_reason)
        displayed, total = _displayed(work, session, draft.study_instance_uid)
        return SignOff(
            facts=facts,
            subject=subject_of(station, work, draft.study_instance_uid),
            problems=sign_off_problems(facts),
            second_reads=tuple(
                (second_read_signature(work, h), h.opinion.value if h.opinion else "")
                for h in given_second_reads(work, stored)
            ),
            displayed_images=displayed,
            total_images=total,
        )


def facts_of(
    work: UnitOfWork, session: Session, draft: Draft, on_screen: OnScreen, reason: str = ""
) -> SignOffFacts:
    uid = draft.study_instance_uid
    results = work.critical_results.of_study(uid, session.user.user_id)
    return SignOffFacts(draft, work.studies.get(uid), on_screen, results, reason)


def given_second_reads(work: UnitOfWork, draft: Draft) -> tuple[Handoff, ...]:
    """Return the handoffs of this report that brought an opinion."""
    return tuple(
        h
        for h in work.handoffs.of_study(draft.study_instance_uid)
        if h.report_id == draft.report_id
        and h.status in _GIVEN
        and h.opinion is not None
        and h.handoff_type in SECOND_READ_MEANINGS
    )


def second_read_signature(work: UnitOfWork, handoff: Handoff) -> Signature:
    reader = work.users.get(handoff.to_reader_id)
    return Signature(
        reader.user_id,
        reader.full_name,
        SECOND_READ_MEANINGS[handoff.handoff_type],
        handoff.returned_at or handoff.requested_at,
    )


def _displayed(work: UnitOfWork, session: Session, study_instance_uid: str) -> tuple[int, int]:
    """Return how many frames this reader has seen, and how many there are."""
    frames = {
        (instance.sop_instance_uid, number)
        for series in work.studies.series_of(study_instance_uid)
        for instance in series.instances
        if instance.is_displayable
        for number in range(1, instance.number_of_frames + 1)
    }
    seen = {
        (d.frame.sop_instance_uid, d.frame.frame_number)
        for d in work.viewing.displayed(study_instance_uid)
        if d.viewer_id == session.user.user_id
    }
    return len(frames & seen), len(frames)
