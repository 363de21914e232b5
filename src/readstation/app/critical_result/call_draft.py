"""A call that is being logged. No Qt: the panel follows this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from readstation.app.critical_result.log_call import CallEntry, attempt_from, site_zone
from readstation.app.critical_result.open_results import CallCard
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.critical_result import (
    CallAttempt,
    CallMethod,
    CallOutcome,
    ReadBack,
    RecipientRole,
    require_consistent,
    statement,
    why_it_stays_open,
)
from readstation.domain.errors import RefusedStepError


@dataclass(frozen=True, slots=True)
class CallFields:
    """What stands in the panel. None: not chosen yet."""

    contact_index: int | None
    """Index into the card's contacts; None for somebody who is not on the order."""
    recipient_name: str
    telephone_number: str
    recipient_role: RecipientRole
    method: CallMethod = CallMethod.TELEPHONE
    outcome: CallOutcome | None = None
    read_back: ReadBack | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may be done with the call as it stands, and the sentence that says why."""

    can_save: bool
    can_close: bool
    sentence: str


class CallDraft:
    """State: the card, when the call began, and the fields. Listeners hear every change."""

    def __init__(self, station: Station, session: Session, card: CallCard) -> None:
        self._station, self._session = station, session
        self.card = card
        self.started_at: datetime = station.clock.now()
        level = min(card.result.escalation_level, len(card.contacts) - 1)
        self.fields = self._dialling(level)
        self._listeners: list[Callable[[], None]] = []

    def on_change(self, listener: Callable[[], None]) -> None:
        self._listeners.append(listener)

    def update_card(self, card: CallCard) -> None:
        """Follow the result while the call goes on; what was entered stays."""
        self.card = card
        self._tell()

    def dial(self, contact_index: int | None) -> None:
        """Choose whom to call; the name and number are filled in from the order."""
        kept = self.fields
        self.fields = replace(
            self._dialling(contact_index),
            method=kept.method,
            outcome=kept.outcome,
            read_back=kept.read_back,
            note=kept.note,
        )
        self._tell()

    def set_outcome(self, outcome: CallOutcome) -> None:
        reached = outcome is CallOutcome.REACHED
        read_back = self.fields.read_back if reached else None
        self._set(replace(self.fields, outcome=outcome, read_back=read_back))

    def set_read_back(self, read_back: ReadBack) -> None:
        self._set(replace(self.fields, read_back=read_back))

    def set_method(self, method: CallMethod) -> None:
        self._set(replace(self.fields, method=method))

    def set_texts(self, recipient_name: str, telephone_number: str, note: str) -> None:
        self._set(
            replace(
                self.fields,
                recipient_name=recipient_name,
                telephone_number=telephone_number,
                note=note,
            )
        )

    @property
    def needs_read_back(self) -> bool:
        return self.fields.outcome is CallOutcome.REACHED

    def verdict(self) -> Verdict:
        """Return what the rules allow now."""
        if not self.card.result.is_open:
            status = self.card.result.status.value
            return Verdict(False, False, f"This result is {status} already.")
        fields = self.fields
        if fields.outcome is None:
            return Verdict(False, False, "Choose what came of the call.")
        if self.needs_read_back and fields.read_back is None:
            return Verdict(False, False, "Choose whether the message was read back.")
        attempt = self._attempt()
        try:
            require_consistent(attempt)
        except RefusedStepError as error:
            return Verdict(False, False, f"{error.message} {error.remedy}")
        stays_open = why_it_stays_open(self.card.result.urgency, attempt)
        if stays_open:
            return Verdict(True, False, stays_open)
        result = replace(self.card.result, message=self.card.message)
        said = statement(result, attempt, site_zone(self._station))
        return Verdict(False, True, f"Adds to the report: “{said}”")

    def entry(self) -> CallEntry:
        """Return what to log; only after the verdict allows it."""
        fields = self.fields
        return CallEntry(
            recipient_role=fields.recipient_role,
            recipient_name=fields.recipient_name.strip(),
            telephone_number=fields.telephone_number.strip(),
            method=fields.method,
            outcome=fields.outcome or CallOutcome.NO_ANSWER,
            read_back=fields.read_back or ReadBack.NOT_ASKED,
            started_at=self.started_at,
            note=fields.note,
        )

    def running(self) -> str:
        """Return how long the call has been going on, as `1:24`."""
        seconds = max(0, int((self._station.clock.now() - self.started_at).total_seconds()))
        return f"{seconds // 60}:{seconds % 60:02d}"

    def _attempt(self) -> CallAttempt:
        now = self._station.clock.now()
        return attempt_from(self._session, self.card.result, self.entry(), now)

    def _dialling(self, contact_index: int | None) -> CallFields:
        if contact_index is None:
            return CallFields(None, "", "", RecipientRole.DESIGNEE)
        contact = self.card.contacts[contact_index]
        role = RecipientRole.DESIGNEE if contact_index else RecipientRole.ORDERING_PROVIDER
        name = f"{contact.name}, {contact.role}" if contact.role else contact.name
        return CallFields(contact_index, name, contact.telephone_number, role)

    def _set(self, fields: CallFields) -> None:
        if fields != self.fields:
            self.fields = fields
            self._tell()

    def _tell(self) -> None:
        for listener in list(self._listeners):
            listener()
