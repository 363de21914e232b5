"""Synthetic mammograms: half an ellipse on a bright line where the chest wall is.

No person was imaged; every picture says SYNTHETIC in its pixels and is marked as simulated.
"""

from pathlib import Path

import cv2
import numpy as np

from tests.dicom_files import save_image

MAMMOGRAPHY = "1.2.840.10008.5.1.4.1.1.1.2"
CURRENT, PRIOR = "2.25.7001", "2.25.7000"
VIEWS = ("R CC", "L CC", "R MLO", "L MLO")
WALL_VALUE, WALL_PX = 4000, 6
LIES = {
    "R CC": ["P", "L"],
    "L CC": ["A", "R"],
    "R MLO": ["P", "FL"],
    "L MLO": ["A", "FR"],
}


def mammogram(name: str, rows: int, columns: int, *, is_prior: bool) -> np.ndarray:
    """Return the view with the chest wall at the right edge for R, at the left one for L."""
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    depth = columns - x if name[0] == "R" else x
    middle = 0.55 if name.endswith("MLO") else 0.5
    bulge = 1 - ((y / rows - middle) / 0.42) ** 2 - (depth / columns / 0.82) ** 2
    values = np.where(bulge > 0, 700 + 1300 * np.sqrt(np.clip(bulge, 0, 1)), 60)
    if name.endswith("MLO"):
        values = np.where(depth + 0.55 * y < 0.42 * columns, 2500, values)
    spot = 0.055 if is_prior else 0.075
    mass = ((y / rows - middle) ** 2) + ((depth / columns - 0.45) * columns / rows) ** 2
    values = np.where(mass < (spot / 2) ** 2, 3200, values)
    values = np.where(depth < WALL_PX, WALL_VALUE, values).astype(np.uint16)
    text = np.zeros((rows, columns), np.uint8)
    at = (int(columns * (0.04 if name[0] == "R" else 0.35)), int(rows * 0.06))
    scale = columns / 700
    cv2.putText(text, f"SYNTHETIC {name}", at, cv2.FONT_HERSHEY_SIMPLEX, scale, 255, 1)
    values[text > 128] = 1800
    return values


def write_mammography(
    folder: Path, study: str = CURRENT, *, day: str = "20261122", is_prior: bool = False
) -> None:
    """Write four views; those of a prior have twice the resolution, as of another detector.

    The left MLO of the current study is stored upside down, as some units store it.
    """
    rows, columns, spacing = (1120, 840, 0.2) if is_prior else (560, 420, 0.4)
    for number, name in enumerate(VIEWS, start=1):
        side, view = name.split()
        values, lies = mammogram(name, rows, columns, is_prior=is_prior), LIES[name]
        if name == "L MLO" and not is_prior:
            values, lies = values[::-1, ::-1], ["P", "HL"]
        save_image(
            folder / study / f"{number}.dcm",
            np.ascontiguousarray(values),
            SOPClassUID=MAMMOGRAPHY,
            StudyInstanceUID=study,
            SeriesInstanceUID=f"{study}.{number}",
            SOPInstanceUID=f"{study}.{number}.1",
            SeriesNumber=number,
            PatientID="MG1",
            PatientName="SYNTHETIC^Breast",
            PatientBirthDate="19600101",
            PatientSex="F",
            AccessionNumber=f"A{study.rsplit('.', 1)[1]}",
            StudyDescription="MG SCREENING BILATERAL (SIMULATED)",
            SeriesDescription=f"{name} SYNTHETIC",
            BodyPartExamined="BREAST",
            Modality="MG",
            ImageType=["DERIVED", "SECONDARY"],
            StudyDate=day,
            ImageLaterality=side,
            ViewPosition=view,
            PatientOrientation=lies,
            ImagerPixelSpacing=[spacing, spacing],
            WindowCenter=1700,
            WindowWidth=3600,
            ContentQualification="RESEARCH",
            PresentationIntentType="FOR PRESENTATION",
        )
