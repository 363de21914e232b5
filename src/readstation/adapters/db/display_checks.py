"""What was checked on each display."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from sqlalchemy import Select, insert, select, text

from readstation.adapters.db.content_json import to_json
from readstation.adapters.db.display_schema import display_checks
from readstation.adapters.db.row_hash import require_intact, unreadable, with_hash
from readstation.adapters.db.statements import Statements
from readstation.domain.display import Display, DisplayCheck, LuminanceResult
from readstation.domain.luminance import LuminancePoint, LuminanceTable

AS_THEY_ARE = (
    "check_id",
    "kind",
    "checked_at",
    "checked_by",
    "checked_by_name",
    "instrument",
    "note",
)


class SqlDisplayCheckRepository:
    """Implements `app.display.display_ports.DisplayCheckRepository`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def add(self, check: DisplayCheck) -> None:
        content = {
            "table": None if check.table is None else asdict(check.table),
            "result": None if check.result is None else asdict(check.result),
            "failed_questions": check.failed_questions,
        }
        values = {name: getattr(check, name) for name in AS_THEY_ARE} | {
            "display_key": check.display.key,
            "display": to_json(asdict(check.display)),
            "content": to_json(content),
        }
        self._statements.run(insert(display_checks).values(**with_hash("display_checks", values)))

    def of_display(self, display_key: str) -> tuple[DisplayCheck, ...]:
        wanted = select(display_checks).where(display_checks.c.display_key == display_key)
        return self._read(wanted)

    def all(self) -> tuple[DisplayCheck, ...]:
        return self._read(select(display_checks))

    def _read(self, wanted: Select[Any]) -> tuple[DisplayCheck, ...]:
        ordered = wanted.order_by(text("rowid DESC"))  # not by time: a clock can be put back
        return tuple(_check(row) for row in self._statements.rows(ordered))


def _check(row: Any) -> DisplayCheck:
    require_intact("display_checks", row, "A check of a display")
    try:
        content = json.loads(row["content"])
        return DisplayCheck(
            **{name: row[name] for name in AS_THEY_ARE},
            display=Display(**json.loads(row["display"])),
            table=_table(content["table"]),
            result=None if content["result"] is None else LuminanceResult(**content["result"]),
            failed_questions=tuple(content["failed_questions"]),
        )
    except (ValueError, TypeError, KeyError) as error:
        raise unreadable("A check of a display") from error


def _table(raw: dict[str, Any] | None) -> LuminanceTable | None:
    if raw is None:
        return None
    return LuminanceTable(**{**raw, "points": tuple(LuminancePoint(**p) for p in raw["points"])})
