"""Write measurements as a structured report: TID 1500 in a Comprehensive SR (PS3.3 A.35.3).

Single measurements are groups of TID 1501 with coordinates at each number (TID 320), regions are
groups of TID 1410. Points and numbers come back from `measurement_report_file` as they were.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import numpy as np
from highdicom.sr import (
    CodeContentItem,
    CodedConcept,
    ComprehensiveSR,
    CoordinatesForMeasurement,
    ImageRegion,
    MeasurementsAndQualitativeEvaluations,
    ObservationContext,
    ObserverContext,
    PersonObserverIdentifyingAttributes,
    PlanarROIMeasurementsAndQualitativeEvaluations,
    RelationshipTypeValues,
    SourceImageForMeasurementGroup,
    SourceImageForRegion,
    TextContentItem,
    TrackingIdentifier,
    UIDRefContentItem,
)
from highdicom.sr import (
    Measurement as Number,
)
from highdicom.sr import (
    MeasurementReport as Template,
)
from pydicom import config
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes

from readstation.adapters.dicom.measurement_codes import (
    COMMENT,
    CONCEPTS,
    FRAME_OF_REFERENCE,
    IMAGING_PROCEDURE,
    KIND,
    OWN_SCHEME,
    SPACING_NOTE,
    SPACING_SOURCE,
    UNNAMED,
    Concept,
    unit_code,
)
from readstation.adapters.dicom.measurement_facts import Drawing, Facts, Stated, facts_of
from readstation.adapters.dicom.written_object import (
    PRODUCT,
    content_of,
    date_and_time,
    patient_and_study,
)
from readstation.app.importing.instance_header import InstanceHeader
from readstation.app.reading.measurement_report import MeasurementReport
from readstation.domain.errors import RefusedInputError
from readstation.imaging.graphic_annotation import ImageReference

SERIES_NUMBER = 9001
SERIES_DESCRIPTION = "Measured in ReadStation"
SPACING_UNIT = "mm"


def write_measurement_report(
    report: MeasurementReport, image: InstanceHeader, now: datetime
) -> bytes:
    """Return the file of a report; patient and study are those of one image it refers to.

    Parameters
    ----------
    report : MeasurementReport
        With measurements on `images`, all of the study of `image`.
    now : datetime
        When it was saved, aware; written in the zone of the study's own times.

    Raises
    ------
    RefusedInputError
        If there is nothing to write, or the report is of another study.
    """
    every = [facts for m in report.measurements if (facts := facts_of(m)) is not None]
    if not every or report.study_instance_uid != image.study.study_instance_uid:
        raise RefusedInputError("BAD_MEASUREMENT_REPORT", "There is nothing to be saved.")
    images = {reference.sop_instance_uid: reference for reference in report.images}
    content = Template(
        observation_context=ObservationContext(
            observer_person_context=ObserverContext(
                observer_type=codes.DCM.Person,
                observer_identifying_attributes=PersonObserverIdentifyingAttributes(
                    name=_person(report.author_name)
                ),
            )
        ),
        procedure_reported=_coded(IMAGING_PROCEDURE),
        imaging_measurements=[_group(f, images[f.frame.sop_instance_uid]) for f in every],
    )
    with config.disable_value_validation():
        written = ComprehensiveSR(
            evidence=[_evidence(reference, image) for reference in images.values()],
            content=content[0],
            series_instance_uid=report.series_instance_uid,
            series_number=SERIES_NUMBER,
            sop_instance_uid=report.sop_instance_uid,
            instance_number=1,
            manufacturer=PRODUCT,
            series_description=SERIES_DESCRIPTION,
            is_complete=True,
            specific_character_set="ISO_IR 192",
        )
        return _file(written, image, now)


def _file(written: ComprehensiveSR, image: InstanceHeader, now: datetime) -> bytes:
    patient_and_study(written, image)
    day, time = date_and_time(now, image)
    written.add_new("ContentDate", "DA", day)
    written.add_new("ContentTime", "TM", time)
    written.ManufacturerModelName = PRODUCT
    return content_of(written)


def _evidence(reference: ImageReference, image: InstanceHeader) -> Dataset:
    """Return what the template wants to know of an image, as a dataset of that image."""
    dataset = Dataset()
    patient_and_study(dataset, image)
    # highdicom doubts names of one part; `_file` writes those of the image as they are
    dataset.PatientName = dataset.ReferringPhysicianName = ""
    dataset.SeriesInstanceUID = reference.series_instance_uid
    dataset.SOPClassUID = reference.sop_class_uid
    dataset.SOPInstanceUID = reference.sop_instance_uid
    return dataset


def _group(facts: Facts, image: ImageReference) -> Any:
    name = facts.tracking_identifier or UNNAMED
    frames = list(image.frame_numbers and (facts.frame.frame_number,)) or None
    source = (image.sop_class_uid, image.sop_instance_uid, frames)
    numbers = [_number(key, stated, source) for key, stated in _all_numbers(facts)]
    tracking = TrackingIdentifier(uid=facts.tracking_uid, identifier=name)
    if facts.region is not None:
        region = ImageRegion(
            facts.region.graphic_type, _graphic_data(facts.region), SourceImageForRegion(*source)
        )
        group: Any = PlanarROIMeasurementsAndQualitativeEvaluations(
            tracking, referenced_region=region, measurements=numbers
        )
    else:
        group = MeasurementsAndQualitativeEvaluations(
            tracking,
            measurements=numbers,
            source_images=[SourceImageForMeasurementGroup(*source)],
        )
    group[0].ContentSequence.extend(_remarks(facts))
    return group


def _all_numbers(facts: Facts) -> Iterable[tuple[str, Stated]]:
    yield from facts.numbers.items()
    calibration = facts.calibration
    if calibration is not None and calibration.is_known and facts.kind != "calibration":
        yield "row_spacing", Stated(calibration.row_spacing_mm or 0.0, SPACING_UNIT)
        yield "column_spacing", Stated(calibration.column_spacing_mm or 0.0, SPACING_UNIT)


def _number(key: str, stated: Stated, source: tuple[str, str, list[int] | None]) -> Number:
    drawn = [
        CoordinatesForMeasurement(
            drawing.graphic_type, _graphic_data(drawing), SourceImageForRegion(*source)
        )
        for drawing in stated.drawings
    ]
    return Number(
        name=_coded(CONCEPTS[key]),
        value=float(stated.value),
        unit=_coded(unit_code(stated.unit)),
        referenced_coordinates=drawn or None,
    )


def _remarks(facts: Facts) -> Iterable[Dataset]:
    """Yield what the template has no row for: our kind, the source of the spacing, the words."""
    contains = RelationshipTypeValues.CONTAINS
    kind = Concept(facts.kind.upper(), OWN_SCHEME, facts.kind.capitalize())
    yield CodeContentItem(_coded(KIND), _coded(kind), contains)
    if facts.calibration is not None and facts.kind != "calibration":
        source = facts.calibration.source
        named = Concept(source.name, OWN_SCHEME, source.value)
        yield CodeContentItem(_coded(SPACING_SOURCE), _coded(named), contains)
        if facts.calibration.note:
            yield TextContentItem(_coded(SPACING_NOTE), facts.calibration.note, contains)
    if facts.frame.frame_of_reference_uid:
        uid = facts.frame.frame_of_reference_uid
        yield UIDRefContentItem(_coded(FRAME_OF_REFERENCE), uid, contains)
    if facts.words:
        yield TextContentItem(_coded(COMMENT), facts.words, contains)


def _graphic_data(drawing: Drawing) -> Any:
    return np.array([(point.column, point.row) for point in drawing.points])


def _person(name: str) -> str:
    """Return a name as a person name; a full name in one part is a family name (PS3.5 6.2.1.2)."""
    return name if "^" in name else f"{name or PRODUCT}^"


def _coded(concept: Concept) -> CodedConcept:
    return CodedConcept(concept.value, concept.scheme, concept.meaning)
