"""`readstation study show|priors`: what is stored of a study, and which earlier ones matter."""

from __future__ import annotations

import argparse
import json
from typing import Any

from readstation.app.worklist.find_worklist import StudyDetails, study_details
from readstation.app.worklist.row_text import study_name
from readstation.bootstrap import workspace_at
from readstation.domain.patient import Patient, shown_name
from readstation.domain.prior import RankedPrior
from readstation.domain.study import Series, Study


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the two steps."""
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    for step, help_line in (
        ("show", "series, images and what is missing"),
        ("priors", "earlier studies of the patient, the most relevant first, with reasons"),
    ):
        one = steps.add_parser(step, help=help_line)
        one.add_argument("study_instance_uid", metavar="UID")
        one.add_argument("--json", action="store_true", help="print it for a program")


def run(args: argparse.Namespace) -> int:
    """Print one study; an unknown UID is refused by the store."""
    with workspace_at(args.home) as workspace:
        details = study_details(workspace.station, None, args.study_instance_uid)
    if args.json:
        made = _study_json(details) if args.step == "show" else _priors_json(details)
        print(json.dumps(made, ensure_ascii=False, indent=1))
    elif args.step == "show":
        _print_study(details)
    else:
        _print_priors(details)
    return 0


def _print_study(details: StudyDetails) -> None:
    study = details.study
    print(f"{shown_name(study.patient.patient_name)}  {_patient_line(study.patient)}")
    mark = " SIMULATED" if study.is_simulated else ""
    print(f"{study_name(study)}{mark}")
    print(f"{_when(study)}  accession {study.accession_number or '(none)'}")
    here, expected = study.number_of_study_related_instances, study.expected_instances
    print(
        f"{here} instances; how many there should be was not announced"
        if expected is None
        else f"{study.completeness.value}: {here} of {expected} instances"
    )
    for series in details.series:
        number = "?" if series.series_number is None else series.series_number
        print(
            f"  series {number}: {series.modality} {series.series_description}, "
            f"{len(series.instances)} instances, {series.image_count} images"
        )
    if details.conflicts:
        print(f"{len(details.conflicts)} images arrived again with other content; both are kept.")


def _print_priors(details: StudyDetails) -> None:
    for place, prior in enumerate(details.priors, start=1):
        study = prior.study
        mark = " SIMULATED" if study.is_simulated else ""
        name = f"{study_name(study)}{mark}"
        print(f"{place:3}  {prior.score:3}  {_when(study)}  {name}  {prior.match.value}")
        print(f"          {study.study_instance_uid}")
        print(f"          {' · '.join(prior.reasons)}")
    if not details.priors:
        print("No earlier study of this patient is here.")


def _patient_line(patient: Patient) -> str:
    born = patient.patient_birth_date
    return f"ID {patient.identity.patient_id}, {patient.patient_sex or '?'}, born {born or '?'}"


def _when(study: Study) -> str:
    at = study.study_date_time
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "no date"


def _study_json(details: StudyDetails) -> dict[str, Any]:
    study = details.study
    return {
        "study_instance_uid": study.study_instance_uid,
        "patient_id": study.patient.identity.patient_id,
        "issuer_of_patient_id": study.patient.identity.issuer_of_patient_id,
        "patient_name": study.patient.patient_name,
        "accession_number": study.accession_number,
        "study_date_time": study.study_date_time.isoformat() if study.study_date_time else None,
        "description": study.study_description,
        "modalities": list(study.modalities_in_study),
        "is_simulated": study.is_simulated,
        "completeness": study.completeness.value,
        "images": study.number_of_study_related_instances,
        "images_expected": study.expected_instances,
        "conflicts": [conflict.sop_instance_uid for conflict in details.conflicts],
        "series": [_series_json(series) for series in details.series],
    }


def _series_json(series: Series) -> dict[str, Any]:
    return {
        "series_instance_uid": series.series_instance_uid,
        "series_number": series.series_number,
        "modality": series.modality,
        "description": series.series_description,
        "instances": len(series.instances),
        "images": series.image_count,
    }


def _priors_json(details: StudyDetails) -> list[dict[str, Any]]:
    return [_prior_json(prior) for prior in details.priors]


def _prior_json(prior: RankedPrior) -> dict[str, Any]:
    study = prior.study
    return {
        "study_instance_uid": study.study_instance_uid,
        "study_date_time": study.study_date_time.isoformat() if study.study_date_time else None,
        "description": study.study_description,
        "modalities": list(study.modalities_in_study),
        "is_simulated": study.is_simulated,
        "match": prior.match.value,
        "may_be_hung": prior.may_be_hung,
        "score": prior.score,
        "reasons": list(prior.reasons),
        "suggested_as": [role.value for role in prior.roles],
    }
