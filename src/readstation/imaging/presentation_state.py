"""A softcopy presentation state: how somebody once showed given images (PS3.3 A.33, PS3.4 N.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from readstation.imaging.displayed_area import DisplayedArea
from readstation.imaging.graphic_annotation import (
    Annotation,
    GraphicLayer,
    ImageReference,
    concerns,
)
from readstation.imaging.modality_lut import IDENTITY, ModalityTransform
from readstation.imaging.orientation import AS_STORED, DisplayOrientation
from readstation.imaging.palette import ColourPalette
from readstation.imaging.presentation import PresentationLut, PresentationLutShape
from readstation.imaging.shutter import DisplayShutter
from readstation.imaging.voi import Voi


class PresentationStateKind(Enum):
    """The kinds that are applied; the value is the word for the reader."""

    GRAYSCALE = "grayscale"
    COLOUR = "colour"
    PSEUDO_COLOUR = "pseudo-colour"


@dataclass(frozen=True, slots=True)
class SoftcopyVoi:
    """One item of Softcopy VOI LUT Sequence (0028,3110)."""

    voi: Voi
    references: tuple[ImageReference, ...] = ()


@dataclass(frozen=True, slots=True)
class AreaSelection:
    """One item of Displayed Area Selection Sequence (0070,005A)."""

    area: DisplayedArea
    references: tuple[ImageReference, ...] = ()


@dataclass(frozen=True, slots=True)
class OverlayActivation:
    """Overlay Activation Layer (60xx,1001): this overlay of the image lies on that layer."""

    group: int
    layer: str


@dataclass(frozen=True, slots=True)
class PresentationState:
    """What one stored presentation state says. Texts are untrusted: draw them as plain text.

    `created` is the local clock of its maker, without a zone. What it does not state is not taken
    from the image: no modality transform means none, no VOI means the full range (PS3.4 N.2.1).
    """

    kind: PresentationStateKind
    sop_instance_uid: str
    study_instance_uid: str
    series_instance_uid: str = ""
    patient_id: str = ""

    content_label: str = ""
    content_description: str = ""
    content_creator_name: str = ""
    created: datetime | None = None

    references: tuple[ImageReference, ...] = ()
    modality_transform: ModalityTransform = IDENTITY
    vois: tuple[SoftcopyVoi, ...] = ()
    presentation_lut: PresentationLut | None = None
    presentation_lut_shape: PresentationLutShape = PresentationLutShape.IDENTITY
    palette: ColourPalette | None = None
    shutter: DisplayShutter | None = None
    orientation: DisplayOrientation = AS_STORED
    areas: tuple[AreaSelection, ...] = ()
    layers: tuple[GraphicLayer, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    overlays: tuple[OverlayActivation, ...] = ()
    notes: tuple[str, ...] = ()
    """What of the stored object is left out, one sentence each."""
    _frames: dict[str, tuple[ImageReference, ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    """The references by SOP Instance UID: asked for at every paint, thousands of them."""

    def __post_init__(self) -> None:
        for reference in self.references:
            uid = reference.sop_instance_uid
            self._frames[uid] = (*self._frames.get(uid, ()), reference)

    def covers(self, sop_instance_uid: str, frame_number: int) -> bool:
        """Return True if the state was made for this frame; without references for none."""
        named = self._frames.get(sop_instance_uid, ())
        return any(reference.covers(sop_instance_uid, frame_number) for reference in named)

    def voi_of(self, sop_instance_uid: str, frame_number: int) -> Voi | None:
        """Return the VOI of a frame; None is the full range of its modality values."""
        for item in self.vois:
            if concerns(item.references, sop_instance_uid, frame_number):
                return item.voi
        return None

    def area_of(self, sop_instance_uid: str, frame_number: int) -> DisplayedArea | None:
        """Return the displayed area of a frame; None is the whole image."""
        for item in self.areas:
            if concerns(item.references, sop_instance_uid, frame_number):
                return item.area
        return None

    def annotations_of(
        self, sop_instance_uid: str, frame_number: int
    ) -> tuple[tuple[Annotation, GraphicLayer], ...]:
        """Return what lies over a frame, lowest layer first, each with its layer."""
        layers = {layer.name: layer for layer in self.layers}
        found = [
            (annotation, layers.get(annotation.layer, GraphicLayer(annotation.layer)))
            for annotation in self.annotations
            if concerns(annotation.references, sop_instance_uid, frame_number)
        ]
        return tuple(sorted(found, key=lambda pair: pair[1].order))


def orientation_after(rotation_deg: int, *, is_flipped: bool) -> DisplayOrientation:
    """Return the orientation of a clockwise rotation and then a left-right flip (C.10.6)."""
    turned = AS_STORED.turned(rotation_deg // 90)
    return turned.flipped_horizontally() if is_flipped else turned


def rotation_and_flip(orientation: DisplayOrientation) -> tuple[int, bool]:
    """Return Image Rotation in degrees and Image Horizontal Flip, the inverse of the above.

    >>> rotation_and_flip(orientation_after(90, is_flipped=True))
    (90, True)
    """
    if not orientation.is_mirrored:
        return orientation.rotation_deg, False
    return -orientation.rotation_deg % 360, True
