"""Use case: keep the key images of a study as a key object selection."""

from __future__ import annotations

from collections.abc import Iterable

from readstation.app.reading.key_object_selection import KeyObjectSelection
from readstation.app.reading.save_object import keep_object, new_uid
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.image_reference import reference_to
from readstation.domain.audit import AuditAction
from readstation.domain.errors import ReadStationError
from readstation.domain.reader import Permission
from readstation.domain.study import FrameKey, Instance

NOTHING = "There is no key image in this study."


def selection_of(
    session: Session,
    study_instance_uid: str,
    frames: Iterable[FrameKey],
    images: Iterable[ImageDescription],
) -> KeyObjectSelection:
    """Return what `keep_key_objects` is to store: marked frames of the study, image by image.

    Raises
    ------
    NotPermittedError, ReadStationError
        If there are none.
    """
    session.user.require(Permission.WRITE_REPORT)
    known = {i.sop_instance_uid: i for i in images if i.study_instance_uid == study_instance_uid}
    marked: dict[str, list[int]] = {}
    for frame in frames:
        if frame.sop_instance_uid in known:
            marked.setdefault(frame.sop_instance_uid, []).append(frame.frame_number)
    if not marked:
        raise ReadStationError(NOTHING, "Mark one first.")
    references = tuple(reference_to(known[uid], numbers) for uid, numbers in marked.items())
    name = session.user.full_name
    return KeyObjectSelection(study_instance_uid, new_uid(), new_uid(), name, references)


def keep_key_objects(
    station: Station, session: Session, selection: KeyObjectSelection, image: Instance
) -> None:
    """Write, check and index a selection; patient and study come from the file of `image`.

    Raises
    ------
    NotPermittedError, RefusedInputError, StoreError
    """
    content = station.frames.encode_key_objects(selection, image, station.clock.now())
    keep_object(station, session, AuditAction.KEY_IMAGES_SAVED, content, lambda _: None)
