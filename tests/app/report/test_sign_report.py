import json
import sqlite3
from dataclasses import replace

import pytest

from readstation.adapters.db.database_file import DATABASE_NAME
from readstation.app.critical_result.flag_critical import flag_critical
from readstation.app.ports import DisplayedFrame
from readstation.app.report.add_addendum import add_addendum
from readstation.app.report.prepare_sign_off import prepare_sign_off
from readstation.app.report.save_draft import save_draft
from readstation.app.report.sign_report import send_preliminary, sign_report
from readstation.app.report.start_report import start_report
from readstation.domain.audit import AuditAction
from readstation.domain.claim import CLAIM_LEASE
from readstation.domain.errors import (
    ClaimLostError,
    ConflictError,
    LoginError,
    RefusedStepError,
    StoreError,
    TamperedError,
)
from readstation.domain.report import (
    ReportContent,
    ReportStatus,
    SignatureMeaning,
    image_manifest_sha256,
    text_sha256,
)
from readstation.domain.sign_off import OnScreen
from readstation.domain.study import FrameKey
from readstation.domain.viewing import ViewedImages
from tests.app.report.report_station import (
    IMAGES,
    OTHER,
    OTHER_PATIENT_STUDY,
    PASSWORD,
    READER,
    SEEN,
    UID,
)
from tests.domain.report_examples import SELLA, SUBDURAL, TORTURE

PLAIN = ReportContent(indication="Fall.", impression="No haemorrhage.")


class Reading:
    """One reader at one study, with a saved report."""

    def __init__(self, desk, content=PLAIN):
        self.desk, self.session, self.claim = desk, desk.session(), desk.claim()
        self.draft = start_report(desk.station, self.session, self.claim)
        self.save(content)

    def save(self, content):
        self.draft = save_draft(self.desk.station, self.session, self.claim, self.draft, content)

    def sign(self, *, draft=None, on_screen=SEEN, password=PASSWORD, **more):
        return sign_report(
            self.desk.station,
            self.session,
            self.claim,
            draft or self.draft,
            on_screen,
            password=password,
            **more,
        )

    def prepare(self):
        return prepare_sign_off(self.desk.station, self.session, self.claim, self.draft, SEEN)

    def assert_unsigned(self):
        assert self.desk.versions(self.draft.report_id) == ()
        assert AuditAction.REPORT_SIGNED not in self.desk.audit()


@pytest.fixture
def reading(desk):
    return Reading(desk)


def test_signed_report_carries_text_hash_manifest_and_signature(desk, reading):
    version = reading.sign(display_state="display 1")
    stored = desk.versions(reading.draft.report_id)
    assert stored == (version,)
    assert version.status is ReportStatus.FINAL
    assert version.text_sha256 == text_sha256(version.text)
    assert version.image_manifest_sha256 == image_manifest_sha256(IMAGES)
    assert (version.image_count, version.display_state) == (2, "display 1")
    (signature,) = version.signatures
    assert (signature.signer_id, signature.meaning) == (READER.user_id, SignatureMeaning.AUTHORED)
    assert "Signed electronically (authored) by Dr. One" in version.text
    assert desk.draft(reading.draft.report_id).status is ReportStatus.FINAL
    assert AuditAction.REPORT_SIGNED in desk.audit()


def test_signing_gives_the_study_back(desk, reading):
    reading.sign()
    assert desk.claim(OTHER).owner_id == OTHER.user_id


def test_wrong_password_signs_nothing(reading):
    with pytest.raises(LoginError):
        reading.sign(password="guess")
    reading.assert_unsigned()


@pytest.mark.parametrize(
    "on_screen",
    [
        OnScreen(OTHER_PATIENT_STUDY.study_instance_uid, SEEN.patient, SEEN.accession_number),
        OnScreen(UID, OTHER_PATIENT_STUDY.patient, SEEN.accession_number),
        OnScreen(UID, SEEN.patient, OTHER_PATIENT_STUDY.accession_number),
    ],
    ids=["study", "patient", "accession"],
)
def test_another_study_or_patient_on_the_screen_signs_nothing(reading, on_screen):
    with pytest.raises(RefusedStepError):
        reading.sign(on_screen=on_screen)
    with pytest.raises(RefusedStepError):
        send_preliminary(
            reading.desk.station, reading.session, reading.claim, reading.draft, on_screen
        )
    reading.assert_unsigned()


def test_text_that_changed_after_the_dialog_opened_is_not_signed(desk, reading):
    seen_in_dialog = reading.draft
    reading.save(replace(PLAIN, impression="Something else."))
    with pytest.raises(ConflictError):
        reading.sign(draft=seen_in_dialog)
    reading.assert_unsigned()


def test_reader_whose_claim_was_taken_cannot_sign(desk, reading):
    desk.clock.moment += CLAIM_LEASE
    desk.claim(OTHER)
    with pytest.raises(ClaimLostError):
        reading.sign()
    reading.assert_unsigned()


def test_reader_whose_claim_was_taken_cannot_send_a_preliminary_report(desk, reading):
    desk.clock.moment += CLAIM_LEASE
    desk.claim(OTHER)
    with pytest.raises(ClaimLostError):
        send_preliminary(desk.station, reading.session, reading.claim, reading.draft, SEEN)
    assert desk.versions(reading.draft.report_id) == ()
    assert AuditAction.PRELIMINARY_SENT not in desk.audit()


def test_empty_impression_is_refused(desk):
    reading = Reading(desk, replace(PLAIN, impression=" "))
    with pytest.raises(RefusedStepError, match="impression is empty"):
        reading.sign()
    reading.assert_unsigned()


def test_incidental_finding_needs_its_follow_up(desk):
    reading = Reading(desk, replace(PLAIN, findings=(replace(SELLA, follow_up=None),)))
    with pytest.raises(RefusedStepError, match="no complete follow-up"):
        reading.sign()


def test_critical_finding_without_a_clock_is_refused_and_with_an_open_call_signed(desk):
    reading = Reading(desk, replace(PLAIN, findings=(SUBDURAL,)))
    with pytest.raises(RefusedStepError, match="clock does not run"):
        reading.sign()
    flag_critical(desk.station, reading.session, UID, reading.draft.report_id, SUBDURAL)
    prepared = reading.prepare()
    assert prepared.problems == ()
    assert [r.finding_id for r in prepared.open_results] == [SUBDURAL.finding_id]
    assert reading.sign().status is ReportStatus.FINAL
    with desk.station.unit_of_work() as work:
        (result,) = work.critical_results.of_study(UID, READER.user_id)
    assert result.is_open


def test_incomplete_study_is_signed_only_with_a_reason_that_stands_in_the_report(desk, reading):
    with desk.station.unit_of_work() as work:
        work.studies.set_expected_instances(UID, 5)
        work.commit()
    with pytest.raises(RefusedStepError, match="not arrived"):
        reading.sign()
    prepared = reading.prepare()
    assert [p.check_id for p in prepared.problems] == ["complete study"]
    assert prepared.with_reason("Patient unstable.").problems == ()
    version = reading.sign(incomplete_study_reason="Patient unstable.")
    assert "incomplete study (2 of 5 images). Reason:\nPatient unstable." in version.text
    assert version.content.incomplete_study_reason == "Patient unstable."


def test_dialog_counts_images_that_were_never_displayed(reading):
    prepared = reading.prepare()
    assert prepared.viewed == ViewedImages(2, 0, 0)
    assert prepared.viewed.sentence == "0 of 2 displayed, 2 never"


def test_signing_records_how_much_was_looked_at(desk, reading):
    with desk.station.unit_of_work() as work:
        (first, _second) = work.studies.series_of(reading.draft.study_instance_uid)[0].instances
        key, now = FrameKey(first.sop_instance_uid), desk.station.clock.now()
        uid, me = reading.draft.study_instance_uid, reading.session.user.user_id
        work.viewing.add([DisplayedFrame(uid, key, me, now)])
        work.commit()
    reading.sign()
    with desk.station.unit_of_work() as work:
        signed = next(e for e in work.audit.of_study(uid) if e.action is AuditAction.REPORT_SIGNED)
    detail = json.loads(signed.detail)
    assert detail["images_never_displayed"] == 1
    assert detail["images_not_at_diagnostic_scale"] == 1


def test_report_awaiting_a_second_read_cannot_be_signed(desk, reading):
    away = replace(reading.draft, status=ReportStatus.AWAITING_SECOND_READ, version=3)
    with desk.station.unit_of_work() as work:
        work.reports.save_draft(away, 2)
        work.commit()
    with pytest.raises(RefusedStepError, match="awaiting second read"):
        reading.sign(draft=away)


def test_signed_report_is_not_signed_twice(reading):
    reading.sign()
    with pytest.raises((RefusedStepError, ClaimLostError, ConflictError)):
        reading.sign()


def test_text_that_the_database_gives_back_changed_is_not_signed(desk, reading):
    real = desk.station.unit_of_work

    def altering():
        work = real()
        opened = type(work).__enter__

        class Altered(type(work)):
            def __enter__(self):
                opened(self)
                versions = self.reports.versions
                self.reports.versions = lambda *key: tuple(
                    replace(v, text=v.text.replace("No", "")) for v in versions(*key)
                )
                return self

        work.__class__ = Altered
        return work

    desk.station = replace(desk.station, unit_of_work=altering)
    with pytest.raises(StoreError):
        reading.sign()
    desk.station = replace(desk.station, unit_of_work=real)
    reading.assert_unsigned()


def test_difficult_characters_are_signed_as_typed(desk):
    reading = Reading(desk, ReportContent(impression=TORTURE))
    reading.sign()
    (stored,) = desk.versions(reading.draft.report_id)
    assert f"\nIMPRESSION\n{TORTURE}\n" in stored.text


def test_preliminary_is_a_version_of_its_own_and_writing_goes_on(desk, reading):
    draft, version = send_preliminary(
        desk.station, reading.session, reading.claim, reading.draft, SEEN
    )
    assert version.status is draft.status is ReportStatus.PRELIMINARY
    assert "PRELIMINARY, NOT FINAL" in version.text
    assert draft.version == reading.draft.version + 1
    reading.draft = draft
    reading.save(replace(PLAIN, impression="More."))
    final = reading.sign()
    assert desk.draft(draft.report_id).version == reading.draft.version + 1
    assert (final.version_number, final.supersedes_version) == (2, 1)
    assert [s.meaning for s in final.signatures] == [SignatureMeaning.AUTHORED]
    assert final.reason
    assert [v.status for v in desk.versions(draft.report_id)] == [
        ReportStatus.PRELIMINARY,
        ReportStatus.FINAL,
    ]


def test_who_signs_the_preliminary_of_a_colleague_verifies_it(desk, reading):
    draft, _ = send_preliminary(desk.station, reading.session, reading.claim, reading.draft, SEEN)
    desk.clock.moment += CLAIM_LEASE
    claim = desk.claim(OTHER)
    version = sign_report(desk.station, desk.session(OTHER), claim, draft, SEEN, password=PASSWORD)
    assert [(s.signer_id, s.meaning) for s in version.signatures] == [
        (OTHER.user_id, SignatureMeaning.VERIFIED)
    ]


def test_addendum_is_a_new_version_by_its_own_author(desk, reading):
    final = reading.sign()
    added = add_addendum(
        desk.station,
        desk.session(OTHER),
        final,
        TORTURE,
        "New clinical information",
        password=PASSWORD,
    )
    assert desk.versions(final.report_id) == (final, added)
    assert (added.status, added.author_id) == (ReportStatus.ADDENDED, OTHER.user_id)
    assert (added.supersedes_version, added.reason) == (1, "New clinical information")
    assert f"ADDENDUM to version 1\nReason: New clinical information\n{TORTURE}\n" in added.text
    assert added.text.count("Signed electronically") == 2
    assert [s.signer_id for s in added.signatures] == [READER.user_id, OTHER.user_id]
    assert desk.audit()[-1] is AuditAction.ADDENDUM_SIGNED
    third = add_addendum(
        desk.station, reading.session, added, "Third.", "Error found", password=PASSWORD
    )
    assert third.text.count("Signed electronically") == 3
    assert third.supersedes_version == 2


def test_addendum_needs_text_reason_password_and_the_newest_version(desk, reading):
    final = reading.sign()
    station, session = desk.station, reading.session
    for text, reason in (("", "Error found"), ("Text", " ")):
        with pytest.raises(RefusedStepError):
            add_addendum(station, session, final, text, reason, password=PASSWORD)
    with pytest.raises(LoginError):
        add_addendum(station, session, final, "Text", "Error found", password="guess")
    add_addendum(station, session, final, "Text", "Error found", password=PASSWORD)
    with pytest.raises(ConflictError):
        add_addendum(station, session, final, "Late", "Error found", password=PASSWORD)
    assert len(desk.versions(final.report_id)) == 2


def test_the_display_stands_in_every_version_and_in_its_event(desk, reading):
    on = ("display A, not verified", "display B, verified", "display C, check due")
    station = desk.station
    reading.draft, preliminary = send_preliminary(
        station, reading.session, reading.claim, reading.draft, SEEN, display_state=on[0]
    )
    final = reading.sign(display_state=on[1])
    added = add_addendum(
        station,
        reading.session,
        final,
        "More.",
        "Error found",
        password=PASSWORD,
        display_state=on[2],
    )
    stored = desk.versions(final.report_id)
    assert stored == (preliminary, final, added)
    assert tuple(version.display_state for version in stored) == on
    with station.unit_of_work() as work:
        details = [json.loads(r.event.detail or "{}") for r in work.audit.rows()]
    assert tuple(d["display"] for d in details if "display" in d) == on


def test_the_display_is_under_the_seal_of_the_version(desk, reading):
    final = reading.sign(display_state="display B, not verified")
    with sqlite3.connect(desk.station.home / DATABASE_NAME) as connection:
        connection.execute("DROP TRIGGER report_versions_no_update")
        connection.execute("UPDATE report_versions SET display_state = 'display B, verified'")
    with pytest.raises(TamperedError):
        desk.versions(final.report_id)
