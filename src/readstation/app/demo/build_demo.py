"""Use case: put the bundled images, orders, people and past reports into a new workspace."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from readstation.app.demo.demo_accounts import DemoAccount
from readstation.app.demo.demo_folder import mark_as_built
from readstation.app.demo.demo_workspace import (
    DemoStudy,
    DemoWorkspace,
    read_demo_workspace,
)
from readstation.app.demo.past_reading import read_and_sign
from readstation.app.demo.story_clock import StoryClock
from readstation.app.jobs import JobContext
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.errors import StoreError
from readstation.domain.order import Order
from readstation.domain.reader import Permission

SETTING_UP = timedelta(days=1)
"""The accounts are made this long before the first study."""
SCANNING = timedelta(minutes=12)
"""Between the start of an examination and its completion."""


@dataclass(frozen=True, slots=True)
class DemoTools:
    """What the demo needs of the adapters."""

    shift_dates: Callable[[bytes, datetime, date], bytes]
    """Moves the content of a file to a moment; the date is the patient's birth date."""
    import_files: Callable[[Station, Session, Sequence[Path], JobContext], None]
    """Takes files in as any import does, and raises if one is refused."""
    hash_public_password: Callable[[str], str]
    """The passwords of the accounts are printed: their hashes need not be slow to guess."""


def build_demo(station: Station, tools: DemoTools, job: JobContext) -> DemoWorkspace:
    """Fill the new workspace of `station` with the demo, in the order in which it happened.

    Every step is one that a person or a modality could have taken, at the time it is said to have
    been taken; the clock of the real station is not touched.
    """
    workspace = read_demo_workspace(station.resources)
    opened_at = station.clock.now()
    studies = workspace.studies_by_age()
    story = StoryClock(opened_at - studies[0].completed_before - SETTING_UP)
    past = replace(station, clock=story)
    _add_accounts(past, tools, workspace.accounts)
    importer = Session(_who_may(workspace, Permission.ADMINISTER_USERS).user, 0, story.now())
    for done, study in enumerate(studies):
        job.progress(done, len(studies), study.order.requested_procedure_description)
        story.moment = opened_at - study.completed_before
        _bring_in(past, importer, tools, study, _within(job, done, len(studies)))
        order = _receive_order(past, importer, study)
        if study.reading is not None:
            reader = _account(workspace, study.reading.reader_id)
            read_and_sign(past, story, reader, order, study.reading)
    story.moment = opened_at
    _record_building(past, importer)
    mark_as_built(station.home, opened_at)
    job.progress(len(studies), len(studies), "The demo workspace is ready")
    return workspace


def _add_accounts(past: Station, tools: DemoTools, accounts: Sequence[DemoAccount]) -> None:
    hashes = [tools.hash_public_password(account.password) for account in accounts]
    for account, password_hash in zip(accounts, hashes, strict=True):
        with past.unit_of_work() as work:
            work.users.put(account.user, password_hash)
            work.audit.append(
                AuditEvent(
                    AuditAction.USER_CHANGED,
                    account.user.user_id,
                    past.clock.now(),
                    detail=f'{{"user":"{account.user.user_id}"}}',
                )
            )
            work.commit()


def _bring_in(
    past: Station,
    importer: Session,
    tools: DemoTools,
    study: DemoStudy,
    job: JobContext,
) -> None:
    acquired_at = past.clock.now() - SCANNING
    today = (past.clock.now() + study.completed_before).date()
    born = study.birth_date(today)
    with tempfile.TemporaryDirectory(prefix="readstation-demo-") as folder:
        paths = []
        for file in study.image_files():
            path = Path(folder) / file.name
            path.write_bytes(tools.shift_dates(file.read_bytes(), acquired_at, born))
            paths.append(path)
        tools.import_files(past, importer, paths, job)


def _within(job: JobContext, done: int, total: int) -> JobContext:
    """Return a job of which every step stands at `done` of `total`; cancelling reaches it."""
    return JobContext(lambda _done, _total, text: job.progress(done, total, text))


def _receive_order(past: Station, importer: Session, study: DemoStudy) -> Order:
    """Add the order of the study that was just imported, and what goes with it."""
    now, actor = past.clock.now(), importer.user.user_id
    number = study.order.accession_number
    with past.unit_of_work() as work:
        found = [
            s for s in work.studies.of_patient_id(study.patient_id) if s.accession_number == number
        ]
        if len(found) != 1:
            raise StoreError(
                f"The images of {number} are not in the workspace.", "Build the demo again."
            )
        uid = found[0].study_instance_uid
        order = replace(study.order, study_instance_uid=uid, exam_completed_at=now)
        work.orders.put(order)
        if study.expected_instances is not None:
            work.studies.set_expected_instances(uid, study.expected_instances)
        work.audit.append(AuditEvent(AuditAction.ORDER_RECEIVED, actor, now, uid))
        work.commit()
    return order


def _record_building(past: Station, importer: Session) -> None:
    with past.unit_of_work() as work:
        event = AuditEvent(AuditAction.DEMO_BUILT, importer.user.user_id, past.clock.now())
        work.audit.append(event)
        work.commit()


def _who_may(workspace: DemoWorkspace, permission: Permission) -> DemoAccount:
    return next(a for a in workspace.accounts if a.user.may(permission))


def _account(workspace: DemoWorkspace, user_id: str) -> DemoAccount:
    return next(a for a in workspace.accounts if a.user.user_id == user_id)
