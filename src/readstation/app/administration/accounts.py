"""Use cases: add an account, change its roles or password, close it.

`session` is None on the command line, where the system account of the machine is the guard.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Final

from readstation.app.identity.passwords import require_good_password
from readstation.app.ports import UnitOfWork
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.errors import ConflictError, RefusedStepError
from readstation.domain.reader import Permission, Role, User

COMMAND_LINE: Final = "command line"


def list_accounts(station: Station, session: Session | None) -> tuple[User, ...]:
    actor_of(session, Permission.ADMINISTER_USERS)
    with station.unit_of_work() as work:
        return work.users.all()


def add_account(station: Station, session: Session | None, user: User, password: str) -> None:
    """Add an account with every role it holds.

    Raises
    ------
    ConflictError
        If the user name is taken.
    """
    actor_id = actor_of(session, Permission.ADMINISTER_USERS)
    if not user.user_id.strip() or not user.full_name.strip() or not user.roles:
        raise RefusedStepError(
            "The account is not complete.", "Give a user name, a full name and at least one role."
        )
    require_good_password(password, user.user_id)
    password_hash = station.passwords.hash(password)
    with station.unit_of_work() as work:
        if work.users.credentials(user.user_id) is not None:
            raise ConflictError(
                f"There is an account named {user.user_id} already.", "Choose another user name."
            )
        work.users.put(user, password_hash)
        _record(station, work, actor_id, user, "added")
        work.commit()


def set_roles(
    station: Station, session: Session | None, user_id: str, roles: frozenset[Role]
) -> None:
    """Give an account other roles, at least one; its password stays."""
    actor_id = actor_of(session, Permission.ADMINISTER_USERS)
    if not roles:
        raise RefusedStepError("An account needs a role.", "Close the account instead.")
    with station.unit_of_work() as work:
        user = replace(work.users.get(user_id), roles=roles)
        work.users.put(user)
        _require_administrator(work)
        _record(station, work, actor_id, user, "roles set")
        work.commit()


def set_password(station: Station, session: Session | None, user_id: str, password: str) -> None:
    """Set a new password and end the waiting time of the account."""
    actor_id = actor_of(session, Permission.ADMINISTER_USERS)
    require_good_password(password, user_id)
    password_hash = station.passwords.hash(password)
    with station.unit_of_work() as work:
        user = work.users.get(user_id)
        work.users.put(user, password_hash)
        work.users.set_login_state(user_id, 0, None)
        _record(station, work, actor_id, user, "password set")
        work.commit()


def deactivate_account(station: Station, session: Session | None, user_id: str) -> None:
    """Close an account. It stays in the records; it is never removed."""
    actor_id = actor_of(session, Permission.ADMINISTER_USERS)
    with station.unit_of_work() as work:
        user = replace(work.users.get(user_id), is_active=False)
        work.users.put(user)
        _require_administrator(work)
        _record(station, work, actor_id, user, "deactivated")
        work.commit()


def actor_of(session: Session | None, permission: Permission) -> str:
    """Return who acts, for the audit; refuse a person without `permission`."""
    if session is None:
        return COMMAND_LINE
    session.user.require(permission)
    return session.user.user_id


def _require_administrator(work: UnitOfWork) -> None:
    if not any(u.is_active and Role.ADMINISTRATOR in u.roles for u in work.users.all()):
        raise RefusedStepError(
            "Nobody would be left to administer this workspace.",
            "Make somebody else an administrator first.",
        )


def _record(station: Station, work: UnitOfWork, actor_id: str, user: User, change: str) -> None:
    roles = sorted(role.value for role in user.roles)
    detail = json.dumps({"user": user.user_id, "change": change, "roles": roles})
    now = station.clock.now()
    work.audit.append(AuditEvent(AuditAction.USER_CHANGED, actor_id, now, detail=detail))
