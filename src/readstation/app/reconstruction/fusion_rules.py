"""Whether one series may be laid over another, and if not, why: sentences for the reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from readstation.app.reading.display_set import DisplaySet
from readstation.app.reconstruction.load_source import why_not_reformatted
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.link_kind import Link, LinkKind
from readstation.domain.patient import (
    Patient,
    PatientIdentity,
    PatientMatch,
    match_patients,
    mismatches,
)
from readstation.imaging.plane import Vector
from readstation.imaging.rigid_transform import IDENTITY_TRANSFORM
from readstation.imaging.stack_extent import StackExtent, extent_of

LAID_OVER = frozenset({"PT", "NM"})
"""What is looked at in colours over images of the anatomy."""
NOTHING_TO_LAY = "No PET or NM series of this patient is open to lay over these planes."
OTHER_PATIENT = "The series are of different patients."
NO_MEANING = "The files of the series do not say what their stored values stand for."
NO_OVERLAP = "No overlap: the series show different parts of the body."
ON_ANATOMY = "PET is laid over images of the anatomy. Show the planes of the CT or MR series first."
NO_REGISTRATION = "The series do not share a frame of reference."


def candidates(base: DisplaySet, sets: Iterable[DisplaySet]) -> tuple[DisplaySet, ...]:
    """Return what could be laid over the planes of `base`: those of its own study first."""
    over = [each for each in sets if each is not base and each.first.modality in LAID_OVER]
    own = base.study_instance_uid
    return tuple(sorted(over, key=lambda each: each.study_instance_uid != own))


def anatomy_under(
    over: DisplaySet,
    sets: Iterable[DisplaySet],
    relation: Callable[[ImageDescription, ImageDescription], Link],
) -> DisplaySet | None:
    """Return the series whose planes a PET is laid over: of its own study first, CT before others.

    None if it is no PET, or if no series that is open shows what lies under it.
    """
    if over.first.modality not in LAID_OVER:
        return None
    own = over.study_instance_uid
    fitting = [
        each
        for each in sets
        if not why_not_reformatted(each)
        and not why_not_fused(each, over, relation(each.first, over.first))
    ]
    return min(
        fitting,
        key=lambda e: (e.study_instance_uid != own, e.first.modality != "CT", -len(e.images)),
        default=None,
    )


def why_not_fused(base: DisplaySet, over: DisplaySet, link: Link) -> str:
    """Return why `over` is not laid over `base`; empty if it may be.

    `link` is what is known of how the two lie to each other.
    """
    if base.first.modality in LAID_OVER:
        return ON_ANATOMY
    reason = _why_other_patient(base.first, over.first) or why_not_reformatted(over)
    if reason:
        return reason
    if not all(i.modality_transform.is_stated for i in over.images):
        return NO_MEANING
    if not link.is_spatial or link.transform is None:
        return link.hindrance.message if link.hindrance is not None else NO_REGISTRATION
    mine, there = _extent(base), _extent(over)
    if mine is None or there is None or not mine.overlaps(there, link.transform):
        return NO_OVERLAP
    return ""


def link_words(link: Link, centre_mm: Vector) -> str:
    """Return what the fusion rests on: "same frame of reference" or the kind and its offset."""
    if link.kind is LinkKind.POSITION and link.transform == IDENTITY_TRANSFORM:
        return "same frame of reference"
    return link.words(centre_mm)


def _why_other_patient(one: ImageDescription, other: ImageDescription) -> str:
    if one.study_instance_uid == other.study_instance_uid and one.banner == other.banner:
        return ""
    mine, theirs = _patient(one), _patient(other)
    match = match_patients(mine, theirs)
    if match is PatientMatch.SAME:
        return ""
    if match is PatientMatch.DIFFERENT:
        return OTHER_PATIENT
    return f"The series may be of different patients: {', '.join(mismatches(mine, theirs))}."


def _patient(image: ImageDescription) -> Patient:
    b = image.banner
    identity = PatientIdentity(b.patient_id, b.issuer_of_patient_id)
    return Patient(identity, b.patient_name, b.patient_birth_date, b.patient_sex)


def _extent(display_set: DisplaySet) -> StackExtent | None:
    planes = [image.plane for image in display_set.images if image.plane is not None]
    if not planes:
        return None
    first = display_set.first
    return extent_of(planes, first.columns, first.rows, first.slice_thickness_mm or 0.0)
