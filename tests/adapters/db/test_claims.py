import json
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from readstation.domain.claim import ClaimTask
from readstation.domain.errors import ClaimLostError, NotFoundError
from tests.adapters.db.conftest import (
    FIRST,
    NOW,
    SECOND,
    STUDY,
    a_series,
    a_study,
    an_instance,
)

LEASE = timedelta(minutes=15)
READ = ClaimTask.READ
PROCESSES, STUDIES = 8, 2000


def take(database, owner=FIRST, now=NOW, task=READ):
    with database.unit_of_work() as work:
        claim = work.claims.claim(STUDY, task, owner, now, LEASE)
        work.commit()
    return claim


def test_a_free_study_is_claimed(with_study):
    claim = take(with_study)
    assert (claim.owner_id, claim.token, claim.expires_at) == (FIRST, 1, NOW + LEASE)
    with with_study.unit_of_work() as work:
        assert work.claims.current(STUDY, READ) == claim
        assert work.claims.current(STUDY, ClaimTask.SECOND_READ) is None


def test_a_study_of_somebody_else_is_refused_and_names_them(with_study, a_user):
    with with_study.unit_of_work() as work:
        work.users.put(a_user, "hash")
        work.commit()
    take(with_study)
    with pytest.raises(ClaimLostError, match="First Reader has claimed this study since 12:00"):
        take(with_study, SECOND)


def test_an_own_claim_is_renewed_with_the_same_token(with_study):
    first = take(with_study)
    again = take(with_study, now=NOW + timedelta(minutes=5))
    assert again == replace(first, expires_at=NOW + timedelta(minutes=20))


def test_a_silent_owner_is_replaced_with_a_new_token(with_study):
    old = take(with_study)
    later = NOW + LEASE
    new = take(with_study, SECOND, later)
    assert (new.owner_id, new.token) == (SECOND, old.token + 1)
    with with_study.unit_of_work() as work:
        work.claims.require(new, later)
        with pytest.raises(ClaimLostError):
            work.claims.require(old, later)
        with pytest.raises(ClaimLostError):
            work.claims.renew(old, later, LEASE)
        work.claims.release(old, later)
        assert work.claims.current(STUDY, READ) == new


def test_the_owner_who_comes_back_after_somebody_else_gets_a_new_token(with_study):
    old = take(with_study)
    take(with_study, SECOND, NOW + LEASE)
    again = take(with_study, FIRST, NOW + 2 * LEASE)
    assert again.token == old.token + 2


def test_a_silent_owner_nobody_replaced_goes_on(with_study):
    claim = take(with_study)
    late = NOW + timedelta(hours=3)
    with with_study.unit_of_work() as work:
        work.claims.require(claim, late)
        assert work.claims.renew(claim, late, LEASE).expires_at == late + LEASE


def test_a_released_claim_cannot_be_renewed_or_written_under(with_study):
    claim = take(with_study)
    with with_study.unit_of_work() as work:
        work.claims.release(claim, NOW)
        assert not work.claims.current(STUDY, READ).is_live(NOW)
        with pytest.raises(ClaimLostError):
            work.claims.renew(claim, NOW, LEASE)
        with pytest.raises(ClaimLostError):
            work.claims.require(claim, NOW)
        work.commit()
    assert take(with_study, SECOND).token > claim.token


def test_reading_and_second_reading_are_claimed_apart(with_study):
    take(with_study)
    assert take(with_study, SECOND, task=ClaimTask.SECOND_READ).owner_id == SECOND


def test_a_study_that_is_not_here_cannot_be_claimed(database):
    with database.unit_of_work() as work, pytest.raises(NotFoundError):
        work.claims.claim("9.9", READ, FIRST, NOW, LEASE)


RACER = """
import json, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from readstation.adapters.db.database import open_database
from readstation.domain.claim import ClaimTask
from readstation.domain.errors import ClaimLostError

home, me, numbers = Path(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])
database = open_database(home)
now = datetime(2026, 3, 1, 12, tzinfo=UTC)
print("ready", flush=True)
sys.stdin.readline()
won = []
for number in numbers:
    with database.unit_of_work() as work:
        try:
            claim = work.claims.claim(
                f"1.{number}", ClaimTask.READ, me, now, timedelta(minutes=15))
        except ClaimLostError:
            continue
        work.commit()
    won.append([number, claim.token])
print(json.dumps(won), flush=True)
"""


def wanted_by(racer):
    """Every eighth study is wanted by all, each of the others by two in changing pairs."""
    pairs = {s: (s % PROCESSES, (s + 1 + s // PROCESSES % 7) % PROCESSES) for s in range(STUDIES)}
    return json.dumps([s for s in range(STUDIES) if s % PROCESSES == 0 or racer in pairs[s]])


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_eight_programs_racing_for_two_thousand_studies_never_share_one(database, capsys):
    with database.unit_of_work() as work:
        for number in range(STUDIES):
            uid = f"1.{number}"
            work.studies.add_instance(a_study(uid), a_series(uid), an_instance(uid), NOW)
        work.commit()
    source = Path(__file__).parents[3] / "src"
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, str(database.home), f"reader {n}", wanted_by(n)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={"PYTHONPATH": str(source)},
        )
        for n in range(PROCESSES)
    ]
    for racer in racers:
        assert racer.stdout.readline() == "ready\n"
    began = time.perf_counter()
    for racer in racers:
        racer.stdin.write("\n")
        racer.stdin.flush()
    wins = {n: json.loads(racer.communicate()[0]) for n, racer in enumerate(racers)}
    took_s = time.perf_counter() - began
    owners = Counter(number for won in wins.values() for number, _ in won)
    with capsys.disabled():
        shares = sorted(len(won) for won in wins.values())
        print(f"\n{PROCESSES} programs, {STUDIES} studies in {took_s:.1f} s, shares {shares}")
    assert [racer.returncode for racer in racers] == [0] * PROCESSES
    assert owners == Counter(range(STUDIES))
    assert {token for won in wins.values() for _, token in won} == {1}
    with database.unit_of_work() as work:
        for n, won in wins.items():
            for number, _ in won[:: STUDIES // 20]:
                assert work.claims.current(f"1.{number}", READ).owner_id == f"reader {n}"
