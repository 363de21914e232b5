"""Use case: keep the present view of an image box as a presentation state of its study."""

from __future__ import annotations

import json
from uuid import uuid4

from readstation.app.importing.index_rows import instance_row, series_row, study_row
from readstation.app.importing.instance_header import InstanceHeader
from readstation.app.ports import AddedInstance
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.app.viewport.presentation_state.presentation_capture import (
    ViewName,
    ViewScope,
    capture_view,
    usable_label,
)
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.errors import StoreError
from readstation.domain.reader import Permission
from readstation.domain.study import Instance
from readstation.imaging.presentation_state import PresentationState


def view_as_state(
    model: ViewportModel, session: Session, scope: ViewScope, label: str, description: str
) -> PresentationState:
    """Return what `keep_view` is to store: the view as it is at this moment.

    Whoever may write reports may save a view, with or without the claim: it says nothing in the
    report's name, and carries its creator's.

    Raises
    ------
    NotPermittedError, CannotSaveViewError
    """
    session.user.require(Permission.WRITE_REPORT)
    name = ViewName(usable_label(label), description, session.user.full_name, new_uid(), new_uid())
    return capture_view(model, scope, name)


def keep_view(
    station: Station, session: Session, state: PresentationState, image: Instance
) -> PresentationState:
    """Write, check and index a saved view; return it as it was read back from the store.

    Parameters
    ----------
    state : PresentationState
        From `view_as_state`.
    image : Instance
        An image that it refers to; patient and study come from its file.

    Raises
    ------
    NotPermittedError, RefusedInputError, StoreError
    """
    session.user.require(Permission.WRITE_REPORT)
    content = station.frames.encode_presentation_state(state, image, station.clock.now())
    content_sha256 = station.images.add(content)
    try:
        header = station.frames.header(content_sha256)
        instance = instance_row(header, content_sha256)
        kept = station.frames.presentation_state(instance)
        index_saved(station, session, header, content_sha256)
    except BaseException:
        station.images.forget(content_sha256)
        raise
    return kept


def index_saved(
    station: Station, session: Session, header: InstanceHeader, content_sha256: str
) -> None:
    """Add the row of the new object and its audit event in one transaction."""
    now, uid = station.clock.now(), header.study.study_instance_uid
    detail = {"sop_instance_uid": header.sop_instance_uid}
    with station.unit_of_work() as work:
        added = work.studies.add_instance(
            study_row(header), series_row(header), instance_row(header, content_sha256), now
        )
        if added is not AddedInstance.ADDED:
            raise StoreError("The view was not saved.", "Save it again.")
        work.audit.append(
            AuditEvent(
                AuditAction.VIEW_SAVED,
                session.user.user_id,
                now,
                uid,
                detail=json.dumps(detail),
            )
        )
        work.commit()


def new_uid() -> str:
    """Return a UID derived from a random UUID (PS3.5 B.2)."""
    return f"2.25.{uuid4().int}"
