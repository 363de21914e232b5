"""An opinion that is being written. No Qt: the panel follows this."""

from __future__ import annotations

from dataclasses import dataclass, replace

from readstation.app.handoff.answer_handoff import OpinionEntry, open_handoff
from readstation.app.handoff.handoff_list import HandoffCard, handoff_to_answer
from readstation.app.handoff.panel_fields import PanelFields
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.errors import RefusedStepError
from readstation.domain.finding import Finding, Urgency
from readstation.domain.handoff import Opinion, require_opinion
from readstation.domain.report import ReportContent


@dataclass(frozen=True, slots=True)
class OpinionFields:
    """What stands in the panel. None: not chosen yet."""

    opinion: Opinion | None
    text: str
    findings_text: str
    impression: str


class OpinionModel(PanelFields[OpinionFields]):
    """State: the handoff, the first read if it may be seen, the fields."""

    def __init__(self, card: HandoffCard, first_read: ReportContent | None) -> None:
        self.card = card
        kept = card.handoff.opinion_content
        self.base = kept or first_read or ReportContent()
        """A blind reader begins with an empty report."""
        self.first_read = first_read
        fields = OpinionFields(
            Opinion.EDIT if card.handoff.is_blind else None,
            card.handoff.opinion_text,
            self.base.findings_text,
            self.base.impression,
        )
        super().__init__(fields)

    @property
    def is_blind(self) -> bool:
        return self.card.handoff.is_blind

    @property
    def writes_own_version(self) -> bool:
        return self.fields.opinion is Opinion.EDIT

    @property
    def content(self) -> ReportContent:
        """The complete report as the second reader would have it."""
        return replace(
            self.base,
            findings_text=self.fields.findings_text,
            impression=self.fields.impression,
        )

    def add_critical(self, finding_id: str) -> Finding | None:
        """Add what is written as a critical finding; None while nothing is written."""
        text = (self.fields.impression or self.fields.findings_text).strip()
        if not self.writes_own_version or not text:
            return None
        finding = Finding(finding_id, text, urgency=Urgency.CRITICAL)
        self.base = replace(self.base, findings=(*self.base.findings, finding))
        return finding

    def refusal(self) -> str:
        """Return why it cannot be returned yet; empty if it can."""
        fields = self.fields
        if fields.opinion is None:
            return "Choose whether you agree, edit or disagree."
        if self.writes_own_version and self.content == self.first_read:
            return "Your version is word for word the first read: change it, or agree."
        try:
            require_opinion(self.is_blind, fields.opinion, fields.text, self.content)
        except RefusedStepError as error:
            return f"{error.message} {error.remedy}"
        return ""

    def entry(self) -> OpinionEntry:
        """Return what to give back; only while there is no refusal."""
        fields = self.fields
        content = self.content if self.writes_own_version else None
        return OpinionEntry(fields.opinion or Opinion.EDIT, fields.text.strip(), content)


def begin_opinion(
    station: Station, session: Session, study_instance_uid: str
) -> OpinionModel | None:
    """Open the handoff of a study that waits for this reader; None if there is none.

    The first read is in the answer only if the query lets this reader see it.
    """
    card = handoff_to_answer(station, session, study_instance_uid)
    if card is None or card.is_shift:
        return None
    handoff, _claim = open_handoff(station, session, card.handoff.handoff_id)
    with station.unit_of_work() as work:
        draft = work.reports.open_draft_of_study(study_instance_uid, session.user.user_id)
    return OpinionModel(replace(card, handoff=handoff), draft.content if draft else None)
