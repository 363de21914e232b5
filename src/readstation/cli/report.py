"""`readstation report show|export`: one version of a report, as text or on paper."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from readstation.app.report.export_report import export_report, find_report
from readstation.bootstrap import workspace_at
from readstation.domain.errors import RefusedInputError
from readstation.domain.report import ReportVersion

FORMATS = ("text", "pdf")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the two steps."""
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    show = steps.add_parser("show", help="print a report and its signatures")
    export = steps.add_parser("export", help="write a report into a file")
    for step in (show, export):
        step.add_argument(
            "key", metavar="ID", help="report id, accession number or Study Instance UID"
        )
        step.add_argument("--version", type=int, dest="version_number", metavar="N")
        step.add_argument("--json", action="store_true", help="print it for a program")
    export.add_argument("--format", choices=FORMATS, required=True)
    export.add_argument("--out", type=Path, required=True, metavar="X")


def run(args: argparse.Namespace) -> int:
    """Show or write one version; a missing or changed one is refused."""
    with workspace_at(args.home) as workspace:
        station = workspace.station
        if args.step == "show":
            version = find_report(station, None, args.key, args.version_number)
        else:
            version = export_report(
                station, None, args.key, args.version_number, file_format=args.format
            )
    if args.step == "export":
        _write(args.out, _content(version, args.format))
    if args.json:
        print(json.dumps(_as_json(version), ensure_ascii=False, indent=1))
    elif args.step == "show":
        sys.stdout.write(version.text)
    else:
        print(f"Wrote version {version.version_number} ({version.status.value}) to {args.out}.")
    return 0


def _content(version: ReportVersion, file_format: str) -> bytes:
    if file_format == "text":
        return version.text.encode("utf-8")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from readstation.ui.report.report_pdf import report_pdf  # noqa: PLC0415 - Qt is slow to load
    from readstation.ui.start_window import make_application  # noqa: PLC0415

    application = make_application()
    content = report_pdf(version)
    del application
    return content


def _write(path: Path, content: bytes) -> None:
    """Write the whole file or none of it."""
    unfinished = path.with_name(f"{path.name}.part")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    except OSError as error:
        raise RefusedInputError(
            "CANNOT_WRITE",
            f"The report cannot be written to {path}.",
            "Give a file in a folder that exists and is yours, on a disk with room.",
        ) from error


def _as_json(version: ReportVersion) -> dict[str, object]:
    return {
        "report_id": version.report_id,
        "version_number": version.version_number,
        "study_instance_uid": version.study_instance_uid,
        "status": version.status.value,
        "urgency": version.urgency.value,
        "text": version.text,
        "text_sha256": version.text_sha256,
        "image_manifest_sha256": version.image_manifest_sha256,
        "image_count": version.image_count,
        "signatures": [
            {
                "signer_id": s.signer_id,
                "signer_name": s.signer_name,
                "meaning": s.meaning.value,
                "signed_at": s.signed_at.isoformat(),
            }
            for s in version.signatures
        ],
        "supersedes_version": version.supersedes_version,
        "reason": version.reason,
        "display_state": version.display_state,
    }
