"""What the reading screen shows of a study beside its pixels, as one transaction reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from readstation.app.handoff.second_read import shown_to
from readstation.app.ports import UnitOfWork
from readstation.app.reading.describe_images import stored_series
from readstation.app.reading.filed_key_images import FiledKeyImages, filed_in
from readstation.app.reading.find_priors import find_priors
from readstation.app.reading.save_measurements import StudyMeasurements, measurements_within
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.app.viewport.packed_descriptions import PackedDescriptions
from readstation.domain.errors import ReadStationError
from readstation.domain.handoff import ENDED_STATUSES, Handoff
from readstation.domain.key_image import KeyImage
from readstation.domain.order import Order
from readstation.domain.patient import PatientMatch
from readstation.domain.prior import RankedPrior
from readstation.domain.reader import Permission
from readstation.domain.report import ReportVersion
from readstation.domain.study import FrameKey, Series, Study


@dataclass(frozen=True, slots=True)
class StoredStudy:
    """A study and what is kept of its images, as one transaction read them."""

    study: Study
    series: tuple[Series, ...]
    kept: Mapping[str, PackedDescriptions] = field(repr=False)


@dataclass(frozen=True, slots=True)
class StudyRows:
    """Everything that one reader is shown of a study, but for who holds it."""

    current: StoredStudy
    order: Order | None
    priors: tuple[RankedPrior, ...]
    handoff: Handoff | None
    versions: tuple[ReportVersion, ...]
    seen: frozenset[FrameKey]
    prior_reports: frozenset[str]
    measured: tuple[StudyMeasurements, ...]
    """Of the study and of the prior below."""
    key_images: tuple[KeyImage, ...]
    filed: tuple[FiledKeyImages, ...]
    """Key object selections of the same two studies; they are still to be read."""
    prior: StoredStudy | None
    """The best prior of the same person; None without one that can be read."""
    concerned: frozenset[str]
    """Study Instance UIDs of all that this was read from."""


def read_rows(
    work: UnitOfWork, station: Station, session: Session, study_instance_uid: str
) -> StudyRows:
    """Read them. Nothing is written; what a blind second reader may not see is left out."""
    reader_id = session.user.user_id
    study = work.studies.get(study_instance_uid)
    current = stored_study(work, station, session, study)
    found = find_priors(work, station, session, study)
    prior = _first_prior(work, station, session, found.ranked)
    both = [one for one in (current, prior) if one is not None]
    return StudyRows(
        current=current,
        order=work.orders.of_study(study_instance_uid),
        priors=found.ranked,
        handoff=_open_handoff(work, study_instance_uid, reader_id),
        versions=_versions(work, session, study_instance_uid),
        seen=frozenset(
            d.frame
            for d in work.viewing.displayed(study_instance_uid)
            if d.viewer_id == reader_id and d.diagnostic_at is not None
        ),
        prior_reports=found.reported,
        measured=tuple(
            measurements_within(work, session, one.study.study_instance_uid, one.series)
            for one in both
        ),
        filed=tuple(filed_in(one.study.study_instance_uid, one.series) for one in both),
        key_images=work.key_images.of_study(study_instance_uid, reader_id),
        prior=prior,
        concerned=found.considered | {study_instance_uid},
    )


def stored_study(work: UnitOfWork, station: Station, session: Session, study: Study) -> StoredStudy:
    """Return the series of a study that the reader may see, and what is kept of their images."""
    series, kept = stored_series(work, station, session, study.study_instance_uid)
    return StoredStudy(study, series, kept)


def _first_prior(
    work: UnitOfWork, station: Station, session: Session, priors: Sequence[RankedPrior]
) -> StoredStudy | None:
    """Read the best prior too; one that cannot be read is tried alone later, and says why."""
    same = [p.study for p in priors if p.match is PatientMatch.SAME]
    try:
        return stored_study(work, station, session, same[0]) if same else None
    except ReadStationError:
        return None


def _versions(
    work: UnitOfWork, session: Session, study_instance_uid: str
) -> tuple[ReportVersion, ...]:
    if not session.user.may(Permission.SEE_REPORTS):
        return ()
    return work.reports.versions_of_study(study_instance_uid, session.user.user_id)


def _open_handoff(work: UnitOfWork, study_instance_uid: str, reader_id: str) -> Handoff | None:
    """Return the newest handoff that still concerns this reader."""
    handoffs = [
        handoff
        for handoff in work.handoffs.of_study(study_instance_uid)
        if handoff.status not in ENDED_STATUSES
        and reader_id in (handoff.to_reader_id, handoff.from_reader_id)
    ]
    newest = max(handoffs, key=lambda handoff: handoff.requested_at, default=None)
    return None if newest is None else shown_to(newest, reader_id)
