"""Keep an object that a reader made beside the images of its study: written, checked, indexed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TypeVar
from uuid import uuid4

from readstation.app.importing.index_rows import instance_row, series_row, study_row
from readstation.app.importing.instance_header import InstanceHeader
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.app.study_ports import AddedInstance
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.errors import StoreError
from readstation.domain.reader import Permission
from readstation.domain.study import Instance

T = TypeVar("T")


def keep_object(
    station: Station,
    session: Session,
    action: AuditAction,
    content: bytes,
    read_back: Callable[[Instance], T],
) -> T:
    """Store a file, read it back and index it; return what was read. All of it or nothing stays.

    Parameters
    ----------
    action : AuditAction
        One of `OBJECT_SAVED`: what was saved.
    content : bytes
        The file; patient and study are those of an image of the study.
    read_back : callable
        Reads the stored file as any reader of the study will.

    Raises
    ------
    NotPermittedError, RefusedInputError, StoreError
    """
    session.user.require(Permission.WRITE_REPORT)
    content_sha256 = station.images.add(content)
    try:
        header = station.frames.header(content_sha256)
        kept = read_back(instance_row(header, content_sha256))
        index_saved(station, session, action, header, content_sha256)
    except BaseException:
        station.images.forget(content_sha256)
        raise
    return kept


def index_saved(
    station: Station,
    session: Session,
    action: AuditAction,
    header: InstanceHeader,
    content_sha256: str,
) -> None:
    """Add the row of the new object and its audit event in one transaction."""
    now, uid = station.clock.now(), header.study.study_instance_uid
    detail = json.dumps({"sop_instance_uid": header.sop_instance_uid})
    with station.unit_of_work() as work:
        added = work.studies.add_instance(
            study_row(header), series_row(header), instance_row(header, content_sha256), now
        )
        if added is not AddedInstance.ADDED:
            raise StoreError("Nothing was saved: its name is in use already.", "Save it again.")
        work.audit.append(AuditEvent(action, session.user.user_id, now, uid, detail=detail))
        work.commit()


def new_uid() -> str:
    """Return a UID derived from a random UUID (PS3.5 B.2)."""
    return f"2.25.{uuid4().int}"
