"""Reads and signs one study of the demo workspace in the past, through the real use cases."""

from __future__ import annotations

import uuid
from dataclasses import replace

from readstation.app.critical_result.flag_critical import flag_critical
from readstation.app.critical_result.log_call import CallEntry, log_call
from readstation.app.demo.demo_accounts import DemoAccount
from readstation.app.demo.demo_workspace import DemoLength, DemoReading
from readstation.app.demo.story_clock import StoryClock
from readstation.app.ports import DisplayedFrame
from readstation.app.reading.measurements import keep_measurement
from readstation.app.report.save_draft import save_draft
from readstation.app.report.sign_report import sign_report
from readstation.app.report.start_report import start_report
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.app.worklist.claim_study import claim_study
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.calibration import Calibration, SpacingSource
from readstation.domain.claim import Claim, ClaimTask
from readstation.domain.critical_result import (
    CallMethod,
    CallOutcome,
    CriticalResult,
    ReadBack,
    RecipientRole,
)
from readstation.domain.finding import Finding, Urgency
from readstation.domain.measurement import ImagePoint, Length, Tracking
from readstation.domain.order import Contact, Order
from readstation.domain.report import Draft
from readstation.domain.sign_off import OnScreen
from readstation.domain.study import FrameKey, Study


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
    claim = claim_study(past, session, order.study_instance_uid, ClaimTask.READ)
    study = _look_at(past, session, order.study_instance_uid, reading.displayed_share)
    draft = start_report(past, session, claim)
    for length in reading.lengths:
        _measure(past, session, claim, length)
    story.pass_minutes(reading.minutes_to_sign / 2)
    draft = _write(past, session, claim, draft, reading)
    if reading.critical_message:
        result = flag_critical(
            past, session, study.study_instance_uid, draft.report_id, draft.content.findings[0]
        )
        story.pass_minutes(reading.minutes_to_call)
        _call(past, session, result, order.referring_physician)
        draft = _as_stored(past, session, draft)
    story.pass_minutes(reading.minutes_to_sign / 2)
    on_screen = OnScreen(study.study_instance_uid, study.patient, study.accession_number)
    sign_report(past, session, claim, draft, on_screen, password=reader.password)


def _look_at(past: Station, session: Session, study_instance_uid: str, share: float) -> Study:
    """Open the images and record the first `share` of them as displayed."""
    now, me = past.clock.now(), session.user.user_id
    with past.unit_of_work() as work:
        keys = [
            FrameKey(instance.sop_instance_uid, number)
            for series in work.studies.series_of(study_instance_uid)
            for instance in series.instances
            for number in range(1, instance.number_of_frames + 1)
        ]
        seen = keys[: round(len(keys) * share)]
        work.viewing.add(DisplayedFrame(study_instance_uid, key, me, now, now) for key in seen)
        for action, detail in (
            (AuditAction.STUDY_OPENED, ""),
            (AuditAction.IMAGES_DISPLAYED, f'{{"frames":{len(seen)}}}'),
        ):
            work.audit.append(AuditEvent(action, me, now, study_instance_uid, detail=detail))
        study = work.studies.get(study_instance_uid)
        work.commit()
    return study


def _measure(past: Station, session: Session, claim: Claim, length: DemoLength) -> None:
    """Keep a length of a lesion that has a name, so that it can be compared later."""
    with past.unit_of_work() as work:
        uid = next(
            instance.sop_instance_uid
            for series in work.studies.series_of(claim.study_instance_uid)
            for instance in series.instances
            if instance.instance_number == length.instance_number
        )
    measurement = Length(
        uuid.uuid4().hex,
        FrameKey(uid, 1),
        ImagePoint(*length.start),
        ImagePoint(*length.end),
        Calibration(length.spacing_mm, length.spacing_mm, SpacingSource.PATIENT),
        tracking=Tracking(f"2.25.{uuid.uuid4().int}", length.lesion),
    )
    keep_measurement(past, session, claim, measurement)


def _write(
    past: Station, session: Session, claim: Claim, draft: Draft, reading: DemoReading
) -> Draft:
    findings: tuple[Finding, ...] = ()
    if reading.critical_message:
        findings = (Finding(uuid.uuid4().hex, reading.critical_message, urgency=Urgency.CRITICAL),)
    content = replace(
        draft.content,
        technique=reading.technique,
        findings_text=reading.findings,
        findings=findings,
        impression=reading.impression,
    )
    return save_draft(past, session, claim, draft, content)


def _call(past: Station, session: Session, result: CriticalResult, referrer: Contact) -> None:
    entry = CallEntry(
        recipient_role=RecipientRole.ORDERING_PROVIDER,
        recipient_name=referrer.name,
        telephone_number=referrer.telephone_number,
        method=CallMethod.TELEPHONE,
        outcome=CallOutcome.REACHED,
        read_back=ReadBack.CONFIRMED,
        started_at=past.clock.now(),
    )
    log_call(past, session, result.critical_result_id, entry)


def _as_stored(past: Station, session: Session, draft: Draft) -> Draft:
    """Return the draft with the statement of the call that went into it."""
    with past.unit_of_work() as work:
        return work.reports.draft(draft.report_id, session.user.user_id)
