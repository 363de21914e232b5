"""Use case: "look at this now", from whoever made the images."""

from __future__ import annotations

from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.errors import NotFoundError, RefusedStepError
from readstation.domain.reader import Permission

LONGEST_CONCERN = 400


def raise_concern(
    station: Station, session: Session, study_instance_uid: str, concern: str
) -> None:
    """Put a concern on the order of a study, which lifts it into the STAT group.

    Raises
    ------
    RefusedStepError
        If it says nothing, or too much to be read at a glance.
    """
    session.user.require(Permission.RAISE_CONCERN)
    if not concern.strip():
        raise RefusedStepError("The concern says nothing.", "Say in a few words what you saw.")
    if len(concern) > LONGEST_CONCERN:
        raise RefusedStepError(
            f"The concern is longer than {LONGEST_CONCERN} characters.",
            "Say in a few words what you saw; phone the reader for the rest.",
        )
    with station.unit_of_work() as work:
        order = work.orders.of_study(study_instance_uid)
        if order is None:
            raise NotFoundError(
                "This study has no order.", "Enter the order before raising a concern."
            )
        work.orders.set_concern(order.accession_number, concern.strip())
        work.audit.append(
            AuditEvent(
                AuditAction.CONCERN_RAISED,
                session.user.user_id,
                station.clock.now(),
                study_instance_uid,
            )
        )
        work.commit()
