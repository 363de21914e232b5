"""`readstation calls` and `readstation handoffs`, on a real workspace."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from readstation.cli.main import main
from readstation.domain.critical_result import CallOutcome
from tests.reading_room import open_room


@pytest.fixture
def room(tmp_path):
    room = open_room(tmp_path / "home")
    room.clock.moment = datetime.now(UTC) - timedelta(minutes=20)
    return room


def read(room, capsys, *words):
    code = main(["--home", str(room.station.home), *words])
    return code, capsys.readouterr().out


def test_calls_says_who_to_call_now_and_what_was_tried(room, capsys):
    room.call(room.flag(), outcome=CallOutcome.NO_ANSWER)
    code, out = read(room, capsys, "calls")
    assert code == 0
    assert out.startswith(("CRITICAL  39:", "CRITICAL  40:00 left"))
    assert "Acute subdural haematoma" in out
    assert "call ED charge desk, designee, (403) 555-0100" in out
    assert "no answer" in out
    assert out.endswith("1 open, 0 overdue.\n")


def test_calls_for_a_program_keeps_closed_ones_on_request(room, capsys):
    result = room.flag()
    room.call(result)
    assert json.loads(read(room, capsys, "calls", "--json")[1]) == []
    (entry,) = json.loads(read(room, capsys, "calls", "--all", "--json")[1])
    assert entry["critical_result_id"] == result.critical_result_id
    assert entry["status"] == "communicated"
    assert entry["attempts"][0]["read_back"] == "read back correctly"


def test_handoffs_says_who_waits_for_whom(room, capsys):
    room.ask(hours=2)
    code, out = read(room, capsys, "handoffs")
    assert code == 0
    assert out.startswith("blind second read (blind), requested, ")
    assert "Dr. Demo First asks Dr. Demo Second: Is it subdural?" in out
    (entry,) = json.loads(read(room, capsys, "handoffs", "--json")[1])
    assert (entry["status"], entry["is_blind"], entry["opinion"]) == ("requested", True, None)


def test_looking_gives_back_what_has_expired(room, capsys):
    room.clock.turn(hours=-3)
    room.ask(hours=1)
    _code, out = read(room, capsys, "handoffs")
    assert out == "0 open, 1 expired just now.\n"
