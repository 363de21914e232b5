"""A station with a real database, one study by default, readers, and a clock that stands still."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

from readstation.adapters.db.database import open_database
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.claim import CLAIM_LEASE, ClaimTask
from readstation.domain.policy import Policy
from readstation.domain.reader import Role, User
from readstation.domain.sign_off import OnScreen
from readstation.domain.study import Instance, Series
from readstation.resource_files import resources
from tests.domain.report_examples import NOW, ORDER, STUDY

UID = STUDY.study_instance_uid
PASSWORD = "correct horse battery"
READER = User("reader1", "Dr. One", frozenset({Role.READER}))
OTHER = User("reader2", "Dr. Two", frozenset({Role.READER}))
TECHNOLOGIST = User("tech", "Tech One", frozenset({Role.TECHNOLOGIST}))
REVIEWER = User("qa", "Dr. Review", frozenset({Role.QA_REVIEWER}))
PEOPLE = (READER, OTHER, TECHNOLOGIST, REVIEWER)
IMAGES = {f"{UID}.1.{number}": f"{number:02d}" * 32 for number in (1, 2)}


@dataclass
class StandingClock:
    """Time passes only when told to."""

    moment: datetime = NOW
    step: timedelta = timedelta(seconds=1)

    def now(self):
        self.moment += self.step
        return self.moment


class PlainPasswords:
    """Instead of argon2: quick, and not for use."""

    def hash(self, password):
        return f"plain:{password}"

    def verify(self, password_hash, password):
        return password_hash == f"plain:{password}"

    def needs_rehash(self, password_hash):
        return not password_hash


@dataclass
class Desk:
    """One station and how the tests reach it."""

    station: Station
    epochs: count = field(default_factory=lambda: count(1))

    @property
    def clock(self):
        return self.station.clock

    def session(self, user=READER):
        return Session(user, next(self.epochs), NOW)

    def claim(self, user=READER, uid=UID, task=ClaimTask.READ):
        with self.station.unit_of_work() as work:
            claim = work.claims.claim(uid, task, user.user_id, self.clock.now(), CLAIM_LEASE)
            work.commit()
        return claim

    def add_study(self, study=STUDY, order=ORDER, arrived=2):
        """Put a study with its images and order in."""
        uid = study.study_instance_uid
        series = Series(f"{uid}.1", uid, "CT", 1, "axial")
        with self.station.unit_of_work() as work:
            for number in range(1, arrived + 1):
                instance = Instance(
                    f"{uid}.1.{number}", f"{uid}.1", "1.2", "1.2.1", number, 1, 4, 4,
                    f"{number:02d}" * 32,
                )  # fmt: skip
                work.studies.add_instance(study, series, instance, NOW)
            work.studies.set_expected_instances(uid, study.expected_instances)
            if order is not None:
                work.orders.put(order)
            work.commit()

    def draft(self, report_id, user=READER):
        with self.station.unit_of_work() as work:
            return work.reports.draft(report_id, user.user_id)

    def versions(self, report_id, user=READER):
        with self.station.unit_of_work() as work:
            return work.reports.versions(report_id, user.user_id)

    def audit(self, uid=UID):
        """What is in the log of a study, in order."""
        with self.station.unit_of_work() as work:
            return [event.action for event in work.audit.of_study(uid)]


SEEN = OnScreen(UID, STUDY.patient, STUDY.accession_number)

OTHER_STUDY = replace(
    STUDY,
    study_instance_uid="1.2.826.0.1.3680043.10.1.2",
    patient=replace(STUDY.patient, patient_name="DEMO^Beta"),
    accession_number="26-118204",
)
OTHER_PATIENT_STUDY = replace(
    OTHER_STUDY,
    patient=replace(
        OTHER_STUDY.patient, identity=replace(STUDY.patient.identity, patient_id="4471999")
    ),
)


def make_desk(home):
    """Return a desk with the people and one study."""
    database = open_database(home)
    passwords = PlainPasswords()
    station = Station(
        home=home,
        station_name="Station 1",
        unit_of_work=database.unit_of_work,
        images=None,
        frames=None,
        clock=StandingClock(),
        passwords=passwords,
        policy=Policy(),
        resources=resources(),
    )
    desk = Desk(station)
    with station.unit_of_work() as work:
        for user in PEOPLE:
            work.users.put(user, passwords.hash(PASSWORD))
        work.commit()
    desk.add_study()
    return desk
