"""What the first reader is about to decide. No Qt: the row follows this."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from readstation.app.handoff.handoff_list import HandoffCard
from readstation.app.handoff.panel_fields import PanelFields
from readstation.app.handoff.request_handoff import HandoffRequest
from readstation.app.handoff.take_back import Decision
from readstation.domain.errors import RefusedStepError
from readstation.domain.handoff import HandoffType, Reconciliation, require_reconciliation

ARBITRATION_DUE_IN = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class DecisionFields:
    """What stands in the row. None: not chosen yet."""

    reconciliation: Reconciliation | None = None
    reason: str = ""
    arbitrator_id: str = ""


class DecisionModel(PanelFields[DecisionFields]):
    """State: the handoff and the fields. Listeners hear every change."""

    def __init__(self, card: HandoffCard) -> None:
        super().__init__(DecisionFields())
        self.card = card

    @property
    def arbitrates(self) -> bool:
        return self.fields.reconciliation is Reconciliation.ARBITRATED

    def refusal(self) -> str:
        """Return why it cannot be decided yet; empty if it can."""
        fields = self.fields
        if fields.reconciliation is None:
            return "Choose which read goes on."
        if self.arbitrates and not fields.arbitrator_id:
            return "Choose the third reader."
        try:
            require_reconciliation(self.card.handoff, fields.reconciliation, fields.reason)
        except RefusedStepError as error:
            return f"{error.message} {error.remedy}"
        return ""

    def decision(self, now: datetime) -> Decision:
        """Return the decision; only while there is no refusal."""
        fields, handoff = self.fields, self.card.handoff
        arbitration = None
        if self.arbitrates:
            arbitration = HandoffRequest(
                handoff.report_id,
                HandoffType.ARBITRATION,
                handoff.question,
                fields.arbitrator_id,
                False,
                now + ARBITRATION_DUE_IN,
                handoff.viewer_state,
            )
        reconciliation = fields.reconciliation or Reconciliation.KEEP_FIRST
        return Decision(reconciliation, fields.reason.strip(), arbitration)
