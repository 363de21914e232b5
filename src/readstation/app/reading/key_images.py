"""Use cases: mark frames of a study as key images, and list them."""

from __future__ import annotations

import json

from readstation.app.ports import UnitOfWork
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.claim import Claim
from readstation.domain.errors import RefusedStepError
from readstation.domain.key_image import KeyImage
from readstation.domain.reader import Permission
from readstation.domain.study import FrameKey

OTHER_STUDY = "This image is not of the study that is being read."
ITS_OWN_STUDY = "Mark key images while their own study is open."


def toggle_key_image(
    station: Station, session: Session, claim: Claim, frame: FrameKey
) -> tuple[KeyImage, ...]:
    """Mark a frame, or take its mark away; return the key images of the study from then on.

    Only the owner of the study may. What was marked before is asked of the database and not of
    the screen, so that a key pressed twice ends where it began.

    Raises
    ------
    NotPermittedError, ClaimLostError, RefusedStepError, StoreError
    """
    session.user.require(Permission.WRITE_REPORT)
    uid, me, now = claim.study_instance_uid, session.user.user_id, station.clock.now()
    with station.unit_of_work() as work:
        claim.require_owner(me)
        work.claims.require(claim, now)
        _require_frame(work, uid, frame)
        action = AuditAction.KEY_IMAGE_UNMARKED
        if not work.key_images.remove(uid, frame, me):
            action = AuditAction.KEY_IMAGE_MARKED
            work.key_images.put(KeyImage(uid, frame, me, now))
        detail = {
            "sop_instance_uid": frame.sop_instance_uid,
            "frame_number": frame.frame_number,
        }
        work.audit.append(AuditEvent(action, me, now, uid, detail=json.dumps(detail)))
        marked = work.key_images.of_study(uid, me)
        work.commit()
    return marked


def key_images_of(
    station: Station, session: Session, study_instance_uid: str
) -> tuple[KeyImage, ...]:
    """Return the key images of a study that this reader may see, in the order of marking."""
    session.user.require(Permission.OPEN_IMAGES)
    with station.unit_of_work() as work:
        return work.key_images.of_study(study_instance_uid, session.user.user_id)


def _require_frame(work: UnitOfWork, study_instance_uid: str, frame: FrameKey) -> None:
    """Refuse a frame of another study, as one of a prior."""
    uid, number = frame.sop_instance_uid, frame.frame_number
    every = (i for s in work.studies.series_of(study_instance_uid) for i in s.instances)
    if not any(i.sop_instance_uid == uid and 1 <= number <= i.number_of_frames for i in every):
        raise RefusedStepError(OTHER_STUDY, ITS_OWN_STUDY)
