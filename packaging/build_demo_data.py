"""Curate the images of the demo workspace. For maintainers; the product never runs it.

    python packaging/build_demo_data.py DATA_FOLDER [--out resources/demo/images]

Reads the files named in `packaging/demo_sources.toml` from DATA_FOLDER, gives them the synthetic
identities of `resources/demo/workspace.toml`, keeps only attributes on a list, compresses without
loss, decodes every result again and compares it with the original and with MANIFEST.csv.
What is lossy already keeps its bytes, so that it still says that it is lossy.
"""

from __future__ import annotations

import argparse
import copy
import csv
import hashlib
import sys
import tomllib
import uuid
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
from demo_presentation import presentation_state
from mammography_phantom import Mammograms
from pet_phantom import CtPhantom, Phantom, injection
from pydicom import config, dcmread
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import (
    UID,
    JPEG2000Lossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
)

ROOT = Path(__file__).resolve().parents[1]
PHANTOMS = {"pet_phantom": Phantom, "ct_phantom": CtPhantom}
NAMESPACE = uuid.UUID("5f3b6a52-7c1e-4f0b-9d43-2d0a6c1e8b77")
ANCHOR_DATE, ANCHOR_TIME = "20000101", "120000"
INJECTED = "20000101110000+0000"
"""Every study stands at noon of this day; the product shifts it when it builds the workspace."""

LOSSLESS = {JPEGLSLossless, JPEGLosslessSV1, JPEG2000Lossless}
JPEG_BASELINE = "1.2.840.10008.1.2.4.50"
JPEG_2000 = "1.2.840.10008.1.2.4.91"

OVERLAY_GROUPS = {0x6000}
KEPT_GROUPS = {0x0018, 0x0020, 0x0028, 0x2050, 0x5200} | OVERLAY_GROUPS
KEPT_KEYWORDS = {
    "ImageType", "SOPClassUID", "SOPInstanceUID", "Modality", "Manufacturer",
    "ManufacturerModelName", "PresentationIntentType", "DerivationDescription",
    "AnatomicRegionSequence", "ViewCodeSequence", "ViewModifierCodeSequence",
    "StartTrim", "StopTrim", "RecommendedDisplayFrameRate", "LossyImageCompressionRetired",
    "PixelData", "ContentQualification", "VolumetricProperties", "AcquisitionContextSequence",
    "PixelPresentation", "VolumeBasedCalculationTechnique", "ComplexImageComponent",
    "AcquisitionContrast", "RealWorldValueMappingSequence",
}  # fmt: skip
DROPPED_KEYWORDS = {
    "DeviceSerialNumber", "DateOfLastCalibration", "TimeOfLastCalibration", "DetectorID",
    "DateOfLastDetectorCalibration", "PlateID", "ProtocolName", "StudyID", "ImageComments",
    "NumberOfStudyRelatedInstances", "SynchronizationTrigger", "FrameComments", "GantryID",
    "PatientAge", "TransducerData", "ReferencedImageEvidenceSequence", "Laterality",
    "ReferencedImageSequence", "SourceImageSequence", "SourceImageEvidenceSequence",
    "ReferringImageEvidenceSequence", "FrameLabel", "DetectorDescription",
}  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / "resources" / "demo" / "images")
    parser.add_argument("--only", nargs="*", help="study folders; all if absent")
    arguments = parser.parse_args()
    config.settings.reading_validation_mode = config.IGNORE
    config.settings.writing_validation_mode = config.IGNORE
    workspace = tomllib.loads(
        (ROOT / "resources" / "demo" / "workspace.toml").read_text(encoding="utf-8")
    )
    sources = tomllib.loads((ROOT / "packaging" / "demo_sources.toml").read_text(encoding="utf-8"))
    manifest = read_manifest(arguments.data)
    total = 0
    wanted = arguments.only or [study["folder"] for study in workspace["studies"]]
    for study in (study for study in workspace["studies"] if study["folder"] in wanted):
        folder = arguments.out / study["folder"]
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.dcm"):
            old.unlink()
        files = list(curate(arguments.data, workspace, study, sources[study["folder"]], manifest))
        for number, (dataset, _) in enumerate(files, start=1):
            dataset.save_as(folder / f"{number:03}.dcm", enforce_file_format=True)
        size = sum(path.stat().st_size for path in folder.glob("*.dcm"))
        total += size
        agreed = sum(by_manifest for _, by_manifest in files)
        print(
            f"{study['folder']:26} {len(files):4} files {size / 1e6:6.2f} MB  pixels equal, "
            f"{agreed} of them also by the manifest's hash"
        )
    print(f"{'total':26} {total / 1e6:17.2f} MB")
    return 0


def read_manifest(data: Path) -> dict[str, dict[str, str]]:
    with (data / "MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        return {row["path"]: row for row in csv.DictReader(file)}


def curate(
    data: Path,
    workspace: dict[str, Any],
    study: dict[str, Any],
    source: dict[str, Any],
    manifest: dict[str, dict[str, str]],
) -> Iterator[tuple[FileDataset, bool]]:
    """Yield each curated dataset, and whether the manifest's hash was checked as well."""
    for series_number, series in enumerate(source["series"], start=1):
        if series.get("made_by") in PHANTOMS:
            yield from made_up(workspace, study, series, series_number)
            continue
        if series.get("made_by") == "mammography_phantom":
            yield from mammograms(workspace, study, series)
            continue
        if series.get("made_by") == "presentation_state":
            images = curate(data, workspace, study, {"series": source["series"][:1]}, manifest)
            image = next(islice(images, series["of_image"] - 1, None))[0]
            yield marked(image, workspace, study, series, series_number), False
            continue
        paths = sorted(data.glob(series["glob"]))
        if not paths:
            raise SystemExit(f"{series['glob']} names no file in {data}")
        datasets = in_slice_order(dcmread(path) for path in paths)
        for number, original in enumerate(datasets[slice(*series.get("slices", [None]))], start=1):
            row = manifest[str(Path(original.filename).relative_to(data).as_posix())]
            check_licence(row)
            curated = rewrite(original, workspace, study, series)
            curated.SeriesNumber, curated.InstanceNumber = series_number, number
            yield curated, check_pixels(original, curated, row)


def made_up(
    workspace: dict[str, Any], study: dict[str, Any], series: dict[str, Any], series_number: int
) -> Iterator[tuple[FileDataset, bool]]:
    """Yield the images of a phantom; there is no original to compare with."""
    made = PHANTOMS[series["made_by"]](NAMESPACE)
    for number, image in enumerate(made.images(), start=1):
        image.StudyInstanceUID = new_uid("study", study["folder"])
        image.SeriesNumber, image.InstanceNumber = series_number, number
        set_identity(image, workspace, study, series)
        set_dates(image)
        if image.Modality == "PT":
            image.RadiopharmaceuticalInformationSequence = injection(INJECTED)
        curated = with_file_meta(image, copy.deepcopy(image))
        if not np.array_equal(decode(image), decode(curated)):
            raise SystemExit("the phantom's pixels changed")
        yield curated, False


def mammograms(
    workspace: dict[str, Any], study: dict[str, Any], series: dict[str, Any]
) -> Iterator[tuple[FileDataset, bool]]:
    """Yield the synthetic views, a series each; there is no original to compare with."""
    made = Mammograms(NAMESPACE, is_prior=series["is_prior"])
    for number, image in enumerate(made.images(), start=1):
        image.StudyInstanceUID = new_uid("study", study["folder"])
        image.SeriesNumber, image.InstanceNumber = number, 1
        name = f"{image.ImageLaterality} {image.ViewPosition} {series['description']}"
        set_identity(image, workspace, study, {**series, "description": name})
        set_dates(image)
        curated = with_file_meta(image, copy.deepcopy(image))
        if not np.array_equal(decode(image), decode(curated)):
            raise SystemExit("the pixels of a mammogram changed")
        yield curated, False


def marked(
    image: FileDataset,
    workspace: dict[str, Any],
    study: dict[str, Any],
    series: dict[str, Any],
    series_number: int,
) -> FileDataset:
    """Return the presentation state of one curated image."""
    state = presentation_state(image, (ANCHOR_DATE, ANCHOR_TIME))
    state.StudyInstanceUID = image.StudyInstanceUID
    state.SeriesInstanceUID = new_uid("series", f"{study['folder']}/presentation states")
    state.SOPInstanceUID = new_uid("instance", f"{study['folder']}/presentation state 1")
    state.SeriesNumber, state.InstanceNumber = series_number, 1
    set_identity(state, workspace, study, series)
    set_dates(state)
    del state.BodyPartExamined, state.ImageComments
    state.file_meta = file_meta_of(state, state.file_meta.TransferSyntaxUID)
    return state


def check_licence(row: dict[str, str]) -> None:
    forbidden = ("GPL", "REVIEW", "BSD")
    if any(word in row["licence"] for word in forbidden) or "licence" not in row:
        raise SystemExit(f"{row['path']} may not be bundled: {row['licence']}")


def in_slice_order(datasets: Iterable[FileDataset]) -> list[FileDataset]:
    """Sort along the slice normal, for axial images from head to feet."""

    def position(dataset: FileDataset) -> float:
        if "ImagePositionPatient" not in dataset:
            return 0.0
        orientation = np.asarray(dataset.ImageOrientationPatient, float)
        normal = np.cross(orientation[:3], orientation[3:])
        return float(normal @ np.asarray(dataset.ImagePositionPatient, float))

    return sorted(datasets, key=position, reverse=True)


def new_uid(kind: str, original: str) -> UID:
    return UID(f"2.25.{uuid.uuid5(NAMESPACE, f'{kind}:{original}').int}")


def rewrite(
    original: FileDataset,
    workspace: dict[str, Any],
    study: dict[str, Any],
    series: dict[str, Any],
) -> FileDataset:
    kept = Dataset()
    for element in copy.deepcopy(original):
        if is_kept(element):
            kept.add(element)
    strip_nested(kept)
    kept.walk(renew_uid)
    kept.StudyInstanceUID = new_uid("study", study["folder"])
    kept.SeriesInstanceUID = new_uid("series", f"{study['folder']}/{original.SeriesInstanceUID}")
    kept.SOPInstanceUID = new_uid("instance", str(original.SOPInstanceUID))
    set_identity(kept, workspace, study, series)
    set_dates(kept)
    if "ImageOrientationPatient" in kept and "PatientOrientation" in kept:
        del kept.PatientOrientation  # the 7T files carry one that contradicts their geometry
    if "spacing_mm" in series:
        kept.SpacingBetweenSlices = series["spacing_mm"]
    return with_file_meta(original, kept)


def is_kept(element: Any) -> bool:
    tag = element.tag
    if tag.is_private or tag.element == 0 or element.keyword in DROPPED_KEYWORDS:
        return False
    if element.VR in ("PN", "DA", "TM", "DT"):
        return False
    return tag.group in KEPT_GROUPS or element.keyword in KEPT_KEYWORDS


def strip_nested(dataset: Dataset) -> None:
    """Remove names, dates, free text and private attributes inside sequences too."""
    for element in list(dataset):
        is_dropped = element.tag.is_private or element.keyword in DROPPED_KEYWORDS
        if is_dropped or element.VR in ("PN", "DA", "TM", "DT", "UN"):
            del dataset[element.tag]
        elif element.VR == "SQ":
            for item in element.value:
                strip_nested(item)


def renew_uid(_: Dataset, element: Any) -> None:
    if element.VR == "UI" and element.value and not str(element.value).startswith("1.2.840.10008"):
        element.value = new_uid("uid", str(element.value))


def set_identity(
    kept: Dataset, workspace: dict[str, Any], study: dict[str, Any], series: dict[str, Any]
) -> None:
    patient = workspace["patients"][study["patient"]]
    kept.SpecificCharacterSet = "ISO_IR 192"
    kept.PatientName = patient["patient_name"]
    kept.PatientID = patient["patient_id"]
    kept.IssuerOfPatientID = workspace["issuer_of_patient_id"]
    kept.PatientSex = patient["patient_sex"]
    kept.PatientBirthDate = f"{2000 - patient['age']}{patient['birthday'].replace('-', '')}"
    kept.PatientIdentityRemoved = "YES"
    kept.DeidentificationMethod = "Synthetic identity for the ReadStation demo"
    kept.AccessionNumber = study["accession_number"]
    kept.InstitutionName = workspace["institution_name"]
    title, given, family = workspace["referrers"][study["referrer"]]["name"].split()
    kept.ReferringPhysicianName = f"{family}^{given}^^{title}"
    kept.StudyID = "DEMO"
    kept.StudyDescription = study["study_description"]
    kept.SeriesDescription = series["description"]
    kept.BodyPartExamined = study["body_part_examined"]
    kept.ImageComments = "Demo: real image, synthetic identity."
    if study.get("is_simulated"):
        kept.ImageComments = "SIMULATED. Made by a program from another examination."
        kept.DerivationDescription = "SIMULATED examination; " + kept.get(
            "DerivationDescription", ""
        )


def set_dates(kept: Dataset) -> None:
    for name in ("Study", "Series", "Acquisition", "Content"):
        setattr(kept, f"{name}Date", ANCHOR_DATE)
        setattr(kept, f"{name}Time", ANCHOR_TIME)
    kept.TimezoneOffsetFromUTC = "+0000"


def with_file_meta(original: FileDataset, kept: Dataset) -> FileDataset:
    meta = file_meta_of(kept, original.file_meta.TransferSyntaxUID)
    curated = FileDataset("", kept, file_meta=meta, preamble=b"\0" * 128)
    compress(original, curated)
    curated["PixelData"].VR = "OB"
    curated["PixelData"].is_undefined_length = True
    return curated


def file_meta_of(kept: Dataset, transfer_syntax: UID) -> FileMetaDataset:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = kept.SOPClassUID
    meta.MediaStorageSOPInstanceUID = kept.SOPInstanceUID
    meta.TransferSyntaxUID = transfer_syntax
    meta.ImplementationClassUID = new_uid("implementation", "ReadStation demo data")
    meta.ImplementationVersionName = "READSTATION_DEMO"
    return meta


def compress(original: FileDataset, curated: FileDataset) -> None:
    """Choose the smaller of two lossless syntaxes; keep bytes that are JPEG-LS or lossy."""
    syntax = original.file_meta.TransferSyntaxUID
    if syntax.is_compressed and syntax != JPEGLosslessSV1:
        return
    if "DerivationDescription" in curated and original.get("LossyImageCompression") != "01":
        curated.DerivationDescription = "Recompressed without loss"
    frames = decode(original)
    as_jpeg_ls = frames.min() >= 0 and int(original.BitsStored) == 16
    encoded = [encode(frame, int(original.BitsStored), as_jpeg_ls) for frame in frames]
    curated.file_meta.TransferSyntaxUID = JPEGLSLossless if as_jpeg_ls else JPEG2000Lossless
    curated.PixelData = encapsulate(encoded, has_bot=len(encoded) > 1)


def encode(frame: np.ndarray, bits_stored: int, as_jpeg_ls: bool) -> bytes:
    if as_jpeg_ls:
        return bytes(imagecodecs.jpegls_encode(frame.view(np.uint16)))
    return bytes(
        imagecodecs.jpeg2k_encode(
            frame, level=0, reversible=True, codecformat="j2k", bitspersample=bits_stored
        )
    )


def decode(dataset: FileDataset) -> np.ndarray:
    """Return stored values as (frames, rows, columns[, samples]), before any colour conversion."""
    syntax = dataset.file_meta.TransferSyntaxUID
    count = int(dataset.get("NumberOfFrames", 1) or 1)
    if not syntax.is_compressed:
        array = dataset.pixel_array
        return array if count > 1 else array[np.newaxis]
    frames = []
    for data in generate_frames(dataset.PixelData, number_of_frames=count):
        frame = decode_frame(data, syntax, is_colour=dataset.SamplesPerPixel == 3)
        if dataset.PixelRepresentation == 1 and frame.dtype.kind == "u":
            frame = frame.view(np.int16)
        frames.append(frame)
    return np.stack(frames)


def decode_frame(data: bytes, syntax: UID, *, is_colour: bool) -> np.ndarray:
    if syntax == JPEG_BASELINE:
        spaces = {"colorspace": "YCBCR", "outcolorspace": "YCBCR"} if is_colour else {}
        return imagecodecs.jpeg8_decode(data, **spaces)
    if syntax == JPEGLosslessSV1:
        return imagecodecs.ljpeg_decode(data)
    if syntax == JPEGLSLossless:
        return imagecodecs.jpegls_decode(data)
    if syntax in (JPEG2000Lossless, JPEG_2000):
        return imagecodecs.jpeg2k_decode(data)
    raise SystemExit(f"no decoder chosen for {syntax.name}")


def check_pixels(original: FileDataset, curated: FileDataset, row: dict[str, str]) -> bool:
    """Stop unless the curated pixels are the original ones; True if the manifest agrees too."""
    before, after = decode(original), decode(curated)
    if before.dtype != after.dtype or not np.array_equal(before, after):
        raise SystemExit(f"{row['path']}: pixels changed")
    if curated.file_meta.TransferSyntaxUID == original.file_meta.TransferSyntaxUID and (
        curated.PixelData != original.PixelData
        and original.file_meta.TransferSyntaxUID.is_compressed
    ):
        raise SystemExit(f"{row['path']}: compressed bytes changed")
    digest = hashlib.sha256(np.ascontiguousarray(after).tobytes()).hexdigest()
    is_lossless = curated.file_meta.TransferSyntaxUID in LOSSLESS
    if is_lossless and row["pixel_sha256"] and digest != row["pixel_sha256"]:
        raise SystemExit(f"{row['path']}: pixels differ from the manifest's hash")
    return digest == row["pixel_sha256"]


if __name__ == "__main__":
    sys.exit(main())
