from dataclasses import replace

import pytest

from readstation.domain.critical_result import CriticalResult, CriticalResultStatus
from readstation.domain.errors import RefusedStepError
from readstation.domain.finding import Urgency
from readstation.domain.patient import PatientIdentity
from readstation.domain.report import Draft, ReportStatus, ReportStep
from readstation.domain.sign_off import OnScreen, SignOffFacts, require_ready, sign_off_problems
from tests.domain.report_examples import CONTENT, NOW, PATIENT, SELLA, STUDY, SUBDURAL

UID = STUDY.study_instance_uid
RESULT = CriticalResult(
    "c1", UID, "r1", "f1", Urgency.CRITICAL, "", "reader1", NOW, NOW, CriticalResultStatus.OPEN
)
FACTS = SignOffFacts(
    draft=Draft("r1", UID, "reader1", ReportStatus.DRAFT, CONTENT, 3, NOW),
    study=STUDY,
    on_screen=OnScreen(UID, PATIENT, STUDY.accession_number),
    critical_results=(RESULT,),
)


def with_content(**changes):
    return replace(FACTS, draft=replace(FACTS.draft, content=replace(CONTENT, **changes)))


def on_screen(**changes):
    return replace(FACTS, on_screen=replace(FACTS.on_screen, **changes))


def patient(**changes):
    return on_screen(patient=replace(PATIENT, **changes))


INCOMPLETE = replace(FACTS, study=replace(STUDY, number_of_study_related_instances=1))

CASES = [
    ("study", on_screen(study_instance_uid="1.2.3")),
    ("study", replace(FACTS, draft=replace(FACTS.draft, study_instance_uid="1.2.3"))),
    ("patient", patient(patient_name="DEMO^Beta")),
    ("patient", patient(patient_birth_date=None)),
    ("patient", patient(patient_sex="M")),
    ("patient", patient(identity=PatientIdentity("4471902", "SOUTHGATE"))),
    ("patient", on_screen(accession_number="26-118204")),
    ("impression", with_content(impression=" \n\t")),
    ("finding text", with_content(findings=(replace(SUBDURAL, text=" "),))),
    ("follow-up", with_content(findings=(SUBDURAL, replace(SELLA, follow_up=None)))),
    ("complete study", INCOMPLETE),
    ("complete study", replace(INCOMPLETE, incomplete_study_reason="  ")),
    ("critical clock", replace(FACTS, critical_results=())),
    (
        "status",
        replace(FACTS, draft=replace(FACTS.draft, status=ReportStatus.AWAITING_SECOND_READ)),
    ),
    ("status", replace(FACTS, draft=replace(FACTS.draft, status=ReportStatus.FINAL))),
]


def test_a_whole_report_may_be_signed_while_its_call_is_still_open():
    assert sign_off_problems(FACTS) == ()


def test_a_stated_reason_allows_signing_an_incomplete_study():
    assert not sign_off_problems(replace(INCOMPLETE, incomplete_study_reason="Unstable."))


@pytest.mark.parametrize(("check_id", "facts"), CASES, ids=[c for c, _ in CASES])
def test_each_check_alone_keeps_the_report_from_being_signed(check_id, facts):
    problems = sign_off_problems(facts)
    assert [p.check_id for p in problems] == [check_id]
    assert problems[0].sentence.endswith(".")
    assert problems[0].remedy.endswith(".")
    with pytest.raises(RefusedStepError) as refused:
        require_ready(facts, ReportStep.SIGN)
    assert (refused.value.message, refused.value.remedy) == (
        problems[0].sentence,
        problems[0].remedy,
    )


def test_a_preliminary_needs_the_right_patient_but_no_impression():
    assert not sign_off_problems(with_content(impression=""), ReportStep.SEND_PRELIMINARY)
    wrong = patient(patient_name="DEMO^Beta")
    assert [p.check_id for p in sign_off_problems(wrong, ReportStep.SEND_PRELIMINARY)] == [
        "patient"
    ]
