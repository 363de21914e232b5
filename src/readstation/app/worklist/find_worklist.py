"""Use cases: what waits, in reading order, and what is known of one study of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.late_dataclass import dataclass
from readstation.domain.reader import Permission, User
from readstation.domain.worklist import RankedItem, WorklistItem, rank
from readstation.domain.worklist_lists import LISTS, ReaderFacts

if TYPE_CHECKING:
    from readstation.app.ports import FirstWork
    from readstation.domain.prior import RankedPrior
    from readstation.domain.study import InstanceConflict, Series, Study


@dataclass(frozen=True, slots=True)
class WorklistPage:
    """The whole worklist as one reader may see it at one moment."""

    ranked: tuple[RankedItem, ...]
    facts: ReaderFacts
    at: datetime
    counts: dict[str, int]
    """How many studies each list holds."""


def make_page(ranked: tuple[RankedItem, ...], facts: ReaderFacts, at: datetime) -> WorklistPage:
    """Count every list here, in the job, so that the screen only looks it up."""
    counts = {one.id: sum(one.includes(r, facts) for r in ranked) for one in LISTS}
    return WorklistPage(ranked, facts, at, counts)


@dataclass(frozen=True, slots=True)
class StudyDetails:
    """What the panel beside the list shows of the selected study."""

    study: Study
    priors: tuple[RankedPrior, ...]
    conflicts: tuple[InstanceConflict, ...]
    series: tuple[Series, ...]


def find_worklist(
    station: Station, session: Session | None, at: datetime | None = None
) -> WorklistPage:
    """Return everything that waits, in reading order, now or as it will stand `at` a moment.

    Without a session it is the operator's view at the command line, which no reader's lists fill.
    """
    if session is not None:
        session.user.require(Permission.SEE_WORKLIST)
    now = at or station.clock.now()
    with station.begin_first_work() as work:
        if session is None:
            shown, facts = work.worklist.items(now), ReaderFacts("")
        else:
            items = work.worklist.items(now, session.user.user_id)
            shown = tuple(_as_seen_by(session.user, item) for item in items)
            facts = _facts(work, session.user)
    return make_page(rank(shown, station.policy, now), facts, now)


def study_details(
    station: Station, session: Session | None, study_instance_uid: str
) -> StudyDetails:
    """Return one study with its priors, the most relevant first."""
    if session is not None:
        session.user.require(Permission.SEE_WORKLIST)
    from readstation.app.reading.find_priors import find_priors  # noqa: PLC0415 - after the list
    from readstation.app.reading.read_codes import (  # noqa: PLC0415 - after the list
        read_missing_codes,
    )

    with station.unit_of_work() as work:
        patient_id = work.studies.get(study_instance_uid).patient.identity.patient_id
    read_missing_codes(station, patient_id)
    with station.unit_of_work() as work:
        study = work.studies.get(study_instance_uid)
        return StudyDetails(
            study,
            find_priors(work, station, session, study).ranked,
            work.studies.conflicts(study_instance_uid),
            work.studies.series_of(study_instance_uid),
        )


def _facts(work: FirstWork, user: User) -> ReaderFacts:
    if not user.may(Permission.WRITE_REPORT):
        return ReaderFacts(user.user_id)
    return work.worklist.facts(user.user_id)


def _as_seen_by(user: User, item: WorklistItem) -> WorklistItem:
    """Leave out what tells of findings, for those who may not see reports."""
    return item if user.may(Permission.SEE_REPORTS) else replace(item, open_critical_results=0)
