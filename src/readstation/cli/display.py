"""`readstation display list|record`: what is known of the screens, or measured luminances."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from readstation.app.display.display_status import all_displays, display_status
from readstation.app.display.luminance_file import read_luminance_file
from readstation.app.display.record_check import record_measurement
from readstation.app.station import Station
from readstation.bootstrap import display_facts, open_station
from readstation.cli.main import EXIT_REFUSED
from readstation.domain.display import Display, DisplayStanding
from readstation.domain.errors import NotFoundError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    listing = steps.add_parser("list", help="the screens that are here, and those checked before")
    listing.add_argument("--json", action="store_true", help="print them for a program")
    record = steps.add_parser("record", help="keep luminances: a file with level, cd/m² per line")
    record.add_argument("file", type=Path, metavar="FILE")
    record.add_argument("--display", default="", metavar="KEY", help="as `list` names it")
    record.add_argument("--ambient", type=float, metavar="CD_M2", help="luminance of the room")
    record.add_argument("--instrument", required=True, help="what it was measured with")


def run(args: argparse.Namespace) -> int:
    station = open_station(args.home)
    if args.step == "record":
        return _record(station, args)
    here = {display.key for display in display_facts().displays}
    found = _standings(station)
    if args.json:
        rows = [_as_json(s, is_here=s.display.key in here) for s in found]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return 0
    for standing in found:
        where = "" if standing.display.key in here else "not connected"
        print("\t".join(p for p in (standing.display.key, standing.badge, where) if p))
    return 0


def _record(station: Station, args: argparse.Namespace) -> int:
    table = read_luminance_file(args.file, args.ambient)
    display = _chosen(station, args.display)
    check = record_measurement(station, None, display, table, instrument=args.instrument)
    print(f"{display.key}\t{check.sentence}")
    return 0 if check.has_passed else EXIT_REFUSED


def _chosen(station: Station, key: str) -> Display:
    known = {standing.display.key: standing.display for standing in _standings(station)}
    if key in known:
        return known[key]
    if not key and len(known) == 1:
        return next(iter(known.values()))
    raise NotFoundError(
        f"There is no display {key} here." if key else "It is not said which display was measured.",
        "Name one with --display, as `readstation display list` shows it.",
    )


def _standings(station: Station) -> list[DisplayStanding]:
    here = [display_status(station, display) for display in display_facts().displays]
    keys = {standing.display.key for standing in here}
    return here + [s for s in all_displays(station) if s.display.key not in keys]


def _as_json(standing: DisplayStanding, *, is_here: bool) -> dict[str, object]:
    result = standing.luminance.result if standing.luminance is not None else None
    return {
        "key": standing.display.key,
        "is_connected": is_here,
        "bit_depth": standing.display.bit_depth,
        "status": standing.status.value,
        "grade": result.grade.value if result is not None else None,
        "last_checked_at": _iso(standing, "last_checked_at"),
        "due_at": _iso(standing, "due_at"),
    }


def _iso(standing: DisplayStanding, name: str) -> str | None:
    moment = getattr(standing, name)
    return moment.isoformat() if moment is not None else None
