"""Synthetic mammograms as descriptions: sizes, spacings and how each lies as it was stored."""

from readstation.app.viewport.image_description import ImageDescription
from readstation.domain.calibration import Calibration, SpacingSource

STANDARD = {
    "R CC": ("P", "L"),
    "L CC": ("A", "R"),
    "R MLO": ("P", "FL"),
    "L MLO": ("A", "FR"),
}
"""Patient Orientation as mammography units store it (PS3.3 C.8.11.7.1)."""


def breast(study, name, *, spacing_mm=0.1, columns=1000, rows=1400, lies=None) -> ImageDescription:
    side, _, view = name.partition(" ")
    number = list(STANDARD).index(name) + 1
    return ImageDescription(
        study,
        f"{study}.{number}",
        f"{study}.{number}.1",
        modality="MG",
        series_number=number,
        series_description=f"{name} SYNTHETIC",
        laterality=side,
        view_position=view,
        rows=rows,
        columns=columns,
        is_simulated=True,
        patient_orientation=STANDARD[name] if lies is None else lies,
        calibration=Calibration(spacing_mm, spacing_mm, SpacingSource.DETECTOR),
    )
