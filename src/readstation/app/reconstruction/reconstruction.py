"""Three planes through one volume: what is shown, and which images are to be made next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from readstation.app.jobs import JobContext
from readstation.app.reading.display_set import DisplaySet
from readstation.app.reconstruction.load_source import why_not_reformatted
from readstation.app.reconstruction.plane_set import Cut, Direction, Source, frame_of, plane_set
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.linking import LinkGroup
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import RequestToken, Tool, ViewportState
from readstation.app.viewport.window.window_presets import NO_PRESETS, WindowPresets
from readstation.domain.measurement import ImagePoint
from readstation.imaging.frame import StoredFrame
from readstation.imaging.plane import Vector
from readstation.imaging.reslice import Projection, Slab, reslice
from readstation.imaging.rigid_transform import RigidTransform
from readstation.imaging.stack_order import PlaneStack

LOOKING_TOOLS = frozenset(
    {Tool.WINDOW, Tool.SCROLL, Tool.PAN, Tool.ZOOM, Tool.MAGNIFIER, Tool.CURSOR}
)
NO_MEASURING = "Measurements are made on acquired images only. Go back with Ctrl+R."
SHARED_FIELDS = ("voi_choice", "is_inverted", "value_scale", "tool")
THICKEST_MM = 200.0


class PlaneModel(ViewportModel):
    """A viewport for reformatted images: they are looked at, not measured."""

    def choose_tool(self, tool: Tool) -> None:
        if tool in LOOKING_TOOLS:
            super().choose_tool(tool)
        else:
            self.change(notice=NO_MEASURING)


@dataclass(frozen=True, slots=True, eq=False)
class WantedPlane:
    """One image to make. It is taken only while its viewport still asks for it."""

    token: RequestToken
    image: ImageDescription
    source: Source
    slab: Slab


def make_plane(wanted: WantedPlane, job: JobContext) -> StoredFrame:
    """Sample the volume on one plane."""
    image, volume = wanted.image, wanted.source.volume
    if image.plane is None:
        raise ValueError("a reformat lies somewhere")
    told = partial(job.progress, 0, 1)
    shape = (image.rows, image.columns)
    values = reslice(volume, image.plane, shape, wanted.slab, told=told)
    return frame_of(volume, wanted.source.middle, np.ascontiguousarray(values))


class Reconstruction:
    """Axial, coronal and sagittal planes, or those turned together, with one slab and one window.

    `begin` names the display set; a volume is taken for that alone, so one that comes after the
    reader went on has nowhere to go (H01).
    """

    def __init__(self, presets: WindowPresets = NO_PRESETS) -> None:
        self.planes = {direction: PlaneModel(presets) for direction in Direction}
        self.links = LinkGroup()
        self.cut = Cut()
        self.refusal = ""
        self.active = Direction.AXIAL
        self._display_set: DisplaySet | None = None
        self._source: Source | None = None
        self._wanted: dict[Direction, WantedPlane] = {}
        self._listeners: list[Callable[[], None]] = []
        self._wanted_listeners: list[Callable[[], None]] = []
        self._is_sharing = False
        for direction, model in self.planes.items():
            self.links.add(model)
            model.on_frame_wanted(partial(self._want, direction))
            model.on_change(partial(self._share, direction))

    # Listening

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` when the volume, the refusal or the cut has changed."""
        self._listeners.append(listener)

    def on_wanted(self, listener: Callable[[], None]) -> None:
        """Call `listener` when `next_wanted` has something."""
        self._wanted_listeners.append(listener)

    # The volume

    @property
    def display_set(self) -> DisplaySet | None:
        return self._display_set

    @property
    def is_showing(self) -> bool:
        return self._source is not None

    @property
    def cut_words(self) -> str:
        """Return how the volume is cut: "MIP 10 mm · turned 15°"."""
        slab, angle = self.cut.slab, self.cut.turned.angle_deg
        thick = f"{slab.projection.value} {slab.thickness_mm:.4g} mm" if slab.thickness_mm else ""
        turned = f"turned {angle:.0f}°" if self.cut.is_oblique else ""
        return " · ".join(part for part in (thick or "One voxel thick", turned) if part)

    @property
    def is_waiting(self) -> bool:
        """Return True while the volume is on its way."""
        return self._display_set is not None and self._source is None and not self.refusal

    @property
    def crosshair_mm(self) -> Vector | None:
        """Return the point of the patient in which the three planes meet; None without them."""
        meeting = np.zeros(3)
        for model in self.planes.values():
            image = model.description
            if image is None or image.plane is None:
                return None
            meeting += np.array(image.plane.normal) * image.plane.position_on_normal_mm
        x, y, z = (float(v) for v in meeting)
        return x, y, z

    def begin(self, display_set: DisplaySet) -> bool:
        """Leave what was shown and ask for the volume of another set; False if it is refused."""
        self.clear()
        self._display_set = display_set
        self.refusal = why_not_reformatted(display_set)
        self._tell()
        return not self.refusal

    def take(self, display_set: DisplaySet, source: Source) -> None:
        """Show the volume, if it is that of the set which was asked for last."""
        if display_set is self._display_set and not self.refusal:
            self._source = source
            self._show_planes()

    def refuse(self, display_set: DisplaySet, reason: str) -> None:
        """Say why there is no volume."""
        if display_set is self._display_set:
            self.refusal = reason
            self._tell()

    def clear(self) -> None:
        """Show nothing, and take nothing that is still on its way."""
        self._display_set = self._source = None
        self.refusal, self.cut = "", Cut()
        self._wanted.clear()
        self.links.clear()
        for model in self.planes.values():
            model.clear()
        self._tell()

    # What the reader chooses

    def set_slab(self, slab: Slab) -> None:
        """Show slabs instead of planes, or planes again without a thickness."""
        thickness = min(slab.thickness_mm, THICKEST_MM)
        self._cut(replace(self.cut, slab=Slab(thickness, slab.projection)))

    def thicken(self, by_mm: float) -> None:
        """Make the slab thicker, or thinner down to none."""
        slab = self.cut.slab
        self.set_slab(Slab(max(slab.thickness_mm + by_mm, 0.0), slab.projection))

    def next_projection(self) -> None:
        """Show the next of maximum, minimum and mean of the slab."""
        kinds, slab = list(Projection), self.cut.slab
        following = kinds[(kinds.index(slab.projection) + 1) % len(kinds)]
        self.set_slab(Slab(slab.thickness_mm, following))

    def turn(self, around: Direction, angle_deg: float) -> None:
        """Turn all three planes together about the line of sight of one of them."""
        across, down = (self.cut.turned.turn(axis) for axis in around.axes)
        axis = (
            across[1] * down[2] - across[2] * down[1],
            across[2] * down[0] - across[0] * down[2],
            across[0] * down[1] - across[1] * down[0],
        )
        further = RigidTransform.about(axis, angle_deg, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
        self._cut(replace(self.cut, turned=self.cut.turned.then(further)))

    def straighten(self) -> None:
        """Return to the axes of the patient."""
        self._cut(replace(self.cut, turned=Cut().turned))

    def point_at(self, direction: Direction, point: ImagePoint) -> None:
        """Put the crosshair on a point of one image; the others go there."""
        self.links.guides.point_at(self.planes[direction], point)

    # Images to make

    def next_wanted(self) -> WantedPlane | None:
        """Return what is to be made now, once; None if nothing is."""
        for direction in list(self._wanted):
            wanted = self._wanted.pop(direction)
            if self.planes[direction].token == wanted.token:
                return wanted
        return None

    def take_plane(self, wanted: WantedPlane, frame: StoredFrame) -> None:
        """Show an image where it is still asked for."""
        if wanted.source is self._source:
            for model in self.planes.values():
                model.show_frame(wanted.token, frame)

    def refuse_plane(self, wanted: WantedPlane, reason: str) -> None:
        """Say in the image box why there is no image."""
        for model in self.planes.values():
            model.show_refusal(wanted.token, reason)

    def _want(self, direction: Direction, token: RequestToken, image: ImageDescription) -> None:
        if self._source is not None:
            self._wanted[direction] = WantedPlane(token, image, self._source, self.cut.slab)
            for listener in list(self._wanted_listeners):
                listener()

    def _cut(self, cut: Cut) -> None:
        if cut != self.cut:
            self.cut = cut
            if self._source is not None:
                self._show_planes()
            self._tell()

    def _show_planes(self) -> None:
        """Hang the images of all directions; the reader stays at the same place in the patient."""
        source = self._source
        if source is None:
            return
        place_mm = self.crosshair_mm or source.volume.center_mm
        self._is_sharing = True
        for direction, model in self.planes.items():
            images = plane_set(source, direction, self.cut, place_mm)
            index, _ = PlaneStack([i.plane for i in images if i.plane is not None]).nearest(
                place_mm
            )
            kept = {name: getattr(model.state, name) for name in SHARED_FIELDS}
            is_new = model.description is None
            model.set_display_set(images, frame_index=index)
            if not is_new:
                model.change(**kept)
        self._is_sharing = False
        self._tell()

    def _share(self, direction: Direction, state: ViewportState) -> None:
        """Give window, inversion and tool of one plane to the others."""
        by = self.planes[direction]
        if state.is_focused:
            self.active = direction
        if self._is_sharing or by.description is None:
            return
        self._is_sharing = True
        for model in self.planes.values():
            if model is not by and model.description is not None:
                model.change(**{name: getattr(state, name) for name in SHARED_FIELDS})
        self._is_sharing = False

    def _tell(self) -> None:
        for listener in list(self._listeners):
            listener()
