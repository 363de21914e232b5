"""Use case: make the next studies of the list ready before they are opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from readstation.app.jobs import JobContext
from readstation.app.navigation import OpenStudy
from readstation.app.ports import UnitOfWork
from readstation.app.reading.describe_images import SeriesInHand, describe_ahead
from readstation.app.reading.read_codes import read_missing_codes
from readstation.app.reading.study_ahead import StudyAhead
from readstation.app.reading.study_rows import StoredStudy, StudyRows, read_rows, stored_study
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.patient import PatientMatch
from readstation.domain.reader import Permission

MOST_PRIORS = 2
"""Of one study: the one that hangs beside it, and the one that a reader asks for next."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A study as it was read ahead, and every series whose pixels are to be read ahead too."""

    ahead: StudyAhead
    in_hand: tuple[SeriesInHand, ...]


class PrefetchPlan:
    """Which study is to be made ready next: the list in its order, each once per open study."""

    def __init__(self) -> None:
        self._done: set[str] = set()

    def begin(self) -> None:
        """Start anew: another study is open."""
        self._done.clear()

    def next(self, upcoming: Sequence[OpenStudy], open_study_uid: str) -> str | None:
        """Return the study to make ready, None if all are."""
        for wanted in upcoming:
            uid = wanted.study_instance_uid
            if uid not in self._done and uid != open_study_uid:
                return uid
        return None

    def finish(self, study_instance_uid: str) -> None:
        """Note that a study is ready, or cannot be made ready."""
        self._done.add(study_instance_uid)


def study_ahead(
    station: Station, session: Session, study_instance_uid: str, job: JobContext
) -> Prepared:
    """Read and describe a study and its best priors.

    Nothing is claimed, nothing counts as opened, and the audit has no event of it, as nobody has
    seen anything: opening the study is what is recorded.
    """
    session.user.require(Permission.OPEN_IMAGES)
    with station.unit_of_work() as work:
        patient_id = work.studies.get(study_instance_uid).patient.identity.patient_id
    read_missing_codes(station, patient_id, job)
    with station.unit_of_work() as work:
        head = work.audit.head()
        rows = read_rows(work, station, session, study_instance_uid)
        stored = [rows.current, *([rows.prior] if rows.prior is not None else ())]
        stored += _further_priors(work, station, session, rows)
    in_hand = []
    for study in stored:
        job.progress(0, 0)
        in_hand += [describe_ahead(station, each, study.kept, job) for each in study.series]
    certain = {s.series.series_instance_uid: s for s in in_hand if not s.found.refusals}
    ahead = StudyAhead(session, head, station.anatomy(), rows, certain)
    return Prepared(ahead, tuple(in_hand))


def _further_priors(
    work: UnitOfWork, station: Station, session: Session, rows: StudyRows
) -> list[StoredStudy]:
    same = [p.study for p in rows.priors if p.match is PatientMatch.SAME]
    return [stored_study(work, station, session, prior) for prior in same[1:MOST_PRIORS]]
