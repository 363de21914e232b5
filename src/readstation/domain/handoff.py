"""Handoffs: asking another reader, blind or open, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from readstation.domain.errors import RefusedStepError
from readstation.domain.report import ReportContent


class HandoffType(Enum):
    CONSULT = "consult"
    OVER_READ = "over-read"
    BLIND_SECOND_READ = "blind second read"
    ARBITRATION = "arbitration"
    SHIFT_HANDOVER = "shift handover"


class HandoffStatus(Enum):
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in progress"
    RETURNED = "returned"
    COMPLETED = "completed"
    DECLINED = "declined"
    RECALLED = "recalled"
    EXPIRED = "expired"


class HandoffStep(Enum):
    ACCEPT = "accept"
    OPEN = "open"
    RETURN = "return"
    COMPLETE = "complete"
    DECLINE = "decline"
    RECALL = "recall"
    EXPIRE = "expire"


_S, _P = HandoffStatus, HandoffStep

TRANSITIONS: dict[tuple[HandoffStatus, HandoffStep], HandoffStatus] = {
    (_S.REQUESTED, _P.ACCEPT): _S.ACCEPTED,
    (_S.REQUESTED, _P.DECLINE): _S.DECLINED,
    (_S.REQUESTED, _P.RECALL): _S.RECALLED,
    (_S.REQUESTED, _P.EXPIRE): _S.EXPIRED,
    (_S.ACCEPTED, _P.OPEN): _S.IN_PROGRESS,
    (_S.ACCEPTED, _P.DECLINE): _S.DECLINED,
    (_S.ACCEPTED, _P.RECALL): _S.RECALLED,
    (_S.ACCEPTED, _P.EXPIRE): _S.EXPIRED,
    (_S.IN_PROGRESS, _P.OPEN): _S.IN_PROGRESS,
    (_S.IN_PROGRESS, _P.RETURN): _S.RETURNED,
    (_S.IN_PROGRESS, _P.DECLINE): _S.DECLINED,
    (_S.IN_PROGRESS, _P.RECALL): _S.RECALLED,
    (_S.IN_PROGRESS, _P.EXPIRE): _S.EXPIRED,
    (_S.RETURNED, _P.COMPLETE): _S.COMPLETED,
}
"""Every allowed step. A pair that is absent is refused."""

ENDED_STATUSES = frozenset({_S.COMPLETED, _S.DECLINED, _S.RECALLED, _S.EXPIRED})


def next_status(status: HandoffStatus, step: HandoffStep) -> HandoffStatus:
    """Return the status after `step`, or refuse with a sentence and a remedy."""
    try:
        return TRANSITIONS[status, step]
    except KeyError:
        raise RefusedStepError(
            f"You cannot {step.value} a handoff that is {status.value}.",
            "Refresh the list; the other reader may have acted in the meantime.",
        ) from None


class Opinion(Enum):
    AGREE = "agree"
    EDIT = "edit"
    DISAGREE = "disagree"


@dataclass(frozen=True, slots=True)
class Handoff:
    """One question to one reader."""

    handoff_id: str
    study_instance_uid: str
    report_id: str
    handoff_type: HandoffType
    question: str
    from_reader_id: str
    to_reader_id: str
    is_blind: bool
    """The second reader's queries leave out the first read until the opinion is given."""
    requested_at: datetime
    due_at: datetime
    viewer_state: str
    """JSON of the layout and viewports as the first reader left them."""
    status: HandoffStatus
    version: int
    opinion: Opinion | None = None
    opinion_text: str = ""
    opinion_content: ReportContent | None = None
    """The report as the second reader would have it; None unless edited or disagreed."""
    returned_at: datetime | None = None

    @property
    def hides_first_read(self) -> bool:
        """Whether the first read is still kept from the second reader."""
        return self.is_blind and self.opinion is None
