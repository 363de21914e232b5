"""Use case: the audit log as a table, for a spreadsheet or another program."""

from __future__ import annotations

import csv
from typing import TextIO

from readstation.app.station import Station

COLUMNS = (
    "sequence_number",
    "at",
    "action",
    "actor_id",
    "study_instance_uid",
    "report_id",
    "detail",
    "previous_hash",
    "row_hash",
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def export_audit(station: Station, out: TextIO) -> int:
    """Write every row of the log as CSV, oldest first; return how many there are.

    The rows are written as they are stored: whether they are whole, `verify_audit` says.
    """
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    count = 0
    with station.unit_of_work() as work:
        for row in work.audit.rows():
            count += 1
            event = row.event
            writer.writerow(
                (
                    row.sequence_number,
                    event.at.isoformat(),
                    event.action.value,
                    _harmless(event.actor_id),
                    _harmless(event.study_instance_uid),
                    _harmless(event.report_id),
                    _harmless(event.detail),
                    row.previous_hash,
                    row.row_hash,
                )
            )
    return count


def _harmless(text: str) -> str:
    """Keep a spreadsheet from running a name that was typed as a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
