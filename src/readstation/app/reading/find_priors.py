"""The earlier studies of a patient, ranked by all that is known of them here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from readstation.app.ports import UnitOfWork
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.finding import FollowUp
from readstation.domain.patient import PatientMatch, match_patients
from readstation.domain.prior import PriorFacts, RankedPrior, rank_priors
from readstation.domain.prior_follow_up import answered_follow_ups
from readstation.domain.reader import Permission
from readstation.domain.report import SIGNED_STATUSES, ReportVersion
from readstation.domain.study import Study


@dataclass(frozen=True, slots=True)
class FoundPriors:
    """All earlier studies, the most relevant first, and those whose report may be read."""

    ranked: tuple[RankedPrior, ...]
    reported: frozenset[str]
    considered: frozenset[str] = frozenset()
    """Study Instance UIDs of everything under the patient's ID."""


def find_priors(
    work: UnitOfWork, station: Station, session: Session | None, study: Study
) -> FoundPriors:
    """Rank everything here under the patient's ID; fetched broadly, so that nothing is hidden.

    What reports say counts only for those who may read them; without a session, for nobody.
    """
    candidates = work.studies.of_patient_id(study.patient.identity.patient_id)
    reports = _reports(work, session, study, candidates)
    anatomy = station.anatomy()
    facts = PriorFacts(
        reported=frozenset(reports),
        follow_ups=answered_follow_ups(
            study, candidates, {uid: _recommended(told) for uid, told in reports.items()}, anatomy
        ),
    )
    return FoundPriors(
        rank_priors(study, candidates, anatomy, facts),
        facts.reported,
        frozenset(other.study_instance_uid for other in candidates),
    )


def _reports(
    work: UnitOfWork, session: Session | None, study: Study, candidates: Iterable[Study]
) -> dict[str, Sequence[ReportVersion]]:
    """Return the versions of each report of the same patient that the reader may see."""
    if session is None or not session.user.may(Permission.SEE_REPORTS):
        return {}
    others = (
        other.study_instance_uid
        for other in candidates
        if other.study_instance_uid != study.study_instance_uid
        and match_patients(study.patient, other.patient) is PatientMatch.SAME
    )
    found = {uid: work.reports.versions_of_study(uid, session.user.user_id) for uid in others}
    return {uid: versions for uid, versions in found.items() if versions}


def _recommended(versions: Sequence[ReportVersion]) -> tuple[FollowUp, ...]:
    """Return what the newest signed version recommends."""
    signed = [version for version in versions if version.status in SIGNED_STATUSES]
    newest = max(signed, key=lambda version: version.version_number, default=None)
    findings = newest.content.findings if newest is not None else ()
    return tuple(finding.follow_up for finding in findings if finding.follow_up is not None)
