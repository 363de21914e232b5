"""Use case: how one report came to be signed, step by step, from the audit log."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.finding import Urgency
from readstation.domain.reader import Permission

SAVES_SHOWN_AS_ONE = AuditAction.DRAFT_SAVED
"""Autosaves in a row are one step of the story."""

LOUD: dict[AuditAction, Urgency] = {
    AuditAction.CRITICAL_FLAGGED: Urgency.CRITICAL,
    AuditAction.CRITICAL_ESCALATED: Urgency.CRITICAL,
    AuditAction.CALL_LOGGED: Urgency.SIGNIFICANT,
}


@dataclass(frozen=True, slots=True)
class TimelineStep:
    """One moment of a report's life."""

    at: datetime
    actor_name: str
    text: str
    urgency: Urgency = Urgency.ROUTINE


def timeline(
    station: Station, session: Session, study_instance_uid: str
) -> tuple[TimelineStep, ...]:
    """Return the story of one study, oldest first."""
    session.user.require(Permission.REVIEW_QUALITY)
    with station.unit_of_work() as work:
        events = work.audit.of_study(study_instance_uid)
        names = {user.user_id: user.full_name for user in work.users.all()}
    steps: list[TimelineStep] = []
    previous: AuditEvent | None = None
    for event in events:
        step = TimelineStep(
            event.at,
            names.get(event.actor_id, event.actor_id),
            describe(event),
            LOUD.get(event.action, Urgency.ROUTINE),
        )
        if (
            previous is not None
            and event.action is SAVES_SHOWN_AS_ONE
            and (previous.action, previous.actor_id) == (event.action, event.actor_id)
        ):
            steps[-1] = step
        else:
            steps.append(step)
        previous = event
    return tuple(steps)


def describe(event: AuditEvent) -> str:
    """Return an event in words: what happened, and the one fact that matters about it."""
    detail = _detail(event)
    facts = [str(value) for key in FACTS.get(event.action, ()) if (value := detail.get(key))]
    return f"{event.action.value}: {', '.join(facts)}" if facts else event.action.value


FACTS: dict[AuditAction, tuple[str, ...]] = {
    AuditAction.STUDY_OPENED: ("as",),
    AuditAction.STUDY_CLAIMED: ("task",),
    AuditAction.CALL_LOGGED: ("outcome", "recipient_role", "read_back"),
    AuditAction.CRITICAL_FLAGGED: ("urgency",),
    AuditAction.CRITICAL_ESCALATED: ("level",),
    AuditAction.HANDOFF_REQUESTED: ("type", "to"),
    AuditAction.HANDOFF_STEP: ("step", "opinion"),
    AuditAction.REPORT_SIGNED: ("text_sha256",),
    AuditAction.ADDENDUM_SIGNED: ("text_sha256",),
    AuditAction.QUALITY_REVIEWED: ("score",),
    AuditAction.IMAGES_IMPORTED: ("instances",),
}
"""Which parts of an event's detail the story tells."""


def _detail(event: AuditEvent) -> dict[str, Any]:
    if not event.detail:
        return {}
    try:
        detail = json.loads(event.detail)
    except ValueError:
        return {}
    return detail if isinstance(detail, dict) else {}
