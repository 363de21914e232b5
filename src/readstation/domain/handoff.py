"""Handoffs: asking another reader, blind or open, and what comes back."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from readstation.domain.errors import NotPermittedError, RefusedStepError
from readstation.domain.late_dataclass import dataclass

if TYPE_CHECKING:
    from readstation.domain.report import ReportContent


class HandoffType(Enum):
    """Why another reader is asked; the value is its name for the reader."""

    CONSULT = "consult"
    OVER_READ = "over-read"
    BLIND_SECOND_READ = "blind second read"
    ARBITRATION = "arbitration"
    SHIFT_HANDOVER = "shift handover"


class HandoffStatus(Enum):
    """Where a request stands between the two readers."""

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

SHIFT_TRANSITIONS: dict[tuple[HandoffStatus, HandoffStep], HandoffStatus] = {
    (_S.REQUESTED, _P.ACCEPT): _S.COMPLETED,
    (_S.REQUESTED, _P.DECLINE): _S.DECLINED,
    (_S.REQUESTED, _P.RECALL): _S.RECALLED,
    (_S.REQUESTED, _P.EXPIRE): _S.EXPIRED,
}
"""A shift handover asks for no opinion: accepting it moves the ownership and ends it."""

ENDED_STATUSES = frozenset({_S.COMPLETED, _S.DECLINED, _S.RECALLED, _S.EXPIRED})


def transitions_of(
    handoff_type: HandoffType,
) -> dict[tuple[HandoffStatus, HandoffStep], HandoffStatus]:
    """Return the table that rules handoffs of this type."""
    return SHIFT_TRANSITIONS if handoff_type is HandoffType.SHIFT_HANDOVER else TRANSITIONS


def next_status(
    status: HandoffStatus,
    step: HandoffStep,
    handoff_type: HandoffType = HandoffType.OVER_READ,
) -> HandoffStatus:
    """Return the status after `step`, or refuse with a sentence and a remedy."""
    try:
        return transitions_of(handoff_type)[status, step]
    except KeyError:
        raise RefusedStepError(
            f"You cannot {step.value} a {handoff_type.value} that is {status.value}.",
            "Refresh the list; the other reader may have acted in the meantime.",
        ) from None


class Party(Enum):
    """Who may take a step; the value completes the sentence "only ... may"."""

    SECOND_READER = "the reader who was asked"
    FIRST_READER = "the reader who asked"
    STATION = "the clock"


PARTY_OF_STEP: dict[HandoffStep, Party] = {
    _P.ACCEPT: Party.SECOND_READER,
    _P.OPEN: Party.SECOND_READER,
    _P.RETURN: Party.SECOND_READER,
    _P.DECLINE: Party.SECOND_READER,
    _P.COMPLETE: Party.FIRST_READER,
    _P.RECALL: Party.FIRST_READER,
    _P.EXPIRE: Party.STATION,
}


def require_party(handoff: Handoff, step: HandoffStep, actor_id: str) -> None:
    """Refuse a step by anybody but the reader whose step it is."""
    party = PARTY_OF_STEP[step]
    allowed = {
        Party.SECOND_READER: handoff.to_reader_id,
        Party.FIRST_READER: handoff.from_reader_id,
        Party.STATION: actor_id,
    }[party]
    if actor_id != allowed:
        raise NotPermittedError(
            f"Only {party.value} may {step.value} this {handoff.handoff_type.value}.",
            "Open your own list of handoffs.",
        )


def is_blind_type(handoff_type: HandoffType, wished: bool) -> bool:
    """Return whether a handoff is blind: always, never, or as the first reader wishes."""
    return {
        HandoffType.BLIND_SECOND_READ: True,
        HandoffType.SHIFT_HANDOVER: False,
        HandoffType.ARBITRATION: False,
    }.get(handoff_type, wished)


class Opinion(Enum):
    """What the second reader answers."""

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
        """Whether the first read is still kept from the second reader.

        `adapters/db/blinding.py` asks the same of rows.
        """
        return self.is_blind and self.is_live and self.opinion is None

    @property
    def is_live(self) -> bool:
        return self.status not in ENDED_STATUSES


def require_request(
    handoff_type: HandoffType, question: str, due_at: datetime, now: datetime
) -> None:
    """Refuse a request without a question or whose time is over before it starts."""
    if not question.strip():
        raise RefusedStepError(
            f"A {handoff_type.value} needs a question.",
            "Write in one sentence what the other reader should answer.",
        )
    if due_at <= now:
        raise RefusedStepError(
            "The due time of the handoff has passed already.", "Choose a later due time."
        )


def require_opinion(
    is_blind: bool, opinion: Opinion, text: str, content: ReportContent | None
) -> None:
    """Refuse an opinion that leaves the first reader with nothing to act on.

    A blind reader has seen no first read, so the opinion is a read of their own.
    """
    if is_blind and opinion is not Opinion.EDIT:
        raise RefusedStepError(
            "You have not seen the first read, so you cannot agree or disagree with it.",
            "Return your own findings and impression; the two reads are compared afterwards.",
        )
    if opinion is Opinion.DISAGREE and not text.strip():
        raise RefusedStepError("A disagreement needs a reason.", "Say what you see differently.")
    if opinion is Opinion.EDIT and (content is None or not content.impression.strip()):
        raise RefusedStepError(
            "An own version of the report needs at least an impression.",
            "Write the impression as you would sign it.",
        )


class Reconciliation(Enum):
    """What the first reader made of the opinion."""

    KEEP_FIRST = "kept the first read"
    ADOPT_SECOND = "adopted the second read"
    ARBITRATED = "asked for arbitration"


def require_reconciliation(handoff: Handoff, decision: Reconciliation, reason: str) -> None:
    """Refuse to adopt what was not offered, and to overrule a disagreement without a reason."""
    if decision is Reconciliation.ADOPT_SECOND and handoff.opinion_content is None:
        raise RefusedStepError(
            "The second reader returned no version of the report to adopt.",
            "Keep your read, edit it yourself, or ask for arbitration.",
        )
    overrules = decision is Reconciliation.KEEP_FIRST and handoff.opinion is Opinion.DISAGREE
    if overrules and not reason.strip():
        raise RefusedStepError(
            "Keeping your read against a disagreement needs a reason.",
            "State the reason, or ask a third reader for arbitration.",
        )
