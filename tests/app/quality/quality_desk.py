"""One reading day at a real database, told through the real use cases, for a reviewer to judge."""

from dataclasses import replace
from datetime import timedelta

from readstation.app.critical_result.flag_critical import flag_critical
from readstation.app.critical_result.log_call import CallEntry, log_call
from readstation.app.ports import DisplayedFrame
from readstation.app.quality.signoffs import signoffs
from readstation.app.reading.record_displayed import record_displayed
from readstation.app.report.add_addendum import add_addendum
from readstation.app.report.save_draft import save_draft
from readstation.app.report.sign_report import sign_report
from readstation.app.report.start_report import start_report
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.critical_result import (
    CallMethod,
    CallOutcome,
    ReadBack,
    RecipientRole,
)
from readstation.domain.report import ReportContent
from readstation.domain.sign_off import OnScreen
from readstation.domain.study import FrameKey
from tests.app.report.report_station import PASSWORD, READER, REVIEWER, STUDY, UID, make_desk
from tests.domain.report_examples import ORDER, SUBDURAL

PLAIN = ReportContent(indication="Fall.", impression="No haemorrhage.")
BLEEDING = replace(PLAIN, findings=(SUBDURAL,), impression="Acute subdural haematoma.")


class Day:
    """A reader's steps, each at the moment the clock shows; it moves only when told to."""

    def __init__(self, home):
        self.desk = make_desk(home)
        self.station, self.clock = self.desk.station, self.desk.clock
        self.clock.step = timedelta(0)
        self.review = self.desk.session(REVIEWER)

    def wait(self, **span):
        self.clock.moment += timedelta(**span)

    def record(self, action, user=READER, detail="", uid=UID):
        with self.station.unit_of_work() as work:
            work.audit.append(
                AuditEvent(action, user.user_id, self.clock.now(), uid, detail=detail)
            )
            work.commit()

    def open(self, user=READER, detail="", uid=UID):
        self.record(AuditAction.STUDY_OPENED, user, detail, uid)

    def display(self, *numbers, user=READER, uid=UID, is_diagnostic=True):
        now, keys = self.clock.now(), [FrameKey(f"{uid}.1.{n}", 1) for n in numbers]
        large_at = now if is_diagnostic else None
        record_displayed(
            self.station,
            [DisplayedFrame(uid, key, user.user_id, now, large_at) for key in keys],
        )

    def write(self, content=PLAIN, user=READER, uid=UID):
        session, claim = self.desk.session(user), self.desk.claim(user, uid)
        draft = start_report(self.station, session, claim)
        return session, claim, save_draft(self.station, session, claim, draft, content)

    def flag(self, written):
        session, _claim, draft = written
        return flag_critical(
            self.station, session, draft.study_instance_uid, draft.report_id, SUBDURAL
        )

    def call(self, written, result, outcome=CallOutcome.REACHED):
        entry = CallEntry(
            recipient_role=RecipientRole.ORDERING_PROVIDER,
            recipient_name="Dr. Sample Referrer",
            telephone_number="(403) 555-0142",
            method=CallMethod.TELEPHONE,
            outcome=outcome,
            read_back=ReadBack.CONFIRMED if outcome is CallOutcome.REACHED else ReadBack.NOT_ASKED,
            started_at=self.clock.now(),
        )
        log_call(self.station, written[0], result.critical_result_id, entry)

    def sign(self, written, study=STUDY):
        session, claim, draft = written
        stored = self.desk.draft(draft.report_id, session.user)
        screen = OnScreen(study.study_instance_uid, study.patient, study.accession_number)
        return sign_report(self.station, session, claim, stored, screen, password=PASSWORD)

    def read_and_sign(self, content=PLAIN, user=READER, minutes=10):
        """Read everything and sign, with nothing to remark."""
        self.open(user)
        self.display(1, 2, user=user)
        written = self.write(content, user)
        self.wait(minutes=minutes)
        return self.sign(written)

    def add(self, version, user=READER):
        return add_addendum(
            self.station,
            self.desk.session(user),
            version,
            "Compared with the outside study.",
            "Comparison with another study",
            password=PASSWORD,
        )

    def add_second_study(self):
        uid = f"{UID}.9"
        study = replace(STUDY, study_instance_uid=uid, accession_number="26-118299")
        order = replace(ORDER, study_instance_uid=uid, accession_number="26-118299")
        self.desk.add_study(study, order)
        return study

    def all(self, **more):
        return signoffs(self.station, self.review, **more)

    def one(self):
        (found,) = self.all()
        return found
