"""Attacks on the workflow: late writers, races, blindness, and SQL past the program."""

import multiprocessing
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from readstation.adapters.db.examine import examine_database
from readstation.app.critical_result.flag_critical import flag_critical
from readstation.app.critical_result.open_results import call_cards
from readstation.app.handoff.answer_handoff import accept_handoff, keep_opinion, open_handoff
from readstation.app.handoff.request_handoff import HandoffRequest, request_handoff
from readstation.app.quality.timeline import timeline
from readstation.app.reading.measurements import (
    forget_measurement,
    keep_measurement,
    measurements_of,
)
from readstation.app.reading.open_study import open_study
from readstation.app.report.add_addendum import add_addendum
from readstation.app.report.export_report import find_report
from readstation.app.report.open_report import open_report
from readstation.app.report.save_draft import save_draft
from readstation.app.report.sign_report import send_preliminary, sign_report
from readstation.app.report.start_report import start_report
from readstation.app.worklist.claim_study import claim_study, renew_claim
from readstation.domain.audit import AuditAction
from readstation.domain.calibration import Calibration, SpacingSource
from readstation.domain.claim import ClaimTask
from readstation.domain.errors import (
    ClaimLostError,
    NotFoundError,
    NotPermittedError,
    ReadStationError,
    RefusedStepError,
)
from readstation.domain.finding import Finding, Urgency
from readstation.domain.handoff import HandoffType
from readstation.domain.measurement import ImagePoint, Length
from readstation.domain.report import ReportContent
from readstation.domain.study import FrameKey
from tests.reading_room import OTHER_STUDY, STUDY, _add_study
from tests.scenarios.reading_life import PASSWORD, PEOPLE, furnish, open_house

SECRET = "Acute subdural haematoma"
CONTENT = ReportContent(
    findings_text="Dense rim.",
    findings=(Finding("f1", SECRET, urgency=Urgency.CRITICAL),),
    impression=f"{SECRET}, 11.4 mm.",
)
ROUNDS = 200


@pytest.fixture
def house(tmp_path):
    made = furnish(tmp_path / "home")
    yield made
    made.close()


def begin(house, who="first", study=STUDY, content=CONTENT):
    """Take a study and write its report."""
    session = house.session(who)
    claim = claim_study(house.station, session, study, ClaimTask.READ)
    draft = start_report(house.station, session, claim)
    return claim, save_draft(house.station, session, claim, draft, content)


def sign(house, claim, draft, who="first"):
    if any(f.urgency is not Urgency.ROUTINE for f in draft.content.findings):
        flag(house, draft, who)
    screen = house.on_screen(claim.study_instance_uid)
    return sign_report(house.station, house.session(who), claim, draft, screen, password=PASSWORD)


def flag(house, draft, who="first", finding=CONTENT.findings[0]):
    uid = draft.study_instance_uid
    return flag_critical(house.station, house.session(who), uid, draft.report_id, finding)


def ask(house, claim, draft, to="second", kind=HandoffType.BLIND_SECOND_READ):
    due = house.clock.now() + timedelta(hours=2)
    request = HandoffRequest(draft.report_id, kind, "Is it new?", to, False, due)
    return request_handoff(house.station, house.session(claim.owner_id), claim, request)


def a_length(uid="m1", study=STUDY):
    calibration = Calibration(0.5, 0.5, SpacingSource.PATIENT)
    frame = FrameKey(f"{study}.1.1", 1)
    return Length(uid, frame, ImagePoint(0, 0), ImagePoint(4, 4), calibration)


def events(house, study=STUDY):
    with house.station.unit_of_work() as work:
        return [(e.actor_id, e.action) for e in work.audit.of_study(study)]


# late writers


def test_a_reader_who_was_silent_too_long_cannot_save_or_sign_and_loses_nothing(house):
    late_claim, late_draft = begin(house)
    typed = replace(CONTENT, impression="Typed while nobody was heard of.")
    house.clock.turn(minutes=16)
    claim, draft = begin(house, "second", content=replace(CONTENT, impression="Signed by Second."))
    version = sign(house, claim, draft, "second")
    with pytest.raises(ClaimLostError) as refused:
        save_draft(house.station, house.session("first"), late_claim, late_draft, typed)
    assert refused.value.remedy
    with pytest.raises(ClaimLostError):
        sign(house, late_claim, late_draft)
    with house.station.unit_of_work() as work:
        (kept,) = work.reports.versions(version.report_id, "first")
    assert kept == version
    assert "Typed while" not in kept.text
    told = events(house)
    assert ("first", AuditAction.DRAFT_SAVED) in told
    assert ("second", AuditAction.REPORT_SIGNED) in told
    assert ("first", AuditAction.REPORT_SIGNED) not in told


def test_a_claim_serves_its_owner_alone(house):
    claim, _draft = begin(house)
    second = house.session("second")
    for step in (
        lambda: renew_claim(house.station, second, claim),
        lambda: start_report(house.station, second, claim),
        lambda: keep_measurement(house.station, second, claim, a_length()),
        lambda: forget_measurement(house.station, second, claim, "m1"),
    ):
        with pytest.raises(ClaimLostError):
            step()


def test_a_signed_study_gets_no_second_report(house):
    claim, draft = begin(house)
    version = sign(house, claim, draft)
    again = claim_study(house.station, house.session("second"), STUDY, ClaimTask.READ)
    with pytest.raises(RefusedStepError, match="signed already"):
        start_report(house.station, house.session("second"), again)
    opened = open_report(house.station, house.session("second"), again)
    assert opened.claim is None
    assert opened.draft is None
    assert opened.versions == (version,)


def test_who_lost_the_role_of_a_reader_since_login_signs_nothing(house):
    claim, draft = begin(house)
    with house.station.unit_of_work() as work:
        work.users.put(replace(PEOPLE["first"], roles=PEOPLE["tech"].roles))
        work.commit()
    with pytest.raises(NotPermittedError):
        sign(house, claim, draft)


# measurements


def test_a_measurement_is_removed_by_who_has_its_study_only(house):
    claim, _draft = begin(house)
    other, _other_draft = begin(house, "second", OTHER_STUDY)
    keep_measurement(house.station, house.session("first"), claim, a_length())
    forget_measurement(house.station, house.session("second"), other, "m1")
    assert measurements_of(house.station, house.session("first"), STUDY) == (a_length(),)
    forget_measurement(house.station, house.session("first"), claim, "m1")
    assert measurements_of(house.station, house.session("first"), STUDY) == ()
    assert events(house)[-2:] == [
        ("first", AuditAction.MEASUREMENT_KEPT),
        ("first", AuditAction.MEASUREMENT_REMOVED),
    ]


# blindness


@pytest.fixture
def blind(house):
    """A first read with everything in it, sent out, and a blind reader at work; his claim."""
    claim, draft = begin(house)
    flag(house, draft)
    keep_measurement(house.station, house.session("first"), claim, a_length("m-secret"))
    screen = house.on_screen(STUDY)
    draft, _version = send_preliminary(house.station, house.session("first"), claim, draft, screen)
    handoff = ask(house, claim, draft, "both")
    _handoff, second_claim = open_handoff(house.station, house.session("both"), handoff.handoff_id)
    return draft, handoff, second_claim


def test_no_read_at_all_gives_the_first_read_to_a_blind_reader(house, blind):
    assert SECRET in house.seen_by("first", STUDY)
    said = house.seen_by("both", STUDY)
    assert "11.4" not in said
    assert SECRET not in said
    assert "m-secret" not in said
    assert "critical finding flagged" not in said
    assert "open_critical_results=1" not in said


def test_a_blind_reader_who_also_reviews_quality_is_not_told_the_story(house, blind):
    with pytest.raises(RefusedStepError, match="hidden until"):
        timeline(house.station, house.session("both"), STUDY)
    assert timeline(house.station, house.session("quality"), STUDY)


def test_the_command_line_keeps_the_first_read_while_somebody_reads_blind(house, blind):
    draft, handoff, _claim = blind
    accession = house.on_screen(STUDY).accession_number
    for key in (STUDY, accession, draft.report_id):
        with pytest.raises(RefusedStepError, match="hidden until"):
            find_report(house.station, None, key)
    assert SECRET in find_report(house.station, house.session("quality"), STUDY).text
    assert handoff.is_blind


def test_a_blind_reader_cannot_fish_for_a_result_by_its_finding(house, blind):
    draft, _handoff, _claim = blind
    with pytest.raises(ReadStationError) as refused:
        flag(house, draft, "both", replace(CONTENT.findings[0], text="Mine."))
    assert SECRET not in str(refused.value)
    own = flag(house, draft, "both", Finding("own", "Mine.", urgency=Urgency.CRITICAL))
    assert own.message == "Mine."


def test_a_blind_reader_cannot_change_or_remove_what_is_hidden(house, blind):
    _draft, _handoff, claim = blind
    both, first = house.session("both"), house.session("first")
    forget_measurement(house.station, both, claim, "m-secret")
    moved = replace(a_length("m-secret"), end=ImagePoint(1, 1))
    with pytest.raises(ReadStationError):
        keep_measurement(house.station, both, claim, moved)
    assert measurements_of(house.station, first, STUDY) == (a_length("m-secret"),)


def test_an_opinion_that_is_being_written_is_not_in_the_first_readers_screen(house, blind):
    _draft, handoff, _claim = blind
    content = ReportContent(impression="Half a thought")
    keep_opinion(house.station, house.session("both"), handoff.handoff_id, "Half", content)
    opened = open_study(house.station, house.session("first"), STUDY, ClaimTask.READ)
    assert opened.opened.handoff is not None
    assert "Half" not in repr(opened)


@pytest.mark.parametrize("kind", [HandoffType.BLIND_SECOND_READ])
def test_who_wrote_the_report_cannot_read_it_blind(house, kind):
    claim, draft = begin(house)
    shift = ask(house, claim, draft, "second", HandoffType.SHIFT_HANDOVER)
    accept_handoff(house.station, house.session("second"), shift.handoff_id)
    claim = claim_study(house.station, house.session("first"), STUDY, ClaimTask.READ)
    with house.station.unit_of_work() as work:
        draft = work.reports.draft(draft.report_id, "first")
    with pytest.raises(RefusedStepError, match="has read this study already"):
        ask(house, claim, draft, "second", kind)
    assert ask(house, claim, draft, "both", kind).is_blind


def test_who_may_not_see_reports_gets_none_from_any_screen(house):
    claim, draft = begin(house)
    sign(house, claim, draft)
    technologist = house.session("tech")
    opening = open_study(house.station, technologist, STUDY, ClaimTask.READ)
    assert opening.opened.versions == ()
    with pytest.raises(NotPermittedError):
        call_cards(house.station, technologist, open_only=True)
    with pytest.raises(NotPermittedError):
        measurements_of(house.station, house.session("admin"), STUDY)
    assert SECRET not in house.seen_by("tech", STUDY)
    assert SECRET not in house.seen_by("admin", STUDY)


def test_an_addendum_to_a_report_that_is_not_here_is_refused_with_a_sentence(house):
    claim, draft = begin(house)
    version = replace(sign(house, claim, draft), report_id="gone")
    with pytest.raises(NotFoundError):
        add_addendum(
            house.station, house.session("first"), version, "More.", "Error found",
            password=PASSWORD,
        )  # fmt: skip


# two programs at once


PAIRS = (("sign", "hand over"), ("sign", "save"), ("hand over", "save"))


def contend(home, side, rounds, barrier, answers):
    """In a program of its own: at each signal do the next thing with what the reader holds."""
    house = open_house(home)
    for number, (claim, draft) in enumerate(rounds):
        what = PAIRS[number % len(PAIRS)][side]
        barrier.wait(30)
        try:
            if what == "sign":
                sign(house, claim, draft)
            elif what == "hand over":
                ask(house, claim, draft)
            else:
                content = replace(draft.content, impression="Later thought.")
                save_draft(house.station, house.session("first"), claim, draft, content)
            answers.put((number, what, "done"))
        except ReadStationError as refusal:
            answers.put((number, what, f"{refusal.message}|{refusal.remedy}"))
    house.close()


@pytest.mark.slow
def test_two_programs_at_the_same_moment_do_not_both_win(house):
    rounds = []
    calm = ReportContent(impression="First thought.")
    with house.station.unit_of_work() as work:
        for number in range(ROUNDS):
            _add_study(work, f"1.2.9.{number}", "DEMO^RACE")
        work.commit()
    for number in range(ROUNDS):
        rounds.append(begin(house, study=f"1.2.9.{number}", content=calm))
    spawn = multiprocessing.get_context("spawn")
    barrier, answers = spawn.Barrier(2), spawn.Queue()
    programs = [
        spawn.Process(target=contend, args=(house.home, side, rounds, barrier, answers))
        for side in (0, 1)
    ]
    for program in programs:
        program.start()
    told = [answers.get(timeout=60) for _ in range(2 * ROUNDS)]
    for program in programs:
        program.join(30)
        assert program.exitcode == 0
    answers.close()
    answers.join_thread()
    firsts = set()
    for number in range(ROUNDS):
        outcome = {what: said for n, what, said in told if n == number}
        won = {what for what, said in outcome.items() if said == "done"}
        assert won, outcome
        assert all(all(said.split("|")) for said in outcome.values())
        assert len(won) == 1 or won == {"hand over", "save"}, outcome
        firsts.add(min(won))
        require_whole(house, rounds[number][1], won)
    assert len(firsts) > 1, "one side always won: they never met"


def require_whole(house, draft, won):
    """The study is where the winner put it, with the words of who saved."""
    row = house.rows()["reports"][(draft.report_id,)]
    versions = [k for k in house.rows()["report_versions"] if k[0] == draft.report_id]
    waiting = [r for r in house.rows()["handoffs"].values() if r["report_id"] == draft.report_id]
    assert len(versions) == ("sign" in won)
    assert len(waiting) == ("hand over" in won)
    expected = "final" if "sign" in won else "awaiting second read" if waiting else "draft"
    assert row["status"] == expected
    assert ("Later thought." in row["content"]) == ("save" in won)


# SQL past the program


@pytest.fixture
def signed(house):
    """A workspace with a signed report whose result is still open."""
    claim, draft = begin(house)
    return sign(house, claim, draft)


def columns_of(house, table):
    found = house.eye.execute(f"SELECT * FROM {table} LIMIT 1")
    return [column[0] for column in found.description]


ALL_FROZEN = ("report_versions", "signatures", "audit")


@pytest.mark.parametrize("table", ALL_FROZEN)
@pytest.mark.parametrize("foreign_keys", ["ON", "OFF"])
def test_no_column_of_a_signed_row_can_be_changed_removed_or_replaced(
    house, signed, table, foreign_keys
):
    assert signed.signatures
    with closing(sqlite3.connect(house.home / "readstation.db")) as raw:
        raw.execute(f"PRAGMA foreign_keys = {foreign_keys}")
        attacks = [f"UPDATE {table} SET {c} = 'x' || {c}" for c in columns_of(house, table)]
        attacks.append(f"DELETE FROM {table}")
        attacks.append(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
        attacks.append(f"REPLACE INTO {table} SELECT * FROM {table} WHERE rowid = 1")
        for attack in attacks:
            with pytest.raises(sqlite3.IntegrityError):
                raw.execute(attack)


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE reports SET content = '{}'",
        "UPDATE reports SET author_id = 'second'",
        "UPDATE reports SET status = 'draft'",
        "DELETE FROM reports",
        "INSERT OR REPLACE INTO reports SELECT * FROM reports",
        "UPDATE critical_results SET message = 'nothing'",
        "UPDATE critical_results SET due_at = due_at + 1",
        "UPDATE critical_results SET urgency = 'routine'",
        "UPDATE critical_results SET status = 'communicated', closed_at = 1",
        "UPDATE critical_results SET status = 'documented', closed_at = 1",
        "DELETE FROM critical_results",
        "INSERT OR REPLACE INTO critical_results SELECT * FROM critical_results",
        "DELETE FROM studies",
        "DELETE FROM instances",
        "UPDATE instances SET content_sha256 = 'bb'",
    ],
)
@pytest.mark.parametrize("foreign_keys", ["ON", "OFF"])
def test_what_belongs_to_a_signed_report_resists_direct_sql(house, signed, attack, foreign_keys):
    assert signed.image_count == 1
    with closing(sqlite3.connect(house.home / "readstation.db")) as raw:
        raw.execute(f"PRAGMA foreign_keys = {foreign_keys}")
        with pytest.raises(sqlite3.IntegrityError):
            raw.execute(attack)


def test_a_page_that_was_answered_closes_no_critical_result_by_sql(house, signed):
    assert signed.urgency is Urgency.CRITICAL
    (key,) = house.rows()["critical_results"]
    values = (*key, 1, "first", "First", "Dr. X", "ordering provider", "1", "pager", 1, 2)
    with closing(sqlite3.connect(house.home / "readstation.db")) as raw:
        raw.execute(
            "INSERT INTO call_attempts VALUES (?,?,?,?,?,?,?,?,?,?,'reached',"
            "'read back correctly','','hash')",
            values,
        )
        for status in ("communicated", "documented"):
            with pytest.raises(sqlite3.IntegrityError, match="read it back by voice"):
                raw.execute(f"UPDATE critical_results SET status = '{status}', closed_at = 1")


def test_every_dropped_trigger_is_named(house, signed):
    assert signed.signatures
    with closing(sqlite3.connect(house.home / "readstation.db")) as raw:
        wanted = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        names = sorted(name for (name,) in raw.execute(wanted))
        assert len(names) > 20
        for name in names:
            raw.execute(f"DROP TRIGGER {name}")
        raw.commit()
    altered = examine_database(house.home).altered
    assert {f"trigger {name}" for name in names} <= set(altered)
