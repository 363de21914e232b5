"""Use cases: read the presentation states of a study, and keep the present view as one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from readstation.app.handoff.second_read import is_blind
from readstation.app.ports import UnitOfWork
from readstation.app.reading.indexed_file import require_indexed
from readstation.app.station import Station
from readstation.domain.audit import OBJECT_SAVED
from readstation.domain.study import Instance, Series
from readstation.imaging.presentation_state import PresentationState

PRESENTATION_STATES = "1.2.840.10008.5.1.4.1.1.11."
"""Beginning of the SOP Class UIDs of all presentation states (PS3.4 B.5)."""
ALWAYS = datetime.min.replace(tzinfo=UTC)
CLOCK_DOUBT = timedelta(days=1)
"""How far the time of a study may be off: modalities leave out their time zone."""


def is_presentation_state(instance: Instance) -> bool:
    return instance.sop_class_uid.startswith(PRESENTATION_STATES)


def without_hidden_views(
    work: UnitOfWork, study_instance_uid: str, reader_id: str
) -> tuple[Series, ...]:
    """Return the series of a study, for a blind second reader without what others saved of it.

    Views, measurements and key images tell what the first reader saw (H19), also those saved of
    a prior since the blinded study was made.
    """
    every = work.studies.series_of(study_instance_uid)
    since = _blind_since(work, study_instance_uid, reader_id)
    if since is None:
        return every
    hidden = {
        json.loads(event.detail)["sop_instance_uid"]
        for event in work.audit.of_study(study_instance_uid)
        if event.action in OBJECT_SAVED and event.actor_id != reader_id and event.at >= since
    }
    return tuple(
        replace(
            series,
            instances=tuple(i for i in series.instances if i.sop_instance_uid not in hidden),
        )
        for series in every
    )


def _blind_since(work: UnitOfWork, study_instance_uid: str, reader_id: str) -> datetime | None:
    """Return since when what others save of a study is kept from a reader; None if none is."""
    if is_blind(work, study_instance_uid, reader_id):
        return ALWAYS
    patient_id = work.studies.get(study_instance_uid).patient.identity.patient_id
    blinded = [
        work.studies.get(handoff.study_instance_uid)
        for handoff in work.handoffs.to_reader(reader_id)
        if handoff.hides_first_read
    ]
    made_at = [s.study_date_time for s in blinded if s.patient.identity.patient_id == patient_id]
    return min((at - CLOCK_DOUBT if at is not None else ALWAYS for at in made_at), default=None)


def presentation_of(station: Station, series: Series, instance: Instance) -> PresentationState:
    """Read one stored presentation state.

    Raises
    ------
    ReadStationError
        If it cannot be applied, or the stored file belongs to another study (H01).
    """
    state = station.frames.presentation_state(instance)
    require_indexed((state,), series, instance, what="presentation state")
    return state
