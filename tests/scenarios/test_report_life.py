"""The life of reports: whatever people, clocks and crashes do, in any order (H02, H03, H16-H21)."""

import os
import shutil
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from readstation.adapters.db.stored_values import microseconds
from readstation.app.critical_result.escalate import escalate_due
from readstation.app.critical_result.flag_critical import flag_critical, withdraw_flag
from readstation.app.critical_result.log_call import CallEntry, log_call
from readstation.app.critical_result.open_results import all_call_cards
from readstation.app.handoff.answer_handoff import (
    OpinionEntry,
    accept_handoff,
    decline_handoff,
    keep_opinion,
    open_handoff,
    return_opinion,
)
from readstation.app.handoff.request_handoff import HandoffRequest, request_handoff
from readstation.app.handoff.take_back import Decision, complete_handoff, expire_due, recall_handoff
from readstation.app.quality.review_report import review_report
from readstation.app.reading.measurements import forget_measurement, keep_measurement
from readstation.app.report.add_addendum import add_addendum
from readstation.app.report.save_draft import save_draft
from readstation.app.report.sign_report import send_preliminary, sign_report
from readstation.app.report.start_report import start_report
from readstation.app.worklist.claim_study import claim_study, renew_claim
from readstation.app.worklist.raise_concern import raise_concern
from readstation.app.worklist.release_study import release_study
from readstation.domain.audit import AuditAction
from readstation.domain.calibration import Calibration, SpacingSource
from readstation.domain.claim import ClaimTask
from readstation.domain.critical_result import (
    CLOSED_STATUSES,
    CallMethod,
    CallOutcome,
    CriticalResultStatus,
    ReadBack,
    RecipientRole,
)
from readstation.domain.finding import Finding, Urgency
from readstation.domain.handoff import HandoffType, Opinion, Reconciliation
from readstation.domain.measurement import ImagePoint, Length
from readstation.domain.quality import RadpeerScore
from readstation.domain.reader import Permission
from readstation.domain.report import SIGNED_STATUSES, ReportContent
from readstation.domain.study import FrameKey
from tests.scenarios.reading_life import (
    PASSWORD,
    PEOPLE,
    READERS,
    STUDIES,
    WORD,
    furnish,
    open_house,
)

anybody = st.sampled_from([*READERS * 3, *PEOPLE])
readers = st.sampled_from(READERS)
studies = st.sampled_from([STUDIES[0], STUDIES[0], STUDIES[1]])
urgencies = st.sampled_from([Urgency.CRITICAL, Urgency.SIGNIFICANT, Urgency.ROUTINE])
RIGHT = "whose step it is"
mostly_rightly = st.sampled_from([RIGHT, RIGHT, RIGHT, *READERS, "quality"])
picks = st.integers(0, 7)
seldom = st.sampled_from([False, False, False, True])
GOOD_READ_BACK = {ReadBack.CONFIRMED.value, ReadBack.CORRECTED.value}
SPOKEN = {CallMethod.TELEPHONE.value, CallMethod.IN_PERSON.value}
SIGNED = {status.value for status in SIGNED_STATUSES}
OPEN = {"draft", "preliminary", "awaiting second read"}
CLOSED = {status.value for status in CLOSED_STATUSES}
ENDED = {"completed", "declined", "recalled", "expired"}
NO_SUCH = "no such id"
AFTER_CLOCKS_CHANGE = datetime(2027, 3, 14, 9, 59, 30, tzinfo=UTC)


class ReportLife(RuleBasedStateMachine):
    """Every use case by anybody, rightly or not; what was signed is remembered beside."""

    template: Path

    @initialize()
    def begin(self):
        self.home = Path(tempfile.mkdtemp()) / "home"
        shutil.copytree(self.template, self.home)
        self.house = open_house(self.home)
        self.signed = {}
        self.statuses = {}
        self.save("first", STUDIES[0], Urgency.CRITICAL, STUDIES[0], is_stale=False)
        draft = self.house.bases["first", STUDIES[0]]
        finding = draft.content.findings[0]
        self.house.attempt(flag_critical, "first", STUDIES[0], draft.report_id, finding)

    def teardown(self):
        if hasattr(self, "home"):
            self.house.close()
            shutil.rmtree(self.home.parent)

    def pick(self, table, number):
        """Return one of the rows of a table, or None."""
        rows = list(self.house.rows()[table].values())
        return rows[number % len(rows)] if rows else None

    def handoff(self, number, who, *, asked=True):
        """Return the id of one of the newest handoffs and the person to take a step."""
        live = [r for r in self.house.rows()["handoffs"].values() if r["status"] not in ENDED]
        row = live[number % len(live)] if live else self.pick("handoffs", number)
        if row is None:
            return NO_SUCH, "first" if who == RIGHT else who
        right = row["to_reader_id" if asked else "from_reader_id"]
        return row["handoff_id"], right if who == RIGHT else who

    def content(self, who, study, urgency):
        words = self.house.word(who, study)
        finding = Finding("f1", self.house.word(who, study), urgency=urgency)
        return ReportContent(findings_text=words, findings=(finding,), impression=words)

    # reading

    @rule(who=anybody, study=studies, task=st.sampled_from([ClaimTask.READ, *ClaimTask]))
    def claim(self, who, study, task):
        claim = self.house.attempt(claim_study, who, study, task, needs=Permission.WRITE_REPORT)
        if claim is not None and task is ClaimTask.READ:
            self.house.claims[who, study] = claim

    @rule(who=readers, study=studies, whose=mostly_rightly)
    def renew_or_release(self, who, study, whose):
        claim = self.house.claims.get((who, study))
        actor = who if whose == RIGHT else whose
        if claim is not None:
            use_case = renew_claim if self.house.words % 2 else release_study
            self.house.attempt(use_case, actor, claim)

    @rule(who=mostly_rightly, study=studies)
    def start(self, who, study):
        who = self.writer(who, study)
        claim = self.house.attempt(claim_study, who, study, ClaimTask.READ)
        if claim is not None:
            self.house.claims[who, study] = claim
            draft = self.house.attempt(start_report, who, claim, needs=Permission.WRITE_REPORT)
            self.keep(who, study, draft)

    def writer(self, who, study):
        """Return who holds the study, or may take it, unless somebody else is named."""
        if who != RIGHT:
            return who
        rows, now = self.house.rows(), self.house.clock.now()
        claim = rows["claims"].get((study, ClaimTask.READ.value))
        is_live = claim is not None and claim["expires_at"] > microseconds(now)
        waiting = [
            h["from_reader_id"]
            for h in rows["handoffs"].values()
            if h["study_instance_uid"] == study and h["status"] not in ENDED
        ]
        return claim["owner_id"] if is_live else (*waiting, "first")[0]

    def in_hand(self, who, study, is_stale):
        """Return a claim and a draft: those in hand, however old, or newly taken."""
        if not is_stale:
            self.start(who, study)
        return (held.get((who, study)) for held in (self.house.claims, self.house.bases))

    def keep(self, who, study, draft):
        if draft is not None:
            self.house.bases[who, study] = draft

    @rule(who=mostly_rightly, study=studies, urgency=urgencies, other=studies, is_stale=seldom)
    def save(self, who, study, urgency, other, is_stale):
        who = self.writer(who, study)
        claim, base = self.in_hand(who, study, is_stale)
        base = self.house.bases.get((who, other)) if is_stale else base
        if claim is None or base is None:
            return
        content = self.content(who, study, urgency)
        is_owner = self.is_newest(claim)
        saved = self.house.attempt(save_draft, who, claim, base, content)
        assert saved is None or is_owner
        self.keep(who, study, saved)

    def is_newest(self, claim):
        """Return whether the token is the one that may write."""
        row = self.house.rows()["claims"][(claim.study_instance_uid, claim.task.value)]
        return (row["owner_id"], row["token"]) == (claim.owner_id, claim.token)

    @rule(who=mostly_rightly, study=studies, x=picks, y=picks)
    def measure(self, who, study, x, y):
        who = self.writer(who, study)
        claim, _base = self.in_hand(who, study, y % 4 == 0)
        if claim is None:
            return
        row = self.pick("measurements", x) if y > 4 else None
        if row is not None:
            self.house.attempt(forget_measurement, who, claim, row["measurement_uid"])
            return
        length = Length(
            self.house.word(who, study), FrameKey(f"{study}.1.1", 1), ImagePoint(x, y),
            ImagePoint(4, 4), Calibration(0.5, 0.5, SpacingSource.PATIENT),
        )  # fmt: skip
        self.house.attempt(keep_measurement, who, claim, length)

    @rule(who=mostly_rightly, study=studies, is_stale=seldom)
    def send(self, who, study, is_stale):
        who = self.writer(who, study)
        self.sign_as(send_preliminary, who, study, study, is_stale)

    @rule(
        who=mostly_rightly,
        study=studies,
        shown=st.sampled_from([None, None, None, *STUDIES]),
        password=st.sampled_from([PASSWORD, PASSWORD, PASSWORD, "wrong"]),
        is_stale=seldom,
    )
    def sign(self, who, study, shown, password, is_stale):
        who = self.writer(who, study)
        version = self.sign_as(sign_report, who, study, shown or study, is_stale, password=password)
        if version is not None:
            assert password == PASSWORD
            assert shown in (None, study)

    def sign_as(self, use_case, who, study, shown, is_stale, **named):
        claim, base = self.in_hand(who, study, is_stale)
        if claim is None or base is None:
            return None
        if not is_stale:
            for finding in base.content.findings:
                self.house.attempt(flag_critical, who, study, base.report_id, finding)
        screen = self.house.on_screen(shown)
        is_owner = self.is_newest(claim)
        done = self.house.attempt(use_case, who, claim, base, screen, **named)
        assert done is None or is_owner
        if use_case is send_preliminary and done is not None:
            self.keep(who, study, done[0])
        return done

    @rule(who=anybody, number=picks, password=st.sampled_from([PASSWORD, PASSWORD, "wrong"]))
    def addend(self, who, number, password):
        version = self.version(number)
        if version is not None:
            text = self.house.word(who, version.study_instance_uid)
            self.house.attempt(
                add_addendum, who, version, text, "Error found",
                needs=Permission.SIGN_REPORT, password=password,
            )  # fmt: skip

    def version(self, number):
        row = self.pick("report_versions", number)
        if row is None:
            return None
        with self.house.station.unit_of_work() as work:
            versions = work.reports.versions(row["report_id"], "nobody")
        return versions[number % len(versions)]

    @rule(who=anybody, number=picks, score=st.sampled_from(RadpeerScore), comment=st.booleans())
    def review(self, who, number, score, comment):
        version = self.version(number)
        if version is not None:
            said = "Seen late." if comment else " "
            self.house.attempt(
                review_report, who, version, score, said, needs=Permission.REVIEW_QUALITY
            )

    # critical results

    @rule(who=anybody, study=studies, urgency=urgencies, number=picks, which=st.booleans())
    def flag(self, who, study, urgency, number, which):
        row = self.pick("reports", number)
        finding = Finding("f1" if which else "f2", self.house.word(who, study), urgency=urgency)
        report = row["report_id"] if row is not None else NO_SUCH
        if row is not None and number < 6:
            study = row["study_instance_uid"]
            finding = replace(finding, text=self.house.word(who, study))
        self.house.attempt(
            flag_critical, who, study, report, finding, needs=Permission.WRITE_REPORT
        )

    @rule(who=anybody, number=picks, reason=st.sampled_from(["Known before.", " "]))
    def withdraw(self, who, number, reason):
        row = self.pick("critical_results", number)
        wanted = row["critical_result_id"] if row is not None else NO_SUCH
        self.house.attempt(withdraw_flag, who, wanted, reason, needs=Permission.WRITE_REPORT)

    @rule(
        who=anybody,
        number=picks,
        role=st.sampled_from([RecipientRole.ORDERING_PROVIDER, *RecipientRole]),
        method=st.sampled_from([CallMethod.TELEPHONE, *CallMethod]),
        outcome=st.sampled_from([CallOutcome.REACHED, *CallOutcome]),
        read_back=st.sampled_from([ReadBack.CONFIRMED, *ReadBack]),
        late_s=st.integers(-7200, 7200),
    )
    def call(self, who, number, role, method, outcome, read_back, late_s):
        row = self.pick("critical_results", number)
        wanted = row["critical_result_id"] if row is not None else NO_SUCH
        began = self.house.clock.now() + timedelta(seconds=late_s)
        entry = CallEntry(role, "Dr. Ordering", "(403) 555-0142", method, outcome, read_back, began)
        self.house.attempt(log_call, who, wanted, entry, needs=Permission.LOG_CALL)

    @rule(who=anybody, study=studies, says=st.sampled_from(["Please look now.", " "]))
    def concern(self, who, study, says):
        self.house.attempt(raise_concern, who, study, says, needs=Permission.RAISE_CONCERN)

    # second reads

    @rule(study=studies, to=readers)
    def ask_blindly(self, study, to):
        kind = HandoffType.BLIND_SECOND_READ
        self.ask(RIGHT, study, to, kind, is_blind=True, due_h=2, is_stale=False)

    @rule(
        who=mostly_rightly,
        study=studies,
        to=st.sampled_from([*READERS * 3, "tech", NO_SUCH]),
        kind=st.sampled_from([HandoffType.BLIND_SECOND_READ, *HandoffType]),
        is_blind=st.booleans(),
        due_h=st.sampled_from([2, 2, 2, -1]),
        is_stale=seldom,
    )
    def ask(self, who, study, to, kind, is_blind, due_h, is_stale):
        who = self.writer(who, study)
        claim, base = self.in_hand(who, study, is_stale)
        if claim is None or base is None:
            return
        due = self.house.clock.now() + timedelta(hours=due_h)
        asked = HandoffRequest(base.report_id, kind, "Is it new?", to, is_blind, due)
        self.house.attempt(request_handoff, who, claim, asked, needs=Permission.HAND_OFF)

    @rule(
        who=mostly_rightly,
        number=picks,
        use_case=st.sampled_from([accept_handoff, open_handoff]),
    )
    def take_on(self, who, number, use_case):
        handoff, actor = self.handoff(number, who)
        self.house.attempt(use_case, actor, handoff, needs=Permission.HAND_OFF)

    @rule(who=mostly_rightly, number=picks)
    def begin_opinion(self, who, number):
        handoff, actor = self.handoff(number, who)
        row = self.house.rows()["handoffs"].get((handoff,))
        study = row["study_instance_uid"] if row is not None else STUDIES[0]
        words = self.house.word(actor, study) + "unfinished"
        self.house.attempt(open_handoff, actor, handoff)
        self.house.attempt(keep_opinion, actor, handoff, words, ReportContent(impression=words))

    @rule(who=mostly_rightly, number=picks, reason=st.sampled_from(["Too busy.", ""]))
    def decline(self, who, number, reason):
        handoff, actor = self.handoff(number, who)
        self.house.attempt(decline_handoff, actor, handoff, reason)

    @rule(who=mostly_rightly, number=picks)
    def recall(self, who, number):
        handoff, actor = self.handoff(number, who, asked=False)
        self.house.attempt(recall_handoff, actor, handoff)

    @rule(
        who=mostly_rightly,
        number=picks,
        opinion=st.sampled_from([Opinion.EDIT, *Opinion]),
        urgency=urgencies,
    )
    def answer(self, who, number, opinion, urgency):
        handoff, actor = self.handoff(number, who)
        row = self.house.rows()["handoffs"].get((handoff,))
        study = row["study_instance_uid"] if row is not None else STUDIES[0]
        content = self.content(actor, study, urgency)
        entry = OpinionEntry(opinion, content.impression, content)
        self.house.attempt(open_handoff, actor, handoff)
        self.house.attempt(return_opinion, actor, handoff, entry)

    @rule(who=mostly_rightly, number=picks, what=st.sampled_from(Reconciliation), to=readers)
    def decide(self, who, number, what, to):
        handoff, actor = self.handoff(number, who, asked=False)
        row = self.house.rows()["handoffs"].get((handoff,))
        arbitration = None
        if row is not None and what is Reconciliation.ARBITRATED:
            due = self.house.clock.now() + timedelta(hours=2)
            arbitration = HandoffRequest(
                row["report_id"], HandoffType.ARBITRATION, "Which?", to, False, due
            )
        self.house.attempt(complete_handoff, actor, handoff, Decision(what, "", arbitration))

    # the world

    @rule(minutes=st.sampled_from([1, 16, 61, 125, 1440, -60]))
    def turn_the_clock(self, minutes):
        self.house.clock.turn(minutes=minutes)
        self.house.by_the_clock(escalate_due)
        self.house.by_the_clock(expire_due)

    @rule(is_crash=st.booleans())
    def crash_or_reach_the_night_clocks_change(self, is_crash):
        if is_crash:
            self.house.reopen()
        else:
            self.house.clock.moment = max(self.house.clock.moment, AFTER_CLOCKS_CHANGE)

    # what holds after every step

    @invariant()
    def a_study_is_in_one_place(self):
        if not hasattr(self, "house"):
            return
        rows = self.house.rows()
        with self.house.station.unit_of_work() as work:
            items = work.worklist.items(self.house.clock.now())
            listed = [item.study.study_instance_uid for item in items]
            assert {s.study_instance_uid for s in work.studies.all()} == set(STUDIES)
        for study in STUDIES:
            statuses = [
                r["status"] for r in rows["reports"].values() if r["study_instance_uid"] == study
            ]
            is_signed = any(status in SIGNED for status in statuses)
            waiting = [
                h for h in rows["handoffs"].values()
                if h["study_instance_uid"] == study and h["status"] not in ENDED
            ]  # fmt: skip
            assert sum(status in OPEN for status in statuses) + is_signed <= 1, statuses
            assert listed.count(study) == (0 if is_signed else 1)
            assert len(waiting) == statuses.count("awaiting second read") <= 1

    @invariant()
    def what_was_signed_stays_and_its_reviewer_did_not_sign_it(self):
        if not hasattr(self, "house"):
            return
        rows = self.house.rows()
        now = {t: rows[t] for t in ("report_versions", "signatures", "call_attempts")}
        for table, before in self.signed.items():
            assert before.items() <= now[table].items(), table
        self.signed = now
        for report, number, reviewer in rows["quality_reviews"]:
            signers = {
                row["signer_id"] for key, row in now["signatures"].items()
                if key[0] == report and key[1] <= number
            }  # fmt: skip
            assert reviewer not in signers

    @invariant()
    def the_audit_chain_holds(self):
        if hasattr(self, "house"):
            with self.house.station.unit_of_work() as work:
                count, fault = work.audit.verify()
            assert fault is None
            assert count == len(self.house.rows()["audit"])

    @invariant()
    def an_open_result_ends_only_by_a_voice_that_read_it_back(self):
        if not hasattr(self, "house"):
            return
        rows = self.house.rows()
        cards = all_call_cards(self.house.station, open_only=True)
        shown = {card.result.critical_result_id for card in cards}
        statuses = {key: row["status"] for (key,), row in rows["critical_results"].items()}
        assert shown == {key for key, status in statuses.items() if status not in CLOSED}
        assert self.statuses.keys() <= statuses.keys()
        for key, status in statuses.items():
            if status == self.statuses.get(key) or status not in CLOSED:
                continue
            row = rows["critical_results"][(key,)]
            if status == CriticalResultStatus.WITHDRAWN.value:
                told = [a for a in rows["audit"].values() if key in a["detail"]]
                assert told[-1]["action"] == AuditAction.CRITICAL_WITHDRAWN.value
                continue
            last = max(
                (r for k, r in rows["call_attempts"].items() if k[0] == key),
                key=lambda r: r["attempt_number"],
            )
            assert last["outcome"] == CallOutcome.REACHED.value
            assert last["read_back"] in GOOD_READ_BACK
            assert last["method"] in SPOKEN or row["urgency"] == Urgency.SIGNIFICANT.value
        self.statuses = statuses

    @invariant()
    def a_blind_reader_learns_nothing(self):
        if not hasattr(self, "house"):
            return
        for row in self.house.rows()["handoffs"].values():
            if row["status"] in ENDED or not row["is_blind"] or row["opinion"] is not None:
                continue
            reader, study = row["to_reader_id"], row["study_instance_uid"]
            said = self.house.seen_by(reader, study)
            others = {w for w in WORD.findall(said) if w[1] == study and w[0] != reader}
            assert not others, f"{reader} reads {others}"

    @invariant()
    def nobody_reads_an_opinion_that_is_being_written(self):
        if not hasattr(self, "house"):
            return
        for row in self.house.rows()["handoffs"].values():
            if row["opinion"] is None and "unfinished" in row["opinion_text"]:
                said = self.house.seen_by(row["from_reader_id"], row["study_instance_uid"])
                assert row["opinion_text"] not in said

    @invariant()
    def no_text_of_one_study_stands_in_another(self):
        if not hasattr(self, "house"):
            return
        rows = self.house.rows()
        for table in ("reports", "report_versions", "critical_results", "handoffs", "measurements"):
            for row in rows[table].values():
                words = {study for _who, study in WORD.findall(repr(tuple(row)))}
                assert words <= {row["study_instance_uid"]}, table


@pytest.mark.slow
def test_whatever_people_clocks_and_crashes_do_the_reports_stay_right(tmp_path):
    furnish(tmp_path / "home").close()
    examples = int(os.environ.get("READSTATION_LIVES", "10"))

    class Life(ReportLife):
        template = tmp_path / "home"

    chosen = os.environ.get("READSTATION_SEED")
    life = Life.TestCase
    life.settings = settings(
        max_examples=examples,
        stateful_step_count=50,
        deadline=None,
        derandomize=chosen is None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    if chosen is not None:
        seed(int(chosen))(life)
    life("runTest").debug()
