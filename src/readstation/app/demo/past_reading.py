"""Reads and signs one study of the demo workspace in the past, through the real use cases."""

from __future__ import annotations

import uuid
from dataclasses import replace

from readstation.app.critical_result.flag_critical import flag_critical
from readstation.app.critical_result.log_call import CallEntry, log_call
from readstation.app.demo.demo_workspace import DemoAccount, DemoReading
from readstation.app.demo.story_clock import StoryClock
from readstation.app.ports import DisplayedFrame
from readstation.app.reading.open_study import OpenedStudy, open_study
from readstation.app.report.save_draft import save_draft
from readstation.app.report.sign_report import sign_report
from readstation.app.report.start_report import start_report
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.claim import Claim, ClaimTask
from readstation.domain.critical_result import CallMethod, CallOutcome, ReadBack, RecipientRole
from readstation.domain.errors import RefusedStepError
from readstation.domain.finding import Finding, Urgency
from readstation.domain.order import Order
from readstation.domain.report import Draft
from readstation.domain.sign_off import OnScreen
from readstation.domain.study import FrameKey


def read_and_sign(
    past: Station,
    story: StoryClock,
    reader: DemoAccount,
    order: Order,
    reading: DemoReading,
) -> None:
    """Open the study of `order`, look at it, report it, call if it is critical, sign it."""
    story.pass_minutes(reading.minutes_to_open)
    session = Session(reader.user, 0, story.now())
    opened = open_study(past, session, order.study_instance_uid, ClaimTask.READ)
    claim = opened.claim
    if claim is None:
        raise RefusedStepError("A study of a new demo workspace is in use.", "Build it again.")
    _display(past, session, opened, reading.displayed_share)
    draft = start_report(past, session, claim)
    story.pass_minutes(reading.minutes_to_sign / 2)
    draft = _write(past, session, claim, draft, reading)
    if reading.critical_message:
        _flag_and_call(past, story, session, order, draft, reading.minutes_to_call)
        draft = _as_stored(past, session, draft)
    story.pass_minutes(reading.minutes_to_sign / 2)
    study = opened.study
    on_screen = OnScreen(study.study_instance_uid, study.patient, study.accession_number)
    sign_report(past, session, claim, draft, on_screen, password=reader.password)


def _display(past: Station, session: Session, opened: OpenedStudy, share: float) -> None:
    """Record the first `share` of the images as looked at."""
    uid, now = opened.study.study_instance_uid, past.clock.now()
    keys = [
        FrameKey(instance.sop_instance_uid, number)
        for series in opened.series
        for instance in series.instances
        for number in range(1, instance.number_of_frames + 1)
    ]
    seen = keys[: round(len(keys) * share)]
    with past.unit_of_work() as work:
        work.viewing.add(DisplayedFrame(uid, key, session.user.user_id, now) for key in seen)
        work.audit.append(
            AuditEvent(
                AuditAction.IMAGES_DISPLAYED,
                session.user.user_id,
                now,
                uid,
                detail=f'{{"frames":{len(seen)}}}',
            )
        )
        work.commit()


def _write(
    past: Station, session: Session, claim: Claim, draft: Draft, reading: DemoReading
) -> Draft:
    findings: tuple[Finding, ...] = ()
    if reading.critical_message:
        findings = (
            Finding(uuid.uuid4().hex, reading.critical_message, urgency=Urgency.CRITICAL),
        )
    content = replace(
        draft.content,
        technique=reading.technique,
        findings_text=reading.findings,
        findings=findings,
        impression=reading.impression,
    )
    return save_draft(past, session, claim, draft, content)


def _flag_and_call(
    past: Station,
    story: StoryClock,
    session: Session,
    order: Order,
    draft: Draft,
    minutes_to_call: float,
) -> None:
    finding = draft.content.findings[0]
    uid = order.study_instance_uid
    result = flag_critical(past, session, uid, draft.report_id, finding)
    story.pass_minutes(minutes_to_call)
    referrer = order.referring_physician
    entry = CallEntry(
        recipient_role=RecipientRole.ORDERING_PROVIDER,
        recipient_name=referrer.name,
        telephone_number=referrer.telephone_number,
        method=CallMethod.TELEPHONE,
        outcome=CallOutcome.REACHED,
        read_back=ReadBack.CONFIRMED,
        started_at=story.now(),
    )
    log_call(past, session, result.critical_result_id, entry)


def _as_stored(past: Station, session: Session, draft: Draft) -> Draft:
    """Return the draft with the statement of the call that went into it."""
    with past.unit_of_work() as work:
        return work.reports.draft(draft.report_id, session.user.user_id)
