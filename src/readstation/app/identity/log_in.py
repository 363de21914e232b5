"""Use cases: log in, log out, and enter the password again before signing."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

from readstation.app.identity.credentials import Credentials
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.errors import LoginError
from readstation.domain.reader import User

if TYPE_CHECKING:
    from readstation.app.ports import FirstWork

FREE_ATTEMPTS = 5
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
UNKNOWN_ACCOUNT = "unknown account"
"""Stands for a user id nobody has: what was typed may be a password in the wrong field."""

_epochs = count(1)


def log_in(station: Station, user_id: str, password: str) -> Session:
    """Begin a session, or refuse.

    Raises
    ------
    LoginError
        With the same sentence for an unknown name and a wrong password, after the same time.
    """
    user = _checked(station, user_id.strip(), password, at="login")
    return Session(user, next(_epochs), station.clock.now())


def reenter_password(station: Station, session: Session, password: str) -> User:
    """Make sure that the person who signs is the one who logged in; return them as they are now.

    Raises
    ------
    LoginError
        If the password is wrong, or the account waits or is closed; nothing may be signed.
    """
    return _checked(station, session.user.user_id, password, at="signing")


def log_out(station: Station, session: Session) -> None:
    """Record the end of a session."""
    with station.begin_first_work() as work:
        at = station.clock.now()
        work.audit.append(AuditEvent(AuditAction.LOGGED_OUT, session.user.user_id, at))
        work.commit()


def wait_after(failed_logins: int) -> timedelta:
    """Return how long an account waits after so many failures in a row; never for ever.

    >>> [wait_after(n).total_seconds() for n in (4, 5, 6, 9, 10, 1000)]
    [0.0, 30.0, 60.0, 480.0, 900.0, 900.0]
    """
    if failed_logins < FREE_ATTEMPTS:
        return timedelta(0)
    doublings = min(failed_logins - FREE_ATTEMPTS, 10)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def _checked(station: Station, user_id: str, password: str, *, at: str) -> User:
    with station.begin_first_work() as work:
        known = work.users.credentials(user_id)
    if known is not None:
        _require_no_wait(known, station.clock.now())
    is_right = _belongs(station, known, password)
    if known is None or not is_right or not known.user.is_active:
        _record_failure(station, known, at)
        raise LoginError(
            "User name and password do not belong together.",
            "Type both again. An administrator can set a new password.",
        )
    new_hash = None
    if station.passwords.needs_rehash(known.password_hash):
        new_hash = station.passwords.hash(password)
    return _record_success(station, known, new_hash, at)


def _belongs(station: Station, known: Credentials | None, password: str) -> bool:
    """Do the slow part, outside of any transaction, for names that nobody has as well."""
    if known is None:
        station.passwords.hash(password)
        return False
    return station.passwords.verify(known.password_hash, password)


def _require_no_wait(known: Credentials, now: datetime) -> None:
    until = known.blocked_until
    if until is None or now >= until:
        return
    # A clock that was set back must not lock anybody out for longer than the longest wait.
    wait_s = min(until - now, LONGEST_WAIT).total_seconds()
    raise LoginError(
        "Too many wrong passwords in a row.", f"Wait {wait_s:.0f} seconds, then try again."
    )


def _record_failure(station: Station, known: Credentials | None, at: str) -> None:
    now = station.clock.now()
    with station.begin_first_work() as work:
        if known is None:
            _append(work, AuditAction.LOGIN_FAILED, UNKNOWN_ACCOUNT, now, at=at)
        else:
            user_id = known.user.user_id
            latest = work.users.credentials(user_id) or known
            failed = latest.failed_logins + 1
            wait = wait_after(failed)
            work.users.set_login_state(user_id, failed, now + wait if wait else None)
            _append(work, AuditAction.LOGIN_FAILED, user_id, now, at=at, failures=failed)
        work.commit()


def _record_success(station: Station, known: Credentials, new_hash: str | None, at: str) -> User:
    now = station.clock.now()
    with station.begin_first_work() as work:
        user = work.users.get(known.user.user_id)
        if new_hash is not None:
            work.users.put(user, new_hash)
        if known.failed_logins or known.blocked_until:
            work.users.set_login_state(user.user_id, 0, None)
        if at == "login":
            _append(work, AuditAction.LOGGED_IN, user.user_id, now)
        work.commit()
    return user


def _append(
    work: FirstWork, action: AuditAction, actor_id: str, now: datetime, **detail: object
) -> None:
    text = json.dumps(detail) if detail else ""
    work.audit.append(AuditEvent(action, actor_id, now, detail=text))
