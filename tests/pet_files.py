"""Makes synthetic PET images: one header that gives an SUV, and what is changed in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset, FileDataset

from tests.dicom_files import make_image, save

PET = "1.2.840.10008.5.1.4.1.1.128"
STORED = np.arange(100, 164, dtype=np.uint16).reshape(8, 8)
IN_INJECTION = {
    "RadiopharmaceuticalStartTime": "080000",
    "RadionuclideTotalDose": 370_000_000,
    "RadionuclideHalfLife": 6586.2,
    "RadionuclideCodeSequence": ("C-111A1", "SRT", "^18^Fluorine"),
}
AT_ROOT = {
    "SOPClassUID": PET,
    "Modality": "PT",
    "SeriesDate": "20260302",
    "SeriesTime": "090000",
    "AcquisitionDate": "20260302",
    "AcquisitionTime": "090000",
    "ActualFrameDuration": 120_000,
    "PatientWeight": 70,
    "PatientSize": 1.75,
    "PatientSex": "M",
    "Units": "BQML",
    "CorrectedImage": ["NORM", "DTIM", "ATTN", "SCAT", "DECY"],
    "DecayCorrection": "START",
    "RescaleSlope": 12.5,
    "RescaleIntercept": 0,
}


def make_pet(values: np.ndarray = STORED, **changes: Any) -> FileDataset:
    """Return a PET image; a keyword of the injection goes there, None removes the attribute.

    `injections` is how many items the sequence has, `philips` and `ge` are private attributes.
    """
    injections, private = changes.pop("injections", 1), changes.pop("private", ())
    injected = {**IN_INJECTION, **{k: v for k, v in changes.items() if _is_injection(k)}}
    at_root = {**AT_ROOT, **{k: v for k, v in changes.items() if not _is_injection(k)}}
    dataset = make_image(values, **at_root)
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.RadiopharmaceuticalInformationSequence = [
        _injection(injected) for _ in range(injections)
    ]
    for group, creator, offset, vr, value in private:
        block = dataset.private_block(group, creator, create=True)
        block.add_new(offset, vr, value)
    return dataset


def save_pet(path: Path, values: np.ndarray = STORED, **changes: Any) -> Path:
    """Write a PET image; see `make_pet`."""
    return save(make_pet(values, **changes), path)


def _is_injection(keyword: str) -> bool:
    return keyword in IN_INJECTION or keyword.startswith("Radiopharmaceutical")


def _injection(values: dict[str, Any]) -> Dataset:
    item = Dataset()
    for keyword, value in values.items():
        if keyword == "RadionuclideCodeSequence" and value is not None:
            code = Dataset()
            code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = value
            item.RadionuclideCodeSequence = [code]
        elif value is not None:
            setattr(item, keyword, value)
    return item
