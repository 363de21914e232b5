"""A simulated PET series whose uptake values are known: an oval trunk with spheres and a vessel.

Not an examination and not made from one. The stored values follow from the uptake values by
PS3.3 C.8.9.1 with the weight, dose and times that the file states, each image with its own slope.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    UID,
    CTImageStorage,
    ExplicitVRLittleEndian,
    PositronEmissionTomographyImageStorage,
)

SIDE, PIXEL_MM, SLICE_MM, SLICES = 144, 4.0, 4.0, 36
WEIGHT_KG, SIZE_M = 70.0, 1.75
DOSE_BQ, HALF_LIFE_S, UPTAKE_S = 350e6, 6586.2, 3600.0
TRUNK_MM, TRUNK_SUV = (165.0, 105.0), 1.0
LUNGS_SUV = 0.3
SPHERES_SUV = 4.0
LIVER_SUV = 2.0
RING_MM = 57.2
SPHERE_RADII_MM = (18.5, 14.0, 11.0, 8.5, 6.5, 5.0)
"""Of the IEC body phantom: on a ring in one plane, the largest first."""
SPHERES = tuple(
    (RING_MM * math.cos(math.radians(60 * n)), RING_MM * math.sin(math.radians(60 * n)), 2.0, r)
    for n, r in enumerate(SPHERE_RADII_MM)
)
"""Centre (left, posterior, up) and radius in mm."""
CT_SIDE, CT_PIXEL_MM, CT_ZERO = 288, 2.0, 1024
AIR_HU, LUNGS_HU, TRUNK_HU, LIVER_HU, SPHERES_HU = -1000, -820, 30, 60, 75
FINE = 3
"""Each voxel is the mean of 3 x 3 x 3 points, so that edges are not stairs."""


@dataclass(frozen=True, slots=True)
class Phantom:
    """What the builder asks of this module."""

    namespace: uuid.UUID

    def images(self) -> Iterator[FileDataset]:
        """Yield the slices from head to feet, without identity and dates."""
        for index in range(SLICES):
            height = (SLICES / 2 - index - 0.5) * SLICE_MM
            yield self._image(index, uptake_at(height), height)

    def _image(self, index: int, suv: np.ndarray, height: float) -> FileDataset:
        activity = suv * dose_at_scan_bq() / (WEIGHT_KG * 1000)
        slope = float(f"{max(float(activity.max()), 1.0) / 32_000:.10g}")
        image = FileDataset("", self._header(index, height, slope), preamble=b"\0" * 128)
        image.file_meta = FileMetaDataset()
        image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        image.PixelData = np.rint(activity / slope).astype("<i2").tobytes()
        image["PixelData"].VR = "OW"
        return image

    def _header(self, index: int, height: float, slope: float) -> Dataset:
        d = Dataset()
        d.SOPClassUID = PositronEmissionTomographyImageStorage
        d.SOPInstanceUID = self._uid(f"instance {index}")
        d.SeriesInstanceUID, d.FrameOfReferenceUID = self._uid("series"), self._uid("frame")
        d.Modality, d.ImageType = "PT", ["DERIVED", "SECONDARY", "AXIAL"]
        d.SamplesPerPixel, d.PhotometricInterpretation = 1, "MONOCHROME2"
        d.Rows = d.Columns = SIDE
        d.BitsAllocated, d.BitsStored, d.HighBit, d.PixelRepresentation = 16, 16, 15, 1
        d.PixelSpacing, d.SliceThickness = [PIXEL_MM, PIXEL_MM], SLICE_MM
        d.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        edge = -(SIDE - 1) / 2 * PIXEL_MM
        d.ImagePositionPatient = [edge, edge, height]
        d.PatientPosition = "HFS"
        d.RescaleSlope, d.RescaleIntercept = f"{slope:.10g}", "0"
        d.SeriesType, d.Units, d.CountsSource = ["STATIC", "IMAGE"], "BQML", "EMISSION"
        d.CorrectedImage = ["DECY", "ATTN", "SCAT", "NORM", "RAN"]
        d.DecayCorrection, d.DecayFactor = "START", "1"
        d.FrameReferenceTime, d.ActualFrameDuration = "0", "120000"
        d.NumberOfSlices, d.ImageIndex = SLICES, index + 1
        d.PatientWeight, d.PatientSize = f"{WEIGHT_KG:g}", f"{SIZE_M:g}"
        d.DerivationDescription = "SIMULATED. Computed from known uptake values."
        return d

    def _uid(self, name: str) -> UID:
        return UID(f"2.25.{uuid.uuid5(self.namespace, f'pet phantom:{name}').int}")


@dataclass(frozen=True, slots=True)
class CtPhantom:
    """The same trunk as CT, in the same frame of reference, so that the PET can be laid over it."""

    namespace: uuid.UUID

    def images(self) -> Iterator[FileDataset]:
        """Yield the slices from head to feet, without identity and dates."""
        for index in range(SLICES):
            height = (SLICES / 2 - index - 0.5) * SLICE_MM
            image = FileDataset("", self._header(index, height), preamble=b"\0" * 128)
            image.file_meta = FileMetaDataset()
            image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
            image.PixelData = (hounsfield_at(height) + CT_ZERO).astype("<u2").tobytes()
            image["PixelData"].VR = "OW"
            yield image

    def _header(self, index: int, height: float) -> Dataset:
        d = Dataset()
        d.SOPClassUID, d.SOPInstanceUID = CTImageStorage, self._uid(f"ct instance {index}")
        d.SeriesInstanceUID, d.FrameOfReferenceUID = self._uid("ct series"), self._uid("frame")
        d.Modality, d.ImageType = "CT", ["DERIVED", "SECONDARY", "AXIAL"]
        d.SamplesPerPixel, d.PhotometricInterpretation = 1, "MONOCHROME2"
        d.Rows = d.Columns = CT_SIDE
        d.BitsAllocated, d.BitsStored, d.HighBit, d.PixelRepresentation = 16, 16, 15, 0
        d.PixelSpacing, d.SliceThickness = [CT_PIXEL_MM, CT_PIXEL_MM], SLICE_MM
        d.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        edge = -(CT_SIDE - 1) / 2 * CT_PIXEL_MM
        d.ImagePositionPatient = [edge, edge, height]
        d.PatientPosition = "HFS"
        d.RescaleSlope, d.RescaleIntercept, d.RescaleType = "1", str(-CT_ZERO), "HU"
        d.WindowCenter, d.WindowWidth = "40", "400"
        d.DerivationDescription = "SIMULATED. Computed from known densities."
        return d

    def _uid(self, name: str) -> UID:
        return UID(f"2.25.{uuid.uuid5(self.namespace, f'pet phantom:{name}').int}")


def hounsfield_at(height: float) -> np.ndarray:
    """Return the CT numbers of one slice, at the borders of the uptake values."""
    axis = ((np.arange(CT_SIDE) + 0.5) / CT_SIDE - 0.5) * CT_SIDE * CT_PIXEL_MM
    y, x = np.meshgrid(axis, axis, indexing="ij")
    uptake = _uptake_in_plane(height, y, x)
    levels = ((SPHERES_SUV, SPHERES_HU), (LIVER_SUV, LIVER_HU), (TRUNK_SUV, TRUNK_HU))
    values = np.full(uptake.shape, AIR_HU, np.int32)
    for suv, hu in (*levels, (LUNGS_SUV, LUNGS_HU)):
        values[uptake == suv] = hu
    return values


def dose_at_scan_bq() -> float:
    return DOSE_BQ * 2.0 ** (-UPTAKE_S / HALF_LIFE_S)


def injection(start: str) -> Sequence:
    """Return what was given and when; `start` is a date time of an hour before the scan."""
    item, nuclide = Dataset(), Dataset()
    nuclide.CodeValue, nuclide.CodingSchemeDesignator = "C-111A1", "SRT"
    nuclide.CodeMeaning = "^18^Fluorine"
    item.RadionuclideCodeSequence = Sequence([nuclide])
    item.RadionuclideTotalDose = f"{DOSE_BQ:.0f}"
    item.RadionuclideHalfLife = f"{HALF_LIFE_S:g}"
    item.RadiopharmaceuticalStartDateTime = start
    return Sequence([item])


def uptake_at(height: float) -> np.ndarray:
    """Return the uptake values of one slice."""
    planes = [height + (part - (FINE - 1) / 2) / FINE * SLICE_MM for part in range(FINE)]
    count = SIDE * FINE
    axis = ((np.arange(count) + 0.5) / count - 0.5) * SIDE * PIXEL_MM
    y, x = np.meshgrid(axis, axis, indexing="ij")
    fine = np.mean([_uptake_in_plane(plane, y, x) for plane in planes], axis=0)
    return fine.reshape(SIDE, FINE, SIDE, FINE).mean(axis=(1, 3))


def _uptake_in_plane(height: float, y: np.ndarray, x: np.ndarray) -> np.ndarray:
    suv = np.where(np.hypot(x / TRUNK_MM[0], y / TRUNK_MM[1]) <= 1, TRUNK_SUV, 0.0)
    if height > 30:
        lungs = np.hypot((np.abs(x) - 78) / 52, y / 78) <= 1
        suv = np.where(lungs, LUNGS_SUV, suv)
    if height < -30:
        liver = np.hypot((x + 70) / 78, (y - 5) / 72) <= 1
        suv = np.where(liver, LIVER_SUV, suv)
    for left, back, up, radius in SPHERES:
        inside = (x - left) ** 2 + (y - back) ** 2 + (height - up) ** 2 <= radius**2
        suv = np.where(inside, SPHERES_SUV, suv)
    return suv
