"""A small station for tests of what readers do together: a real database, a clock to turn."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from readstation.adapters.db.database import Database, open_database
from readstation.app.critical_result.flag_critical import flag_critical
from readstation.app.critical_result.log_call import CallEntry, log_call
from readstation.app.handoff.request_handoff import HandoffRequest, request_handoff
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.claim import CLAIM_LEASE, Claim, ClaimTask
from readstation.domain.critical_result import CallMethod, CallOutcome, ReadBack, RecipientRole
from readstation.domain.finding import Finding, Laterality, Urgency
from readstation.domain.handoff import HandoffType
from readstation.domain.order import Contact, Intent, Order, OrderPriority, PatientClass
from readstation.domain.patient import Patient, PatientIdentity
from readstation.domain.policy import Policy
from readstation.domain.reader import Role, User
from readstation.domain.report import Draft, ReportContent, ReportStatus
from readstation.domain.study import Instance, Series, Study
from readstation.resource_files import resources

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
STUDY, OTHER_STUDY, REPORT = "1.2.3", "1.2.4", "r1"
BLEED = Finding(
    "f1", "Acute subdural haematoma, 11.4 mm.", "convexity", Laterality.RIGHT, Urgency.CRITICAL
)
SIGNIFICANT = Finding("f2", "12 mm sellar mass.", urgency=Urgency.SIGNIFICANT)
CONTENT = ReportContent(
    indication="Fall on anticoagulant.",
    findings_text="Ventricles normal for age.",
    findings=(BLEED,),
    impression="Acute right subdural haematoma.",
    template_id="ct-head",
)
PEOPLE = {
    "first": ("Dr. Demo First", Role.READER),
    "second": ("Dr. Demo Second", Role.READER),
    "third": ("Dr. Demo Third", Role.READER),
    "quality": ("Demo Quality", Role.QA_REVIEWER),
}


@dataclass
class TurnedClock:
    """A clock that the test turns, forwards and backwards."""

    moment: datetime = NOON

    def now(self) -> datetime:
        return self.moment

    def turn(self, **span: float) -> None:
        self.moment += timedelta(**span)


@dataclass
class ReadingRoom:
    """One station, its people, and the report `r1` of the first reader."""

    station: Station
    database: Database
    clock: TurnedClock
    claims: dict[str, Claim] = field(default_factory=dict)

    def session(self, user_id: str) -> Session:
        name, role = PEOPLE[user_id]
        return Session(User(user_id, name, frozenset({role})), 1, NOON)

    def claim(self, user_id: str = "first", study: str = STUDY) -> Claim:
        with self.station.unit_of_work() as work:
            claim = work.claims.claim(study, ClaimTask.READ, user_id, self.clock.now(), CLAIM_LEASE)
            work.commit()
        return claim

    def draft(self, viewer: str = "first") -> Draft:
        with self.station.unit_of_work() as work:
            return work.reports.draft(REPORT, viewer)

    def set_draft(self, **changes: object) -> None:
        with self.station.unit_of_work() as work:
            stored = work.reports.draft(REPORT, "first")
            changed = replace(stored, version=stored.version + 1, **changes)
            work.reports.save_draft(changed, stored.version)
            work.commit()

    def audit(self) -> list:
        with self.station.unit_of_work() as work:
            return [row.event for row in work.audit.rows()]

    def flag(self, finding: Finding = BLEED, user_id: str = "first"):
        return flag_critical(self.station, self.session(user_id), STUDY, REPORT, finding)

    def call(self, result, user_id: str = "first", **changes):
        return log_call(
            self.station, self.session(user_id), result.critical_result_id, an_entry(**changes)
        )

    def result(self, critical_result_id: str):
        with self.station.unit_of_work() as work:
            return work.critical_results.get(critical_result_id, None)

    def ask(
        self,
        kind=HandoffType.BLIND_SECOND_READ,
        to="second",
        *,
        blind=True,
        hours=2,
        viewer_state="",
        question="Is it subdural?",
    ):
        request = HandoffRequest(
            REPORT, kind, question, to, blind, self.clock.now() + timedelta(hours=hours),
            viewer_state,
        )  # fmt: skip
        return request_handoff(self.station, self.session("first"), self.claim(), request)


def an_entry(outcome=CallOutcome.REACHED, read_back=ReadBack.CONFIRMED, **changes) -> CallEntry:
    entry = CallEntry(
        RecipientRole.ORDERING_PROVIDER, "Dr. Ordering", "(403) 555-0142", CallMethod.TELEPHONE,
        outcome, read_back if outcome is CallOutcome.REACHED else ReadBack.NOT_ASKED, NOON,
    )  # fmt: skip
    return replace(entry, **changes)


def open_room(home: Path, policy: Policy | None = None) -> ReadingRoom:
    """Make a workspace with a study, its order, four people and one draft."""
    room = reopen_room(home, policy)
    with room.station.unit_of_work() as work:
        for study, name in ((STUDY, "DEMO^ALPHA"), (OTHER_STUDY, "DEMO^BETA")):
            _add_study(work, study, name)
        for user_id, (full_name, role) in PEOPLE.items():
            work.users.put(User(user_id, full_name, frozenset({role})), "not a real hash")
        work.reports.add_draft(Draft(REPORT, STUDY, "first", ReportStatus.DRAFT, CONTENT, 1, NOON))
        work.commit()
    return room


def reopen_room(home: Path, policy: Policy | None = None) -> ReadingRoom:
    """Open a workspace that was made before."""
    database = open_database(home)
    clock = TurnedClock()
    station = Station(
        home=home,
        station_name="Station 1",
        unit_of_work=database.unit_of_work,
        images=None,
        frames=None,
        clock=clock,
        passwords=None,
        policy=policy or Policy(),
        resources=resources(),
    )
    return ReadingRoom(station, database, clock)


def _add_study(work, uid: str, name: str) -> None:
    identity = PatientIdentity(f"ID{uid}", "NORTHGATE")
    patient = Patient(identity, name, date(1959, 3, 14), "F")
    study = Study(uid, patient, f"A{uid}", NOON - timedelta(hours=1), "CT Head", ("CT",))
    series = Series(f"{uid}.1", uid, "CT", 1)
    instance = Instance(f"{uid}.1.1", f"{uid}.1", "1.2", "1.2.1", 1, 1, 4, 4, "aa")
    work.studies.add_instance(study, series, instance, NOON)
    work.orders.put(
        Order(
            f"A{uid}", uid, "CT Head", OrderPriority.STAT, PatientClass.EMERGENCY,
            Intent.DIAGNOSTIC, "Fall on anticoagulant.", NOON - timedelta(minutes=50),
            Contact("Dr. Ordering", "referring physician", "(403) 555-0142"),
            (
                Contact("ED charge desk", "designee", "(403) 555-0100"),
                Contact("Dr. On Call", "on-call physician", "(403) 555-0101"),
            ),
        )
    )  # fmt: skip
