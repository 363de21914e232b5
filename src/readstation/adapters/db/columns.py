"""Column types that give back exactly what was put in."""

from __future__ import annotations

import json
from dataclasses import astuple
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import BigInteger, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from readstation.adapters.db.stored_values import (
    codes_from_json,
    exact_text,
    microseconds,
    moment_at,
    stored_text,
)
from readstation.domain.study import CodedConcept


class ExactText(TypeDecorator[str]):
    """Text kept as typed: NUL and lone surrogates too, which UTF-8 alone cannot carry.

    Text that is not valid Unicode is stored as bytes (`surrogatepass`) in the same column.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> Any:
        return None if value is None else stored_text(value)

    def process_result_value(self, value: Any, _dialect: Dialect) -> str | None:
        return None if value is None else exact_text(value)


class UtcTime(TypeDecorator[datetime]):
    """An aware moment, as whole microseconds since 1970 in UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> int | None:
        return None if value is None else microseconds(value)

    def process_result_value(self, value: int | None, _dialect: Dialect) -> datetime | None:
        return None if value is None else moment_at(value)


class Codes(TypeDecorator[tuple[CodedConcept, ...]]):
    """Items of a code sequence, as JSON lists of value, scheme and meaning."""

    impl = Text
    cache_ok = True

    def process_bind_param(
        self, value: tuple[CodedConcept, ...] | None, _dialect: Dialect
    ) -> str | None:
        return None if value is None else json.dumps([astuple(code) for code in value])

    def process_result_value(
        self, value: str | None, _dialect: Dialect
    ) -> tuple[CodedConcept, ...] | None:
        return None if value is None else codes_from_json(value)


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
