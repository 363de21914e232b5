"""Critical results: from discovery to a person who read the message back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from readstation.domain.errors import RefusedStepError
from readstation.domain.finding import Urgency


class CriticalResultStatus(Enum):
    """Overdue is not a status: it is read off the clock and never hides a row."""

    OPEN = "open"
    ATTEMPTED = "attempted"
    ESCALATED = "escalated"
    COMMUNICATED = "communicated"
    DOCUMENTED = "documented"
    WITHDRAWN = "withdrawn"


class CallMethod(Enum):
    TELEPHONE = "telephone"
    IN_PERSON = "in person"
    SECURE_MESSAGE = "secure message"
    PAGER = "pager"
    FAX = "fax"


class RecipientRole(Enum):
    ORDERING_PROVIDER = "ordering provider"
    DESIGNEE = "responsible designee"
    NOBODY = "nobody"


class CallOutcome(Enum):
    REACHED = "reached"
    NO_ANSWER = "no answer"
    MESSAGE_LEFT = "message left"
    WRONG_NUMBER = "wrong number"
    DECLINED = "declined"


class ReadBack(Enum):
    CONFIRMED = "read back correctly"
    CORRECTED = "corrected, then read back correctly"
    DECLINED = "read-back declined"
    NOT_ASKED = "no read-back"


@dataclass(frozen=True, slots=True)
class CallAttempt:
    """One try, whatever came of it."""

    critical_result_id: str
    attempt_number: int
    caller_id: str
    caller_name: str
    recipient_name: str
    recipient_role: RecipientRole
    telephone_number: str
    method: CallMethod
    started_at: datetime
    ended_at: datetime
    outcome: CallOutcome
    read_back: ReadBack
    note: str = ""


@dataclass(frozen=True, slots=True)
class CriticalResult:
    """An obligation to tell somebody. `discovered_at` is the moment of flagging."""

    critical_result_id: str
    study_instance_uid: str
    report_id: str
    finding_id: str
    urgency: Urgency
    message: str
    """The finding, in the words to read out."""
    discovered_by: str
    discovered_at: datetime
    due_at: datetime
    status: CriticalResultStatus
    escalation_level: int = 0
    closed_at: datetime | None = None
    attempts: tuple[CallAttempt, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.status not in CLOSED_STATUSES

    def is_overdue(self, now: datetime) -> bool:
        return self.is_open and now >= self.due_at

    @property
    def closed_in_time(self) -> bool | None:
        """Whether it was communicated before it was due; None while open."""
        return None if self.closed_at is None else self.closed_at <= self.due_at


CLOSED_STATUSES = frozenset(
    {
        CriticalResultStatus.COMMUNICATED,
        CriticalResultStatus.DOCUMENTED,
        CriticalResultStatus.WITHDRAWN,
    }
)

_GOOD_READ_BACK = frozenset({ReadBack.CONFIRMED, ReadBack.CORRECTED})
_SPOKEN = frozenset({CallMethod.TELEPHONE, CallMethod.IN_PERSON})


def status_after_attempt(result: CriticalResult, attempt: CallAttempt) -> CriticalResultStatus:
    """Return the status once `attempt` is logged.

    Only a person reached by voice who read the message back closes a critical result.
    A significant one may also be closed by an acknowledged message. A message left never closes.

    Raises
    ------
    RefusedStepError
        If it is closed already, or the attempt contradicts itself.
    """
    if not result.is_open:
        raise RefusedStepError(
            "This result is already communicated.", "Log later talks as an addendum to the report."
        )
    require_consistent(attempt)
    if attempt.outcome is not CallOutcome.REACHED or attempt.read_back not in _GOOD_READ_BACK:
        escalated = result.status is CriticalResultStatus.ESCALATED
        return CriticalResultStatus.ESCALATED if escalated else CriticalResultStatus.ATTEMPTED
    if attempt.method in _SPOKEN:
        return CriticalResultStatus.COMMUNICATED
    if result.urgency is Urgency.SIGNIFICANT:
        return CriticalResultStatus.DOCUMENTED
    return CriticalResultStatus.ATTEMPTED


def require_consistent(attempt: CallAttempt) -> None:
    """Refuse an attempt whose parts contradict each other."""
    reached = attempt.outcome is CallOutcome.REACHED
    if reached and (
        not attempt.recipient_name.strip() or attempt.recipient_role is RecipientRole.NOBODY
    ):
        raise RefusedStepError(
            "The call reached somebody, but the record does not say whom.",
            "Enter the name and role of the person you spoke to.",
        )
    if not reached and attempt.read_back in _GOOD_READ_BACK:
        raise RefusedStepError(
            "Nobody was reached, so nobody can have read the message back.",
            "Correct the outcome or the read-back.",
        )
    if attempt.ended_at < attempt.started_at:
        raise RefusedStepError("The call ends before it starts.", "Correct the times.")
