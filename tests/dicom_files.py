"""Makes the small synthetic DICOM files of these tests; nothing in them comes from a person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

CT = "1.2.840.10008.5.1.4.1.1.2"
ROOT = "2.25.4711"


def make_image(values: np.ndarray | None = None, **attributes: Any) -> FileDataset:
    """Return a CT image of one patient; keyword arguments replace attributes, None removes."""
    pixels = np.arange(64, dtype=np.uint16).reshape(8, 8) if values is None else values
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = CT
    meta.MediaStorageSOPInstanceUID = f"{ROOT}.3.1"
    dataset = FileDataset("", {}, file_meta=meta, preamble=bytes(128))
    given = {
        "SpecificCharacterSet": "ISO_IR 192",
        "SOPClassUID": CT,
        "SOPInstanceUID": f"{ROOT}.3.1",
        "StudyInstanceUID": f"{ROOT}.1",
        "SeriesInstanceUID": f"{ROOT}.2",
        "PatientID": "TEST-1",
        "PatientName": "TEST^Synthetic",
        "StudyDate": "20260102",
        "StudyTime": "101112",
        "Modality": "CT",
        "InstanceNumber": 1,
        **pixel_module(pixels),
        **attributes,
    }
    for keyword, value in given.items():
        if value is not None:
            setattr(dataset, keyword, value)
    return dataset


def pixel_module(pixels: np.ndarray) -> dict[str, Any]:
    """Return the Image Pixel attributes of an array (rows, columns[, 3])."""
    bits = pixels.dtype.itemsize * 8
    return {
        "Rows": pixels.shape[0],
        "Columns": pixels.shape[1],
        "SamplesPerPixel": pixels.shape[2] if pixels.ndim == 3 else 1,
        "PhotometricInterpretation": "RGB" if pixels.ndim == 3 else "MONOCHROME2",
        "PlanarConfiguration": 0 if pixels.ndim == 3 else None,
        "BitsAllocated": bits,
        "BitsStored": bits,
        "HighBit": bits - 1,
        "PixelRepresentation": int(pixels.dtype.kind == "i"),
        "PixelData": pixels.tobytes(),
    }


def add_overlay(
    image: Dataset,
    bits: np.ndarray | None,
    *,
    group: int = 0x6000,
    kind: str = "G",
    origin: tuple[int, int] = (1, 1),
    number_of_frames: int | None = None,
    first_frame: int | None = None,
    bits_allocated: int = 1,
    bit_position: int = 0,
    size: tuple[int, int] | None = None,
) -> None:
    """Add an overlay group: bits ([frames,] rows, columns), or None where the pixels hold them."""
    rows, columns = size or bits.shape[-2:]
    packed = None if bits is None else np.packbits(bits.ravel(), bitorder="little").tobytes()
    for element, vr, value in (
        (0x10, "US", rows),
        (0x11, "US", columns),
        (0x15, "IS", number_of_frames),
        (0x40, "CS", kind),
        (0x50, "SS", list(origin)),
        (0x51, "US", first_frame),
        (0x100, "US", bits_allocated),
        (0x102, "US", bit_position),
        (0x3000, "OW", packed and packed + bytes(len(packed) % 2)),
    ):
        if value is not None:
            image.add_new(group << 16 | element, vr, value)


def save(dataset: Dataset, path: Path) -> Path:
    """Write a data set as a DICOM file, without pydicom repairing it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset.save_as(path, enforce_file_format=False)
    return path


def save_image(path: Path, values: np.ndarray | None = None, **attributes: Any) -> Path:
    """Write an image; see `make_image`."""
    return save(make_image(values, **attributes), path)


def declare_syntax(path: Path, transfer_syntax_uid: str) -> Path:
    """Change what a saved Explicit VR Little Endian file says of its transfer syntax."""
    content = path.read_bytes()
    start = content.index(b"\x02\x00\x10\x00UI")
    length = int.from_bytes(content[start + 6 : start + 8], "little")
    uid = transfer_syntax_uid.encode("ascii")
    uid += b"\0" * (len(uid) % 2)
    element = content[start : start + 6] + len(uid).to_bytes(2, "little") + uid
    path.write_bytes(content[:start] + element + content[start + 8 + length :])
    return path
