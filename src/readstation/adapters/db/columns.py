"""Column types that give back exactly what was put in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import BigInteger, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class ExactText(TypeDecorator[str]):
    """Text kept as typed: NUL and lone surrogates too, which UTF-8 alone cannot carry.

    Text that is not valid Unicode is stored as bytes (`surrogatepass`) in the same column.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> Any:
        if value is None:
            return None
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            return value.encode("utf-8", "surrogatepass")
        return value

    def process_result_value(self, value: Any, _dialect: Dialect) -> str | None:
        return None if value is None else exact_text(value)


class UtcTime(TypeDecorator[datetime]):
    """An aware moment, as whole microseconds since 1970 in UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> int | None:
        return None if value is None else microseconds(value)

    def process_result_value(self, value: int | None, _dialect: Dialect) -> datetime | None:
        return None if value is None else EPOCH + value * MICROSECOND


class Stored(TypeDecorator[Enum]):
    """A member of an Enum, stored as its value."""

    impl = Text
    cache_ok = True

    def __init__(self, members: type[Enum]) -> None:
        super().__init__()
        self.members = members

    def process_bind_param(self, value: Enum | None, _dialect: Dialect) -> str | None:
        return None if value is None else str(value.value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Enum | None:
        return None if value is None else self.members(value)


def exact_text(stored: object) -> str:
    """Return text from either of its two forms; refuses anything that is no text."""
    if isinstance(stored, bytes):
        return stored.decode("utf-8", "surrogatepass")
    if not isinstance(stored, str):
        raise TypeError(f"{type(stored).__name__} where text belongs")
    return stored


def microseconds(moment: datetime) -> int:
    """Return whole microseconds since 1970 in UTC; a naive moment is refused."""
    if moment.tzinfo is None:
        raise ValueError("a stored moment needs its time zone")
    return (moment - EPOCH) // MICROSECOND


def values_of(members: Iterable[Enum]) -> tuple[str, ...]:
    """Return the stored values, sorted."""
    return tuple(sorted(str(member.value) for member in members))
