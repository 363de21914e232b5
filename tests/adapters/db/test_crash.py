"""What is acknowledged survives a program that is killed at any moment."""

import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from readstation.adapters.db.database import open_database
from tests.adapters.db.conftest import FIRST, STUDY
from tests.adapters.db.typing_child import READER, typed

ROUNDS = 100
SOURCE = Path(__file__).parents[3] / "src"

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks and kills children")


@pytest.fixture
def fork_server(with_draft):
    """The program that types, imported once."""
    server = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("typing_child.py")), str(with_draft.home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": str(SOURCE)},
    )
    yield server
    server.stdin.close()
    server.wait(10)
    server.stdout.close()


def type_until_killed(server, round_number, after_acknowledgements, delay_s):
    """Return the last acknowledged length of a round that ends with kill -9."""
    server.stdin.write(f"{round_number}\n".encode())
    server.stdin.flush()
    child, acknowledged, killer = None, 0, None
    for line in server.stdout:
        word = line.decode().strip()
        if word.startswith("child"):
            child = int(word.split()[1])
        elif word == "gone":
            killer.join()
            return acknowledged
        else:
            acknowledged = int(word)
        if child is not None and killer is None and acknowledged >= after_acknowledgements:
            killer = threading.Timer(delay_s, os.kill, (child, signal.SIGKILL))
            killer.start()
    raise AssertionError("the typing program ended early")


def type_rounds(database, server, rounds):
    chance = random.Random(2026)
    with database.unit_of_work() as work:
        before = work.reports.drafts_by(FIRST)[0].content.findings_text
    seen = set()
    for round_number in range(rounds):
        acknowledged = type_until_killed(
            server, round_number, chance.randrange(0, 6), chance.uniform(0.0, 0.04)
        )
        with open_database(database.home).unit_of_work() as work:
            (draft,) = work.reports.drafts_by(FIRST)
            _, fault = work.audit.verify()
        text = draft.content.findings_text
        assert fault is None
        if acknowledged == 0 and text == before:
            continue  # killed before the first save of this round
        assert text == typed(round_number, len(text))
        assert len(text) in (acknowledged, acknowledged + 1), round_number
        seen.add(len(text) - acknowledged)
        before = text
    return seen


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_a_hundred_kills_while_typing_lose_nothing_that_was_acknowledged(with_draft, fork_server):
    with with_draft.unit_of_work() as work:
        work.users.put(READER, "hash")
        (draft,) = work.reports.drafts_by(FIRST)
        work.commit()
    assert draft.study_instance_uid == STUDY
    type_rounds(with_draft, fork_server, ROUNDS)
    with with_draft.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
