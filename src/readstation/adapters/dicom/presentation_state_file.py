"""Read a softcopy presentation state from a file (PS3.3 A.33). Runs in the decode worker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from readstation.adapters.dicom.attributes import Attributes, quiet_parsing
from readstation.adapters.dicom.graphic_annotations import read_annotations, read_layers
from readstation.adapters.dicom.look_up_tables import read_lut, read_vois
from readstation.adapters.dicom.part10 import OpenedFile
from readstation.adapters.dicom.read_instance import read_instance
from readstation.adapters.dicom.referenced_images import read_references, read_series_references
from readstation.adapters.dicom.shutters import read_shutter
from readstation.adapters.dicom.sop_classes import STORAGE
from readstation.app.importing.dicom_dates import read_local_datetime
from readstation.app.importing.refusals import refusal
from readstation.domain.errors import RefusedInputError
from readstation.imaging.displayed_area import DisplayedArea, SizeMode
from readstation.imaging.modality_lut import IDENTITY, ModalityLut, ModalityTransform
from readstation.imaging.orientation import DisplayOrientation
from readstation.imaging.presentation import PresentationLut, PresentationLutShape
from readstation.imaging.presentation_state import (
    AreaSelection,
    OverlayActivation,
    PresentationState,
    PresentationStateKind,
    SoftcopyVoi,
    orientation_after,
)
from readstation.imaging.shutter import DisplayShutter
from readstation.imaging.voi import Voi, VoiLut, VoiWindow

KINDS = {
    STORAGE + "11.1": PresentationStateKind.GRAYSCALE,
    STORAGE + "11.2": PresentationStateKind.COLOUR,
    STORAGE + "11.3": PresentationStateKind.PSEUDO_COLOUR,
}
NOT_APPLIED = {
    STORAGE + "11.4": "it blends two images",
    STORAGE + "11.5": "it subtracts a mask image",
    STORAGE + "11.6": "it shows a reconstructed plane of a volume",
    STORAGE + "11.7": "it shows reconstructed planes of several volumes",
    STORAGE + "11.8": "it blends several images",
    STORAGE + "11.9": "it renders a volume",
    STORAGE + "11.10": "it renders segmented volumes",
    STORAGE + "11.11": "it renders several volumes",
    STORAGE + "11.12": "it has a modality transform for each frame",
}
SHUTTER_LEFT_OUT = "The shutter of this presentation state is not usable and is left out."
OWN_OVERLAY_LEFT_OUT = "The overlay of this presentation state itself is left out."
MAX_ITEMS = 20_000
OVERLAY_GROUPS = range(0x6000, 0x6020, 2)
FARTHEST_PIXEL = 1_000_000
QUARTER_TURNS = (0, 90, 180, 270)

_Item = TypeVar("_Item")


def read_presentation_state(opened: OpenedFile) -> PresentationState:
    """Read one presentation state; what of it cannot be shown is named in its notes.

    Raises
    ------
    RefusedInputError
        If the object is none, is of a kind that is not applied, or contradicts itself.
    """
    instance = read_instance(opened)
    header = instance.header
    kind = KINDS.get(header.sop_class_uid)
    if kind is None:
        reason = NOT_APPLIED.get(header.sop_class_uid)
        if reason is None:
            raise refusal("NOT_A_PRESENTATION_STATE")
        raise refusal("UNSUPPORTED_PRESENTATION_STATE", reason)
    with quiet_parsing():
        root = instance.attributes
        modality = _modality(root)
        notes: list[str] = []
        annotations = read_annotations(root, notes)
        return PresentationState(
            kind=kind,
            sop_instance_uid=header.sop_instance_uid,
            study_instance_uid=header.study.study_instance_uid,
            series_instance_uid=header.series.series_instance_uid,
            patient_id=header.patient.patient_id,
            content_label=root.text("ContentLabel", 16),
            content_description=root.text("ContentDescription", 64),
            content_creator_name=_person(root.text("ContentCreatorName")),
            created=read_local_datetime(
                root.text("PresentationCreationDate"), root.text("PresentationCreationTime")
            ),
            references=read_series_references(root),
            modality_transform=modality,
            vois=_vois(root, modality),
            presentation_lut=_presentation_lut(root),
            presentation_lut_shape=_shape(root),
            shutter=_shutter(root, notes),
            orientation=_orientation(root),
            areas=_areas(root, notes),
            layers=read_layers(root),
            annotations=annotations,
            overlays=_overlays(root, notes),
            notes=tuple(dict.fromkeys(notes)),
        )


def _person(name: str) -> str:
    """Return the alphabetic group of a name as it is read aloud, without carets."""
    return " ".join(name.split("=", maxsplit=1)[0].replace("^", " ").split())[:64]


def _contradiction(detail: str) -> RefusedInputError:
    return refusal("BAD_PRESENTATION_STATE", detail)


def _bounded(items: Sequence[_Item]) -> Sequence[_Item]:
    if len(items) > MAX_ITEMS:
        raise refusal("TOO_MANY_ELEMENTS", f"{len(items)} items in one sequence")
    return items


def _has_signed_descriptor(item: Attributes) -> bool:
    raw = item.raw("LUTDescriptor")
    return raw is not None and raw.VR == "SS"


def _modality(root: Attributes) -> ModalityTransform:
    """Return the state's own modality transform; without one, values stay as stored (C.11.1)."""
    items = root.items("ModalityLUTSequence")
    if items:
        lut = read_lut(items[0], is_signed=_has_signed_descriptor(items[0]))
        if lut is None:
            raise _contradiction("its Modality LUT")
        kind = items[0].text("ModalityLUTType", 16)
        table = ModalityLut(lut.first_value_mapped, lut.data)
        return ModalityTransform(rescale_type=kind, lut=table, is_stated=True)
    if "RescaleSlope" not in root and "RescaleIntercept" not in root:
        return IDENTITY
    slope, intercept = root.number("RescaleSlope"), root.number("RescaleIntercept")
    if slope is None or intercept is None or slope == 0:
        raise _contradiction("its rescale values")
    return ModalityTransform(slope, intercept, root.text("RescaleType", 16), is_stated=True)


def _vois(root: Attributes, modality: ModalityTransform) -> tuple[SoftcopyVoi, ...]:
    return tuple(
        SoftcopyVoi(_voi(item, modality), read_references(item))
        for item in _bounded(root.items("SoftcopyVOILUTSequence"))
    )


def _voi(item: Attributes, modality: ModalityTransform) -> Voi:
    """Return the first window or table of an item: a state leaves no choice (C.11.8)."""
    tables = item.items("VOILUTSequence")
    below_zero = modality.lut is None and modality.rescale_intercept < 0
    is_signed = below_zero or (bool(tables) and _has_signed_descriptor(tables[0]))
    found = read_vois(item, is_signed=is_signed).vois
    wanted = VoiLut if tables else VoiWindow
    voi = next((voi for voi in found if isinstance(voi, wanted)), None)
    if voi is None:
        raise _contradiction("a window or table that is not usable")
    return voi


def _presentation_lut(root: Attributes) -> PresentationLut | None:
    items = root.items("PresentationLUTSequence")
    if not items:
        return None
    lut = read_lut(items[0], is_signed=False)
    if lut is None or lut.first_value_mapped != 0:  # C.11.4.1: the first value mapped is 0
        raise _contradiction("its Presentation LUT")
    name = items[0].text("LUTExplanation", 64)
    return PresentationLut(lut.first_value_mapped, lut.bits, lut.data, name)


def _shape(root: Attributes) -> PresentationLutShape:
    known = {shape.value: shape for shape in PresentationLutShape}
    stated = root.text("PresentationLUTShape", 16).upper()
    return known.get(stated, PresentationLutShape.IDENTITY)


def _shutter(root: Attributes, notes: list[str]) -> DisplayShutter | None:
    shutter, is_unusable = read_shutter(root)
    if is_unusable:
        notes.append(SHUTTER_LEFT_OUT)
    return shutter


def _orientation(root: Attributes) -> DisplayOrientation:
    rotation = root.integer("ImageRotation") or 0
    flip = root.text("ImageHorizontalFlip", 16).upper()
    if rotation % 360 not in QUARTER_TURNS or flip not in {"", "Y", "N"}:
        raise _contradiction("its rotation")
    return orientation_after(rotation % 360, is_flipped=flip == "Y")


def _areas(root: Attributes, notes: list[str]) -> tuple[AreaSelection, ...]:
    return tuple(
        AreaSelection(_area(item, notes), read_references(item))
        for item in _bounded(root.items("DisplayedAreaSelectionSequence"))
    )


def _area(item: Attributes, notes: list[str]) -> DisplayedArea:
    known = {mode.value: mode for mode in SizeMode}
    mode = known.get(item.text("PresentationSizeMode", 16).upper(), SizeMode.SCALE_TO_FIT)
    if mode is SizeMode.TRUE_SIZE:
        notes.append("True size is not shown: the area is fitted to the box.")
    spacing = item.numbers("PresentationPixelSpacing")
    ratio = item.numbers("PresentationPixelAspectRatio")
    aspect = next((pair[0] / pair[1] for pair in (spacing, ratio) if _is_pair(pair)), None)
    magnification = item.number("PresentationPixelMagnificationRatio")
    return DisplayedArea(
        _corner(item, "DisplayedAreaTopLeftHandCorner"),
        _corner(item, "DisplayedAreaBottomRightHandCorner"),
        mode,
        row_aspect=aspect,
        magnification=magnification if magnification and magnification > 0 else None,
        pixel_spacing_mm=(spacing[0], spacing[1]) if _is_pair(spacing) else None,
    )


def _is_pair(numbers: tuple[float, ...]) -> bool:
    return len(numbers) == 2 and all(0 < number < FARTHEST_PIXEL for number in numbers)


def _corner(item: Attributes, keyword: str) -> tuple[int, int]:
    numbers = item.numbers(keyword)
    if len(numbers) != 2 or any(abs(number) > FARTHEST_PIXEL for number in numbers):
        raise _contradiction("its displayed area")
    return (int(numbers[0]), int(numbers[1]))


def _overlays(root: Attributes, notes: list[str]) -> tuple[OverlayActivation, ...]:
    groups = {group: root.overlay_group(group) for group in OVERLAY_GROUPS}
    if any("OverlayData" in found for found in groups.values()):
        notes.append(OWN_OVERLAY_LEFT_OUT)
    layers = ((group, found.text("OverlayActivationLayer", 16)) for group, found in groups.items())
    return tuple(OverlayActivation(group, layer) for group, layer in layers if layer)
