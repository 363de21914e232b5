"""A second volume over the planes: in which unit its values are, and how they are coloured."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from readstation.app.reconstruction.plane_set import Source
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.measuring import value_unit
from readstation.app.viewport.value_scale import (
    ValueScale,
    refusal_of,
    scale_factor,
    suv_of,
)
from readstation.app.viewport.window.window_presets import WindowPreset
from readstation.domain.suv import SuvFactor
from readstation.imaging.colour_layer import Coding, ColourLayer, coded_frame
from readstation.imaging.colour_tables import ColourTable
from readstation.imaging.frame import StoredFrame
from readstation.imaging.modality_lut import ModalityTransform, modality_values
from readstation.imaging.plane import ImagePlane
from readstation.imaging.presentation import Rendering
from readstation.imaging.reference_line import moved_plane
from readstation.imaging.reslice import Slab, reslice
from readstation.imaging.rigid_transform import IDENTITY_TRANSFORM, RigidTransform
from readstation.imaging.voi import VoiLutFunction, VoiWindow

MOST_VALUES = 200_000
UNEQUAL = 1e-9
TOP_PERCENT = 99.9
HALF = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """The volume that is laid over the planes.

    `transform` takes points of the planes to points of its own space, and `rests_on` says to the
    reader what it is known from. Values times `factor` are in `unit`.
    """

    source: Source
    transform: RigidTransform = IDENTITY_TRANSFORM
    rests_on: str = ""
    scale: ValueScale = ValueScale.AS_STORED
    factor: float = 1.0
    unit: str = ""
    no_suv: str = ""
    coding: Coding | None = None

    @property
    def modality(self) -> str:
        return "PET" if self.source.middle.modality == "PT" else self.source.middle.modality

    @property
    def values_of_frame(self) -> ModalityTransform:
        """Return what leads from the values of its frames to values in `unit`."""
        transform = self.source.volume.modality_transform
        if self.coding is not None:
            transform = self.coding.modality
        return replace(
            transform,
            rescale_slope=transform.rescale_slope * self.factor,
            rescale_intercept=transform.rescale_intercept * self.factor,
        )


@dataclass(frozen=True, slots=True)
class LayerLook:
    """What the reader chooses: window, colours and how much shines through."""

    window: VoiWindow
    table: ColourTable = ColourTable.HOT_IRON
    opacity: float = HALF

    @property
    def bottom(self) -> float:
        return self.window.center - self.window.width / 2

    @property
    def top(self) -> float:
        return self.window.center + self.window.width / 2


def layer_of(source: Source, transform: RigidTransform, rests_on: str) -> Layer:
    """Return a layer in SUVbw where every image states one and the same, else in its own unit."""
    volume, middle = source.volume, source.middle
    coding = None
    if volume.values.dtype.kind == "f" or volume.values.itemsize > 2:
        coding = Coding.of(volume.values)
    refusal = why_no_suv(source.images)
    scale = ValueScale.AS_STORED if refusal else ValueScale.SUVBW
    factor = scale_factor(middle, scale)
    unit = value_unit(middle, scale)
    return Layer(source, transform, rests_on, scale, factor, unit, refusal, coding)


def why_no_suv(images: Sequence[ImageDescription]) -> str:
    """Return why these images have no SUVbw in common; empty if they have."""
    refusal = refusal_of(images, ValueScale.SUVBW)
    if refusal is not None:
        return refusal.message
    found = [suv_of(image) for image in images]
    factors = [each.factor for each in found if isinstance(each, SuvFactor)]
    if max(factors) - min(factors) > UNEQUAL * max(factors):
        return "The images of this series have different factors of uptake."
    return ""


def windows_of(layer: Layer, presets: Sequence[WindowPreset]) -> tuple[VoiWindow, ...]:
    """Return the windows to choose from: SUV presets for SUV only, else those of the values."""
    if layer.scale is ValueScale.SUVBW:
        found = tuple(preset.window for preset in presets if preset.is_suv)
        if found:
            return found
    return (*_windows_of_file(layer), window_from_zero(_high_value(layer), "auto"))


def window_from_zero(top: float, name: str = "") -> VoiWindow:
    """Return the window from no uptake to `top`."""
    return VoiWindow(top / 2, top, VoiLutFunction.LINEAR_EXACT, name)


def _windows_of_file(layer: Layer) -> tuple[VoiWindow, ...]:
    if layer.scale is not ValueScale.AS_STORED:
        return ()
    return tuple(voi for voi in layer.source.middle.vois if isinstance(voi, VoiWindow))


def _high_value(layer: Layer) -> float:
    """Return a value that hardly any voxel exceeds, in the unit of the layer."""
    volume = layer.source.volume
    flat = volume.values.reshape(-1)
    stored = flat[:: max(flat.size // MOST_VALUES, 1)]
    values = modality_values(stored, volume.modality_transform) * layer.factor
    values = values[np.isfinite(values) & (stored != volume.padding)]
    top = float(np.percentile(values, TOP_PERCENT)) if values.size else 0.0
    return top if top > 0 and math.isfinite(top) else 1.0


def layer_frame(
    layer: Layer, plane: ImagePlane, shape: tuple[int, int], slab: Slab
) -> StoredFrame | None:
    """Sample a layer where a plane of the base lies; None if nothing of it is there."""
    volume = layer.source.volume
    values = reslice(volume, moved_plane(plane, layer.transform), shape, slab)
    if layer.coding is not None:
        where = np.isfinite(values) & (values != volume.padding)
        if not where.any():
            return None
        return coded_frame(np.where(where, values, np.nan), layer.coding)
    if not (values != volume.padding).any():
        return None
    middle = layer.source.middle
    return StoredFrame(
        np.ascontiguousarray(values),
        middle.photometric_interpretation,
        middle.bits_stored,
        is_signed=values.dtype.kind != "u",
        pixel_padding=volume.pixel_padding,
    )


def colour_layer(layer: Layer, look: LayerLook, frame: StoredFrame, over: str) -> ColourLayer:
    """Return what is painted over an image of the series called `over`."""
    rendering = Rendering(
        layer.values_of_frame,
        look.window,
        padding=frame.pixel_padding,
        palette=look.table.palette,
    )
    return ColourLayer(frame, rendering, look.opacity, layer_words(layer, look, over))


def layer_words(layer: Layer, look: LayerLook, over: str) -> str:
    """Return the badge: what lies over what, how opaque, and what that rests on."""
    share = f"opacity {look.opacity * 100:.0f} %"
    return f"FUSED: {layer.modality} over {over}, {share}, {layer.rests_on}"
