"""Every grayscale image of shared/data as we decode it, and as a file that DCMTK can read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from readstation.adapters.decode.file_frames import FileFrames
from readstation.app.viewport.image_description import ImageDescription
from readstation.domain.errors import ReadStationError
from readstation.imaging.frame import StoredFrame
from readstation.imaging.voi import VoiWindow
from tests.dicom_files import save_image

SERIES_FOLDERS = ("01_", "03_")
SKIPPED_FOLDERS = ("15_malformed", "16_hl7_fhir_mrrt")
JPEG_LOSSLESS = frozenset(f"1.2.840.10008.1.2.4.{number}" for number in (57, 70))
JPEG_LS = frozenset(f"1.2.840.10008.1.2.4.{number}" for number in (80, 81))
PLAIN = frozenset(
    f"1.2.840.10008.1.2{ending}" for ending in ("", ".1", ".2", ".5", ".1.99", ".1.98")
)


UNCOMPRESSED = PLAIN - {"1.2.840.10008.1.2.5"}  # dcmp2pgm reads no RLE


@dataclass(frozen=True)
class Subject:
    """One frame as we decode and describe it, and the file that DCMTK reads it from."""

    name: str
    file: Path
    program: str
    frame_number: int
    frame: StoredFrame
    description: ImageDescription
    is_copy: bool


def grayscale_subjects(
    data: Path, scratch: Path, files: FileFrames, series_step: int
) -> Iterator[Subject]:
    """Yield first, middle and last frame of all we show in gray; of long series not every file."""
    of_series: Counter[Path] = Counter()
    for path in sorted(data.rglob("*")):
        top = path.relative_to(data).parts[0]
        if not path.is_file() or top in SKIPPED_FOLDERS:
            continue
        of_series[path.parent] += 1
        if top.startswith(SERIES_FOLDERS) and of_series[path.parent] % series_step:
            continue
        try:
            count = files.number_of_frames(path)
        except ReadStationError:
            continue
        for number in sorted({1, (count + 1) // 2, count}):
            subject = _subject(path, number, data, scratch, files)
            if subject is not None:
                yield subject


def _subject(
    path: Path, number: int, data: Path, scratch: Path, files: FileFrames
) -> Subject | None:
    try:
        frame, description = files.frame(path, number)
    except ReadStationError:
        return None
    if frame.is_colour or frame.stored_values.dtype.kind == "f":
        return None
    name = path.relative_to(data).as_posix()
    program = _program_for(description)
    if program is not None:
        return Subject(name, path, program, number, frame, description, False)
    copy = plain_copy(scratch / f"{len(list(scratch.iterdir())):05d}.dcm", frame, description)
    return Subject(name, copy, "dcm2pnm", 1, frame, description, True)


def _program_for(description: ImageDescription) -> str | None:
    """Return the program that reads the file itself; None if it needs a plain copy."""
    if description.sop_class_uid in FRAMES_HAVE_GROUPS:
        return None
    syntax = description.transfer_syntax_uid
    if syntax in JPEG_LOSSLESS:
        return "dcmj2pnm"
    if syntax in JPEG_LS:
        return "dcml2pnm"
    return "dcm2pnm" if syntax in PLAIN else None


FRAMES_HAVE_GROUPS = frozenset(
    f"1.2.840.10008.5.1.4.1.1.{number}" for number in ("4.1", "2.1", "66.4", "130")
)


def plain_copy(file: Path, frame: StoredFrame, description: ImageDescription) -> Path:
    """Write one frame uncompressed, with what its functional groups say in the data set itself."""
    transform = description.modality_transform
    windows = [voi for voi in description.vois if isinstance(voi, VoiWindow)]
    shape = description.presentation_lut_shape
    rescale = {"RescaleSlope": transform.rescale_slope, "RescaleType": "US"}
    return save_image(
        file,
        np.ascontiguousarray(frame.stored_values),
        SOPClassUID="1.2.840.10008.5.1.4.1.1.7",
        Modality="OT",
        PhotometricInterpretation=frame.photometric_interpretation,
        BitsStored=frame.bits_stored,
        HighBit=frame.bits_stored - 1,
        WindowCenter=[voi.center for voi in windows] or None,
        WindowWidth=[voi.width for voi in windows] or None,
        PresentationLUTShape=shape.value if shape else None,
        **(
            {**rescale, "RescaleIntercept": transform.rescale_intercept}
            if transform.is_stated
            else {}
        ),
    )
