"""What the demo workspace contains, read from `resources/demo/workspace.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.resources.abc import Traversable
from typing import Any

from readstation.app.demo.demo_accounts import DemoAccount, read_demo_accounts
from readstation.domain.order import Contact, Intent, Order, OrderPriority, PatientClass


@dataclass(frozen=True, slots=True)
class DemoLength:
    """A length that was measured when a study was read: image number, ends in pixels, spacing."""

    lesion: str
    instance_number: int
    start: tuple[float, float]
    end: tuple[float, float]
    spacing_mm: float


@dataclass(frozen=True, slots=True)
class DemoReading:
    """A report signed in the past, so that there is something to audit."""

    reader_id: str
    minutes_to_open: float
    minutes_to_sign: float
    displayed_share: float
    technique: str
    findings: str
    impression: str
    critical_message: str = ""
    minutes_to_call: float = 0.0
    lengths: tuple[DemoLength, ...] = ()


@dataclass(frozen=True, slots=True)
class DemoStudy:
    """One folder of images and the order it answers."""

    folder: Traversable
    patient_id: str
    age: int
    birthday: tuple[int, int]
    completed_before: timedelta
    """How long before the workspace is opened the examination ended."""
    expected_instances: int | None
    is_simulated: bool
    order: Order
    """With an empty Study Instance UID, which only the images know, and an unset clock."""
    reading: DemoReading | None

    def birth_date(self, today: date) -> date:
        """Return the birth date of somebody who is `age` years old on `today`."""
        month, day = self.birthday
        had_birthday = (today.month, today.day) >= (month, day)
        return date(today.year - self.age - (not had_birthday), month, day)

    def image_files(self) -> list[Traversable]:
        return sorted(self.folder.iterdir(), key=lambda file: file.name)


@dataclass(frozen=True, slots=True)
class DemoWorkspace:
    """Everything that is put into a new demo workspace."""

    accounts: tuple[DemoAccount, ...]
    studies: tuple[DemoStudy, ...]

    def studies_by_age(self) -> list[DemoStudy]:
        """Return the studies as they happened, oldest first."""
        return sorted(self.studies, key=lambda study: study.completed_before, reverse=True)


_UNSET = datetime.min


def read_demo_workspace(resources: Traversable) -> DemoWorkspace:
    """Return the bundled demo workspace."""
    demo = resources / "demo"
    table = tomllib.loads((demo / "workspace.toml").read_text(encoding="utf-8"))
    return DemoWorkspace(
        accounts=read_demo_accounts(resources),
        studies=tuple(_study(demo / "images", table, row) for row in table["studies"]),
    )


def _study(images: Traversable, table: dict[str, Any], row: dict[str, Any]) -> DemoStudy:
    patient = table["patients"][row["patient"]]
    month, day = (int(part) for part in patient["birthday"].split("-"))
    return DemoStudy(
        folder=images / row["folder"],
        patient_id=patient["patient_id"],
        age=patient["age"],
        birthday=(month, day),
        completed_before=timedelta(hours=row["completed_hours_ago"]),
        expected_instances=row.get("expected_instances"),
        is_simulated=row.get("is_simulated", False),
        order=_order(table["referrers"][row["referrer"]], row),
        reading=_reading(row["reading"]) if "reading" in row else None,
    )


def _reading(row: dict[str, Any]) -> DemoReading:
    lengths = tuple(
        DemoLength(**{**length, "start": tuple(length["start"]), "end": tuple(length["end"])})
        for length in row.get("lengths", ())
    )
    return DemoReading(**{**row, "lengths": lengths})


def _order(referrer: dict[str, Any], row: dict[str, Any]) -> Order:
    contact = Contact(referrer["name"], referrer["role"], referrer["telephone_number"])
    return Order(
        accession_number=row["accession_number"],
        study_instance_uid="",
        requested_procedure_description=row["study_description"],
        priority=OrderPriority(row["priority"]),
        patient_class=PatientClass(row["patient_class"]),
        intent=Intent(row.get("intent", Intent.DIAGNOSTIC.value)),
        reason_for_the_requested_procedure=row["reason"],
        exam_completed_at=_UNSET,
        referring_physician=contact,
        designees=tuple(Contact(**designee) for designee in referrer["designees"]),
        body_part_examined=row["body_part_examined"],
        laterality=row.get("laterality", ""),
        stat_report_requested=row.get("stat_report_requested", False),
        technologist_concern=row.get("technologist_concern", ""),
    )
