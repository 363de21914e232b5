"""Write key images as a key object selection (PS3.3 A.35.4) of template TID 2010."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydicom import config
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items

from readstation.adapters.dicom.sop_classes import STORAGE
from readstation.adapters.dicom.written_object import (
    PRODUCT,
    content_of,
    date_and_time,
    new_object,
    patient_and_study,
)
from readstation.app.importing.instance_header import InstanceHeader
from readstation.app.reading.key_object_selection import KeyObjectSelection
from readstation.domain.errors import RefusedInputError
from readstation.imaging.graphic_annotation import ImageReference

KEY_OBJECT_SELECTION = STORAGE + "88.59"
SERIES_NUMBER = 9002
SERIES_DESCRIPTION = "Key images of ReadStation"
OF_INTEREST = ("113000", "Of Interest")
OBSERVER_TYPE, PERSON = ("121005", "Observer Type"), ("121006", "Person")
OBSERVER_NAME = ("121008", "Person Observer Name")


def write_key_objects(selection: KeyObjectSelection, image: InstanceHeader, now: datetime) -> bytes:
    """Return the file of a selection; patient and study are those of one image it names.

    Raises
    ------
    RefusedInputError
        If it names nothing, or is of another study.
    """
    if not selection.images or selection.study_instance_uid != image.study.study_instance_uid:
        raise RefusedInputError("BAD_KEY_OBJECTS", "There is no key image to be saved.")
    with config.disable_value_validation():
        dataset = new_object(KEY_OBJECT_SELECTION, selection.sop_instance_uid)
        patient_and_study(dataset, image)
        _series(dataset, selection)
        dataset.ContentDate, dataset.ContentTime = date_and_time(now, image)
        dataset.CurrentRequestedProcedureEvidenceSequence = Items([_evidence(selection)])
        _content(dataset, selection)
        return content_of(dataset)


def _series(dataset: Dataset, selection: KeyObjectSelection) -> None:
    dataset.Modality = "KO"
    dataset.SeriesInstanceUID = selection.series_instance_uid
    dataset.SeriesNumber = SERIES_NUMBER
    dataset.SeriesDescription = SERIES_DESCRIPTION
    dataset.ReferencedPerformedProcedureStepSequence = Items([])
    dataset.Manufacturer = PRODUCT
    dataset.ManufacturerModelName = PRODUCT
    dataset.InstanceNumber = 1


def _evidence(selection: KeyObjectSelection) -> Dataset:
    """Return the images by study and series (PS3.3 C.17.6.2)."""
    by_series: dict[str, list[ImageReference]] = {}
    for reference in selection.images:
        by_series.setdefault(reference.series_instance_uid, []).append(reference)
    study = Dataset()
    study.StudyInstanceUID = selection.study_instance_uid
    study.ReferencedSeriesSequence = Items([_series_item(*each) for each in by_series.items()])
    return study


def _series_item(series_instance_uid: str, references: Sequence[ImageReference]) -> Dataset:
    item = Dataset()
    item.SeriesInstanceUID = series_instance_uid
    item.ReferencedSOPSequence = Items([_instance(reference) for reference in references])
    return item


def _content(dataset: Dataset, selection: KeyObjectSelection) -> None:
    """Add the document: its title, who marked, and the images (TID 2010)."""
    dataset.ValueType = "CONTAINER"
    dataset.ConceptNameCodeSequence = Items([_code(*OF_INTEREST)])
    dataset.ContinuityOfContent = "SEPARATE"
    template = Dataset()
    template.MappingResource = "DCMR"
    template.TemplateIdentifier = "2010"
    dataset.ContentTemplateSequence = Items([template])
    kind = _item("HAS OBS CONTEXT", "CODE", OBSERVER_TYPE)
    kind.ConceptCodeSequence = Items([_code(*PERSON)])
    name = _item("HAS OBS CONTEXT", "PNAME", OBSERVER_NAME)
    name.PersonName = selection.author_name or PRODUCT
    dataset.ContentSequence = Items([kind, name, *map(_image_item, selection.images)])


def _image_item(reference: ImageReference) -> Dataset:
    item = Dataset()
    item.RelationshipType = "CONTAINS"
    item.ValueType = "IMAGE"
    named = _instance(reference)
    if reference.frame_numbers:
        named.ReferencedFrameNumber = list(reference.frame_numbers)
    item.ReferencedSOPSequence = Items([named])
    return item


def _instance(reference: ImageReference) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID = reference.sop_class_uid
    item.ReferencedSOPInstanceUID = reference.sop_instance_uid
    return item


def _item(relationship: str, value_type: str, concept: tuple[str, str]) -> Dataset:
    item = Dataset()
    item.RelationshipType = relationship
    item.ValueType = value_type
    item.ConceptNameCodeSequence = Items([_code(*concept)])
    return item


def _code(value: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue = value
    item.CodingSchemeDesignator = "DCM"
    item.CodeMeaning = meaning
    return item
