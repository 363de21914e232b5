"""`readstation worklist`: the list in reading order, with each item's score and why."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from readstation.app.worklist.find_worklist import WorklistPage, find_worklist
from readstation.app.worklist.row_text import images_text, study_name, study_title
from readstation.bootstrap import workspace_at
from readstation.domain.deadline import time_zone
from readstation.domain.errors import RefusedInputError
from readstation.domain.patient import shown_name
from readstation.domain.worklist import RankedItem
from readstation.domain.worklist_lists import LISTS, ListGroup, matches, status_text

NAMES = [one.id for one in LISTS if one.group is ListGroup.DEPARTMENT]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("--list", choices=NAMES, default="all", dest="list_id", metavar="NAME")
    parser.add_argument("--search", default="", metavar="TEXT", help="as in the search box")
    parser.add_argument(
        "--at", metavar="TIME", help="as it will stand then, 2026-11-22T08:00+01:00"
    )
    parser.add_argument("--json", action="store_true", help="print the list for a program")


def run(args: argparse.Namespace) -> int:
    """Print the list; nothing is changed by looking."""
    at = read_time(args.at) if args.at else None
    with workspace_at(args.home) as workspace:
        station = workspace.station
        page = find_worklist(station, None, at)
        zone = time_zone(station.policy.calendar.time_zone)
    wanted = next(one for one in LISTS if one.id == args.list_id)
    listed = [r for r in page.ranked if wanted.includes(r, page.facts)]
    rows = [r for r in listed if matches(r, args.search)]
    if args.json:
        print(json.dumps([_as_json(r) for r in rows], ensure_ascii=False, indent=1))
        return 0
    _print_rows(rows, zone)
    hidden = len(listed) - len(rows)
    print(
        f"{len(rows)} of {len(listed)} in {wanted.title!r}; {hidden} hidden. {_as_of(page, zone)}"
    )
    return 0


def read_time(text: str) -> datetime:
    """Return an aware time; one without an offset is refused, because it could mean two moments.

    Raises
    ------
    RefusedInputError
    """
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        read = None
    if read is None or read.tzinfo is None:
        raise RefusedInputError(
            "BAD_TIME",
            "The time cannot be read, or has no offset from UTC.",
            "Write it like 2026-11-22T08:00+01:00 or 2026-11-22T07:00Z.",
        )
    return read.astimezone(UTC)


def _print_rows(rows: Sequence[RankedItem], zone: tzinfo) -> None:
    for place, ranked in enumerate(rows, start=1):
        item, order, study = ranked.item, ranked.item.order, ranked.item.study
        patient = study.patient
        done = order.exam_completed_at.astimezone(zone)
        print(
            f"{place:3}  {order.priority.value:8}{ranked.clock.text:>18}  "
            f"{shown_name(patient.patient_name)} ({patient.identity.patient_id})  "
            f"{study_name(study, order.requested_procedure_description)}"
            f"{' SIMULATED' if study.is_simulated else ''}  {done:%Y-%m-%d %H:%M}  "
            f"{status_text(ranked)}{f', {item.owner_name}' if item.owner_name else ''}"
        )
        print(f"     {study.study_instance_uid}  {images_text(study)} instances")
        print(f"     {ranked.why}; {ranked.tier_reason}")


def _as_of(page: WorklistPage, zone: tzinfo) -> str:
    return f"As of {page.at.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}."


def _as_json(ranked: RankedItem) -> dict[str, Any]:
    item, order, study = ranked.item, ranked.item.order, ranked.item.study
    return {
        "study_instance_uid": study.study_instance_uid,
        "accession_number": order.accession_number,
        "patient_id": study.patient.identity.patient_id,
        "patient_name": study.patient.patient_name,
        "modalities": list(study.modalities_in_study),
        "description": study_title(ranked),
        "is_simulated": study.is_simulated,
        "priority": order.priority.value,
        "patient_class": order.patient_class.value,
        "intent": order.intent.value,
        "tier": int(ranked.tier),
        "tier_reason": ranked.tier_reason,
        "score": ranked.score,
        "score_parts": [{"points": p.points, "reason": p.reason} for p in ranked.parts],
        "exam_completed_at": order.exam_completed_at.isoformat(),
        "due_at": ranked.deadline.due_at.isoformat(),
        "outer_at": ranked.deadline.outer_at.isoformat() if ranked.deadline.outer_at else None,
        "due_state": ranked.clock.state.value,
        "clock": ranked.clock.text,
        "status": status_text(ranked),
        "owner": item.owner_name,
        "images": study.number_of_study_related_instances,
        "images_expected": study.expected_instances,
        "priors": item.prior_count,
        "conflicts": item.conflict_count,
        "open_critical_results": item.open_critical_results,
    }
