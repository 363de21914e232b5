"""Whatever two readers and the clock do, a study is in exactly one place (hazard H19)."""

import contextlib
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from readstation.app.handoff.answer_handoff import (
    OpinionEntry,
    accept_handoff,
    decline_handoff,
    open_handoff,
    return_opinion,
)
from readstation.app.handoff.request_handoff import HandoffRequest, request_handoff
from readstation.app.handoff.take_back import Decision, complete_handoff, expire_due, recall_handoff
from readstation.app.worklist.claim_study import claim_study
from readstation.domain.claim import ClaimTask
from readstation.domain.errors import ReadStationError
from readstation.domain.handoff import HandoffStatus, HandoffType, Opinion, Reconciliation
from readstation.domain.report import ReportContent, ReportStatus
from tests.reading_room import REPORT, STUDY, ReadingRoom, open_room, reopen_room

readers = st.sampled_from(["first", "second", "third"])
RIGHT = "whoever may"
mostly_rightly = st.sampled_from([RIGHT, RIGHT, RIGHT, "first", "second", "third"])
OWN = ReportContent(impression="Own read.")


class OneStudy(RuleBasedStateMachine):
    """All steps of claims and handoffs by anybody, in any order, with a clock that jumps."""

    template: Path

    @initialize()
    def begin(self):
        self.home = Path(tempfile.mkdtemp()) / "home"
        shutil.copytree(self.template, self.home)
        self.room: ReadingRoom = reopen_room(self.home)
        self.opinions = {}

    def teardown(self):
        if hasattr(self, "home"):
            shutil.rmtree(self.home.parent)

    def handoffs(self):
        with self.room.station.unit_of_work() as work:
            return work.handoffs.of_study(STUDY)

    def newest(self):
        return self.handoffs()[-1].handoff_id

    def session(self, reader, *, asked):
        """Return a session of the reader named, or of the one whose step it is."""
        newest = self.handoffs()[-1]
        right = newest.to_reader_id if asked else newest.from_reader_id
        return self.room.session(right if reader == RIGHT else reader)

    @rule(reader=readers)
    def claim(self, reader):
        with contextlib.suppress(ReadStationError):
            claim_study(self.room.station, self.room.session(reader), STUDY, ClaimTask.READ)

    @rule(reader=readers, to=readers, kind=st.sampled_from(HandoffType), blind=st.booleans())
    def request(self, reader, to, kind, blind):
        due = self.room.clock.now() + timedelta(hours=1)
        session = self.room.session(reader)
        with contextlib.suppress(ReadStationError):
            claim = claim_study(self.room.station, session, STUDY, ClaimTask.READ)
            asked = HandoffRequest(REPORT, kind, "Why?", to, blind, due)
            request_handoff(self.room.station, session, claim, asked)

    @precondition(lambda self: self.handoffs())
    @rule(
        reader=mostly_rightly,
        step=st.sampled_from([accept_handoff, open_handoff, open_handoff, recall_handoff]),
    )
    def step(self, reader, step):
        session = self.session(reader, asked=step is not recall_handoff)
        with contextlib.suppress(ReadStationError):
            step(self.room.station, session, self.newest())

    @precondition(lambda self: self.handoffs())
    @rule(reader=mostly_rightly)
    def decline(self, reader):
        with contextlib.suppress(ReadStationError):
            decline_handoff(
                self.room.station, self.session(reader, asked=True), self.newest(), "busy"
            )

    @precondition(lambda self: self.handoffs())
    @rule(reader=mostly_rightly, opinion=st.sampled_from([Opinion.EDIT, *Opinion]))
    def give_opinion(self, reader, opinion):
        entry = OpinionEntry(opinion, "because", OWN)
        with contextlib.suppress(ReadStationError):
            return_opinion(
                self.room.station, self.session(reader, asked=True), self.newest(), entry
            )

    @precondition(lambda self: self.handoffs())
    @rule(reader=mostly_rightly, decision=st.sampled_from(Reconciliation))
    def decide(self, reader, decision):
        due = self.room.clock.now() + timedelta(hours=1)
        asked = HandoffRequest(REPORT, HandoffType.ARBITRATION, "Which?", "third", False, due)
        chosen = Decision(decision, "seen", asked)
        with contextlib.suppress(ReadStationError):
            complete_handoff(
                self.room.station, self.session(reader, asked=False), self.newest(), chosen
            )

    @rule(minutes=st.sampled_from([1, 16, 61, -61]))
    def time_passes(self, minutes):
        self.room.clock.turn(minutes=minutes)
        expire_due(self.room.station)

    @invariant()
    def the_study_is_in_one_place(self):
        if not hasattr(self, "room"):
            return
        now = self.room.clock.now()
        with self.room.station.unit_of_work() as work:
            author = [d for r in ("first", "second", "third") for d in work.reports.drafts_by(r)]
            read = work.claims.current(STUDY, ClaimTask.READ)
            second = work.claims.current(STUDY, ClaimTask.SECOND_READ)
        (draft,) = [d for d in author if d.report_id == REPORT]
        live = [h for h in self.handoffs() if h.is_live]
        is_waiting = draft.status is ReportStatus.AWAITING_SECOND_READ
        assert len(live) == int(is_waiting)
        if read is not None and read.is_live(now) and live:
            assert live[0].status is HandoffStatus.RETURNED
            assert live[0].from_reader_id == read.owner_id
        if second is not None and second.is_live(now):
            assert [h.to_reader_id for h in live] == [second.owner_id]
            assert live[0].status is HandoffStatus.IN_PROGRESS

    @invariant()
    def an_opinion_never_changes(self):
        if not hasattr(self, "room"):
            return
        for handoff in self.handoffs():
            if handoff.opinion is None:
                continue
            given = (handoff.opinion, handoff.opinion_text, handoff.opinion_content)
            assert self.opinions.setdefault(handoff.handoff_id, given) == given
            assert handoff.returned_at is not None


@pytest.mark.slow
def test_whatever_happens_a_study_is_in_one_place(tmp_path):
    open_room(tmp_path / "template")

    class Machine(OneStudy):
        template = tmp_path / "template"

    bounded = settings(
        max_examples=15,
        stateful_step_count=20,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    test = Machine.TestCase
    test.settings = bounded
    test("runTest").debug()
