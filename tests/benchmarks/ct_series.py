"""A CT series on disk as scanners write it: long headers with sequences and private elements."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileDataset
from pydicom.sequence import Sequence

from readstation.domain.study import Instance
from tests.dicom_files import CT, ROOT, make_image

SIDE = 512
PRIVATE_ELEMENTS = 40
STANDARD = {
    "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL", "CT_SOM5 SPI"],
    "InstanceCreationDate": "20260102",
    "InstanceCreationTime": "101112.123456",
    "AcquisitionDate": "20260102",
    "ContentDate": "20260102",
    "AcquisitionTime": "101112.123456",
    "ContentTime": "101112.123456",
    "AccessionNumber": "A-4711",
    "Manufacturer": "SYNTHETIC",
    "InstitutionName": "Synthetic Hospital",
    "InstitutionAddress": "Nowhere 1",
    "ReferringPhysicianName": "REFERRER^Synthetic",
    "StationName": "CT-1",
    "StudyDescription": "Chest with contrast",
    "SeriesDescription": "Thorax 1.0 B31f",
    "ManufacturerModelName": "Generator",
    "PatientBirthDate": "19600101",
    "PatientSex": "O",
    "PatientAge": "066Y",
    "BodyPartExamined": "CHEST",
    "SliceThickness": "1",
    "KVP": "120",
    "DataCollectionDiameter": "500",
    "DeviceSerialNumber": "0000",
    "SoftwareVersions": "1.0",
    "ProtocolName": "ThoraxRoutine",
    "ReconstructionDiameter": "380",
    "DistanceSourceToDetector": "1040",
    "DistanceSourceToPatient": "570",
    "GantryDetectorTilt": "0",
    "TableHeight": "132",
    "RotationDirection": "CW",
    "ExposureTime": "500",
    "XRayTubeCurrent": "210",
    "Exposure": "105",
    "FilterType": "0",
    "GeneratorPower": "32",
    "FocalSpots": "1.2",
    "DateOfLastCalibration": "20260101",
    "TimeOfLastCalibration": "064500",
    "ConvolutionKernel": "B31f",
    "PatientPosition": "HFS",
    "StudyID": "1",
    "SeriesNumber": 2,
    "AcquisitionNumber": 1,
    "ImagePositionPatient": [-190, -190, 0],
    "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
    "FrameOfReferenceUID": f"{ROOT}.4",
    "PositionReferenceIndicator": "",
    "SliceLocation": "0",
    "ImageComments": "Synthetic",
    "PixelSpacing": [0.7421875, 0.7421875],
    "SmallestImagePixelValue": 0,
    "LargestImagePixelValue": 4095,
    "WindowCenter": [40, -600],
    "WindowWidth": [400, 1200],
    "RescaleIntercept": "-1024",
    "RescaleSlope": "1",
    "RescaleType": "HU",
    "WindowCenterWidthExplanation": ["WINDOW1", "WINDOW2"],
    "BitsStored": 12,
    "HighBit": 11,
}


@dataclass(frozen=True)
class CtSeries:
    """Files in slice order, as the index knows them, and where they lie."""

    paths: tuple[Path, ...]
    instances: tuple[Instance, ...]

    def unchecked_path(self, content_sha256: str) -> Path:
        return self._by_hash[content_sha256]

    path = unchecked_path

    @property
    def pixel_bytes(self) -> int:
        return sum((i.rows or 0) * (i.columns or 0) * 2 for i in self.instances)

    def __post_init__(self) -> None:
        hashes = (instance.content_sha256 for instance in self.instances)
        object.__setattr__(self, "_by_hash", dict(zip(hashes, self.paths, strict=True)))


def write_series(folder: Path, count: int, side: int = SIDE) -> CtSeries:
    """Write `count` slices of `side` x `side` pixels, each other than the last."""
    image = header(side)
    noise = np.random.default_rng(1).integers(0, 4096, (side, side), np.uint16)
    made = [_write(folder, image, number, noise) for number in range(1, count + 1)]
    paths, instances = zip(*made, strict=True)
    return CtSeries(paths, instances)


def header(side: int) -> FileDataset:
    """Return an image of 117 elements, two sequences and 40 private elements among them."""
    image = make_image(np.zeros((side, side), np.uint16), **STANDARD)
    image["PixelData"].VR = "OW"
    image.ReferencedImageSequence = Sequence([_reference(1), _reference(2)])
    image.SourceImageSequence = Sequence([_reference(3)])
    image["SourceImageSequence"].is_undefined_length = True
    block = image.private_block(0x0029, "SYNTHETIC CT", create=True)
    for number in range(PRIVATE_ELEMENTS - 1):
        block.add_new(number, "LO", f"private value {number}")
    return image


def _reference(number: int) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID = CT
    item.ReferencedSOPInstanceUID = f"{ROOT}.5.{number}"
    return item


def _write(
    folder: Path, image: FileDataset, number: int, noise: np.ndarray
) -> tuple[Path, Instance]:
    image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = f"{ROOT}.3.{number}"
    image.InstanceNumber = number
    image.ImagePositionPatient[2] = image.SliceLocation = number
    image.PixelData = np.roll(noise, number * 7).tobytes()
    path = folder / f"{number:05}.dcm"
    image.save_as(path, enforce_file_format=False)
    side = noise.shape[0]
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    uid = image.SOPInstanceUID
    return path, Instance(
        uid, image.SeriesInstanceUID, CT, "1.2.840.10008.1.2.1", number, 1, side, side, sha256
    )
