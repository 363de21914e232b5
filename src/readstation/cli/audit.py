"""`readstation audit verify|export`: check the audit log to its anchor, or write it as CSV."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from readstation.app.audit.export_audit import export_audit
from readstation.app.audit.verify_audit import AuditVerdict, verify_audit
from readstation.bootstrap import open_station
from readstation.cli.main import EXIT_REFUSED
from readstation.domain.errors import StoreError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    verify = steps.add_parser("verify", help="find any changed, removed or reordered row")
    verify.add_argument("--json", action="store_true", help="print the verdict for a program")
    export = steps.add_parser("export", help="write every row as CSV")
    export.add_argument("--out", type=Path, required=True, metavar="FILE", help="a new file")


def run(args: argparse.Namespace) -> int:
    if args.step == "export":
        return _export(args.home, args.out)
    verdict = verify_audit(open_station(args.home), None)
    print(_as_json(verdict) if args.json else _as_text(verdict))
    return 0 if verdict.is_whole else EXIT_REFUSED


def _export(home: Path, place: Path) -> int:
    try:
        with place.open("x", encoding="utf-8", newline="") as out:
            count = export_audit(open_station(home), out)
    except OSError as error:
        raise StoreError(
            f"The file {place} cannot be written: {error.strerror or 'it failed'}.",
            "Choose a new file in a folder that is yours.",
        ) from error
    print(f"{count} rows in {place}.")
    return 0


def _as_json(verdict: AuditVerdict) -> str:
    fault = verdict.fault
    return json.dumps(
        {
            "is_whole": verdict.is_whole,
            "rows_checked": verdict.rows_checked,
            "fault_at_row": fault.sequence_number if fault else None,
            "reason": fault.reason if fault else None,
        }
    )


def _as_text(verdict: AuditVerdict) -> str:
    if verdict.fault is None:
        return f"The audit log is whole: {verdict.rows_checked} rows."
    fault = verdict.fault
    return f"The audit log breaks at row {fault.sequence_number}: {fault.reason}."
