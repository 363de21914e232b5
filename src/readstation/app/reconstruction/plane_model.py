"""One plane through a volume: its viewport, and the job that makes its image."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from readstation.app.jobs import JobContext
from readstation.app.reconstruction.layer import Layer, layer_frame
from readstation.app.reconstruction.plane_set import Direction, Source, frame_of
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import RequestToken, Tool
from readstation.app.viewport.window.window_presets import NO_PRESETS, WindowPresets
from readstation.domain.measurement import ImagePoint
from readstation.imaging.colour_layer import ColourLayer
from readstation.imaging.frame import StoredFrame
from readstation.imaging.plane import Vector
from readstation.imaging.reslice import Interpolation, Slab, reslice
from readstation.imaging.stack_order import PlaneStack

LOOKING_TOOLS = frozenset(
    {Tool.WINDOW, Tool.SCROLL, Tool.PAN, Tool.ZOOM, Tool.MAGNIFIER, Tool.CURSOR}
)
NO_MEASURING = "Measurements are made on acquired images only. Go back with Ctrl+R."
SHARED_FIELDS = ("voi_choice", "is_inverted", "value_scale", "tool")
SAME_SIZE = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class WantedPlane:
    """One image to make. It is taken only while its viewport still asks for it."""

    direction: Direction
    token: RequestToken
    image: ImageDescription
    source: Source
    slab: Slab
    layer: Layer | None = None
    interpolation: Interpolation = Interpolation.LINEAR


@dataclass(frozen=True, slots=True, eq=False)
class MadePlane:
    """An image, and what lies over it, of the same size; None where nothing of it is there."""

    frame: StoredFrame
    layer: StoredFrame | None = None


def make_plane(wanted: WantedPlane, job: JobContext) -> MadePlane:
    """Sample the volume on one plane, and what is laid over it on the same."""
    image, volume, slab = wanted.image, wanted.source.volume, wanted.slab
    if image.plane is None:
        raise ValueError("a reformat lies somewhere")
    told = partial(job.progress, 0, 1)
    shape, how = (image.rows, image.columns), wanted.interpolation
    values = reslice(volume, image.plane, shape, slab, interpolation=how, told=told)
    frame = frame_of(volume, wanted.source.middle, np.ascontiguousarray(values))
    if wanted.layer is None:
        return MadePlane(frame)
    return MadePlane(frame, layer_frame(wanted.layer, image.plane, shape, slab))


class PlaneModel(ViewportModel):
    """A viewport for reformatted images: they are looked at, not measured.

    What lies over an image comes with it and goes with it.
    """

    def __init__(self, presets: WindowPresets = NO_PRESETS) -> None:
        super().__init__(presets)
        self.layer_frame: StoredFrame | None = None

    def choose_tool(self, tool: Tool) -> None:
        if tool in LOOKING_TOOLS:
            super().choose_tool(tool)
        else:
            self.change(notice=NO_MEASURING)

    def take_made(self, token: RequestToken, made: MadePlane, layer: ColourLayer | None) -> None:
        """Take an image with what lies over it, if it is still asked for."""
        if token == self.token:
            self.layer_frame, self.layer = made.layer, layer
            self.show_frame(token, made.frame)

    def lay_over(self, layer: ColourLayer | None) -> None:
        """Show what lies over the image in another way, or not at all."""
        if layer is None:
            self.layer_frame = None
        self.layer = layer
        self.touch()

    def show_planes(self, images: tuple[ImageDescription, ...], place_mm: Vector) -> None:
        """Show other planes; window and tool stay, and so does the point of the patient."""
        old = self.description
        planes = PlaneStack([image.plane for image in images if image.plane is not None])
        index, _ = planes.nearest(place_mm)
        kept = {name: getattr(self.state, name) for name in SHARED_FIELDS}
        kept |= self._view_of(images[index], place_mm)
        self.set_display_set(images, frame_index=index)
        if old is not None:
            self.change(**kept)

    def scroll_mm(self, steps: int, step_mm: float) -> None:
        """Go on by steps of so many mm, at least an image each."""
        places = [i.plane.position_on_normal_mm for i in self.display_set[:2] if i.plane]
        apart_mm = abs(places[1] - places[0]) if len(places) > 1 else 0.0
        self.scroll(steps * max(round(step_mm / apart_mm) if apart_mm else 1, 1))

    def _view_of(self, new: ImageDescription, place_mm: Vector) -> dict[str, object]:
        """Return zoom and centre with which a point stays where it is on the screen."""
        old, transform = self.description, self.transform
        if old is None or transform is None or old.plane is None or new.plane is None:
            return {}
        spacing = (old.plane.column_spacing_mm, new.plane.column_spacing_mm)
        is_same = abs(spacing[0] - spacing[1]) < SAME_SIZE and (old.rows, old.columns) == (
            new.rows,
            new.columns,
        )
        kept: dict[str, object] = {"orientation": self.state.orientation}
        if is_same:
            return kept | {"zoom": self.state.zoom, "center": self.state.center}
        ratio = spacing[0] / spacing[1]
        was, now = old.plane.to_image(place_mm), new.plane.to_image(place_mm)
        center = ImagePoint(
            now[0] + (transform.center_column - was[0]) * ratio,
            now[1] + (transform.center_row - was[1]) * ratio,
        )
        return kept | {"zoom": transform.zoom / ratio, "center": center}

    def _request(self) -> None:
        self.layer_frame = self.layer = None
        super()._request()
