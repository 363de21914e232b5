"""Use case: a new workspace has no accounts and no default password; its first user makes one."""

from __future__ import annotations

import json

from readstation.app.identity.log_in import log_in
from readstation.app.identity.passwords import require_good_password
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.errors import RefusedStepError
from readstation.domain.reader import Role, User


def needs_first_administrator(station: Station) -> bool:
    """Return True while nobody has an account."""
    with station.begin_first_work() as work:
        return not work.users.all()


def create_first_administrator(
    station: Station, user_id: str, full_name: str, password: str
) -> Session:
    """Make the first account, an administrator without clinical rights, and log it in.

    Raises
    ------
    RefusedStepError
        If there is an account already, or name or password will not do.
    """
    user = User(user_id.strip(), full_name.strip(), frozenset({Role.ADMINISTRATOR}))
    if not user.user_id or not user.full_name:
        raise RefusedStepError("The account has no name.", "Enter a user name and a full name.")
    require_good_password(password, user.user_id)
    password_hash = station.passwords.hash(password)
    with station.begin_first_work() as work:
        if work.users.all():
            raise RefusedStepError(
                "This workspace has an administrator already.", "Log in with your account."
            )
        work.users.put(user, password_hash)
        detail = json.dumps({"user": user.user_id, "change": "first administrator"})
        now = station.clock.now()
        work.audit.append(AuditEvent(AuditAction.USER_CHANGED, user.user_id, now, detail=detail))
        work.commit()
    return log_in(station, user.user_id, password)
