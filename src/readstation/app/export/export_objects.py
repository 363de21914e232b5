"""Use cases: copies of saved key objects, structured reports and views of a study, as DICOM files.

They carry the patient's identity: a DICOM object without it belongs to nobody.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from readstation.app.export.export_images import ExportTerms
from readstation.app.export.export_ports import NewFile
from readstation.app.jobs import JobContext
from readstation.app.reading.presentation_states import without_hidden_views
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.reader import Permission
from readstation.domain.study import Instance

CLASSES = "1.2.840.10008.5.1.4.1.1."
KINDS = ((f"{CLASSES}88.59", "KO"), (f"{CLASSES}88.", "SR"), (f"{CLASSES}11.", "PR"))
"""Beginnings of SOP Class UIDs and the name that files of them get."""


@dataclass(frozen=True, slots=True)
class SavedObject:
    """An object beside the images of a study, and what its copy is called."""

    study_instance_uid: str
    instance: Instance
    file_name: str


def saved_objects(
    station: Station, session: Session, study_instance_uid: str
) -> tuple[SavedObject, ...]:
    """Return key objects, structured reports and presentation states that this reader may see."""
    session.user.require(Permission.OPEN_IMAGES)
    with station.unit_of_work() as work:
        series = without_hidden_views(work, study_instance_uid, session.user.user_id)
    found: list[SavedObject] = []
    counts: dict[str, int] = {}
    for instance in (i for one in series for i in one.instances):
        kind = next((k for uid, k in KINDS if instance.sop_class_uid.startswith(uid)), "")
        if kind:
            counts[kind] = counts.get(kind, 0) + 1
            name = f"{kind} {counts[kind]}.dcm"
            found.append(SavedObject(study_instance_uid, instance, name))
    return tuple(found)


def export_objects(
    station: Station,
    session: Session,
    objects: tuple[SavedObject, ...],
    folder: Path,
    job: JobContext,
    *,
    terms: ExportTerms,
) -> int:
    """Copy the files of objects into a folder, byte for byte; all of them, or none.

    Raises
    ------
    NotPermittedError, TamperedError, StoreError
    """
    session.user.require(Permission.OPEN_IMAGES)
    with ExitStack() as files:
        staged: list[NewFile] = []
        for done, each in enumerate(objects):
            job.progress(done, len(objects), "Exporting objects")
            content = station.images.path(each.instance.content_sha256).read_bytes()
            target = folder / each.file_name
            file = files.enter_context(station.exports.begin(target, may_replace=terms.may_replace))
            file.stream.write(content)
            staged.append(file)
        job.progress(len(objects), len(objects), "Exporting objects")
        _record(station, session, objects)
        for file in staged:
            file.keep()
    return len(objects)


def _record(station: Station, session: Session, objects: tuple[SavedObject, ...]) -> None:
    with station.unit_of_work() as work:
        for uid in dict.fromkeys(each.study_instance_uid for each in objects):
            own = [o.instance.sop_instance_uid for o in objects if o.study_instance_uid == uid]
            detail = {
                "what": "objects",
                "format": "dcm",
                "with_identity": True,
                "sop_instance_uids": own,
            }
            now, who = station.clock.now(), session.user.user_id
            work.audit.append(
                AuditEvent(AuditAction.IMAGES_EXPORTED, who, now, uid, detail=json.dumps(detail))
            )
        work.commit()
