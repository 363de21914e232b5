"""`readstation calls`: every result that has to be communicated, the most pressing first."""

from __future__ import annotations

import argparse
import json
from datetime import datetime
from typing import Any

from readstation.app.critical_result.escalate import escalate_due
from readstation.app.critical_result.open_results import CallCard, all_call_cards, countdown
from readstation.bootstrap import workspace_at


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("--all", action="store_true", help="closed and withdrawn ones too")
    parser.add_argument("--json", action="store_true", help="print the list for a program")


def run(args: argparse.Namespace) -> int:
    """Escalate what is due, then print; nothing is closed by looking."""
    with workspace_at(args.home) as workspace:
        station = workspace.station
        escalate_due(station)
        cards = all_call_cards(station, open_only=not args.all)
        now = station.clock.now()
    if args.json:
        print(json.dumps([_as_json(c, now) for c in cards], ensure_ascii=False, indent=1))
        return 0
    for card in cards:
        print("\n".join(_as_text(card, now)))
    overdue = sum(c.result.is_overdue(now) for c in cards)
    still_open = sum(c.result.is_open for c in cards)
    print(f"{still_open} open, {overdue} overdue.")
    return 0


def _as_text(card: CallCard, now: datetime) -> list[str]:
    result = card.result
    clock = countdown(result.due_at, now) if result.is_open else result.status.value
    lines = [
        f"{result.urgency.value.upper()}  {clock}  {card.message}",
        f"    {card.patient_name}, {card.patient_line}; {card.study_line}",
    ]
    if result.is_open:
        contact = card.call_now
        lines.append(f"    call {contact.name}, {contact.role}, {contact.telephone_number}")
    lines += [
        f"    {a.ended_at.astimezone(card.zone):%Y-%m-%d %H:%M %Z} {a.caller_name} to "
        f"{a.recipient_name}, {a.telephone_number}: {a.outcome.value}, {a.read_back.value}"
        for a in result.attempts
    ]
    if card.needs_addendum:
        lines.append("    the signed report does not say so: write an addendum")
    return lines


def _as_json(card: CallCard, now: datetime) -> dict[str, Any]:
    result = card.result
    contact = card.call_now
    return {
        "critical_result_id": result.critical_result_id,
        "study_instance_uid": result.study_instance_uid,
        "urgency": result.urgency.value,
        "status": result.status.value,
        "is_overdue": result.is_overdue(now),
        "message": card.message,
        "discovered_at": result.discovered_at.isoformat(),
        "due_at": result.due_at.isoformat(),
        "closed_at": result.closed_at.isoformat() if result.closed_at else None,
        "escalation_level": result.escalation_level,
        "call": {"name": contact.name, "telephone_number": contact.telephone_number},
        "attempts": [
            {
                "attempt_number": a.attempt_number,
                "caller": a.caller_name,
                "recipient": a.recipient_name,
                "recipient_role": a.recipient_role.value,
                "method": a.method.value,
                "outcome": a.outcome.value,
                "read_back": a.read_back.value,
                "ended_at": a.ended_at.isoformat(),
            }
            for a in result.attempts
        ],
        "needs_addendum": card.needs_addendum,
    }
