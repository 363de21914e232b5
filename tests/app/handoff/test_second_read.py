"""A second read from request to signature, through the real database."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from readstation.app.handoff.answer_handoff import (
    OpinionEntry,
    accept_handoff,
    decline_handoff,
    keep_opinion,
    open_handoff,
    return_opinion,
)
from readstation.app.handoff.request_handoff import HandoffRequest, readers_to_ask
from readstation.app.handoff.second_read import compare_reads, second_read_signatures, text_of
from readstation.app.handoff.take_back import (
    Decision,
    complete_handoff,
    expire_due,
    recall_handoff,
)
from readstation.app.report.sign_report import sign_report
from readstation.domain.audit import AuditAction
from readstation.domain.claim import ClaimTask
from readstation.domain.critical_result import CriticalResultStatus
from readstation.domain.errors import (
    ClaimLostError,
    ConflictError,
    NotFoundError,
    NotPermittedError,
    RefusedStepError,
)
from readstation.domain.finding import Finding, Urgency
from readstation.domain.handoff import HandoffStatus, HandoffType, Opinion, Reconciliation
from readstation.domain.measurement import ImagePoint, Probe
from readstation.domain.report import ReportContent, ReportStatus, Section, SignatureMeaning
from readstation.domain.sign_off import OnScreen
from readstation.domain.study import FrameKey
from tests.reading_room import BLEED, CONTENT, REPORT, STUDY, open_room

S = HandoffStatus
OWN = ReportContent(
    findings=(Finding("g1", "Subdural haematoma 12 mm.", urgency=Urgency.CRITICAL),),
    impression="Subdural haematoma with shift.",
)


@pytest.fixture
def room(tmp_path):
    return open_room(tmp_path / "home")


def opened(room, **asked):
    handoff = room.ask(**asked)
    opened, _claim = open_handoff(room.station, room.session("second"), handoff.handoff_id)
    return opened


def answer(room, handoff, opinion=Opinion.EDIT, text="", content=OWN):
    entry = OpinionEntry(opinion, text, content)
    return return_opinion(room.station, room.session("second"), handoff.handoff_id, entry)


def decide(room, handoff, decision=Reconciliation.KEEP_FIRST, reason="", claim=None, **more):
    chosen = Decision(decision, reason, **more)
    return complete_handoff(room.station, room.session("first"), handoff.handoff_id, chosen, claim)


def claim_of(room, task):
    with room.station.unit_of_work() as work:
        claim = work.claims.current(STUDY, task)
    return claim if claim is not None and claim.is_live(room.clock.now()) else None


def signatures(room):
    with room.station.unit_of_work() as work:
        return second_read_signatures(work, REPORT, STUDY)


def test_asking_makes_the_report_wait_and_gives_the_study_back(room):
    handoff = room.ask()
    assert handoff.status is S.REQUESTED
    assert room.draft().status is ReportStatus.AWAITING_SECOND_READ
    assert claim_of(room, ClaimTask.READ) is None
    events = room.audit()
    assert [e.action for e in events] == [AuditAction.HANDOFF_REQUESTED]
    assert "subdural" not in events[0].detail


def test_a_study_is_handed_over_once_at_a_time(room):
    room.ask()
    with pytest.raises(RefusedStepError, match="awaiting second read"):
        room.ask(to="third")


@pytest.mark.parametrize(("to", "words"), [("first", "ask yourself"), ("quality", "does not read")])
def test_only_another_reader_can_be_asked(room, to, words):
    with pytest.raises(RefusedStepError, match=words):
        room.ask(to=to)
    assert room.draft().status is ReportStatus.DRAFT


def test_a_reader_who_left_cannot_be_asked(room):
    with room.station.unit_of_work() as work:
        work.users.put(replace(work.users.get("second"), is_active=False))
        work.commit()
    with pytest.raises(RefusedStepError, match="does not read"):
        room.ask()
    names = [user.user_id for user in readers_to_ask(room.station, room.session("first"))]
    assert names == ["third"]


def test_asking_needs_the_claim(room):
    claim = room.claim()
    with room.station.unit_of_work() as work:
        work.claims.release(claim, room.clock.now())
        work.commit()
    room.claim = lambda *_: claim
    with pytest.raises(ClaimLostError):
        room.ask()


def test_a_blind_reader_gets_the_layout_but_nothing_that_points_at_a_finding(room):
    state = json.dumps({"layout": "1x2", "viewports": [{"slice": 14}], "measurements": ["m"]})
    blind = room.ask(viewer_state=state)
    assert json.loads(blind.viewer_state) == {"layout": "1x2"}
    recall_handoff(room.station, room.session("first"), blind.handoff_id)
    shown = room.ask(HandoffType.OVER_READ, blind=False, viewer_state=state)
    assert shown.viewer_state == state


def test_the_whole_way_of_a_blind_second_read(room):
    handoff = opened(room)
    assert claim_of(room, ClaimTask.SECOND_READ).owner_id == "second"
    returned = answer(room, handoff)
    assert returned.status is S.RETURNED
    assert claim_of(room, ClaimTask.SECOND_READ) is None
    assert room.draft().status is ReportStatus.AWAITING_SECOND_READ
    assert signatures(room) == ()
    completed = decide(room, handoff)
    assert completed.status is S.COMPLETED
    assert room.draft().status is ReportStatus.PRELIMINARY
    assert room.draft().content == CONTENT
    (signature,) = signatures(room)
    assert (signature.signer_id, signature.signer_name, signature.meaning) == (
        "second",
        "Dr. Demo Second",
        SignatureMeaning.SECOND_READ,
    )
    steps = [json.loads(e.detail).get("step", "request") for e in room.audit()]
    assert steps == ["request", "accept", "open", "return", "complete"]
    assert json.loads(room.audit()[3].detail)["first_read_revealed"] is True


def test_adopting_takes_the_second_read_and_starts_the_clocks_of_what_it_found(room):
    result = room.flag()
    handoff = opened(room)
    room.call(result)
    answer(room, handoff)
    decide(room, handoff, Reconciliation.ADOPT_SECOND)
    content = room.draft().content
    assert content.impression == OWN.impression
    assert content.findings == OWN.findings
    assert len(content.communications) == 1
    assert content.template_id == CONTENT.template_id
    with room.station.unit_of_work() as work:
        results = work.critical_results.of_study(STUDY, None)
    by_finding = {r.finding_id: r.status for r in results}
    assert by_finding["g1"] is CriticalResultStatus.OPEN
    assert by_finding["f1"] is CriticalResultStatus.COMMUNICATED


def test_the_first_reader_may_decide_with_the_study_open(room):
    handoff = opened(room)
    answer(room, handoff)
    claim = room.claim()
    decide(room, handoff, claim=claim)
    assert claim_of(room, ClaimTask.READ) == claim


def test_deciding_is_refused_while_somebody_else_has_the_study(room):
    handoff = opened(room)
    answer(room, handoff)
    room.claim("third")
    with pytest.raises(ClaimLostError):
        decide(room, handoff)
    assert room.draft().status is ReportStatus.AWAITING_SECOND_READ


def test_a_disagreement_goes_to_a_third_reader(room):
    handoff = opened(room, kind=HandoffType.OVER_READ, blind=False)
    answer(room, handoff, Opinion.DISAGREE, "It is epidural.", None)
    due = room.clock.now() + timedelta(hours=1)

    def arbitration(to):
        return HandoffRequest(REPORT, HandoffType.ARBITRATION, "Which one?", to, True, due)

    with pytest.raises(RefusedStepError, match="has read this study already"):
        decide(room, handoff, Reconciliation.ARBITRATED, arbitration=arbitration("second"))
    with pytest.raises(RefusedStepError, match="third reader"):
        decide(room, handoff, Reconciliation.ARBITRATED)
    asked = decide(room, handoff, Reconciliation.ARBITRATED, arbitration=arbitration("third"))
    assert (asked.to_reader_id, asked.is_blind) == ("third", False)
    assert room.draft().status is ReportStatus.AWAITING_SECOND_READ
    third = room.session("third")
    open_handoff(room.station, third, asked.handoff_id)
    return_opinion(room.station, third, asked.handoff_id, OpinionEntry(Opinion.AGREE))
    decide(room, asked)
    assert [s.meaning for s in signatures(room)] == [
        SignatureMeaning.SECOND_READ,
        SignatureMeaning.ARBITRATED,
    ]


def test_recalling_gives_the_report_back_and_ends_the_second_readers_claim(room):
    handoff = opened(room)
    recalled = recall_handoff(room.station, room.session("first"), handoff.handoff_id)
    assert recalled.status is S.RECALLED
    assert room.draft().status is ReportStatus.PRELIMINARY
    assert claim_of(room, ClaimTask.SECOND_READ) is None
    with pytest.raises(RefusedStepError):
        answer(room, handoff)


def test_declining_needs_a_reason_that_the_first_reader_gets(room):
    handoff = room.ask()
    session = room.session("second")
    with pytest.raises(RefusedStepError, match="reason"):
        decline_handoff(room.station, session, handoff.handoff_id, " ")
    declined = decline_handoff(room.station, session, handoff.handoff_id, "not my field")
    assert declined.status is S.DECLINED
    assert room.draft().status is ReportStatus.PRELIMINARY
    comparison = compare_reads(room.station, room.session("first"), handoff.handoff_id)
    assert comparison.handoff.opinion_text == "not my field"


def test_time_gives_an_unanswered_handoff_back_but_interrupts_no_reader(room):
    waiting = room.ask(hours=1)
    room.clock.turn(minutes=59)
    assert expire_due(room.station) == ()
    open_handoff(room.station, room.session("second"), waiting.handoff_id)
    room.clock.turn(minutes=2)
    assert expire_due(room.station) == ()
    room.clock.turn(minutes=15)
    (expired,) = expire_due(room.station)
    assert expired.status is S.EXPIRED
    assert room.draft().status is ReportStatus.PRELIMINARY
    assert room.audit()[-1].actor_id == "station"


def test_a_returned_opinion_never_expires(room):
    handoff = opened(room)
    answer(room, handoff)
    room.clock.turn(hours=100)
    assert expire_due(room.station) == ()


def test_a_shift_handover_moves_the_report_to_its_new_reader(room):
    handoff = room.ask(HandoffType.SHIFT_HANDOVER, blind=True)
    assert not handoff.is_blind
    accepted = accept_handoff(room.station, room.session("second"), handoff.handoff_id)
    assert accepted.status is S.COMPLETED
    draft = room.draft("second")
    assert (draft.author_id, draft.status) == ("second", ReportStatus.PRELIMINARY)
    assert draft.content == CONTENT
    assert signatures(room) == ()


@pytest.mark.parametrize("step", [accept_handoff, open_handoff])
def test_nobody_but_the_reader_who_was_asked_answers(room, step):
    handoff = room.ask()
    for other in ("first", "third"):
        with pytest.raises(NotPermittedError):
            step(room.station, room.session(other), handoff.handoff_id)


def test_two_answers_at_once_are_one(room):
    """The second of two stations that accepted the same row is told so."""
    handoff = room.ask()
    with room.station.unit_of_work() as work:
        work.handoffs.save(replace(handoff, version=2), 1)
        work.commit()
    with room.station.unit_of_work() as work, pytest.raises(ConflictError):
        work.handoffs.save(replace(handoff, version=2), 1)


def test_an_opinion_being_written_is_kept_and_shown_to_nobody_else(room):
    handoff = opened(room, kind=HandoffType.OVER_READ, blind=False)
    keep_opinion(room.station, room.session("second"), handoff.handoff_id, "I think it is", OWN)
    mine = compare_reads(room.station, room.session("second"), handoff.handoff_id)
    assert mine.handoff.opinion_text == "I think it is"
    theirs = compare_reads(room.station, room.session("first"), handoff.handoff_id)
    assert theirs.handoff.opinion_text == ""
    assert theirs.handoff.opinion_content is None
    assert all(pair.second == "" for pair in theirs.sections)


def measurement():
    return Probe("m1", FrameKey("1.2.3.1.1"), ImagePoint(1, 1), 62.0, "HU")


def test_a_blind_reader_sees_nothing_of_the_first_read_until_the_opinion_is_given(room):
    result = room.flag()
    room.call(result)
    with room.station.unit_of_work() as work:
        work.measurements.put(STUDY, "first", measurement())
        work.commit()
    handoff = opened(room)
    seen = what_is_seen(room, "second")
    assert seen == Seen()
    comparison = compare_reads(room.station, room.session("second"), handoff.handoff_id)
    assert comparison.sections == ()
    assert comparison.hidden_because
    answer(room, handoff)
    after = what_is_seen(room, "second")
    assert after.impression == CONTENT.impression
    assert len(after.communications) == 1
    assert after.messages == (result.message,)
    assert after.measurements == 1
    both = compare_reads(room.station, room.session("second"), handoff.handoff_id)
    impression = next(p for p in both.sections if p.section is Section.IMPRESSION)
    assert (impression.first, impression.second) == (CONTENT.impression, OWN.impression)
    assert impression.differs


def test_an_open_handoff_hides_nothing(room):
    room.flag()
    opened(room, kind=HandoffType.OVER_READ, blind=False)
    seen = what_is_seen(room, "second")
    assert seen.impression == CONTENT.impression
    assert seen.messages


def test_a_blind_reader_may_call_about_what_they_find_themselves(room):
    opened(room)
    own = room.flag(replace(BLEED, finding_id="own"), "second")
    assert what_is_seen(room, "second").messages == (own.message,)
    logged = room.call(own, user_id="second")
    assert logged.result.status is CriticalResultStatus.COMMUNICATED
    assert room.draft().content.communications == (logged.statement,)


def test_others_do_not_read_a_handoff_that_is_not_theirs(room):
    handoff = room.ask()
    with pytest.raises(NotFoundError):
        compare_reads(room.station, room.session("third"), handoff.handoff_id)


class Seen:
    """What a viewer gets of the first read by every query there is."""

    def __init__(self, impression="", communications=(), messages=(), measurements=0, versions=0):
        self.impression, self.communications = impression, communications
        self.messages, self.measurements, self.versions = messages, measurements, versions

    def __eq__(self, other):
        return vars(self) == vars(other)

    __hash__ = None


def what_is_seen(room, viewer):
    with room.station.unit_of_work() as work:
        draft = work.reports.open_draft_of_study(STUDY, viewer)
        results = work.critical_results.of_study(STUDY, viewer)
        assert results == work.critical_results.all(open_only=False, viewer_id=viewer)
        if draft is None:
            with pytest.raises(NotFoundError):
                work.reports.draft(REPORT, viewer)
        return Seen(
            draft.content.impression if draft else "",
            draft.content.communications if draft else (),
            tuple(r.message for r in results),
            len(work.measurements.of_study(STUDY, viewer)),
            len(work.reports.versions_of_study(STUDY, viewer)),
        )


class PlainPasswords:
    """Stands in for the slow hash."""

    def hash(self, password):
        return password

    def verify(self, password_hash, password):
        return password_hash == password

    def needs_rehash(self, _password_hash):
        return False


def test_both_names_stand_on_the_signed_report(room):
    room.flag()
    handoff = opened(room)
    answer(room, handoff)
    claim = room.claim()
    decide(room, handoff, claim=claim)
    station = replace(room.station, passwords=PlainPasswords())
    with station.unit_of_work() as work:
        study = work.studies.get(STUDY)
        work.users.put(work.users.get("first"), "secret")
        work.commit()
    on_screen = OnScreen(STUDY, study.patient, study.accession_number)
    version = sign_report(
        station, room.session("first"), claim, room.draft(), on_screen, password="secret"
    )
    assert version.status is ReportStatus.FINAL
    assert [(s.signer_name, s.meaning) for s in version.signatures] == [
        ("Dr. Demo First", SignatureMeaning.AUTHORED),
        ("Dr. Demo Second", SignatureMeaning.SECOND_READ),
    ]
    assert "Dr. Demo First" in version.text
    assert "Dr. Demo Second" in version.text
    with pytest.raises(RefusedStepError):
        room.ask(to="third")


def test_a_report_that_waits_for_its_second_reader_is_not_signed(room):
    handoff = opened(room)
    answer(room, handoff)
    claim = room.claim()
    with room.station.unit_of_work() as work:
        study = work.studies.get(STUDY)
        work.users.put(work.users.get("first"), "secret")
        work.commit()
    station = replace(room.station, passwords=PlainPasswords())
    on_screen = OnScreen(STUDY, study.patient, study.accession_number)
    with pytest.raises(RefusedStepError):
        sign_report(
            station, room.session("first"), claim, room.draft(), on_screen, password="secret"
        )
    assert room.draft().status is ReportStatus.AWAITING_SECOND_READ


def test_both_reads_are_compared_in_the_words_of_the_report():
    mass = Finding("f1", "Spiculated mass.", site="left upper lobe", urgency=Urgency.CRITICAL)
    content = replace(OWN, findings_text="Airways patent.", findings=(mass,))
    said = text_of(content, Section.FINDINGS)
    assert said == "Airways patent.\n\n1. CRITICAL - left upper lobe\nSpiculated mass."
