"""What is open, as hanging protocols see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from readstation.app.hanging.kernel_names import kernel_kind
from readstation.app.hanging.view_names import side_of_image, view_of
from readstation.app.reading.display_set import DisplaySet
from readstation.domain.anatomy import Anatomy, Side
from readstation.domain.hanging import HangingCase, SetFacts, StudyFacts
from readstation.domain.hanging_words import words_of
from readstation.domain.study import Study
from readstation.imaging.plane import ImagePlane

FOR_PROCESSING = frozenset(
    {
        "1.2.840.10008.5.1.4.1.1.1.1.1",
        "1.2.840.10008.5.1.4.1.1.1.2.1",
        "1.2.840.10008.5.1.4.1.1.1.3.1",
    }
)
"""Digital X-ray, mammography and intra-oral images that are not for looking at (A.26, A.27)."""
SIDES = {Side.LEFT: "L", Side.RIGHT: "R", Side.BOTH: "B", Side.UNKNOWN: ""}
AXES = ("sagittal", "coronal", "axial")
OBLIQUE = "oblique"
ALONG_AXIS = 0.8
"""Cosine to the nearest axis from which on a plane has its name: about 37 degrees."""
PLANE_WORDS = (
    ("axial", frozenset({"ax", "axial", "tra", "transversal", "transverse"})),
    ("coronal", frozenset({"cor", "coronal"})),
    ("sagittal", frozenset({"sag", "sagittal"})),
)


def set_id(display_set: DisplaySet) -> str:
    """Return what names a display set among all that is open."""
    first = display_set.first
    return f"{first.series_instance_uid} {first.sop_instance_uid} {first.frame_number}"


def hanging_case(
    current: Study,
    current_sets: Sequence[DisplaySet],
    priors: Sequence[tuple[Study, Sequence[DisplaySet]]],
    anatomy: Anatomy,
) -> HangingCase:
    """Return what may be hung; `priors` are accepted ones, the best first."""
    return HangingCase(
        study_facts(current, current_sets, anatomy),
        tuple(study_facts(study, sets, anatomy) for study, sets in priors if sets),
    )


def study_facts(study: Study, sets: Sequence[DisplaySet], anatomy: Anatomy) -> StudyFacts:
    """Return a study as hanging protocols see it; sets of any other study are left out (H01)."""
    uid = study.study_instance_uid
    own = tuple(set_facts(s, anatomy) for s in sets if s.study_instance_uid == uid)
    sides = {facts.laterality for facts in own if facts.laterality}
    one_side = next(iter(sides)) if len(sides) == 1 else "B" if len(sides) > 1 else ""
    regions = anatomy.find(study).regions or frozenset().union(*(facts.regions for facts in own))
    return StudyFacts(
        study_instance_uid=uid,
        modalities=frozenset(study.modalities_in_study) | {facts.modality for facts in own},
        study_description=study.study_description,
        regions=regions,
        laterality=SIDES[anatomy.side_of(study)] or one_side,
        taken_at=study.study_date_time,
        sets=tuple(replace(facts, regions=facts.regions or regions) for facts in own),
    )


def set_facts(display_set: DisplaySet, anatomy: Anatomy) -> SetFacts:
    """Return a display set as hanging protocols see it."""
    image = display_set.first
    named = anatomy.of_text(image.body_part_examined)
    return SetFacts(
        set_id=set_id(display_set),
        modality=image.modality,
        series_description=image.series_description,
        regions=named or anatomy.of_text(image.series_description),
        laterality=side_of_image(image.modality, image.laterality, image.series_description),
        view=view_of(image.modality, image.view_position, image.series_description),
        plane=plane_name(image.plane, image.series_description),
        image_type=frozenset(part.upper() for part in image.image_type),
        kernel=kernel_kind(image.convolution_kernel, image.series_description),
        image_count=len(display_set.images),
        series_number=image.series_number,
        is_for_processing=image.sop_class_uid in FOR_PROCESSING,
    )


def plane_name(plane: ImagePlane | None, series_description: str) -> str:
    """Return axial, coronal, sagittal or oblique; by the description where no plane is stated."""
    if plane is not None:
        cosines = [abs(cosine) for cosine in plane.normal]
        largest = max(cosines)
        return AXES[cosines.index(largest)] if largest >= ALONG_AXIS else OBLIQUE
    words = words_of(series_description)
    named = [name for name, known in PLANE_WORDS if known & words]
    return named[0] if len(named) == 1 else ""
