"""A department for attacks on the workflow: every use case is called through `attempt`."""

import re
import sqlite3
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from readstation.adapters.db.database import Database, open_database
from readstation.app.critical_result.open_results import call_cards
from readstation.app.handoff.handoff_list import handoff_cards, handoff_to_answer
from readstation.app.handoff.second_read import compare_reads
from readstation.app.quality.signoffs import signoffs
from readstation.app.quality.timeline import timeline
from readstation.app.reading.measurements import measurements_of
from readstation.app.report.export_report import find_report
from readstation.app.report.open_report import view_report
from readstation.app.report.save_draft import recover_drafts
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.app.worklist.find_worklist import find_worklist, study_details
from readstation.domain.audit import AuditAction
from readstation.domain.claim import Claim
from readstation.domain.errors import NotPermittedError, ReadStationError
from readstation.domain.policy import Policy
from readstation.domain.reader import Permission, Role, User
from readstation.domain.report import Draft
from readstation.domain.sign_off import OnScreen
from readstation.resource_files import resources
from tests.app.report.report_station import PlainPasswords
from tests.reading_room import NOON, OTHER_STUDY, STUDY, TurnedClock, _add_study

PASSWORD = "correct horse battery"
STUDIES = (STUDY, OTHER_STUDY)
ROLES = {
    "first": {Role.READER},
    "second": {Role.READER},
    "both": {Role.READER, Role.QA_REVIEWER},
    "quality": {Role.QA_REVIEWER},
    "tech": {Role.TECHNOLOGIST},
    "admin": {Role.ADMINISTRATOR},
}
PEOPLE = {
    user_id: User(user_id, f"Demo {user_id.capitalize()}", frozenset(roles))
    for user_id, roles in ROLES.items()
}
READERS = tuple(user_id for user_id, roles in ROLES.items() if Role.READER in roles)
WORD = re.compile(r"¦(\w+)¦([\d.]+)¦\d+¦")
"""What anybody types: who, about which study, the how-manieth."""

TABLES = {
    "reports": ("report_id",),
    "report_versions": ("report_id", "version_number"),
    "signatures": ("report_id", "version_number", "position"),
    "critical_results": ("critical_result_id",),
    "call_attempts": ("critical_result_id", "attempt_number"),
    "handoffs": ("handoff_id",),
    "quality_reviews": ("report_id", "version_number", "reviewer_id"),
    "measurements": ("measurement_uid",),
    "claims": ("study_instance_uid", "task"),
    "audit": ("sequence_number",),
}
EVENTS_OF_NEW_ROWS = {
    "reports": {AuditAction.DRAFT_STARTED},
    "report_versions": {
        AuditAction.PRELIMINARY_SENT,
        AuditAction.REPORT_SIGNED,
        AuditAction.ADDENDUM_SIGNED,
    },
    "call_attempts": {AuditAction.CALL_LOGGED, AuditAction.CRITICAL_COMMUNICATED},
    "handoffs": {AuditAction.HANDOFF_REQUESTED},
    "quality_reviews": {AuditAction.QUALITY_REVIEWED},
}
"""A row of the table is one event of these, and an event of these is one row."""

Rows = dict[tuple, sqlite3.Row]


@dataclass
class House:
    """Its station, its clock, and what each person holds in hand, however old."""

    home: Path
    database: Database
    station: Station
    clock: TurnedClock
    claims: dict[tuple[str, str], Claim] = field(default_factory=dict)
    bases: dict[tuple[str, str], Draft] = field(default_factory=dict)
    words: int = 0
    seen: dict[str, Rows] = field(default_factory=dict)
    seen_version: int = -1

    def __post_init__(self):
        self.eye = sqlite3.connect(self.home / "readstation.db", isolation_level=None)
        self.eye.row_factory = sqlite3.Row

    def session(self, user_id: str) -> Session:
        return Session(PEOPLE[user_id], 1, NOON)

    def word(self, user_id: str, study: str) -> str:
        self.words += 1
        return f"¦{user_id}¦{study}¦{self.words}¦"

    def on_screen(self, study: str) -> OnScreen:
        with self.station.unit_of_work() as work:
            found = work.studies.get(study)
        return OnScreen(study, found.patient, found.accession_number)

    def reopen(self) -> None:
        """Be killed between two steps and start again."""
        self.database.close()
        self.database = open_database(self.home)
        self.station = a_station(self.home, self.database, self.clock)

    def rows(self) -> dict[str, Rows]:
        """Return the tables as they lie in the file, read again when somebody has written."""
        version = self.eye.execute("PRAGMA data_version").fetchone()[0]
        if version != self.seen_version:
            self.seen_version, self.seen = version, self._read()
        return self.seen

    def _read(self) -> dict[str, Rows]:
        return {
            table: {
                tuple(row[name] for name in key): row
                for row in self.eye.execute(f"SELECT * FROM {table}")
            }
            for table, key in TABLES.items()
        }

    def close(self) -> None:
        self.eye.close()
        self.database.close()

    def attempt(self, use_case, user_id, *args, needs=None, **named):
        """Do a step as somebody; a refusal is a sentence with a remedy and changes nothing."""
        before = self.rows()
        try:
            result = use_case(self.station, self.session(user_id), *args, **named)
        except ReadStationError as refusal:
            is_right = needs is None or PEOPLE[user_id].may(needs)
            require_sentence(refusal, NotPermittedError if not is_right else ReadStationError)
            require_only_failed_logins(before, self.rows())
            return None
        assert needs is None or PEOPLE[user_id].may(needs), f"{user_id} may {needs}"
        require_one_event_per_change(before, self.rows())
        return result

    def by_the_clock(self, use_case) -> None:
        before = self.rows()
        use_case(self.station)
        require_one_event_per_change(before, self.rows())

    def seen_by(self, user_id: str, study: str) -> str:
        """Return everything about a study that any read gives to this person, as text."""
        session, station = self.session(user_id), self.station
        looks = [
            lambda: view_report(station, session, study),
            lambda: find_report(station, session, study),
            lambda: call_cards(station, session, open_only=False),
            lambda: handoff_to_answer(station, session, study),
            lambda: handoff_cards(station, session),
            lambda: find_worklist(station, session),
            lambda: study_details(station, session, study),
            lambda: measurements_of(station, session, study),
            lambda: recover_drafts(station, session),
            lambda: timeline(station, session, study),
            lambda: signoffs(station, session),
        ]
        if PEOPLE[user_id].may(Permission.SEE_REPORTS):
            looks.append(lambda: self._repositories(user_id, study))
        looks += [
            lambda key=key: compare_reads(station, session, *key) for key in self.rows()["handoffs"]
        ]
        said = []
        for look in looks:
            with suppress(ReadStationError):
                said.append(repr(look()))
        return "\n".join(said)

    def _repositories(self, user_id: str, study: str) -> tuple:
        with self.station.unit_of_work() as work:
            return (
                work.reports.open_draft_of_study(study, user_id),
                work.reports.versions_of_study(study, user_id),
                work.reports.drafts_by(user_id),
                [work.reports.versions(report, user_id) for (report,) in self.rows()["reports"]],
                work.critical_results.all(open_only=False, viewer_id=user_id),
                work.critical_results.of_study(study, user_id),
                work.measurements.of_study(study, user_id),
                work.worklist.items(self.clock.now(), user_id),
            )


def a_station(home: Path, database: Database, clock: TurnedClock) -> Station:
    return Station(
        home=home,
        station_name="Station 1",
        unit_of_work=database.unit_of_work,
        images=None,
        frames=None,
        clock=clock,
        passwords=PlainPasswords(),
        policy=Policy(),
        resources=resources(),
    )


def open_house(home: Path, moment: datetime = NOON) -> House:
    """Open a workspace that was furnished, or one that is still empty."""
    clock, database = TurnedClock(moment), open_database(home)
    return House(home, database, a_station(home, database, clock), clock)


def furnish(home: Path) -> House:
    """Make a workspace with two studies, their orders, and everybody's account."""
    house = open_house(home)
    with house.station.unit_of_work() as work:
        for study, name in zip(STUDIES, ("DEMO^ALPHA", "DEMO^BETA"), strict=True):
            _add_study(work, study, name)
        for user in PEOPLE.values():
            work.users.put(user, f"plain:{PASSWORD}")
        work.commit()
    return house


def require_sentence(refusal: ReadStationError, kind: type[ReadStationError]) -> None:
    """A refusal says what happened and what to do, and names a missing permission as such."""
    assert isinstance(refusal, kind), refusal
    assert refusal.message.strip(), type(refusal)
    assert refusal.remedy.strip(), refusal.message


def new_events(before: dict[str, Rows], after: dict[str, Rows]) -> Counter:
    added = after["audit"].keys() - before["audit"].keys()
    return Counter(AuditAction(after["audit"][key]["action"]) for key in added)


def require_only_failed_logins(before: dict[str, Rows], after: dict[str, Rows]) -> None:
    assert set(new_events(before, after)) <= {AuditAction.LOGIN_FAILED}
    for table in before.keys() - {"audit"}:
        assert before[table] == after[table], f"a refused step changed {table}"


def require_one_event_per_change(before: dict[str, Rows], after: dict[str, Rows]) -> None:
    """Every new row, step and flag has its event, and no event stands for nothing."""
    events = new_events(before, after)
    for table, actions in EVENTS_OF_NEW_ROWS.items():
        added = after[table].keys() - before[table].keys()
        assert len(added) == sum(events[action] for action in actions), table
    stepped = sum(
        row["version"] - before["handoffs"][key]["version"]
        for key, row in after["handoffs"].items()
        if key in before["handoffs"]
    )
    stepped += sum(
        row["version"] - 1 for k, row in after["handoffs"].items() if k not in before["handoffs"]
    )
    assert stepped == events[AuditAction.HANDOFF_STEP]
    changed = {t for t in after if before[t] != after[t]} - {"audit"}
    if changed - {"claims"}:
        assert events, f"no event tells of a change in {changed}"
    owners = {k: (r["owner_id"], r["token"]) for k, r in after["claims"].items()}
    owned = {k: (r["owner_id"], r["token"]) for k, r in before["claims"].items()}
    if owners != owned:
        assert events, "no event tells of a change of owner"
