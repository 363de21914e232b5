"""Single facts about an image in the reader's words."""

from __future__ import annotations

from itertools import zip_longest

from readstation.app.viewport.image_description import DecoderFacts, ImageDescription
from readstation.app.viewport.overlay_text import LOSSY_METHODS, is_lossy, lossy_label
from readstation.domain.calibration import Calibration, SpacingSource, UltrasoundRegion
from readstation.imaging.frame import PixelPadding
from readstation.imaging.modality_lut import ModalityTransform
from readstation.imaging.plane import ImagePlane
from readstation.imaging.voi import Voi, VoiLut

# What a spacing is the distance of (PS3.3 10.7.1.1-10.7.1.3)
SPACING_WORDS = {
    SpacingSource.PATIENT: "in the patient",
    SpacingSource.GEOMETRY: "corrected by geometry",
    SpacingSource.FIDUCIAL: "corrected by a fiducial",
    SpacingSource.CALIBRATED: "corrected, method not stated",
    SpacingSource.DETECTOR: "at the detector, not in the patient",
    SpacingSource.FILM: "on the film, not in the patient",
    SpacingSource.ISOCENTER: "at the isocenter",
    SpacingSource.BEAM_CENTER: "in the center of the beam",
    SpacingSource.US_REGION: "by ultrasound region",
    SpacingSource.US_AXES: "by ultrasound region, each axis with its own unit",
    SpacingSource.USER: "stated by a reader with a calibration line",
    SpacingSource.NONE: "none: lengths are in pixels",
}
PHOTOMETRIC_WORDS = {
    "MONOCHROME1": "lowest value white",
    "MONOCHROME2": "lowest value black",
    "PALETTE COLOR": "colour by table",
}
NOT_STATED = "yes, ratio and method not stated"
MAIN_PLANES = ("sagittal", "coronal", "axial")
ALONG_AXIS = 0.99  # cosine, within 8 degrees


def decoder_text(decoder: DecoderFacts) -> str:
    """Return the decoder's name with the version of its library.

    >>> decoder_text(DecoderFacts("numpy", "numpy 2.4.6"))
    'numpy 2.4.6'
    """
    if decoder.name and decoder.version.startswith(decoder.name):
        return decoder.version
    return f"{decoder.name} {decoder.version}".strip() or "not known"


def self_test_text(decoder: DecoderFacts) -> str:
    """Return how the decoder did on what it must return exactly."""
    if decoder.failure:
        return f"failed: {decoder.failure}"
    if decoder.vectors:
        return f"passed, {decoder.vectors} golden vectors"
    return "no codec needed" if decoder.name else "not known"


def lossy_history(d: ImageDescription) -> str:
    """Return every lossy step with its ratio and method, as far as they are stated."""
    if not is_lossy(d):
        return "none stated"
    c = d.compression
    steps = zip_longest(c.ratios, c.methods, fillvalue=None)
    said = [_lossy_step(ratio, method) for ratio, method in steps]
    return "; ".join(said) or lossy_label(d).removeprefix("LOSSY").strip() or NOT_STATED


def _lossy_step(ratio: float | None, method: str | None) -> str:
    by = f"{ratio:.3g}:1" if ratio and ratio > 0 else "ratio not stated"
    how = LOSSY_METHODS.get((method or "").strip().upper(), method) or "method not stated"
    return f"{by}, {how}"


def photometric_text(d: ImageDescription) -> str:
    """Return the photometric interpretation with what it means."""
    name = d.photometric_interpretation
    words = PHOTOMETRIC_WORDS.get(name, "")
    samples = f"{d.samples_per_pixel} samples" if d.samples_per_pixel > 1 else words
    return f"{name}, {samples}" if samples else name


def padding_text(padding: PixelPadding | None) -> str:
    """Return the stored values that are no image."""
    if padding is None:
        return "none stated"
    if padding.lowest == padding.highest:
        return f"stored value {padding.lowest}"
    return f"stored values {padding.lowest} to {padding.highest}"


def modality_text(transform: ModalityTransform) -> str:
    """Return how stored values become modality values.

    >>> modality_text(ModalityTransform(1.0, -1024.0, "HU", is_stated=True))
    'stored value × 1 − 1024 (HU)'
    """
    kind = f" ({transform.rescale_type})" if transform.rescale_type else ""
    if transform.lut is not None:
        lut = transform.lut
        name = f" {lut.explanation}" if lut.explanation else ""
        return f"LUT{name}, {len(lut.data)} entries from {lut.first_value_mapped}{kind}"
    if not transform.is_stated:
        return "none stated: stored values are shown"
    sign = "−" if transform.rescale_intercept < 0 else "+"
    slope, intercept = transform.rescale_slope, abs(transform.rescale_intercept)
    return f"stored value × {slope:.6g} {sign} {intercept:.6g}{kind}"


def voi_text(voi: Voi) -> str:
    """Return one window or VOI LUT with its explanation.

    >>> from readstation.imaging.voi import VoiWindow
    >>> voi_text(VoiWindow(40, 80, explanation="BRAIN"))
    'W 80 L 40 LINEAR, BRAIN'
    """
    name = f", {voi.explanation}" if voi.explanation else ""
    if isinstance(voi, VoiLut):
        entries = f"{len(voi.data)} entries from {voi.first_value_mapped}, {voi.bits} bits"
        return f"LUT, {entries}{name}"
    return f"W {voi.width:.6g} L {voi.center:.6g} {voi.function.value}{name}"


def calibration_text(calibration: Calibration) -> str:
    """Return the spacing and what it is the distance of."""
    note = f" ({calibration.note})" if calibration.note else ""
    words = f"{SPACING_WORDS[calibration.source]}{note}"
    row, column = calibration.row_spacing_mm, calibration.column_spacing_mm
    if row is None or column is None:
        return words
    return f"{row:.6g} mm between rows, {column:.6g} mm between columns, {words}"


def region_text(region: UltrasoundRegion) -> str:
    """Return where an ultrasound region lies and what a pixel measures in it."""
    columns = f"{region.region_location_min_x0} to {region.region_location_max_x1}"
    rows = f"{region.region_location_min_y0} to {region.region_location_max_y1}"
    c = region.calibration
    spacing = "not measurable in mm"
    if c.row_spacing_mm is not None and c.column_spacing_mm is not None:
        spacing = f"{c.row_spacing_mm:.4g} x {c.column_spacing_mm:.4g} mm"
    return f"columns {columns}, rows {rows}: {spacing}"


def orientation_words(plane: ImagePlane) -> str:
    """Return the nearest main plane, and how the rows and columns run.

    >>> orientation_words(ImagePlane((0, 0, 0), (1, 0, 0), (0, 1, 0), 1, 1))
    'axial; rows (1, 0, 0), columns (0, 1, 0)'
    """
    sizes = [abs(part) for part in plane.normal]
    nearest = MAIN_PLANES[sizes.index(max(sizes))]
    name = nearest if max(sizes) >= ALONG_AXIS else f"oblique, near {nearest}"
    row, column = (", ".join(f"{c:.4g}" for c in v) for v in _directions(plane))
    return f"{name}; rows ({row}), columns ({column})"


def _directions(plane: ImagePlane) -> tuple[tuple[float, ...], tuple[float, ...]]:
    return plane.row_cosines, plane.column_cosines
