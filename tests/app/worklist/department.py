"""A small department on a real database: three people, and studies with their orders."""

from dataclasses import replace
from pathlib import Path

from readstation.adapters.db.database import open_database
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.errors import CannotDisplayError
from readstation.domain.handoff import Handoff, HandoffStatus, HandoffType, Opinion
from readstation.domain.reader import Role, User
from readstation.domain.report import Draft, ReportContent, ReportStatus
from readstation.domain.study import Instance, Series
from tests.domain.worklist_items import NOW, a_study, an_order
from tests.ui.window_parts import FixedClock, a_station

PEOPLE = {
    "reader1": (Role.READER, "Dr. Demo One"),
    "reader2": (Role.READER, "Dr. Demo Two"),
    "tech1": (Role.TECHNOLOGIST, "Demo Technologist"),
    "admin1": (Role.ADMINISTRATOR, "Demo Administrator"),
}


class NoFrames:
    """An image store whose images cannot be decoded."""

    def describe(self, _instance):
        raise CannotDisplayError("The image cannot be decoded.", "")


class Department:
    """A workspace with its clock; everything tests need to set the scene."""

    def __init__(self, home: Path) -> None:
        self.database = open_database(home)
        self.clock = FixedClock(NOW)
        self.station: Station = replace(
            a_station(self.database.unit_of_work, clock=self.clock), home=home, frames=NoFrames()
        )
        with self.database.unit_of_work() as work:
            for user_id, (role, full_name) in PEOPLE.items():
                work.users.put(User(user_id, full_name, frozenset({role})), "hash")
            work.commit()

    def session(self, user_id: str) -> Session:
        role, full_name = PEOPLE[user_id]
        return Session(User(user_id, full_name, frozenset({role})), 1, NOW)

    def add_study(self, uid: str, *, study=None, **order_changes) -> None:
        added = study or a_study(uid)
        series = Series(f"{uid}.1", uid, added.modalities_in_study[0], 1)
        instance = Instance(f"{uid}.1.1", f"{uid}.1", "1.2", "1.2.1", 1, 1, 4, 4, f"sha-{uid}")
        with self.database.unit_of_work() as work:
            work.studies.add_instance(added, series, instance, NOW)
            work.orders.put(an_order(uid, **order_changes))
            work.commit()

    def add_draft(self, uid: str, author_id: str, status=ReportStatus.DRAFT) -> None:
        with self.database.unit_of_work() as work:
            work.reports.add_draft(
                Draft(f"r-{uid}", uid, author_id, status, ReportContent(), 1, NOW)
            )
            work.commit()

    def ask_second_read(self, uid: str, *, status=HandoffStatus.REQUESTED, is_blind=True) -> None:
        """Reader one asks reader two."""
        kind = HandoffType.BLIND_SECOND_READ if is_blind else HandoffType.OVER_READ
        with self.database.unit_of_work() as work:
            work.handoffs.add(
                Handoff(
                    f"h-{uid}",
                    uid,
                    f"r-{uid}",
                    kind,
                    "Do you agree?",
                    "reader1",
                    "reader2",
                    is_blind,
                    NOW,
                    NOW,
                    "{}",
                    status,
                    1,
                    Opinion.AGREE if status is HandoffStatus.RETURNED else None,
                    returned_at=NOW if status is HandoffStatus.RETURNED else None,
                )
            )
            work.commit()

    def audited(self) -> list[str]:
        with self.database.unit_of_work() as work:
            return [row.event.action.value for row in work.audit.rows()]
