"""`readstation qa signoffs|metrics`: what was signed, what stands out, and the figures."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any

from readstation.app.quality.flags import flags_of
from readstation.app.quality.quality_metrics import QualityMetrics, Share, quality_metrics
from readstation.app.quality.signoffs import SignOff, signoffs
from readstation.bootstrap import workspace_at
from readstation.domain.deadline import duration_text, time_zone

EVER = 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the two steps."""
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    for step, help_line in (
        ("signoffs", "every signed report with its flags, newest first"),
        ("metrics", "turnaround, timeliness of calls, discrepancies"),
    ):
        one = steps.add_parser(step, help=help_line, description=help_line)
        one.add_argument(
            "--days", type=_days, default=EVER, metavar="N", help="only the last N days"
        )
        one.add_argument("--json", action="store_true", help="print it for a program")


def run(args: argparse.Namespace) -> int:
    """Print the list or the figures; nothing is changed by looking."""
    with workspace_at(args.home) as workspace:
        station = workspace.station
        now = station.clock.now()
        since = now - timedelta(days=args.days) if args.days else None
        rows = signoffs(station, None, since)
        zone = time_zone(station.policy.calendar.time_zone)
    if args.step == "metrics":
        _print_metrics(quality_metrics(rows, now), as_json=args.json)
    elif args.json:
        print(json.dumps([_as_json(row, now) for row in rows], ensure_ascii=False, indent=1))
    else:
        _print_rows(rows, now, zone)
    return 0


def _days(text: str) -> int:
    days = int(text)
    if not 1 <= days <= 36_500:
        raise argparse.ArgumentTypeError("give a number of days from 1 to 36500")
    return days


def _print_rows(rows: Sequence[SignOff], now: datetime, zone: tzinfo) -> None:
    for row in rows:
        second = f", second reader {row.second_reader_name}" if row.second_reader_name else ""
        score = f"RADPEER {row.review.score.value}" if row.review else "not reviewed"
        valid = "valid" if row.signature_is_valid else "ALTERED"
        print(
            f"{row.signed_at.astimezone(zone):%Y-%m-%d %H:%M %Z}  {row.version.urgency.value:12}"
            f"{row.study.study_description}  {row.reader_name}{second}  signature {valid}  {score}"
        )
        print(f"    {row.version.report_id} version {row.version.version_number}")
        for flag in flags_of(row, now):
            print(f"    {flag.urgency.value:12}{flag.text}")
    print(f"{len(rows)} signed {'report' if len(rows) == 1 else 'reports'}.")


def _as_json(row: SignOff, now: datetime) -> dict[str, Any]:
    version, review = row.version, row.review
    return {
        "report_id": version.report_id,
        "version_number": version.version_number,
        "status": version.status.value,
        "study_instance_uid": version.study_instance_uid,
        "study_description": row.study.study_description,
        "urgency": version.urgency.value,
        "reader": row.reader_name,
        "second_reader": row.second_reader_name,
        "second_opinion": row.second_opinion.value if row.second_opinion else None,
        "signed_at": row.signed_at.isoformat(),
        "due_at": row.due_at.isoformat() if row.due_at else None,
        "signature_is_valid": row.signature_is_valid,
        "images": row.viewed.total,
        "images_never_displayed": row.viewed.never,
        "images_not_at_diagnostic_scale": row.viewed.only_smaller,
        "open_to_sign_s": _seconds(row.open_to_sign),
        "turnaround_s": _seconds(row.turnaround),
        "flags": [{"text": f.text, "urgency": f.urgency.value} for f in flags_of(row, now)],
        "radpeer": review.score.value if review else None,
        "reviewer_id": review.reviewer_id if review else None,
    }


def _print_metrics(metrics: QualityMetrics, *, as_json: bool) -> None:
    stat = metrics.stat_turnaround
    shares = {
        "critical_results_in_time": metrics.critical_in_time,
        "radpeer_2b_and_up": metrics.discrepancies,
        "second_reads_agreed": metrics.second_reads_agreed,
        "reports_with_addenda": metrics.addended,
    }
    if as_json:
        made: dict[str, Any] = {
            "signed_reports": metrics.report_count,
            "stat_turnaround_median_s": _seconds(stat[0] if stat else None),
            "stat_turnaround_p95_s": _seconds(stat[1] if stat else None),
            "open_before_signing_median_s": _seconds(metrics.open_median),
        }
        made |= {name: {"count": part, "of": whole} for name, (part, whole) in shares.items()}
        print(json.dumps(made, indent=1))
        return
    words = " / ".join(duration_text(span) for span in stat) if stat else "nothing yet"
    opened = "nothing yet" if metrics.open_median is None else f"{metrics.open_median.seconds} s"
    print(f"signed reports                {metrics.report_count}")
    print(f"STAT turnaround median / p95  {words}")
    print(f"open before signing, median   {opened}")
    for name, share in shares.items():
        print(f"{name.replace('_', ' '):30}{_share(share)}")


def _share(share: Share) -> str:
    part, whole = share
    return f"{part} of {whole}" if whole else "nothing yet"


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()
