"""Critical results: from discovery to a person who read the message back."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from enum import Enum

from readstation.domain.errors import RefusedStepError
from readstation.domain.late_dataclass import dataclass
from readstation.domain.policy import Policy
from readstation.domain.urgency import Urgency


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


class CriticalStep(Enum):
    """The value completes the sentence "you cannot ... a result that is ..."."""

    LOG_ATTEMPT = "log a call for"
    COMMUNICATE = "close"
    DOCUMENT = "document"
    ESCALATE = "escalate"
    WITHDRAW = "withdraw"
    FLAG_AGAIN = "flag again"


_S, _P = CriticalResultStatus, CriticalStep

TRANSITIONS: dict[tuple[CriticalResultStatus, CriticalStep], CriticalResultStatus] = {
    (_S.OPEN, _P.LOG_ATTEMPT): _S.ATTEMPTED,
    (_S.OPEN, _P.COMMUNICATE): _S.COMMUNICATED,
    (_S.OPEN, _P.DOCUMENT): _S.DOCUMENTED,
    (_S.OPEN, _P.ESCALATE): _S.ESCALATED,
    (_S.OPEN, _P.WITHDRAW): _S.WITHDRAWN,
    (_S.ATTEMPTED, _P.LOG_ATTEMPT): _S.ATTEMPTED,
    (_S.ATTEMPTED, _P.COMMUNICATE): _S.COMMUNICATED,
    (_S.ATTEMPTED, _P.DOCUMENT): _S.DOCUMENTED,
    (_S.ATTEMPTED, _P.ESCALATE): _S.ESCALATED,
    (_S.ATTEMPTED, _P.WITHDRAW): _S.WITHDRAWN,
    (_S.ESCALATED, _P.LOG_ATTEMPT): _S.ESCALATED,
    (_S.ESCALATED, _P.COMMUNICATE): _S.COMMUNICATED,
    (_S.ESCALATED, _P.DOCUMENT): _S.DOCUMENTED,
    (_S.ESCALATED, _P.ESCALATE): _S.ESCALATED,
    (_S.ESCALATED, _P.WITHDRAW): _S.WITHDRAWN,
    (_S.WITHDRAWN, _P.FLAG_AGAIN): _S.OPEN,
}
"""Every allowed step. A pair that is absent is refused; time alone is no step that closes."""

_REMEDIES = {
    _S.WITHDRAWN: "Flag the finding again if it still has to be communicated.",
    _S.COMMUNICATED: "Log later talks as an addendum to the report.",
    _S.DOCUMENTED: "Log later talks as an addendum to the report.",
}


def next_status(status: CriticalResultStatus, step: CriticalStep) -> CriticalResultStatus:
    """Return the status after `step`, or refuse with a sentence and a remedy."""
    try:
        return TRANSITIONS[status, step]
    except KeyError:
        raise RefusedStepError(
            f"You cannot {step.value} a result that is {status.value}.",
            _REMEDIES.get(status, "Refresh the list; it already has its clock."),
        ) from None


_GOOD_READ_BACK = frozenset({ReadBack.CONFIRMED, ReadBack.CORRECTED})
_SPOKEN = frozenset({CallMethod.TELEPHONE, CallMethod.IN_PERSON})


def step_of_attempt(urgency: Urgency, attempt: CallAttempt) -> CriticalStep:
    """Return what `attempt` does to a result.

    Only a person reached by voice who read the message back communicates a critical result.
    A significant one may also be documented by an acknowledged message. A message left, a page
    or a fax never closes anything.
    """
    if attempt.outcome is not CallOutcome.REACHED or attempt.read_back not in _GOOD_READ_BACK:
        return CriticalStep.LOG_ATTEMPT
    if attempt.method in _SPOKEN:
        return CriticalStep.COMMUNICATE
    acknowledged = attempt.method is CallMethod.SECURE_MESSAGE
    if urgency is Urgency.SIGNIFICANT and acknowledged:
        return CriticalStep.DOCUMENT
    return CriticalStep.LOG_ATTEMPT


def status_after_attempt(result: CriticalResult, attempt: CallAttempt) -> CriticalResultStatus:
    """Return the status once `attempt` is logged.

    Raises
    ------
    RefusedStepError
        If it is closed already, or the attempt contradicts itself.
    """
    require_consistent(attempt)
    return next_status(result.status, step_of_attempt(result.urgency, attempt))


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


def why_it_stays_open(urgency: Urgency, attempt: CallAttempt) -> str:
    """Return the sentence that says why `attempt` does not close a result; empty if it does."""
    if step_of_attempt(urgency, attempt) is not CriticalStep.LOG_ATTEMPT:
        return ""
    if attempt.outcome is CallOutcome.MESSAGE_LEFT:
        return "A message left is not contact: the result stays open."
    if attempt.outcome is not CallOutcome.REACHED:
        return "Nobody was reached: the result stays open."
    if attempt.read_back not in _GOOD_READ_BACK:
        return "Without a read-back nobody knows it was understood: the result stays open."
    if urgency is Urgency.CRITICAL:
        return "A critical result is closed by voice only: call, or go there."
    return f"A {attempt.method.value} is not acknowledged contact: the result stays open."


def due_at(urgency: Urgency, discovered_at: datetime, policy: Policy) -> datetime:
    """Return when `urgency` must have been communicated.

    Raises
    ------
    RefusedStepError
        For an urgency that has no clock.
    """
    limit = policy.communication_limits.get(urgency)
    if limit is None:
        raise RefusedStepError(
            f"A {urgency.value} finding has no communication clock.",
            "Flag it critical or significant first.",
        )
    return discovered_at + limit


def escalation_times(result: CriticalResult, policy: Policy) -> tuple[datetime, ...]:
    """Return when an open result moves to the next contact; being overdue is the last of them."""
    steps: tuple[timedelta, ...] = ()
    if result.urgency is Urgency.CRITICAL:
        steps = policy.escalate_after
    early = (result.discovered_at + after for after in steps)
    return (*sorted(at for at in early if at < result.due_at), result.due_at)


def escalation_level_at(result: CriticalResult, policy: Policy, now: datetime) -> int:
    """Return how far an open result has escalated; a clock set back never lowers it."""
    passed = sum(now >= at for at in escalation_times(result, policy))
    return max(passed, result.escalation_level)


_HOW = {
    CallMethod.TELEPHONE: "Discussed by telephone",
    CallMethod.IN_PERSON: "Discussed directly",
    CallMethod.SECURE_MESSAGE: "Communicated by acknowledged message",
    CallMethod.PAGER: "Paged",
    CallMethod.FAX: "Faxed",
}


def statement(result: CriticalResult, attempt: CallAttempt, site_zone: tzinfo) -> str:
    """Return the sentence for the report: what, how, with whom, when, and the read-back."""
    at = attempt.ended_at.astimezone(site_zone)
    what = result.message.strip().rstrip(".")
    role = attempt.recipient_role.value
    return (
        f"{result.urgency.value.capitalize()} result ({what}): {_HOW[attempt.method].lower()} "
        f"by {attempt.caller_name} with {attempt.recipient_name.strip()} ({role}) "
        f"on {at:%Y-%m-%d} at {at:%H:%M %Z}; {attempt.read_back.value}."
    )
