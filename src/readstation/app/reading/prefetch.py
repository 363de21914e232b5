"""Use case: make the next studies of the list ready before they are opened."""

from __future__ import annotations

from collections.abc import Sequence

from readstation.app.jobs import JobContext
from readstation.app.navigation import OpenStudy
from readstation.app.reading.describe_images import DescribedSeries, described_study
from readstation.app.reading.find_priors import find_priors
from readstation.app.reading.read_codes import read_missing_codes
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.patient import PatientMatch
from readstation.domain.study import Series

MOST_PRIORS = 2
"""Of one study: the one that hangs beside it, and the one that a reader asks for next."""

Described = tuple[Series, DescribedSeries]


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
) -> tuple[Described, ...]:
    """Describe a study and its best priors. Nothing is claimed, nothing counts as opened."""
    with station.unit_of_work() as work:
        patient_id = work.studies.get(study_instance_uid).patient.identity.patient_id
    read_missing_codes(station, patient_id, job)
    with station.unit_of_work() as work:
        study = work.studies.get(study_instance_uid)
        ranked = find_priors(work, station, session, study).ranked
    same = [p.study for p in ranked if p.match is PatientMatch.SAME]
    described = list(described_study(station, session, study_instance_uid, job))
    for prior in same[:MOST_PRIORS]:
        job.progress(0, 0)
        described += described_study(station, session, prior.study_instance_uid, job)
    return tuple(described)
