"""What all tables share: their collection, the names of constraints, short forms."""

from __future__ import annotations

from enum import Enum
from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, MetaData
from sqlalchemy.types import TypeEngine

from readstation.adapters.db.columns import ExactText
from readstation.adapters.db.stored_values import values_of

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def one_of(column: str, members: type[Enum], *, optional: bool = False) -> CheckConstraint:
    allowed = ", ".join(f"'{value}'" for value in values_of(members))
    absent = f"{column} IS NULL OR " if optional else ""
    return CheckConstraint(f"{absent}{column} IN ({allowed})", name=column)


def check(name: str, condition: str) -> CheckConstraint:
    return CheckConstraint(condition, name=name)


def needed(
    name: str, kind: type[TypeEngine[Any]] | TypeEngine[Any] = ExactText, *keys: ForeignKey
) -> Column[Any]:
    """Return a column that is never NULL."""
    return Column(name, kind, *keys, nullable=False)
