"""A station that types: run by test_crash.py, which kills it.

Forks one child per line of its input, so that what takes long, importing, happens once. The child
saves ever longer prefixes of a text through the real use case and writes the length of each to
its output after the use case returned.
"""

import os
import sys
from dataclasses import replace
from pathlib import Path

from readstation.adapters.db.database import open_database
from readstation.adapters.system.clock import SystemClock
from readstation.app.report.save_draft import save_draft
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.claim import CLAIM_LEASE, ClaimTask
from readstation.domain.policy import Policy
from readstation.domain.reader import Role, User
from readstation.resource_files import resources

READER = User("first", "First Reader", frozenset({Role.READER}))
STUDY = "1.2.3"


def station_at(home: Path) -> Station:
    clock = SystemClock()
    make = open_database(home).unit_of_work
    return Station(home, "test", make, None, None, clock, None, Policy(), resources())


def typed(round_number: int, length: int) -> str:
    """Return the first `length` characters of what the reader types in one round."""
    alphabet = f"round {round_number}: no bleed < 5 mm & é 肝 🩻\r\n"
    return (alphabet * (length // len(alphabet) + 1))[:length]


def type_on(home: Path, round_number: int) -> None:
    station = station_at(home)
    session = Session(READER, 1, station.clock.now())
    with station.unit_of_work() as work:
        now = station.clock.now()
        claim = work.claims.claim(STUDY, ClaimTask.READ, READER.user_id, now, CLAIM_LEASE)
        work.commit()
    with station.unit_of_work() as work:
        draft = work.reports.open_draft_of_study(STUDY, READER.user_id)
    for length in range(1, 100_000):
        content = replace(draft.content, findings_text=typed(round_number, length))
        draft = save_draft(station, session, claim, draft, content)
        os.write(1, f"{length}\n".encode())


def main() -> None:
    home = Path(sys.argv[1])
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            type_on(home, int(line))
            os._exit(0)
        os.write(1, f"child {child}\n".encode())
        os.waitpid(child, 0)
        os.write(1, b"gone\n")


if __name__ == "__main__":
    main()
