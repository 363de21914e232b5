"""Use cases: read the presentation states of a study, and keep the present view as one."""

from __future__ import annotations

from readstation.app.station import Station
from readstation.domain.errors import ReadStationError
from readstation.domain.study import Instance, Series
from readstation.imaging.presentation_state import PresentationState

PRESENTATION_STATES = "1.2.840.10008.5.1.4.1.1.11."
"""Beginning of the SOP Class UIDs of all presentation states (PS3.4 B.5)."""


def is_presentation_state(instance: Instance) -> bool:
    return instance.sop_class_uid.startswith(PRESENTATION_STATES)


def presentation_of(station: Station, series: Series, instance: Instance) -> PresentationState:
    """Read one stored presentation state.

    Raises
    ------
    ReadStationError
        If it cannot be applied, or the stored file belongs to another study (H01).
    """
    state = station.frames.presentation_state(instance)
    owner = (state.study_instance_uid, state.series_instance_uid, state.sop_instance_uid)
    indexed = (series.study_instance_uid, series.series_instance_uid, instance.sop_instance_uid)
    if owner != indexed:
        raise ReadStationError(
            "A stored presentation state belongs to another study than the index says.",
            "Import the study again; the state is left out until then.",
        )
    return state
