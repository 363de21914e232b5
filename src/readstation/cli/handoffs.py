"""`readstation handoffs`: what waits for another reader, by due time."""

from __future__ import annotations

import argparse
import json
from datetime import datetime
from typing import Any

from readstation.app.critical_result.open_results import countdown
from readstation.app.handoff.handoff_list import HandoffCard, all_open_handoffs
from readstation.app.handoff.take_back import expire_due
from readstation.bootstrap import workspace_at


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("--json", action="store_true", help="print the list for a program")


def run(args: argparse.Namespace) -> int:
    """Give back what has expired, then print."""
    with workspace_at(args.home) as workspace:
        station = workspace.station
        expired = expire_due(station)
        cards = all_open_handoffs(station)
        now = station.clock.now()
    if args.json:
        print(json.dumps([_as_json(c) for c in cards], ensure_ascii=False, indent=1))
        return 0
    for card in cards:
        print("\n".join(_as_text(card, now)))
    print(f"{len(cards)} open, {len(expired)} expired just now.")
    return 0


def _as_text(card: HandoffCard, now: datetime) -> list[str]:
    handoff = card.handoff
    sight = "blind" if handoff.is_blind else "open"
    return [
        f"{handoff.handoff_type.value} ({sight}), {handoff.status.value}, "
        f"{countdown(handoff.due_at, now)}",
        f"    {card.from_name} asks {card.to_name}: {handoff.question}",
        f"    {card.patient_name}, {card.patient_line}; {card.study_line}",
    ]


def _as_json(card: HandoffCard) -> dict[str, Any]:
    handoff = card.handoff
    return {
        "handoff_id": handoff.handoff_id,
        "study_instance_uid": handoff.study_instance_uid,
        "type": handoff.handoff_type.value,
        "is_blind": handoff.is_blind,
        "status": handoff.status.value,
        "question": handoff.question,
        "from": card.from_name,
        "to": card.to_name,
        "due_at": handoff.due_at.isoformat(),
        "opinion": handoff.opinion.value if handoff.opinion else None,
    }
