"""Use case: answer one of the questions of the settings page anew, on record."""

from __future__ import annotations

import json

from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.errors import StoreError
from readstation.domain.reader import Permission
from readstation.domain.settings import Setting, SettingValue, SettingValues


def change_setting(
    station: Station, session: Session, setting: Setting, value: SettingValue
) -> SettingValues:
    """Store an answer and return what is stored then. No answer changes without a record.

    Raises
    ------
    SettingError
        If the answer is none, or the settings file cannot be kept.
    StoreError
        If it could not be written.
    """
    session.user.require(Permission.CHANGE_SETTINGS)
    chosen, stored = setting.checked(value), station.settings.values()
    before = stored.of(setting)
    if stored.stored.get(setting.key) == chosen:
        return stored
    detail = json.dumps({"setting": setting.key, "from": before, "to": chosen})
    with station.unit_of_work() as work:
        work.audit.append(
            AuditEvent(
                AuditAction.SETTING_CHANGED,
                session.user.user_id,
                station.clock.now(),
                detail=detail,
            )
        )
        station.settings.save(setting, chosen)  # if it fails, the record goes with it
        try:
            work.commit()
        except StoreError:
            station.settings.save(setting, before)  # nothing changes without a record
            raise
    return station.settings.values()
