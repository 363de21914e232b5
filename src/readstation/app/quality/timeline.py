"""Use case: how one report came to be signed, step by step, from the audit log."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from readstation.app.handoff.second_read import require_not_blind
from readstation.app.quality.signoffs import detail_of
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.finding import Urgency
from readstation.domain.reader import Permission

QUIET = frozenset(
    {AuditAction.DRAFT_SAVED, AuditAction.IMAGES_DISPLAYED, AuditAction.MEASUREMENT_KEPT}
)
"""What the program records every few seconds: in a row by one person, each is one step."""

LOUD: dict[AuditAction, Urgency] = {
    AuditAction.CRITICAL_FLAGGED: Urgency.CRITICAL,
    AuditAction.CRITICAL_ESCALATED: Urgency.CRITICAL,
    AuditAction.CALL_LOGGED: Urgency.SIGNIFICANT,
}

CRITICAL_ACTIONS = frozenset(
    {
        AuditAction.CRITICAL_FLAGGED,
        AuditAction.CRITICAL_WITHDRAWN,
        AuditAction.CRITICAL_COMMUNICATED,
        AuditAction.CRITICAL_ESCALATED,
    }
)
"""Their names say "critical"; the story says how urgent the finding really was."""

Detail = Mapping[str, object]
Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TimelineStep:
    """One moment of a report's life, or a run of the same one."""

    at: datetime
    actor_name: str
    text: str
    urgency: Urgency = Urgency.ROUTINE
    times: int = 1
    until: datetime | None = None
    """The last moment of a run; None for a single step."""


def timeline(
    station: Station, session: Session, study_instance_uid: str
) -> tuple[TimelineStep, ...]:
    """Return the story of one study, in the order in which the log recorded it.

    Raises
    ------
    RefusedStepError
        For a blind second reader who has not answered: it tells of what the first one flagged.
    """
    session.user.require(Permission.REVIEW_QUALITY)
    with station.unit_of_work() as work:
        require_not_blind(work, study_instance_uid, session.user.user_id)
        events = work.audit.of_study(study_instance_uid)
        names = {user.user_id: user.full_name for user in work.users.all()}
    return tell(events, names)


def tell(events: Iterable[AuditEvent], names: Names) -> tuple[TimelineStep, ...]:
    """Return events as steps; what repeats quietly between two other steps is one."""
    steps: list[TimelineStep] = []
    quiet: dict[tuple[AuditAction, str], int] = {}
    for event in events:
        key = event.action, event.actor_id
        is_quiet = event.action in QUIET or _is_kept_opinion(event)
        if is_quiet and key in quiet:
            run = steps[quiet[key]]
            steps[quiet[key]] = replace(run, times=run.times + 1, until=event.at)
            continue
        if is_quiet:
            quiet[key] = len(steps)
        else:
            quiet.clear()
        actor = names.get(event.actor_id, event.actor_id)
        urgency = LOUD.get(event.action, Urgency.ROUTINE)
        steps.append(TimelineStep(event.at, actor, describe(event, names), urgency))
    return tuple(steps)


def _is_kept_opinion(event: AuditEvent) -> bool:
    """Return True for the autosave of a second reader."""
    return event.action is AuditAction.HANDOFF_STEP and detail_of(event).get("step") == "keep"


def describe(event: AuditEvent, names: Names) -> str:
    """Return an event in words: what happened, and the facts that matter about it."""
    detail, facts = detail_of(event), FACTS.get(event.action)
    what = event.action.value
    if event.action in CRITICAL_ACTIONS and detail.get("urgency"):
        what = what.replace(Urgency.CRITICAL.value, _word(detail, "urgency"), 1)
    said = [fact for fact in facts(detail, names) if fact] if facts else []
    return f"{what}: {', '.join(said)}" if said else what


def _fact(*keys: str) -> Callable[[Detail, Names], list[str]]:
    return lambda detail, _names: [_word(detail, key) for key in keys]


def _word(detail: Detail, key: str) -> str:
    value = detail.get(key)
    return "" if value is None else str(value)


def _opened(detail: Detail, _names: Names) -> list[str]:
    return ["as a prior"] if detail.get("as") == "prior" else []


def _call(detail: Detail, _names: Names) -> list[str]:
    in_time = {True: "in time", False: "late"}
    return [
        _word(detail, "outcome"),
        _word(detail, "read_back"),
        next((word for is_so, word in in_time.items() if detail.get("in_time") is is_so), ""),
    ]


def _handoff(detail: Detail, names: Names) -> list[str]:
    to = _word(detail, "to")
    blind = "blind" if detail.get("blind") and "blind" not in _word(detail, "type") else ""
    return [_word(detail, "type"), f"to {names.get(to, to)}" if to else "", blind]


def _handoff_step(detail: Detail, _names: Names) -> list[str]:
    said = [_word(detail, key) for key in ("type", "step", "opinion")]
    return [*said, _display(detail)]


def _signed(detail: Detail, _names: Names) -> list[str]:
    sha = _word(detail, "text_sha256")
    count = detail.get("image_count")
    return [
        f"{count} image{'' if count == 1 else 's'}" if count else "",
        f"sha256 {sha[:12]}…" if sha else "",
        _display(detail),
    ]


def _display(detail: Detail) -> str:
    said = _word(detail, "display")
    return f"on display {said}" if said else ""


FACTS: dict[AuditAction, Callable[[Detail, Names], list[str]]] = {
    AuditAction.STUDY_OPENED: _opened,
    AuditAction.STUDY_CLAIMED: _fact("task"),
    AuditAction.CALL_LOGGED: _fact("outcome"),
    AuditAction.CRITICAL_COMMUNICATED: _call,
    AuditAction.CRITICAL_ESCALATED: lambda detail, _names: [f"level {_word(detail, 'level')}"],
    AuditAction.HANDOFF_REQUESTED: _handoff,
    AuditAction.HANDOFF_STEP: _handoff_step,
    AuditAction.REPORT_SIGNED: _signed,
    AuditAction.ADDENDUM_SIGNED: _signed,
    AuditAction.QUALITY_REVIEWED: _fact("score"),
}
"""Which parts of an event's detail the story tells."""
