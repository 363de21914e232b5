"""Synthetic mammograms: four views with tissue from a random generator, and those of years before.

Not an examination and not made from one; each picture says SYNTHETIC in its pixels.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import (
    UID,
    DigitalMammographyXRayImageStorageForPresentation,
    ExplicitVRLittleEndian,
)

ROWS, COLUMNS, SPACING_MM = 700, 525, 0.32
AIR, SKIN, TISSUE, MUSCLE = 40.0, 700.0, 1250.0, 2300.0
STEP = 20
"""Between two levels of the tissue: smoother pictures would only be larger files."""
VIEWS = ("R CC", "L CC", "R MLO", "L MLO")
LIES = {"R CC": ["P", "L"], "L CC": ["A", "R"], "R MLO": ["P", "FL"], "L MLO": ["A", "FR"]}
"""Patient Orientation: the chest wall is at the right edge for R, at the left one for L."""
MASS_IN = "L"
MASS_MM = {False: 15.0, True: 9.0}
"""Its diameter, now and then."""
BLUR_PX = (7, 20, 57)


@dataclass(frozen=True, slots=True)
class Mammograms:
    """What the builder asks of this module; `is_prior` makes those of years before."""

    namespace: uuid.UUID
    is_prior: bool

    def images(self) -> Iterator[FileDataset]:
        """Yield the four views, without identity and dates."""
        for view in VIEWS:
            image = FileDataset("", self._header(view), preamble=b"\0" * 128)
            image.file_meta = FileMetaDataset()
            image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
            image.PixelData = mammogram(view, is_prior=self.is_prior).tobytes()
            image["PixelData"].VR = "OW"
            yield image

    def _header(self, name: str) -> Dataset:
        d = Dataset()
        side, view = name.split()
        d.SOPClassUID = DigitalMammographyXRayImageStorageForPresentation
        d.SOPInstanceUID, d.SeriesInstanceUID = self._uid(f"{name} i"), self._uid(f"{name} s")
        d.Modality, d.ImageType = "MG", ["DERIVED", "SECONDARY"]
        d.ImageLaterality, d.ViewPosition, d.PatientOrientation = side, view, LIES[name]
        d.SamplesPerPixel, d.PhotometricInterpretation = 1, "MONOCHROME2"
        d.Rows, d.Columns = ROWS, COLUMNS
        d.BitsAllocated, d.BitsStored, d.HighBit, d.PixelRepresentation = 16, 16, 15, 0
        d.ImagerPixelSpacing = [SPACING_MM, SPACING_MM]
        d.WindowCenter, d.WindowWidth = "1700", "3400"
        d.PresentationIntentType, d.ContentQualification = "FOR PRESENTATION", "RESEARCH"
        d.BurnedInAnnotation = "NO"
        d.DerivationDescription = "SIMULATED. Computed, no person was imaged."
        return d

    def _uid(self, name: str) -> UID:
        kind = "prior mammogram" if self.is_prior else "mammogram"
        return UID(f"2.25.{uuid.uuid5(self.namespace, f'{kind}:{name}').int}")


def mammogram(name: str, *, is_prior: bool) -> NDArray[np.uint16]:
    """Return one view; the tissue of a breast is the same in both years."""
    side, view = name.split()
    y, x = np.mgrid[0:ROWS, 0:COLUMNS].astype(np.float32)
    down, depth = y / ROWS, (COLUMNS - 1 - x if side == "R" else x) / COLUMNS
    middle = 0.56 if view == "MLO" else 0.5
    bulge = 1 - ((down - middle) / 0.4) ** 2 - (depth / 0.72) ** 2
    inside = np.clip(bulge, 0, 1)
    values = np.where(bulge > 0, SKIN + 650 * np.sqrt(inside), AIR)
    values = np.where(bulge > 0, values + TISSUE * _tissue(name) * np.minimum(inside * 2.2, 1), AIR)
    if view == "MLO":
        edge = 0.34 - 0.52 * down - depth
        values += np.clip(edge * 30, 0, 1) * np.maximum(MUSCLE - values, 0)
    if side == MASS_IN:
        radius = MASS_MM[is_prior] / SPACING_MM / 2
        away = np.hypot(x - 0.34 * COLUMNS, y - (middle - 0.07) * ROWS)
        values += 900 * np.clip((radius - away) / 4, 0, 1)
        if not is_prior:
            _sprinkle(values, 0.42 * COLUMNS, (middle + 0.1) * ROWS)
    levels = np.rint(values / STEP) * STEP
    _write(levels, f"SYNTHETIC {name}", side, is_prior=is_prior)
    return np.clip(levels, 0, 4095).astype("<u2")


def _tissue(name: str) -> NDArray[np.float32]:
    """Return strands and clouds between 0 and 1."""
    random = np.random.default_rng([ord(letter) for letter in name])
    total = np.zeros((ROWS, COLUMNS), np.float32)
    for size in BLUR_PX:
        noise = random.standard_normal((ROWS, COLUMNS)).astype(np.float32)
        cloud = cv2.GaussianBlur(noise, (0, 0), size)
        total += cloud / cloud.std() * (size / BLUR_PX[-1]) ** 0.6
    return np.clip(0.42 + 0.28 * total / total.std(), 0, 1)


def _sprinkle(values: NDArray[np.float32], x: float, y: float) -> None:
    """Add a group of small calcifications."""
    random = np.random.default_rng(7)
    for away_x, away_y in random.normal(0, 9, (14, 2)):
        cv2.circle(values, (int(x + away_x), int(y + away_y)), 1, 3600, -1)


def _write(values: NDArray[np.float32], words: str, side: str, *, is_prior: bool) -> None:
    said = f"{words} PRIOR" if is_prior else words
    at = (int(COLUMNS * (0.03 if side == "R" else 0.5)), int(ROWS * 0.16))
    text = np.zeros(values.shape, np.uint8)  # letters are drawn into bytes alone
    cv2.putText(text, said, at, cv2.FONT_HERSHEY_SIMPLEX, 0.6, 255, 1)
    values[text > 127] = 2100
