"""Use cases: keep or delete a hanging protocol of this workspace, on record."""

from __future__ import annotations

import json
from collections.abc import Callable

from readstation.app.hanging.hanging_library import HangingLibrary
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.errors import StoreError
from readstation.domain.hanging import HangingProtocol
from readstation.domain.reader import Permission


def save_protocol(station: Station, session: Session, protocol: HangingProtocol) -> HangingLibrary:
    """Keep a protocol; one of the same identifier is replaced. Returns what is in force then.

    Raises
    ------
    NotPermittedError, StoreError
    """
    store, before = station.hanging(), _own(station, protocol.protocol_id)

    def undo() -> None:
        if before is not None:
            store.save(before)
        else:
            store.delete(protocol.protocol_id)

    _change(station, session, protocol.protocol_id, lambda: store.save(protocol), undo)
    return store.load()


def delete_protocol(station: Station, session: Session, protocol_id: str) -> HangingLibrary:
    """Delete an own protocol; what comes with the program cannot be deleted.

    Raises
    ------
    NotPermittedError, StoreError
    """
    store, before = station.hanging(), _own(station, protocol_id)

    def undo() -> None:
        if before is not None:
            store.save(before)

    _change(station, session, protocol_id, lambda: store.delete(protocol_id), undo)
    return store.load()


def _own(station: Station, protocol_id: str) -> HangingProtocol | None:
    protocols = station.hanging().load().protocols
    return next((p for p in protocols if p.is_own and p.protocol_id == protocol_id), None)


def _change(
    station: Station,
    session: Session,
    protocol_id: str,
    change: Callable[[], None],
    undo: Callable[[], None],
) -> None:
    """Change a file and record it in one go: nothing changes without a record."""
    session.user.require(Permission.CHANGE_SETTINGS)
    detail = json.dumps({"hanging_protocol": protocol_id})
    event = AuditEvent(
        AuditAction.SETTING_CHANGED, session.user.user_id, station.clock.now(), detail=detail
    )
    with station.unit_of_work() as work:
        work.audit.append(event)
        change()  # if it fails, the record goes with it
        try:
            work.commit()
        except StoreError:
            undo()
            raise
