"""The values at one point of the patient, taken from the volumes and not from the picture."""

from __future__ import annotations

from dataclasses import dataclass

from readstation.app.reconstruction.layer import Layer, why_no_suv
from readstation.app.reconstruction.plane_set import Direction, Source
from readstation.app.reconstruction.reconstruction import Reconstruction
from readstation.app.viewport.measuring import value_unit
from readstation.app.viewport.value_scale import ValueScale, scale_factor
from readstation.domain.measurement import ImagePoint
from readstation.domain.measurement.value_unit import shown_in
from readstation.imaging.plane import Vector
from readstation.imaging.reslice import Slab
from readstation.imaging.volume_probe import probe

BETWEEN_VOXELS = "linear between voxels"
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class ReadOut:
    """One value per volume with its unit, and how they were found."""

    values: tuple[str, ...]
    how: str
    place: str = ""

    @property
    def text(self) -> str:
        return " · ".join((*self.values, self.how))


def read_out(
    model: Reconstruction, direction: Direction, point: ImagePoint | None = None
) -> ReadOut | None:
    """Return what the volumes hold under a point of an image, or at the crosshair.

    None where nothing is shown.
    """
    source, plane_model = model.source, model.planes[direction]
    image = plane_model.description
    if source is None or image is None or image.plane is None:
        return None
    at_mm = model.crosshair_mm
    if point is not None:
        at_mm = image.plane.to_patient(point.column, point.row)
    if at_mm is None:
        return None
    normal, slab = image.plane.normal, model.cut.slab
    values = [_base_words(source, plane_model.state.value_scale, at_mm, normal, slab)]
    if model.fusion.layer is not None:
        values.append(_layer_words(model.fusion.layer, at_mm, normal, slab))
    how = f"{slab.words}, {BETWEEN_VOXELS}" if slab.words else BETWEEN_VOXELS
    place = " ".join(f"{letter} {value:.1f}" for letter, value in zip("xyz", at_mm, strict=True))
    return ReadOut(tuple(values), how, f"{place} mm")


def _base_words(
    source: Source, scale: ValueScale, at_mm: Vector, normal: Vector, slab: Slab
) -> str:
    if scale is not ValueScale.AS_STORED and why_no_suv(source.images):
        scale = ValueScale.AS_STORED  # the picture falls back to it too
    value = probe(source.volume, at_mm, normal, slab)
    factor = scale_factor(source.middle, scale)
    return _words(value, factor, value_unit(source.middle, scale), source.middle.modality)


def _layer_words(layer: Layer, at_mm: Vector, normal: Vector, slab: Slab) -> str:
    there_mm, along = layer.transform.apply(at_mm), layer.transform.turn(normal)
    value = probe(layer.source.volume, there_mm, along, slab)
    return _words(value, layer.factor, layer.unit, layer.modality)


def _words(value: float | None, factor: float, unit: str, name: str) -> str:
    """Return "CT -612.0 HU"; a dash outside of the volume."""
    if value is None:
        return f"{name} {NOTHING}"
    return f"{name} {shown_in(value * factor, unit)} {unit}"
