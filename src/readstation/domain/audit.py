"""The audit log: append-only events in a keyed hash chain."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Collection, Iterable
from datetime import datetime
from enum import Enum

from readstation.domain.late_dataclass import dataclass


class AuditAction(Enum):
    """What happened, one per kind of state change. Values are stored: never rename."""

    LOGGED_IN = "logged in"
    LOGIN_FAILED = "login failed"
    LOGGED_OUT = "logged out"
    USER_CHANGED = "user changed"
    IMAGES_IMPORTED = "images imported"
    ORDER_RECEIVED = "order received"
    STUDY_OPENED = "study opened"
    STUDY_CLAIMED = "study claimed"
    STUDY_RELEASED = "study released"
    IMAGES_DISPLAYED = "images displayed"
    MEASUREMENT_KEPT = "measurement kept"
    MEASUREMENT_REMOVED = "measurement removed"
    KEY_IMAGE_MARKED = "key image marked"
    KEY_IMAGE_UNMARKED = "key image unmarked"
    VIEW_SAVED = "view saved"
    MEASUREMENTS_SAVED = "measurements saved"
    KEY_IMAGES_SAVED = "key images saved"
    CONCERN_RAISED = "concern raised"
    DRAFT_STARTED = "draft started"
    DRAFT_SAVED = "draft saved"
    PRELIMINARY_SENT = "preliminary sent"
    REPORT_SIGNED = "report signed"
    ADDENDUM_SIGNED = "addendum signed"
    CRITICAL_FLAGGED = "critical finding flagged"
    CRITICAL_WITHDRAWN = "critical flag withdrawn"
    CALL_LOGGED = "call logged"
    CRITICAL_COMMUNICATED = "critical result communicated"
    CRITICAL_ESCALATED = "critical result escalated"
    HANDOFF_REQUESTED = "handoff requested"
    HANDOFF_STEP = "handoff step"
    QUALITY_REVIEWED = "quality reviewed"
    REPORT_EXPORTED = "report exported"
    IMAGES_EXPORTED = "images exported"
    DISPLAY_CHECKED = "display checked"
    SETTING_CHANGED = "setting changed"
    BACKUP_MADE = "backup made"
    BACKUP_RESTORED = "backup restored"
    AUDIT_VERIFIED = "audit verified"
    DEMO_BUILT = "demo workspace built"


OBJECT_SAVED = frozenset(
    {AuditAction.VIEW_SAVED, AuditAction.MEASUREMENTS_SAVED, AuditAction.KEY_IMAGES_SAVED}
)
"""A reader added an object to a study; no sender announced it, and it carries what they thought."""
LEAVES_STUDIES_ALONE = frozenset(
    {
        AuditAction.LOGGED_IN,
        AuditAction.LOGIN_FAILED,
        AuditAction.LOGGED_OUT,
        AuditAction.STUDY_OPENED,
        AuditAction.STUDY_CLAIMED,
        AuditAction.STUDY_RELEASED,
        AuditAction.QUALITY_REVIEWED,
        AuditAction.REPORT_EXPORTED,
        AuditAction.DISPLAY_CHECKED,
        AuditAction.BACKUP_MADE,
        AuditAction.AUDIT_VERIFIED,
    }
)
"""Nothing that is shown of a study is another after these; who holds it is asked for anew."""
CHANGES_ITS_STUDY_ALONE = frozenset(
    {
        AuditAction.IMAGES_DISPLAYED,
        AuditAction.MEASUREMENT_KEPT,
        AuditAction.MEASUREMENT_REMOVED,
        AuditAction.KEY_IMAGE_MARKED,
        AuditAction.KEY_IMAGE_UNMARKED,
        *OBJECT_SAVED,
        AuditAction.CONCERN_RAISED,
        AuditAction.DRAFT_STARTED,
        AuditAction.DRAFT_SAVED,
        AuditAction.PRELIMINARY_SENT,
        AuditAction.REPORT_SIGNED,
        AuditAction.ADDENDUM_SIGNED,
        AuditAction.CRITICAL_FLAGGED,
        AuditAction.CRITICAL_WITHDRAWN,
        AuditAction.CALL_LOGGED,
        AuditAction.CRITICAL_COMMUNICATED,
        AuditAction.CRITICAL_ESCALATED,
        AuditAction.HANDOFF_REQUESTED,
        AuditAction.HANDOFF_STEP,
    }
)
"""An import is not among them: what comes may be a further study of the same patient."""


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """What to record; the log adds sequence number and chain hash."""

    action: AuditAction
    actor_id: str
    at: datetime
    study_instance_uid: str = ""
    report_id: str = ""
    detail: str = ""
    """Machine-readable rest, JSON; never free text of a report."""


def may_change(event: AuditEvent, study_instance_uids: Collection[str]) -> bool:
    """Whether what was read of these studies before an event may be another after it.

    >>> from datetime import UTC
    >>> now = datetime(2026, 1, 1, tzinfo=UTC)
    >>> saved = AuditEvent(AuditAction.DRAFT_SAVED, "reader1", now, "2.25.1")
    >>> may_change(saved, {"2.25.1"}), may_change(saved, {"2.25.2"})
    (True, False)
    """
    if event.action in LEAVES_STUDIES_ALONE:
        return False
    uid = event.study_instance_uid
    is_of_another = bool(uid) and uid not in study_instance_uids
    return not (is_of_another and event.action in CHANGES_ITS_STUDY_ALONE)


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One link of the chain as it is stored."""

    sequence_number: int
    event: AuditEvent
    previous_hash: str
    row_hash: str


GENESIS_HASH = "0" * 64


def chain_hash(key: bytes, previous_hash: str, sequence_number: int, event: AuditEvent) -> str:
    """Return HMAC-SHA256 over the previous hash and the canonical event, in hex."""
    canonical = json.dumps(
        [
            previous_hash,
            sequence_number,
            event.action.value,
            event.actor_id,
            event.at.isoformat(),
            event.study_instance_uid,
            event.report_id,
            event.detail,
        ],
        ensure_ascii=True,
        separators=(",", ":"),
    )
    return hmac.new(key, canonical.encode("ascii"), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class AuditAnchor:
    """The head of the chain as it was last seen, kept outside the database."""

    sequence_number: int
    row_hash: str


@dataclass(frozen=True, slots=True)
class ChainFault:
    """Where the chain breaks and why."""

    sequence_number: int
    reason: str


def verify_chain(
    key: bytes, rows: Iterable[AuditRow], anchor: AuditAnchor | None
) -> tuple[int, ChainFault | None]:
    """Walk the chain; return how many rows were checked and the first fault, if any.

    A cut-off tail leaves a valid chain, so the anchor must still be in it.
    """
    previous, checked, anchored = GENESIS_HASH, 0, anchor is None or anchor.sequence_number == 0
    for row in rows:
        expected = checked + 1
        if row.sequence_number != expected:
            return checked, ChainFault(expected, "a row is missing or out of order")
        if row.previous_hash != previous:
            return checked, ChainFault(expected, "a row does not follow the one before it")
        if row.row_hash != chain_hash(key, previous, expected, row.event):
            return checked, ChainFault(expected, "a row was changed after it was written")
        if anchor is not None and expected == anchor.sequence_number:
            if row.row_hash != anchor.row_hash:
                return checked, ChainFault(expected, "the chain was rewritten after its anchor")
            anchored = True
        previous, checked = row.row_hash, expected
    if not anchored and anchor is not None:
        return checked, ChainFault(
            checked + 1, f"rows up to {anchor.sequence_number} were anchored but are gone"
        )
    return checked, None
