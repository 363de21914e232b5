"""What must hold before a report may be signed: one table of checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from readstation.domain.critical_result import CriticalResult, CriticalResultStatus
from readstation.domain.errors import RefusedStepError
from readstation.domain.finding import Urgency, require_follow_up
from readstation.domain.patient import Patient
from readstation.domain.report import Draft, ReportStep, next_status
from readstation.domain.study import Completeness, Study


@dataclass(frozen=True, slots=True)
class OnScreen:
    """What the reader had in front of them when they asked to sign."""

    study_instance_uid: str
    patient: Patient
    accession_number: str


@dataclass(frozen=True, slots=True)
class SignOffFacts:
    """What the database says, beside what the screen said."""

    draft: Draft
    study: Study
    on_screen: OnScreen
    critical_results: tuple[CriticalResult, ...]
    incomplete_study_reason: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that keeps the report from being signed, and what to do about it."""

    check_id: str
    sentence: str
    remedy: str


@dataclass(frozen=True, slots=True)
class _Check:
    check_id: str
    holds: Callable[[SignOffFacts], bool]
    sentence: str
    remedy: str
    steps: frozenset[ReportStep] = frozenset({ReportStep.SIGN})


def _is_study_on_screen(facts: SignOffFacts) -> bool:
    uid = facts.draft.study_instance_uid
    return uid == facts.study.study_instance_uid == facts.on_screen.study_instance_uid


def _is_patient_on_screen(facts: SignOffFacts) -> bool:
    return (facts.study.patient, facts.study.accession_number) == (
        facts.on_screen.patient,
        facts.on_screen.accession_number,
    )


def _has_impression(facts: SignOffFacts) -> bool:
    return bool(facts.draft.content.impression.strip())


def _has_text_in_every_finding(facts: SignOffFacts) -> bool:
    return all(f.text.strip() for f in facts.draft.content.findings)


def _is_complete_or_explained(facts: SignOffFacts) -> bool:
    incomplete = facts.study.completeness is Completeness.INCOMPLETE
    return not incomplete or bool(facts.incomplete_study_reason.strip())


def _has_a_clock_for_every_critical_finding(facts: SignOffFacts) -> bool:
    clocks = {
        (result.finding_id, result.urgency)
        for result in facts.critical_results
        if result.status is not CriticalResultStatus.WITHDRAWN
    }
    return all(
        f.urgency is Urgency.ROUTINE or (f.finding_id, f.urgency) in clocks
        for f in facts.draft.content.findings
    )


_EVERY_STEP = frozenset({ReportStep.SIGN, ReportStep.SEND_PRELIMINARY})

CHECKS: tuple[_Check, ...] = (
    _Check(
        "study",
        _is_study_on_screen,
        "The report belongs to another study than the one on the screen.",
        "Close the report, open the study again and read what it says before you sign.",
        _EVERY_STEP,
    ),
    _Check(
        "patient",
        _is_patient_on_screen,
        "The patient on the screen is not the patient of this report.",
        "Close the report, open the study again and compare name, ID and birth date.",
        _EVERY_STEP,
    ),
    _Check(
        "impression",
        _has_impression,
        "The impression is empty.",
        "Write the impression.",
    ),
    _Check(
        "finding text",
        _has_text_in_every_finding,
        "A finding has no text.",
        "Describe the finding, or remove it.",
    ),
    _Check(
        "complete study",
        _is_complete_or_explained,
        "Images of this study have not arrived yet.",
        "Wait for them, or state why you sign without them.",
    ),
    _Check(
        "critical clock",
        _has_a_clock_for_every_critical_finding,
        "A finding is critical or significant, but its clock does not run.",
        "Set its urgency again, then call the referring physician.",
    ),
)
"""In the order in which they are told. An open call does not keep a report from being signed:
the dialog repeats it, and it stays open and counting."""


def sign_off_problems(
    facts: SignOffFacts, step: ReportStep = ReportStep.SIGN
) -> tuple[Problem, ...]:
    """Return everything that keeps the report from `step`, the gravest first."""
    problems = _refusals("status", [partial(next_status, facts.draft.status, step)])
    problems += [
        Problem(check.check_id, check.sentence, check.remedy)
        for check in CHECKS
        if step in check.steps and not check.holds(facts)
    ]
    if step is ReportStep.SIGN:
        follow_ups = [partial(require_follow_up, f) for f in facts.draft.content.findings]
        problems += _refusals("follow-up", follow_ups)[:1]
    return tuple(problems)


def require_ready(facts: SignOffFacts, step: ReportStep) -> None:
    """Refuse with the first problem.

    Raises
    ------
    RefusedStepError
    """
    for problem in sign_off_problems(facts, step):
        raise RefusedStepError(problem.sentence, problem.remedy)


def _refusals(check_id: str, steps: Iterable[Callable[[], object]]) -> list[Problem]:
    problems = []
    for step in steps:
        try:
            step()
        except RefusedStepError as error:
            problems.append(Problem(check_id, error.message, error.remedy))
    return problems
