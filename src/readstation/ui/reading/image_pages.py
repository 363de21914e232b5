"""The place of the images: the image boxes, or planes through the volume of one of them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from readstation.app.reading.display_set import DisplaySet
from readstation.app.reading.reading_model import ReadingModel, ReadingState
from readstation.app.reading.register_series import NeededSlice, Stack
from readstation.app.reconstruction.fusion_rules import anatomy_under
from readstation.app.reconstruction.load_source import volume_bytes
from readstation.app.reconstruction.plane_opening import PlaneOpening
from readstation.app.reconstruction.reconstruction import Reconstruction
from readstation.app.reconstruction.whole_mip import is_whole
from readstation.app.viewport.window.window_presets import WindowPresets
from readstation.ui.reading.image_grid import ImageGrid
from readstation.ui.reconstruction.reconstruction_view import ReconstructionView
from readstation.ui.reconstruction.reformatter import Reformatter
from readstation.ui.screens import ScreenContext

NO_ROOM = "There is not enough memory left for the volume of this series."


class ImagePages(QStackedWidget):
    """Shows the image boxes until the reader asks for planes; those are made when first asked for.

    What is left, with the study or by the reader, is forgotten whole (H01). `turning` comes before
    another page does: until then the time counts for the images of this one.
    """

    turning = Signal()

    def __init__(
        self,
        model: ReadingModel,
        grid: ImageGrid,
        presets: WindowPresets,
        context: ScreenContext,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model, self._grid, self._context = model, grid, context
        self.reconstruction = Reconstruction(presets)
        self.reformatter = Reformatter(self.reconstruction, context.station, context.jobs, self)
        self.planes: ReconstructionView | None = None
        self._reserved_bytes = 0
        self._begun_from: DisplaySet | None = None
        self.addWidget(grid)
        self.reconstruction.on_change(self._focus_new)
        self.reconstruction.fusion.on_alone_asked(self._toggle_whole)
        self.reconstruction.fusion.on_asked(self._load_layer)
        model.on_change(self._follow)

    @property
    def are_planes_shown(self) -> bool:
        return self.currentIndex() > 0

    def toggle(self) -> None:
        """Go from the active image box to planes through its volume, and back."""
        if self.are_planes_shown:
            self.turning.emit()
            self.close_planes()
            self._grid.focus_active()
            return
        state = self._model.state
        display_set = state.shown[state.active_box]
        if display_set is not None:
            self._begun_from = display_set
            self._show_planes(self._opening_of(display_set))

    def _opening_of(self, display_set: DisplaySet) -> PlaneOpening:
        """Return planes of the series, or for a PET those of its CT with the PET over them."""
        known = self._model.links.known
        under = anatomy_under(display_set, self._model.state.sets, known)
        if under is None:
            return PlaneOpening(display_set)
        return PlaneOpening(under, over=display_set)

    def _toggle_whole(self, pet: DisplaySet) -> None:
        """Show the MIP of a whole PET, or go back to the planes that it was asked for from."""
        whole = PlaneOpening(pet, is_whole=True)
        opening = self._opening_of(pet) if is_whole(self.reconstruction) else whole
        self._forget_volumes()
        self._show_planes(opening)

    def focus(self) -> None:
        """Give the keys to the images."""
        if self.are_planes_shown and self.planes is not None:
            self.planes.focus_planes()
        else:
            self._grid.focus_active()

    def close_planes(self) -> None:
        """Return to the image boxes, and forget the volume."""
        self._forget_volumes()
        self._begun_from = None
        self.reconstruction.fusion.offer((), self._model.links.known)
        if self.reconstruction.display_set is not None:
            self.reconstruction.clear()
        self.setCurrentIndex(0)

    def _forget_volumes(self) -> None:
        self.reformatter.cancel()
        self._model.memory.release(self._reserved_bytes)
        self._reserved_bytes = 0

    def _follow(self, state: ReadingState) -> None:
        """Return to the boxes when the images that planes were asked for hang no longer."""
        if self.are_planes_shown and self._begun_from not in state.shown:
            self.turning.emit()
            self.close_planes()
        elif self.are_planes_shown:  # series that are described later can be laid over them too
            self.reconstruction.fusion.offer(state.sets, self._model.links.known)

    def _show_planes(self, opening: PlaneOpening) -> None:
        display_set = opening.display_set
        if self.planes is None:
            registry, displays = self._context.registry, self._context.displays
            self.planes = ReconstructionView(self.reconstruction, registry, displays)
            self.addWidget(self.planes)
            self.reformatter.progressed.connect(self.planes.say_progress)
        self.turning.emit()
        self.setCurrentWidget(self.planes)
        self.planes.setFocus()
        self.reconstruction.fusion.offer(self._model.state.sets, self._model.links.known)
        if self._reserve(display_set):
            self.reformatter.open(opening, self._stack(display_set))
        elif self.reconstruction.begin(opening):
            self.reconstruction.refuse(display_set, NO_ROOM)
        for plane in self.reconstruction.planes.values():
            plane.change(role=self._model.role_of(display_set))

    def _load_layer(self, display_set: DisplaySet) -> None:
        """Make the volume of the series that is to lie over the planes."""
        if self._reserve(display_set):
            self.reformatter.open_layer(display_set, self._stack(display_set))
        else:
            self.reconstruction.fusion.refuse(display_set, NO_ROOM)

    def _reserve(self, display_set: DisplaySet) -> bool:
        """Take memory for a volume until the planes are left; False if there is too little."""
        size_bytes = volume_bytes(display_set)
        shown = {s.series_instance_uid for s in self._model.state.shown if s is not None}
        is_room = self._model.memory.reserve(size_bytes, shown)
        self._reserved_bytes += size_bytes if is_room else 0
        return is_room

    def _stack(self, display_set: DisplaySet) -> Stack:
        return tuple(
            NeededSlice(wanted, wanted.image.plane, held)
            for wanted, held in self._model.supply.held(display_set.images)
            if wanted.image.plane is not None
        )

    def _focus_new(self) -> None:
        """Give the keys to the planes once they are there."""
        if self.planes is not None and self.planes.hasFocus() and self.reconstruction.is_showing:
            self.planes.focus_planes()
