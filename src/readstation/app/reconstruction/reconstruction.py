"""Three planes through one volume: what is shown, and which images are to be made next."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

import numpy as np

from readstation.app.reading.display_set import DisplaySet
from readstation.app.reconstruction.crosshair import CrosshairLayer
from readstation.app.reconstruction.fusion import Fusion
from readstation.app.reconstruction.layer import Layer, colour_layer
from readstation.app.reconstruction.load_source import why_not_reformatted
from readstation.app.reconstruction.plane_model import (
    SHARED_FIELDS,
    MadePlane,
    PlaneModel,
    WantedPlane,
)
from readstation.app.reconstruction.plane_opening import PlaneOpening, whole_slab
from readstation.app.reconstruction.plane_queue import PlaneQueue
from readstation.app.reconstruction.plane_set import (
    Cut,
    Direction,
    Source,
    plane_set,
    plane_through,
)
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.linking import LinkGroup
from readstation.app.viewport.viewport_state import RequestToken, ViewportState
from readstation.app.viewport.window.window_presets import NO_PRESETS, WindowPresets
from readstation.domain.measurement import ImagePoint
from readstation.imaging.colour_layer import ColourLayer
from readstation.imaging.frame import StoredFrame
from readstation.imaging.plane import Vector
from readstation.imaging.reslice import Interpolation, Projection, Slab

THICKEST_MM = 200.0


class Reconstruction:
    """Axial, coronal and sagittal planes, or those turned together, with one slab and one window.

    `begin` names the display set; a volume is taken for that alone, so one that comes after the
    reader went on has nowhere to go (H01). What is laid over the planes is in `fusion`.
    """

    def __init__(self, presets: WindowPresets = NO_PRESETS) -> None:
        self.planes = {direction: PlaneModel(presets) for direction in Direction}
        self.links = LinkGroup()
        self.fusion = Fusion(presets)
        self.cut = Cut()
        self.is_cubic = False
        self.refusal = ""
        self.active = Direction.AXIAL
        self._display_set: DisplaySet | None = None
        self.opening: PlaneOpening | None = None
        self._source: Source | None = None
        self._laid: Layer | None = None
        self.queue = PlaneQueue(self.planes)
        self.on_wanted = self.queue.on_wanted
        self._listeners: list[Callable[[], None]] = []
        self._is_sharing = False
        self._turned_from: Cut | None = None
        self.links.guides = CrosshairLayer(self, self.links)
        self.fusion.on_change(self._show_fusion)
        for direction, model in self.planes.items():
            self.links.add(model)
            model.on_frame_wanted(partial(self._want, direction))
            model.on_change(partial(self._share, direction))

    # Listening

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` when the volume, the refusal, the cut or what lies over it changed."""
        self._listeners.append(listener)

    # The volume

    @property
    def display_set(self) -> DisplaySet | None:
        return self._display_set

    @property
    def source(self) -> Source | None:
        return self._source

    @property
    def is_showing(self) -> bool:
        return self._source is not None

    @property
    def cut_words(self) -> str:
        """Return how the volume is cut: "MIP 10 mm · turned 15°"."""
        turned = f"turned {self.cut.turned.angle_deg:.0f}°" if self.cut.is_oblique else ""
        smooth = "cubic when still" if self.is_cubic and not self.cut.slab.thickness_mm else ""
        thick = self.cut.slab.words or "One voxel thick"
        return " · ".join(part for part in (thick, turned, smooth) if part)

    @property
    def is_waiting(self) -> bool:
        """Return True while the volume is on its way."""
        return self._display_set is not None and self._source is None and not self.refusal

    @property
    def is_turning(self) -> bool:
        """Return True while the reader turns the planes: then each is but one image."""
        return self._turned_from is not None

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

    def begin(self, opening: PlaneOpening) -> bool:
        """Leave what was shown and ask for the volume of another set; False if it is refused."""
        self.clear()
        display_set = self._display_set = opening.display_set
        self.opening = opening
        self.refusal = why_not_reformatted(display_set)
        self._tell()
        return not self.refusal

    def take(self, display_set: DisplaySet, source: Source) -> None:
        """Show the volume, if it is that of the set which was asked for last."""
        if display_set is self._display_set and not self.refusal:
            self._source, opening = source, self.opening
            if opening is not None and opening.is_whole:
                self.cut = Cut(slab=whole_slab(source.volume))
            self._show_planes(source.volume.center_mm)
            if opening is not None and opening.over is not None:
                self.fusion.lay(display_set, opening.over)

    def refuse(self, display_set: DisplaySet, reason: str) -> None:
        """Say why there is no volume."""
        if display_set is self._display_set:
            self.refusal = reason
            self._tell()

    def clear(self) -> None:
        """Show nothing, and take nothing that is still on its way."""
        self._display_set = self._source = self._turned_from = self.opening = None
        self.refusal, self.cut = "", Cut()
        self.queue.clear()
        self._laid = None
        self.fusion.leave()
        self.links.clear()
        for model in self.planes.values():
            model.clear()
        self._tell()

    # What lies over the planes

    def next_layer(self) -> None:
        """Lay the next PET series of the patient over the planes; after the last one none."""
        if self._display_set is not None and self._source is not None:
            self.fusion.next_series(self._display_set)

    def take_layer(self, display_set: DisplaySet, source: Source) -> None:
        """Show the volume of the series that was asked for over these planes."""
        if self._source is not None:
            self.fusion.take(display_set, source, self._source.volume.center_mm)

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

    def scroll_slab(self, steps: int) -> None:
        """Go on by whole slabs, so that each shows what the last one did not."""
        self.planes[self.active].scroll_mm(steps, self.cut.slab.thickness_mm)

    def toggle_cubic(self) -> None:
        """Sample still planes with cubic curves through the voxels, or with straight lines."""
        self.is_cubic = not self.is_cubic
        self._want_again()
        self._tell()

    def turn(self, around: Direction, angle_deg: float) -> None:
        """Turn the other planes about the line of sight of one."""
        self._cut(self.cut.turned_in(around, angle_deg))

    def begin_turn(self) -> None:
        """Note from where the planes are turned."""
        self._turned_from = self.cut

    def turn_from_begin(self, around: Direction, angle_deg: float) -> None:
        """Turn by an angle from where the turn began."""
        if self._turned_from is not None:
            self._cut(self._turned_from.turned_in(around, angle_deg))

    def end_turn(self) -> None:
        """Keep the planes as they are turned, and make them ready to be scrolled."""
        is_changed, self._turned_from = self._turned_from != self.cut, None
        if is_changed:
            self._show_planes()

    def straighten(self) -> None:
        """Return to the axes of the patient."""
        self._cut(self.cut.straightened())

    def reset(self) -> None:
        """Return to thin planes along the axes, through the middle of the volume."""
        if self._source is not None:
            self.cut = Cut()
            self._show_planes(self._source.volume.center_mm)

    def point_at(self, direction: Direction, point: ImagePoint) -> None:
        """Put the crosshair on a point of one image; the others go there."""
        self.links.guides.point_at(self.planes[direction], point)

    def move_crosshair(self, point_mm: Vector) -> None:
        """Let all planes go through a point, as near as they come to it."""
        for direction in Direction:
            self.go_through(direction, point_mm)

    def go_through(self, direction: Direction, point_mm: Vector) -> None:
        """Let one plane go through a point, as near as it comes to it."""
        model = self.planes[direction]
        stack = self.links.stack_of(model)
        if stack is not None:
            model.go_to(stack.nearest(point_mm)[0], by_link=True)

    # Images to make

    def next_wanted(self) -> WantedPlane | None:
        """Return what is to be made now, once; None if nothing is."""
        return self.queue.next_wanted()

    def want_smooth(self) -> None:
        """Ask for the planes that are still, sampled as the reader likes them best."""
        if self.is_cubic and not self.cut.slab.thickness_mm:
            self._want_again(self.queue.not_smooth(), Interpolation.CUBIC)

    def take_plane(self, wanted: WantedPlane, made: MadePlane) -> None:
        """Show an image where it is still asked for."""
        if wanted.source is self._source and wanted.layer is self.fusion.layer:
            self.queue.note_made(wanted)
            layer = self._dressed(made.layer)
            self.planes[wanted.direction].take_made(wanted.token, made, layer)

    def refuse_plane(self, wanted: WantedPlane, reason: str) -> None:
        """Say in the image box why there is no image."""
        self.planes[wanted.direction].show_refusal(wanted.token, reason)

    def _want(
        self,
        direction: Direction,
        token: RequestToken,
        image: ImageDescription,
        how: Interpolation = Interpolation.LINEAR,
    ) -> None:
        if self._source is not None:
            layer, slab = self.fusion.layer, self.cut.slab
            self.queue.put(WantedPlane(direction, token, image, self._source, slab, layer, how))

    def _want_again(
        self,
        which: Iterable[Direction] = tuple(Direction),
        how: Interpolation = Interpolation.LINEAR,
    ) -> None:
        """Ask for the same planes again: with something else over them, or smoother."""
        with self.queue.together():
            for direction in which:
                token, image = self.planes[direction].token, self.planes[direction].description
                if token is not None and image is not None:
                    self._want(direction, token, image, how)

    # Inside

    def _show_fusion(self) -> None:
        """Lay over the planes what there is now, or take away what was."""
        is_new, self._laid = self.fusion.layer is not self._laid, self.fusion.layer
        for model in self.planes.values():
            model.lay_over(None if is_new else self._dressed(model.layer_frame))
        if is_new:
            self._want_again()
        self._tell()

    def _dressed(self, frame: StoredFrame | None) -> ColourLayer | None:
        """Return a frame of the layer as the reader wants to see it."""
        layer, look = self.fusion.layer, self.fusion.look
        if frame is None or layer is None or look is None or self._source is None:
            return None
        return colour_layer(layer, look, frame, self._source.middle.modality)

    def _cut(self, cut: Cut) -> None:
        if cut != self.cut:
            self.cut = cut
            if self._source is not None:
                self._show_planes()
            self._tell()

    def _show_planes(self, place_mm: Vector | None = None) -> None:
        """Hang the images of all directions; the reader stays at the same place in the patient."""
        source = self._source
        if source is None:
            return
        place_mm = place_mm or self.crosshair_mm or source.volume.center_mm
        make = plane_through if self.is_turning else plane_set
        self._is_sharing = True
        with self.queue.together():
            for direction, model in self.planes.items():
                model.show_planes(make(source, direction, self.cut, place_mm), place_mm)
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
