"""`readstation import`: files, folders, DICOMDIR media and ZIP archives into the workspace."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from readstation.app.importing.import_plan import ImportPlan
from readstation.app.importing.outcomes import FileOutcome, ImportReport, ImportResult
from readstation.app.jobs import JobContext
from readstation.bootstrap import open_importer

EXIT_OK, EXIT_REFUSED = 0, 3
QUIET = {ImportResult.IMPORTED, ImportResult.DUPLICATE}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument("--json", action="store_true", help="one JSON line per file")


def run(args: argparse.Namespace) -> int:
    """Import, print what became of each file, and return 3 if any was refused or conflicts."""
    with open_importer(args.home) as importer:
        job = JobContext(report=None if args.json else _show_progress)
        report = importer(args.paths, job, _say_nothing if args.json else _announce)
    if args.json:
        for outcome in report.outcomes:
            print(json.dumps(_plain(outcome), ensure_ascii=False))
    else:
        _print_report(report)
    return EXIT_OK if report.is_complete else EXIT_REFUSED


def _print_report(report: ImportReport) -> None:
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr)
    for outcome in report.outcomes:
        if outcome.result not in QUIET or outcome.notes or not outcome.is_displayable:
            print(_line(outcome))
    print(report.summary())


def _line(outcome: FileOutcome) -> str:
    said = " ".join(part for part in (outcome.reason, outcome.remedy, *outcome.notes) if part)
    return f"{printable(outcome.name)}: {outcome.result.value}. {said}".rstrip()


def printable(name: str) -> str:
    r"""Return a file name without characters that could drive a terminal.

    >>> printable("a\x1b[2J")
    'a?[2J'
    """
    return "".join(c if c.isprintable() else "?" for c in name)


def _plain(outcome: FileOutcome) -> dict[str, object]:
    return {
        "file": outcome.name,
        "result": outcome.result.name.lower(),
        "code": outcome.code,
        "reason": outcome.reason,
        "remedy": outcome.remedy,
        "study_instance_uid": outcome.study_instance_uid,
        "sop_instance_uid": outcome.sop_instance_uid,
        "is_displayable": outcome.is_displayable,
        "notes": list(outcome.notes),
    }


def _announce(plan: ImportPlan) -> None:
    """Say what was found, on the way to the report."""
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr)
    print(plan.summary(), file=sys.stderr)


def _say_nothing(_plan: ImportPlan) -> None:
    """Machines read the report alone."""


def _show_progress(done: int, total: int, text: str) -> None:
    if sys.stderr.isatty():
        of_all = f"{done} of {total}" if total else f"{done}"
        print(f"\r\x1b[K{of_all} {printable(text)[:60]}", end="", file=sys.stderr)
