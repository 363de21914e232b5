"""`readstation audit verify`: check the audit log from its first row to its anchor."""

from __future__ import annotations

import argparse
import json

from readstation.app.audit.verify_audit import AuditVerdict, verify_audit
from readstation.bootstrap import open_station
from readstation.cli.main import EXIT_REFUSED


def add_arguments(parser: argparse.ArgumentParser) -> None:
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    verify = steps.add_parser("verify", help="find any changed, removed or reordered row")
    verify.add_argument("--json", action="store_true", help="print the verdict for a program")


def run(args: argparse.Namespace) -> int:
    verdict = verify_audit(open_station(args.home), None)
    print(_as_json(verdict) if args.json else _as_text(verdict))
    return 0 if verdict.is_whole else EXIT_REFUSED


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
