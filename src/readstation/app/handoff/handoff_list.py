"""What a reader sees of the handoffs to and from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from readstation.app.handoff.second_read import shown_to
from readstation.app.ports import UnitOfWork
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.handoff import Handoff, HandoffStatus, HandoffType
from readstation.domain.patient import shown_name
from readstation.domain.reader import Permission
from readstation.domain.study import Study

KEEPS_ENDED = timedelta(hours=24)
"""How long an ended handoff stays on the list."""
FOR_SECOND_READER = frozenset(
    {HandoffStatus.REQUESTED, HandoffStatus.ACCEPTED, HandoffStatus.IN_PROGRESS}
)


@dataclass(frozen=True, slots=True)
class HandoffCard:
    """One handoff with what a reader needs to act on it."""

    handoff: Handoff
    study: Study
    patient_name: str
    patient_line: str
    study_line: str
    from_name: str
    to_name: str
    is_for_me: bool
    """True for the reader who was asked."""

    @property
    def waits_for_me(self) -> bool:
        """Whether the next step is the viewer's."""
        if self.is_for_me:
            return self.handoff.status in FOR_SECOND_READER
        return self.handoff.status is HandoffStatus.RETURNED

    @property
    def is_shift(self) -> bool:
        return self.handoff.handoff_type is HandoffType.SHIFT_HANDOVER

    @property
    def next_step(self) -> str:
        """What happens next, in words."""
        return _NEXT_STEPS[self.handoff.status, self.is_for_me].format(
            asked=self.to_name, asking=self.from_name
        )


_S = HandoffStatus
_NEXT_STEPS: dict[tuple[HandoffStatus, bool], str] = {
    (_S.REQUESTED, True): "Open it to answer.",
    (_S.REQUESTED, False): "Waits for {asked} to take it on.",
    (_S.ACCEPTED, True): "Open it to answer.",
    (_S.ACCEPTED, False): "{asked} has taken it on.",
    (_S.IN_PROGRESS, True): "You are reading it.",
    (_S.IN_PROGRESS, False): "{asked} is reading it.",
    (_S.RETURNED, True): "Returned; {asking} decides.",
    (_S.RETURNED, False): "Answered: compare both reads and decide.",
    (_S.COMPLETED, True): "Completed by {asking}.",
    (_S.COMPLETED, False): "Completed: sign the report.",
    (_S.DECLINED, True): "You declined it.",
    (_S.DECLINED, False): "{asked} declined it: the study is yours again.",
    (_S.RECALLED, True): "{asking} took it back.",
    (_S.RECALLED, False): "You took it back.",
    (_S.EXPIRED, True): "Its time ran out.",
    (_S.EXPIRED, False): "Nobody answered in time: the study is yours again.",
}


def handoff_cards(station: Station, session: Session) -> tuple[HandoffCard, ...]:
    """Return the handoffs to and from this reader: what waits for them first, then by due time."""
    session.user.require(Permission.HAND_OFF)
    me, now = session.user.user_id, station.clock.now()
    with station.unit_of_work() as work:
        handoffs = (*work.handoffs.to_reader(me), *work.handoffs.from_reader(me))
        cards = [_card(work, h, me) for h in handoffs if _is_kept(h, now)]
    return tuple(sorted(cards, key=_pressing))


def count_waiting(station: Station, session: Session) -> int:
    """Return how many handoffs wait for this reader: to answer, or to decide about."""
    if not session.user.may(Permission.HAND_OFF):
        return 0
    return sum(card.waits_for_me for card in handoff_cards(station, session))


def handoff_to_answer(
    station: Station, session: Session, study_instance_uid: str
) -> HandoffCard | None:
    """Return the handoff of a study that waits for this reader's opinion, if there is one."""
    session.user.require(Permission.HAND_OFF)
    me = session.user.user_id
    with station.unit_of_work() as work:
        for handoff in work.handoffs.of_study(study_instance_uid):
            if handoff.to_reader_id == me and handoff.status in FOR_SECOND_READER:
                return _card(work, handoff, me)
    return None


def all_open_handoffs(station: Station) -> tuple[HandoffCard, ...]:
    """Return every handoff that has not ended, for the command line."""
    with station.unit_of_work() as work:
        cards = [_card(work, h, h.from_reader_id) for h in work.handoffs.all(open_only=True)]
    return tuple(sorted(cards, key=_pressing))


def _is_kept(handoff: Handoff, now: datetime) -> bool:
    ended_at = max(handoff.returned_at or handoff.due_at, handoff.requested_at)
    return handoff.is_live or now < ended_at + KEEPS_ENDED


def _pressing(card: HandoffCard) -> tuple[bool, bool, datetime, str]:
    handoff = card.handoff
    return not card.waits_for_me, not handoff.is_live, handoff.due_at, handoff.handoff_id


def _card(work: UnitOfWork, handoff: Handoff, me: str) -> HandoffCard:
    study = work.studies.get(handoff.study_instance_uid)
    born = study.patient.patient_birth_date
    birth = f"born {born:%Y-%m-%d}" if born else "birth date unknown"
    order = work.orders.of_study(handoff.study_instance_uid)
    name = study.study_description or (order.requested_procedure_description if order else "Study")
    return HandoffCard(
        handoff=shown_to(handoff, me),
        study=study,
        patient_name=shown_name(study.patient.patient_name),
        patient_line=f"{birth}, ID {study.patient.identity.patient_id}",
        study_line=f"{name}, accession {study.accession_number}",
        from_name=work.users.get(handoff.from_reader_id).full_name,
        to_name=work.users.get(handoff.to_reader_id).full_name,
        is_for_me=handoff.to_reader_id == me,
    )
