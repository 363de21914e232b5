"""The images that are measured with: synthetic, seeded, written once into a folder of their own.

A CT of 512 x 512 slices (a body with organs that change from slice to slice, smoothed noise of
14 HU) and mammograms of 4096 x 3328 (a breast with glands and grain, 14 bits in 16), each as
Explicit VR Little Endian and without loss in JPEG-LS, JPEG 2000 and HTJ2K: about a third of the raw
size. Nothing here comes from a person. The folder is READSTATION_BENCHMARK_DATA (`--data`), or one
among the temporary files of the system.
"""

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import imagecodecs
import numpy as np

from tests.dicom_files import make_image
from tests.hostile.parts import encapsulate

FOLDER_VARIABLE = "READSTATION_BENCHMARK_DATA"
VERSION = 2  # raise it when what is written changes
MG_CLASS = "1.2.840.10008.5.1.4.1.1.1.2"
AIR = 1024
Encode = Callable[[np.ndarray], bytes]
SYNTAXES: dict[str, tuple[str, Encode | None]] = {
    "raw": ("1.2.840.10008.1.2.1", None),
    "jpeg_ls": ("1.2.840.10008.1.2.4.80", imagecodecs.jpegls_encode),
    "jpeg_2000": (
        "1.2.840.10008.1.2.4.90",
        lambda values: imagecodecs.jpeg2k_encode(values, reversible=True, codecformat="j2k"),
    ),
    "htj2k": (
        "1.2.840.10008.1.2.4.201",
        lambda values: imagecodecs.htj2k_encode(values, reversible=True),
    ),
}


@dataclass(frozen=True)
class Series:
    """Images of one kind: `ct` slices or `mg` views."""

    kind: str
    count: int
    syntax: str = "raw"
    rows: int = 512
    columns: int = 512

    @property
    def name(self) -> str:
        return f"{self.kind}{self.count}_{self.rows}x{self.columns}_{self.syntax}_v{VERSION}"

    @property
    def window(self) -> tuple[float, float]:
        """The centre and width that the files state."""
        return (40.0, 400.0) if self.kind == "ct" else (6000.0, 9000.0)


def ct(count: int, syntax: str = "raw", *, smoke: bool = False) -> Series:
    """Return a CT of so many slices; a small one to smoke-test with."""
    return Series("ct", 6, syntax, 96, 96) if smoke else Series("ct", count, syntax)


def mg(count: int, syntax: str = "raw", *, smoke: bool = False) -> Series:
    """Return so many mammograms; small ones to smoke-test with."""
    rows, columns = (256, 208) if smoke else (4096, 3328)
    return Series("mg", count, syntax, rows, columns)


def data_folder() -> Path:
    """Return where the images are kept from one run to the next."""
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named) if named else Path(tempfile.gettempdir(), "readstation-benchmark-data")


def files_of(series: Series) -> list[Path]:
    """Return the files of a series in order; write them the first time."""
    folder = data_folder() / series.name
    if not folder.is_dir():
        unfinished = folder.with_name(f"{folder.name}.{os.getpid()}")
        unfinished.mkdir(parents=True)
        try:
            write(series, unfinished)
            unfinished.replace(folder)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    return sorted(folder.iterdir())


def write(series: Series, folder: Path) -> None:
    """Write the files of a series."""
    uid, encode = SYNTAXES[series.syntax]
    study = f"2.25.4711.{VERSION}.{1 + list(SYNTAXES).index(series.syntax)}.{series.count}"
    study += f".{series.rows}.{len(series.kind) + ord(series.kind[0])}"
    for index in range(series.count):
        values = image_of(series, index)
        dataset = make_image(values, **attributes_of(series, index, study))
        dataset.file_meta.TransferSyntaxUID = uid
        dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        if encode is not None:
            dataset.PixelData = encapsulate([encode(values)])
            dataset["PixelData"].VR = "OB"
            dataset["PixelData"].is_undefined_length = True
        dataset.save_as(folder / f"IM{index + 1:04}.dcm", enforce_file_format=True)


def attributes_of(series: Series, index: int, study: str) -> dict[str, object]:
    """Return what the file says besides its pixels."""
    center, width = series.window
    common: dict[str, object] = {
        "StudyInstanceUID": study,
        "SeriesInstanceUID": f"{study}.1",
        "SOPInstanceUID": f"{study}.1.{index + 1}",
        "InstanceNumber": index + 1,
        "PatientName": "BENCHMARK^Synthetic",
        "PatientID": "BENCHMARK-1",
        "PatientBirthDate": "19600101",
        "PatientSex": "F",
        "AccessionNumber": "B1",
        "StudyDescription": f"Benchmark {series.kind}",
        "SeriesDescription": f"{series.kind} {series.syntax}",
        "SeriesNumber": 1,
        "WindowCenter": center,
        "WindowWidth": width,
        "RescaleSlope": 1,
    }
    if series.kind == "ct":
        return common | {
            "RescaleIntercept": -AIR,
            "RescaleType": "HU",
            "FrameOfReferenceUID": f"{study}.2",
            "ImagePositionPatient": [-192.0, -192.0, float(100 - index)],
            "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
            "PixelSpacing": [0.75, 0.75],
            "SliceThickness": 1,
            "KVP": 120,
            "BodyPartExamined": "CHEST",
        }
    return common | {
        "SOPClassUID": MG_CLASS,
        "Modality": "MG",
        "RescaleIntercept": 0,
        "RescaleType": "US",
        "PresentationIntentType": "FOR PRESENTATION",
        "PresentationLUTShape": "IDENTITY",
        "ImagerPixelSpacing": [0.07, 0.07],
        "ImageLaterality": "R" if index % 2 == 0 else "L",
        "ViewPosition": "CC" if index % 4 < 2 else "MLO",
        "PatientOrientation": ["A", "R"],
        "BodyPartExamined": "BREAST",
    }


def image_of(series: Series, index: int) -> np.ndarray:
    """Return the stored values of one image."""
    if series.kind == "ct":
        return ct_slice(series.rows, index / max(series.count - 1, 1), index)
    return mammogram(series.rows, series.columns, index)


def ct_slice(side: int, level: float, seed: int) -> np.ndarray:
    """Return a body with lungs, spine, vessels and a table, unlike its mirror images."""
    image = np.full((side, side), -1000, np.float32)
    unit = side / 512

    def ellipse(x: float, y: float, width: float, height: float, value: float) -> None:
        center, axes = (
            (round(x * unit), round(y * unit)),
            (round(width * unit), round(height * unit)),
        )
        cv2.ellipse(image, center, axes, 0, 0, 360, value, -1)

    swell = float(np.sin(np.pi * level))
    ellipse(256, 262, 205 - 20 * swell, 150, -95)
    ellipse(256, 262, 187 - 20 * swell, 132, 45)
    ellipse(164, 250, 40 + 32 * swell, 55 + 40 * swell, -850)
    ellipse(348, 250, 50 + 20 * swell, 50 + 30 * swell, -850)
    for number in range(14):
        angle = 2 * np.pi * number / 14 + 9 * level
        ellipse(164 + 40 * np.cos(angle), 250 + 50 * np.sin(angle), 3, 3, 30)
        ellipse(256 + 170 * np.cos(angle), 262 + 118 * np.sin(angle), 8, 6, 700)
    ellipse(225, 222, 22, 22, 280)
    ellipse(310, 300, 30, 18 + 20 * swell, 110)
    ellipse(256, 350, 34, 30, 420)
    ellipse(256, 455, 220, 9, -300)
    random = np.random.default_rng(1000 + seed)
    grain = cv2.GaussianBlur(random.standard_normal(image.shape, np.float32), (0, 0), 0.7)
    image = cv2.GaussianBlur(image, (0, 0), 0.9) + grain * (14 / float(grain.std()))
    return np.clip(np.rint(image) + AIR, 0, 4095).astype(np.uint16)


def mammogram(rows: int, columns: int, seed: int) -> np.ndarray:
    """Return a breast with glands and grain at the left edge of the image."""
    random = np.random.default_rng(77 + seed)
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    away = np.hypot(x / (0.75 * columns), (y - rows * (0.48 + 0.01 * seed)) / (0.43 * rows))
    glands = np.zeros((rows, columns), np.float32)
    for cells, weight in ((128, 1800), (512, 900), (1024, 350)):
        coarse = random.standard_normal((rows * cells // 4096 + 2, cells + 2), np.float32)
        glands += weight * cv2.resize(coarse, (columns, rows), interpolation=cv2.INTER_CUBIC)
    breast = 2200 + 6200 * np.clip(1 - away**4, 0, 1) + glands
    image = np.where(away < 1, breast, 300).astype(np.float32)
    grain = random.standard_normal((rows, columns), np.float32)
    image += grain * np.sqrt(np.maximum(image, 50)) * 0.55
    return np.clip(np.rint(image), 0, 16383).astype(np.uint16)
