"""A made-up CT series of 512 x 512 pixels, the same on every machine, in any transfer syntax.

An abdomen as far as codecs care: soft tissue with the noise of a scanner, lungs, bones, a table
and air around. Nothing in it comes from a person.
"""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import cv2
import imagecodecs
import numpy as np

from tests.dicom_files import CT, make_image
from tests.hostile.parts import encapsulate
from tests.hostile.seeds import EXPLICIT, written

SIDE = 512
SEED = 4_711
NOISE_SIDE = 640
AIR, FAT, MUSCLE, LUNG, VESSEL, BONE, TABLE = -1000, -95, 45, -850, 150, 700, -300
SERIES_UID = "2.25.4712"

ENCODERS: dict[str, Callable[[np.ndarray], bytes]] = {
    "1.2.840.10008.1.2.4.80": lambda values: imagecodecs.jpegls_encode(values.view(np.uint16)),
    "1.2.840.10008.1.2.4.90": lambda values: imagecodecs.jpeg2k_encode(
        values, codecformat="j2k", reversible=True
    ),
    "1.2.840.10008.1.2.4.201": lambda values: imagecodecs.htj2k_encode(values, reversible=True),
}


def write_series(folder: Path, uid: str, slices: int) -> list[Path]:
    """Write the series in one transfer syntax; return its files in order. Kept files are used."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{number:04}.dcm" for number in range(1, slices + 1)]
    for index, path in enumerate(paths):
        if not path.exists():
            path.write_bytes(_file_of(index, slices, uid))
    return paths


def hounsfield_slices(slices: int) -> Iterator[np.ndarray]:
    """Yield the pixels of every slice, as int16."""
    for index in range(slices):
        yield hounsfield_values(index, slices)


def hounsfield_values(index: int, slices: int) -> np.ndarray:
    """Return the pixels of one slice."""
    height = index / max(slices - 1, 1)
    tissue = cv2.GaussianBlur(_tissue(height), (0, 0), 0.9)
    random = np.random.default_rng((SEED, index))
    row, column = random.integers(0, NOISE_SIDE - SIDE, 2)
    noise = _noise(index % 4)[row : row + SIDE, column : column + SIDE]
    tissue += noise * np.where(tissue > AIR + 20, np.float32(14), np.float32(6))
    return np.clip(np.rint(tissue), -1024, 3071).astype(np.int16)


def _tissue(height: float) -> np.ndarray:
    image = np.full((SIDE, SIDE), AIR, np.float32)
    wide, deep = 205 - 25 * np.sin(np.pi * height), 150 - 10 * np.cos(2 * np.pi * height)
    for value, margin in ((FAT, 0), (MUSCLE, 18)):
        _disc(image, 256, 262, wide - margin, deep - margin, value)
    lungs = np.sin(np.pi * min(height / 0.5, 1))
    for side in (-1, 1):
        _disc(image, 256 + side * 92, 250, 72 * lungs, 98 * lungs, LUNG)
        for number in range(14):
            turn = 2 * np.pi * number / 14 + 9 * height
            centre = 256 + side * 92 + 45 * lungs * np.cos(turn), 250 + 62 * lungs * np.sin(turn)
            _disc(image, *centre, 4 * lungs, 4 * lungs, VESSEL)
    _disc(image, 256, 222, 22, 22, 2 * VESSEL)
    _disc(image, 256, 350, 34, 30, BONE)
    for number in range(18):
        turn = 2 * np.pi * number / 18 + 2.2 * height
        centre = 256 + (wide - 26) * np.cos(turn), 262 + (deep - 26) * np.sin(turn)
        _disc(image, *centre, 9, 6, BONE)
    _disc(image, 256, 455, 220, 9, TABLE)
    return image


def _disc(
    image: np.ndarray, x: float, y: float, half_width: float, half_height: float, value: float
) -> None:
    axes = round(half_width), round(half_height)
    if min(axes) > 0:
        cv2.ellipse(image, (round(x), round(y)), axes, 0, 0, 360, value, cv2.FILLED)


@cache
def _noise(number: int) -> np.ndarray:
    """Return noise that is smooth over a pixel, as reconstruction makes it; 1 is its deviation."""
    random = np.random.default_rng((SEED, 1000 + number))
    white = random.standard_normal((NOISE_SIDE, NOISE_SIDE), np.float32)
    smooth = cv2.GaussianBlur(white, (0, 0), 0.7)
    return smooth / smooth.std()


def _file_of(index: int, slices: int, uid: str) -> bytes:
    values = hounsfield_values(index, slices)
    image = make_image(
        values,
        SOPInstanceUID=f"{SERIES_UID}.{index + 1}",
        SeriesInstanceUID=SERIES_UID,
        SOPClassUID=CT,
        InstanceNumber=index + 1,
        ImagePositionPatient=[-192.0, -192.0, float(index)],
        ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
        PixelSpacing=[0.75, 0.75],
        SliceThickness=1.0,
        RescaleIntercept=0,
        RescaleSlope=1,
        WindowCenter=40,
        WindowWidth=400,
    )
    image.file_meta.MediaStorageSOPInstanceUID = image.SOPInstanceUID
    if uid == EXPLICIT:
        return written(image, uid)
    image.PixelData = encapsulate([ENCODERS[uid](values)])
    image["PixelData"].VR = "OB"
    image["PixelData"].is_undefined_length = True
    return written(image, uid)
