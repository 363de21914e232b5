"""A database with one study, and the people and reports the tests speak of."""

import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from readstation.adapters.db.database import Database, open_database
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.critical_result import (
    CallAttempt,
    CallMethod,
    CallOutcome,
    CriticalResult,
    CriticalResultStatus,
    ReadBack,
    RecipientRole,
)
from readstation.domain.finding import (
    Finding,
    FollowUp,
    Laterality,
    MeasurementLink,
    Urgency,
)
from readstation.domain.handoff import Handoff, HandoffStatus, HandoffType
from readstation.domain.order import Contact, Intent, Order, OrderPriority, PatientClass
from readstation.domain.patient import Patient, PatientIdentity
from readstation.domain.reader import Role, User
from readstation.domain.report import (
    Draft,
    ReportContent,
    ReportStatus,
    ReportVersion,
    Signature,
    SignatureMeaning,
    text_sha256,
)
from readstation.domain.study import FrameKey, Instance, Series, Study

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
STUDY, FIRST, SECOND, REVIEWER = "1.2.3", "first", "second", "reviewer"


def a_study(uid: str = STUDY, **changed: object) -> Study:
    patient = Patient(PatientIdentity("P1", "SITE"), "DEMO^ALPHA", date(1970, 2, 3), "F")
    return replace(Study(uid, patient, f"A{uid}", NOW, "CT head"), **changed)


def an_instance(study_uid: str = STUDY, number: int = 1, sha: str = "aa") -> Instance:
    return Instance(
        f"{study_uid}.1.{number}", f"{study_uid}.1", "1.2", "1.2.1", number, 2, 4, 4, sha
    )


def a_series(study_uid: str = STUDY, modality: str = "CT") -> Series:
    return Series(f"{study_uid}.1", study_uid, modality, 1, "axial")


def an_order(study_uid: str = STUDY, **changed: object) -> Order:
    order = Order(
        f"A{study_uid}",
        study_uid,
        "CT head",
        OrderPriority.STAT,
        PatientClass.EMERGENCY,
        Intent.DIAGNOSTIC,
        "fall, anticoagulated",
        NOW - timedelta(minutes=20),
        Contact("Dr Example", "referrer", "555-0100"),
        (Contact("Dr Next", "ward", "555-0101"),),
    )
    return replace(order, **changed)


CONTENT = ReportContent(
    indication="fall",
    findings_text="No bleed < 5 mm & no fracture.",
    findings=(
        Finding(
            "f1",
            "Nodule",
            "lung",
            Laterality.LEFT,
            Urgency.SIGNIFICANT,
            True,
            FollowUp("CT", 84, "chest"),
            "",
            (MeasurementLink("m1", FrameKey("1.2.3.1.1", 2), "11.4 mm"),),
        ),
    ),
    impression="See above.",
    communications=("Called.",),
    template_id="ct-head",
)


def a_draft(**changed: object) -> Draft:
    return replace(Draft("r1", STUDY, FIRST, ReportStatus.DRAFT, CONTENT, 1, NOW), **changed)


def a_version(**changed: object) -> ReportVersion:
    text = "CT head\r\nNo bleed < 5 mm.\n"
    version = ReportVersion(
        "r1",
        1,
        STUDY,
        ReportStatus.FINAL,
        CONTENT,
        text,
        text_sha256(text),
        "ab" * 32,
        1,
        Urgency.SIGNIFICANT,
        FIRST,
        (
            Signature(FIRST, "First Reader", SignatureMeaning.AUTHORED, NOW),
            Signature(SECOND, "Second Reader", SignatureMeaning.SECOND_READ, NOW),
        ),
        NOW,
    )
    return replace(version, **changed)


def a_handoff(**changed: object) -> Handoff:
    handoff = Handoff(
        "h1",
        STUDY,
        "r1",
        HandoffType.BLIND_SECOND_READ,
        "Bleed?",
        FIRST,
        SECOND,
        True,
        NOW,
        NOW + timedelta(hours=4),
        "{}",
        HandoffStatus.REQUESTED,
        1,
    )
    return replace(handoff, **changed)


def a_critical_result(**changed: object) -> CriticalResult:
    result = CriticalResult(
        "c1",
        STUDY,
        "r1",
        "f1",
        Urgency.CRITICAL,
        "Subdural haematoma",
        FIRST,
        NOW,
        NOW + timedelta(hours=1),
        CriticalResultStatus.OPEN,
    )
    return replace(result, **changed)


def an_attempt(number: int = 1, *, reached: bool = True, **changed: object) -> CallAttempt:
    attempt = CallAttempt(
        "c1",
        number,
        FIRST,
        "First Reader",
        "Dr Example",
        RecipientRole.ORDERING_PROVIDER,
        "555-0100",
        CallMethod.TELEPHONE,
        NOW,
        NOW + timedelta(minutes=2),
        CallOutcome.REACHED if reached else CallOutcome.MESSAGE_LEFT,
        ReadBack.CONFIRMED if reached else ReadBack.NOT_ASKED,
    )
    return replace(attempt, **changed)


@pytest.fixture
def a_user() -> User:
    """A reader."""
    return User(FIRST, "First Reader", frozenset({Role.READER}))


@pytest.fixture
def an_event() -> Callable[..., AuditEvent]:
    """Make an event of the audit log, each with its own detail."""

    def make(detail: str = "", study: str = STUDY) -> AuditEvent:
        return AuditEvent(AuditAction.DRAFT_SAVED, FIRST, NOW, study, "r1", detail)

    return make


@pytest.fixture
def database(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A new workspace database; of slow tests in memory, where no power can fail."""
    memory = Path("/dev/shm")
    if request.node.get_closest_marker("slow") is None or not os.access(memory, os.W_OK):
        yield open_database(tmp_path / "home")
        return
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield open_database(Path(folder) / "home")


@pytest.fixture
def with_study(database: Database) -> Database:
    """A database that holds one study with one image and its order."""
    with database.unit_of_work() as work:
        work.studies.add_instance(a_study(), a_series(), an_instance(), NOW)
        work.orders.put(an_order())
        work.commit()
    return database


@pytest.fixture
def with_draft(with_study: Database) -> Database:
    """The same with a draft by the first reader."""
    with with_study.unit_of_work() as work:
        work.reports.add_draft(a_draft())
        work.commit()
    return with_study


@pytest.fixture
def with_version(with_draft: Database) -> Database:
    """The same with that report signed."""
    with with_draft.unit_of_work() as work:
        work.reports.add_version(a_version())
        work.reports.save_draft(a_draft(version=2, status=ReportStatus.FINAL), 1)
        work.commit()
    return with_draft
