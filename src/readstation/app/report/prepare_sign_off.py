"""Everything the sign-off dialog repeats before the password is asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace

from readstation.app.handoff.second_read import second_read_signatures
from readstation.app.ports import UnitOfWork
from readstation.app.report.stored_report import require_claim, stored_draft, subject_of
from readstation.app.report.viewed_images import viewed_images
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.claim import Claim
from readstation.domain.critical_result import CriticalResult
from readstation.domain.reader import Permission
from readstation.domain.report import Draft, Signature
from readstation.domain.report_text import ReportSubject
from readstation.domain.sign_off import OnScreen, Problem, SignOffFacts, sign_off_problems
from readstation.domain.viewing import ViewedImages


@dataclass(frozen=True, slots=True)
class SignOff:
    """What stands in the dialog; `problems` empty means that only the password is missing."""

    facts: SignOffFacts
    subject: ReportSubject
    problems: tuple[Problem, ...]
    second_reads: tuple[Signature, ...]
    viewed: ViewedImages

    @property
    def open_results(self) -> tuple[CriticalResult, ...]:
        return tuple(r for r in self.facts.critical_results if r.is_open)

    @property
    def lines_left_empty(self) -> tuple[str, ...]:
        """Headings of the template behind which nothing was written."""
        content = self.facts.draft.content
        lines = f"{content.findings_text}\n{content.impression}".split("\n")
        return tuple(line.strip().removesuffix(":") for line in lines if line.endswith(":"))

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
        viewed = viewed_images(work, draft.study_instance_uid, (session.user.user_id,))
        return SignOff(
            facts=facts,
            subject=subject_of(station, work, draft.study_instance_uid),
            problems=sign_off_problems(facts),
            second_reads=second_read_signatures(work, stored.report_id, stored.study_instance_uid),
            viewed=viewed,
        )


def facts_of(
    work: UnitOfWork, session: Session, draft: Draft, on_screen: OnScreen, reason: str = ""
) -> SignOffFacts:
    uid = draft.study_instance_uid
    results = work.critical_results.of_study(uid, session.user.user_id)
    return SignOffFacts(draft, work.studies.get(uid), on_screen, results, reason)
