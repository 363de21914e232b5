from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from readstation.domain.report import (
    Addendum,
    ReportContent,
    ReportStatus,
    Signature,
    SignatureMeaning,
)
from readstation.domain.report_text import ReportSubject, report_text
from tests.domain.report_examples import CONTENT, NOW, ORDER, STUDY, TORTURE

SUBJECT = ReportSubject(STUDY, ORDER, "ReadStation demo site")
SIGNED = (
    Signature("reader1", "Dr. One", SignatureMeaning.AUTHORED, NOW),
    Signature("reader2", "Dr. Two", SignatureMeaning.SECOND_READ, NOW),
)

EXPECTED = """\
ReadStation demo site
RADIOLOGY REPORT - FINAL

Patient: DEMO, Alpha
Patient ID: 4471902 (NORTHGATE)
Birth date: 1959-03-14   Sex: F
Accession number: 26-118203
Study: CT Head without contrast
Study time: 2026-11-21 20:41 UTC
Referring physician: Dr. Sample Referrer

INDICATION
Fall on anticoagulant, GCS 13.

TECHNIQUE
Axial CT of the head.

COMPARISON
CT head 2025-08-02.

FINDINGS
Ventricles: normal for age.

1. CRITICAL - Extra-axial, convexity, right
Acute subdural haematoma, maximal thickness 11.4 mm.
Measured: 11.4 mm

2. ROUTINE INCIDENTAL - Sella
12 mm sellar mass.
Follow-up: MR pituitary in 4 weeks.

IMPRESSION
1. Acute right subdural haematoma.
2. Incidental sellar mass.

COMMUNICATIONS
Critical result told to Dr. Sample Referrer by telephone.

Signed electronically (authored) by Dr. One, 2026-11-21 20:41 UTC
Signed electronically (second read) by Dr. Two, 2026-11-21 20:41 UTC
"""


def test_a_report_reads_like_a_report():
    assert report_text(SUBJECT, ReportStatus.FINAL, CONTENT, SIGNED) == EXPECTED


def test_a_preliminary_report_says_so_in_its_title():
    text = report_text(SUBJECT, ReportStatus.PRELIMINARY, CONTENT)
    assert "PRELIMINARY, NOT FINAL" in text.splitlines()[1]


def test_a_simulated_study_says_so():
    subject = replace(SUBJECT, study=replace(STUDY, is_simulated=True))
    assert "SIMULATED IMAGES" in report_text(subject, ReportStatus.FINAL, CONTENT)


def test_signing_without_all_images_stands_in_the_report_with_its_reason():
    subject = replace(SUBJECT, study=replace(STUDY, number_of_study_related_instances=1))
    text = report_text(
        subject, ReportStatus.FINAL, replace(CONTENT, incomplete_study_reason="Patient unstable.")
    )
    assert "LIMITATIONS\nRead from an incomplete study (1 of 2 images). Reason:\nPatient un" in text


def test_an_addendum_names_what_it_adds_to_why_and_who_wrote_it():
    addendum = Addendum("Phoned again.", "Communication after signing", "r3", "Dr. Three", NOW, 1)
    text = report_text(
        SUBJECT, ReportStatus.ADDENDED, replace(CONTENT, addenda=(addendum,)), SIGNED
    )
    assert text.endswith(
        "ADDENDUM to version 1\nReason: Communication after signing\nPhoned again.\n"
        "Signed electronically by Dr. Three, 2026-11-21 20:41 UTC\n"
    )


def test_a_patient_name_with_line_breaks_cannot_fake_a_line_of_the_report():
    patient = replace(STUDY.patient, patient_name="X\nIMPRESSION\nNormal")
    subject = replace(SUBJECT, study=replace(STUDY, patient=patient))
    text = report_text(subject, ReportStatus.FINAL, CONTENT)
    assert text.splitlines().count("IMPRESSION") == 1


typed = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(impression=typed, findings_text=typed, indication=typed)
def test_typed_text_stands_in_the_report_exactly_as_typed(impression, findings_text, indication):
    content = ReportContent(
        impression=impression, findings_text=findings_text, indication=indication
    )
    text = report_text(SUBJECT, ReportStatus.DRAFT, content)
    assert (
        f"\nINDICATION\n{indication}\n\nFINDINGS\n{findings_text}\n\nIMPRESSION\n{impression}\n"
        in text
    )


def test_difficult_characters_stand_unchanged_on_their_own_lines():
    text = report_text(SUBJECT, ReportStatus.DRAFT, ReportContent(impression=TORTURE))
    assert f"\n{TORTURE}\n" in text
