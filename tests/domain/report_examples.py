"""One synthetic study with its order and a report that says a bit of everything."""

from datetime import UTC, date, datetime

from readstation.domain.finding import (
    Finding,
    FollowUp,
    Laterality,
    MeasurementLink,
    Urgency,
)
from readstation.domain.order import Contact, Intent, Order, OrderPriority, PatientClass
from readstation.domain.patient import Patient, PatientIdentity
from readstation.domain.report import ReportContent
from readstation.domain.study import FrameKey, Study

NOW = datetime(2026, 11, 21, 20, 41, 7, tzinfo=UTC)

PATIENT = Patient(PatientIdentity("4471902", "NORTHGATE"), "DEMO^Alpha", date(1959, 3, 14), "F")

STUDY = Study(
    study_instance_uid="1.2.826.0.1.3680043.10.1.1",
    patient=PATIENT,
    accession_number="26-118203",
    study_date_time=NOW,
    study_description="CT Head without contrast",
    modalities_in_study=("CT",),
    body_part_examined="HEAD",
    expected_instances=2,
    number_of_study_related_instances=2,
)

ORDER = Order(
    accession_number="26-118203",
    study_instance_uid=STUDY.study_instance_uid,
    requested_procedure_description="CT Head without contrast",
    priority=OrderPriority.STAT,
    patient_class=PatientClass.EMERGENCY,
    intent=Intent.DIAGNOSTIC,
    reason_for_the_requested_procedure="Fall on anticoagulant, GCS 13.",
    exam_completed_at=NOW,
    referring_physician=Contact("Dr. Sample Referrer", "referring physician", "(403) 555-0142"),
)

SUBDURAL = Finding(
    "f1",
    "Acute subdural haematoma, maximal thickness 11.4 mm.",
    site="Extra-axial, convexity",
    laterality=Laterality.RIGHT,
    urgency=Urgency.CRITICAL,
    measurements=(MeasurementLink("m1", FrameKey("1.2.3.14", 1), "11.4 mm"),),
)

SELLA = Finding(
    "f2",
    "12 mm sellar mass.",
    site="Sella",
    is_incidental=True,
    follow_up=FollowUp("MR", 28, "pituitary"),
)

CONTENT = ReportContent(
    indication="Fall on anticoagulant, GCS 13.",
    technique="Axial CT of the head.",
    comparison="CT head 2025-08-02.",
    findings_text="Ventricles: normal for age.",
    findings=(SUBDURAL, SELLA),
    impression="1. Acute right subdural haematoma.\n2. Incidental sellar mass.",
    communications=("Critical result told to Dr. Sample Referrer by telephone.",),
    template_id="ct_head",
)

TORTURE = "\n".join(
    [
        "< > & ^ | ~ \\ \" ' % &lt; <table> <5 <50% a<b \\X0D\\ \\.br\\",
        "two  spaces,   three, a tab\tand a trailing space ",
        "  leading spaces",
        "≤ µ ° ² cm³ ½ – — … “quotes” ‘single’ nbsp\u00a0here",
        "combining: e\u0301 a\u0308 n\u0303 q\u0307\u0323 Z\u0351\u036b\u0343",
        "Arabic: نزيف تحت الجافية 11 mm (right)",
        "Hebrew: שטף דם \u2067תת-קשתי\u2069 12",
        "CJK: 硬膜下血肿 急性硬膜下血腫 경막하혈종",
        "emoji: 🧠🩻 👩🏽‍⚕️ 🇨🇦",
        "ligatures: ffi ﬃ office",
        "",
        "after an empty line",
    ]
)
"""The characters a report must give back unchanged wherever it goes."""
