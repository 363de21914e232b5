"""Values as they lie in the file, and back, without SQLAlchemy."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import Enum

from readstation.domain.order import Contact
from readstation.domain.study import CodedConcept

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def exact_text(stored: object) -> str:
    """Return text from either of its two forms; refuses anything that is no text."""
    if isinstance(stored, bytes):
        return stored.decode("utf-8", "surrogatepass")
    if not isinstance(stored, str):
        raise TypeError(f"{type(stored).__name__} where text belongs")
    return stored


def stored_text(text: str) -> str | bytes:
    """Return the form that keeps every character: bytes for what is not valid Unicode."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
    return text


def microseconds(moment: datetime) -> int:
    """Return whole microseconds since 1970 in UTC; a naive moment is refused."""
    if moment.tzinfo is None:
        raise ValueError("a stored moment needs its time zone")
    return (moment - EPOCH) // MICROSECOND


def moment_at(stored: int) -> datetime:
    """Return the moment that `microseconds` was given."""
    return EPOCH + stored * MICROSECOND


def values_of(members: Iterable[Enum]) -> tuple[str, ...]:
    """Return the stored values, sorted."""
    return tuple(sorted(str(member.value) for member in members))


def codes_from_json(text: str) -> tuple[CodedConcept, ...]:
    """Return the items of a code sequence, each a list of value, scheme and meaning."""
    return tuple(CodedConcept(*map(str, code)) for code in json.loads(text))


def contacts_from_json(stored: str) -> tuple[Contact, ...]:
    return tuple(Contact(**contact) for contact in json.loads(stored))
