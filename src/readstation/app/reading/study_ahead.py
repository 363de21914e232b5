"""What was read of the next studies before they are opened, and whether it holds still.

Nothing of it is shown unless the transaction that opens the study finds that it holds. Every
change of state is recorded in the audit log within its own transaction, and no record is ever
taken away; so whatever could make the rows other than they were read stands in the log after the
head that was read with them. Who holds the study, and whether it waits for somebody else, is
always asked anew. The descriptions of images are under the hash of their files, so they go with
the rows or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from readstation.app.ports import UnitOfWork
from readstation.app.reading.describe_images import SeriesInHand
from readstation.app.reading.study_rows import StudyRows
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.anatomy import Anatomy
from readstation.domain.audit import AuditAnchor, may_change
from readstation.domain.study import Series

MOST_STUDIES = 8
MOST_EVENTS = 500
"""More than that since it was read: reading it anew is as fast, and an hour has passed."""


@dataclass(frozen=True, slots=True, eq=False)
class StudyAhead:
    """A study that nobody has opened yet, as it stood when the audit log had this head."""

    session: Session
    head: AuditAnchor
    anatomy: Anatomy
    rows: StudyRows
    in_hand: Mapping[str, SeriesInHand] = field(repr=False)
    """By Series Instance UID: how its images hang, as far as all of them could be described."""

    @property
    def study_instance_uid(self) -> str:
        return self.rows.current.study.study_instance_uid

    def holds(self, work: UnitOfWork, station: Station, session: Session) -> bool:
        """Whether the rows would be read the same again in this transaction."""
        if session is not self.session or station.anatomy() is not self.anatomy:
            return False
        since = work.audit.since(self.head, MOST_EVENTS)
        concerned = self.rows.concerned
        return since is not None and not any(may_change(event, concerned) for event in since)

    def known(self, series: Series) -> SeriesInHand | None:
        """Return a series as it was described, unless its files are others by now."""
        found = self.in_hand.get(series.series_instance_uid)
        return found if found is not None and found.series == series else None


class StudiesAhead:
    """The studies that were read ahead in one session; what was put in first leaves first."""

    def __init__(self) -> None:
        self._studies: dict[str, StudyAhead] = {}

    def put(self, ahead: StudyAhead) -> None:
        self._studies.pop(ahead.study_instance_uid, None)
        self._studies[ahead.study_instance_uid] = ahead
        while len(self._studies) > MOST_STUDIES:
            del self._studies[next(iter(self._studies))]

    def take(self, study_instance_uid: str) -> StudyAhead | None:
        """Hand a study over to the one opening that it was read for."""
        return self._studies.pop(study_instance_uid, None)

    def clear(self) -> None:
        """Forget everything: the session ends."""
        self._studies.clear()
