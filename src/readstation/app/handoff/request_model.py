"""A handoff that is being asked for. No Qt: the panel follows this."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from readstation.app.handoff.panel_fields import PanelFields
from readstation.app.handoff.request_handoff import HandoffRequest
from readstation.domain.errors import RefusedStepError
from readstation.domain.handoff import HandoffType, is_blind_type, require_request

DUE_PRESETS: tuple[tuple[timedelta, str], ...] = (
    (timedelta(minutes=30), "30 min"),
    (timedelta(hours=1), "1 h"),
    (timedelta(hours=4), "4 h"),
    (timedelta(hours=24), "24 h"),
)
TYPES: tuple[tuple[HandoffType, str], ...] = (
    (HandoffType.BLIND_SECOND_READ, "Blind second read"),
    (HandoffType.OVER_READ, "Over-read"),
    (HandoffType.CONSULT, "Consult"),
    (HandoffType.SHIFT_HANDOVER, "Shift handover"),
)
"""Arbitration is asked for from the comparison of two reads, not from here."""


@dataclass(frozen=True, slots=True)
class RequestFields:
    """What stands in the panel."""

    handoff_type: HandoffType = HandoffType.BLIND_SECOND_READ
    to_reader_id: str = ""
    question: str = ""
    is_blind: bool = False
    due_in: timedelta = timedelta(hours=1)


class RequestModel(PanelFields[RequestFields]):
    """State: the fields. Listeners hear every change."""

    def __init__(
        self,
        report_id: str,
        viewer_state: str = "",
        fields: RequestFields | None = None,
    ) -> None:
        super().__init__(fields or RequestFields())
        self.report_id, self.viewer_state = report_id, viewer_state

    @property
    def is_blind(self) -> bool:
        """Whether it will be blind, whatever was wished."""
        return is_blind_type(self.fields.handoff_type, self.fields.is_blind)

    @property
    def can_choose_blind(self) -> bool:
        kind = self.fields.handoff_type
        return is_blind_type(kind, True) != is_blind_type(kind, False)

    def refusal(self, now: datetime) -> str:
        """Return why it cannot be asked yet; empty if it can."""
        if not self.fields.to_reader_id:
            return "Choose a reader."
        try:
            self._require(now)
        except RefusedStepError as error:
            return f"{error.message} {error.remedy}"
        return ""

    def consequence(self) -> str:
        """Return what asking will do."""
        if self.fields.handoff_type is HandoffType.SHIFT_HANDOVER:
            return "The study and its report become the other reader's when they accept."
        hides = "The other reader sees nothing of your read until theirs is given. "
        return (hides if self.is_blind else "") + "Your report waits, and the study is given back."

    def request(self, now: datetime) -> HandoffRequest:
        fields = self.fields
        return HandoffRequest(
            self.report_id,
            fields.handoff_type,
            fields.question.strip(),
            fields.to_reader_id,
            fields.is_blind,
            now + fields.due_in,
            self.viewer_state,
        )

    def _require(self, now: datetime) -> None:
        fields = self.fields
        require_request(fields.handoff_type, fields.question, now + fields.due_in, now)
