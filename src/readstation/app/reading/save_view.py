"""Use case: keep the present view of an image box as a presentation state of its study."""

from __future__ import annotations

from readstation.app.reading.save_object import keep_object, new_uid
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.app.viewport.presentation_state.presentation_capture import (
    ViewName,
    ViewScope,
    capture_view,
    usable_label,
)
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.domain.audit import AuditAction
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
    content = station.frames.encode_presentation_state(state, image, station.clock.now())
    read_back = station.frames.presentation_state
    return keep_object(station, session, AuditAction.VIEW_SAVED, content, read_back)
