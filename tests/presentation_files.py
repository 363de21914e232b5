"""Makes synthetic presentation states over the synthetic images of `dicom_files`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence as Items
from pydicom.uid import ExplicitVRLittleEndian

GRAYSCALE, COLOUR = "1.2.840.10008.5.1.4.1.1.11.1", "1.2.840.10008.5.1.4.1.1.11.2"
PSEUDO_COLOUR, BLENDING = "1.2.840.10008.5.1.4.1.1.11.3", "1.2.840.10008.5.1.4.1.1.11.4"
STATE_UID = "2.25.4711.9.1"


def item(**attributes: Any) -> Dataset:
    """Return one sequence item."""
    made = Dataset()
    for keyword, value in attributes.items():
        setattr(made, keyword, value)
    return made


def reference(image: Dataset, frames: Sequence[int] = ()) -> Dataset:
    """Return an item of Referenced Image Sequence."""
    made = item(
        ReferencedSOPClassUID=image.SOPClassUID, ReferencedSOPInstanceUID=image.SOPInstanceUID
    )
    if frames:
        made.ReferencedFrameNumber = list(frames)
    return made


def window(center: float, width: float, function: str = "", **attributes: Any) -> Dataset:
    """Return an item of Softcopy VOI LUT Sequence."""
    made = item(WindowCenter=center, WindowWidth=width, **attributes)
    if function:
        made.VOILUTFunction = function
    return made


def table(first: int, bits: int, data: Sequence[int], **attributes: Any) -> Dataset:
    """Return a LUT item; `first` below zero makes a signed descriptor."""
    made = Dataset()
    made.add_new(0x00283002, "SS" if first < 0 else "US", [len(data) & 0xFFFF, first, bits])
    made.add_new(0x00283006, "OW", b"".join(int(v).to_bytes(2, "little") for v in data))
    for keyword, value in attributes.items():
        setattr(made, keyword, value)
    return made


def area(top_left: Sequence[int], bottom_right: Sequence[int], **attributes: Any) -> Dataset:
    """Return an item of Displayed Area Selection Sequence, square pixels scaled to fit."""
    given: dict[str, Any] = {
        "PresentationSizeMode": "SCALE TO FIT",
        "PresentationPixelAspectRatio": [1, 1],
        **attributes,
    }
    return item(
        DisplayedAreaTopLeftHandCorner=list(top_left),
        DisplayedAreaBottomRightHandCorner=list(bottom_right),
        **given,
    )


def make_state(
    *images: Dataset, sop_class: str = GRAYSCALE, frames: Sequence[int] = (), **attributes: Any
) -> FileDataset:
    """Return a state that refers to `images`; sequences are given as lists, None removes."""
    first = images[0]
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = sop_class
    made = FileDataset("", {}, file_meta=meta, preamble=bytes(128))
    series: dict[str, list[Dataset]] = {}
    for image in images:
        series.setdefault(image.SeriesInstanceUID, []).append(reference(image, frames))
    given: dict[str, Any] = {
        "SOPClassUID": sop_class,
        "SOPInstanceUID": STATE_UID,
        "StudyInstanceUID": first.StudyInstanceUID,
        "SeriesInstanceUID": "2.25.4711.9",
        "PatientID": first.get("PatientID", ""),
        "PatientName": first.get("PatientName", ""),
        "Modality": "PR",
        "InstanceNumber": 1,
        "ContentLabel": "TEST",
        "ContentDescription": "Synthetic state",
        "ContentCreatorName": "Maker^Synthetic",
        "PresentationCreationDate": "20260103",
        "PresentationCreationTime": "101500",
        "ReferencedSeriesSequence": [
            item(SeriesInstanceUID=uid, ReferencedImageSequence=Items(references))
            for uid, references in series.items()
        ],
        "DisplayedAreaSelectionSequence": [area((1, 1), (int(first.Columns), int(first.Rows)))],
        "PresentationLUTShape": "IDENTITY" if sop_class == GRAYSCALE else None,
        **attributes,
    }
    for keyword, value in given.items():
        if value is not None:
            setattr(made, keyword, Items(value) if _is_items(value) else value)
    meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    return made


def _is_items(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Dataset)
