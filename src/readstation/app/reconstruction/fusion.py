"""The series that is laid over the planes: chosen, refused with its reason, or shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from readstation.app.reading.display_set import DisplaySet
from readstation.app.reconstruction.fusion_rules import (
    NOTHING_TO_LAY,
    candidates,
    link_words,
    why_not_fused,
)
from readstation.app.reconstruction.layer import (
    HALF,
    Layer,
    LayerLook,
    layer_of,
    window_from_zero,
    windows_of,
)
from readstation.app.reconstruction.plane_set import Source
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.link_kind import Hindrance, Link, no_link
from readstation.app.viewport.window.window_presets import NO_PRESETS, WindowPresets
from readstation.imaging.colour_tables import ColourTable
from readstation.imaging.plane import Vector
from readstation.imaging.voi import VoiWindow

OPACITY_STEP = 0.1
LEAST_TOP = 0.01  # of the widest window
SUV_RANGE = 30.0

Relation = Callable[[ImageDescription, ImageDescription], Link]


def no_relation(one: ImageDescription, other: ImageDescription) -> Link:
    """Return the link of two series of which nothing is known."""
    del one, other
    return no_link(Hindrance.OTHER_SPACE)


class Fusion:
    """Goes with the planes of one series; `leave` before those of another.

    A volume is taken only for the series that was asked for last (H01).
    """

    def __init__(self, presets: WindowPresets = NO_PRESETS) -> None:
        self._presets = presets.of("PT")
        self._sets: tuple[DisplaySet, ...] = ()
        self._relation: Relation = no_relation
        self._link = no_link(Hindrance.OTHER_SPACE)
        self._changed: list[Callable[[], None]] = []
        self._asked: list[Callable[[DisplaySet], None]] = []
        self._alone_asked: list[Callable[[DisplaySet], None]] = []
        self.display_set: DisplaySet | None = None
        self.layer: Layer | None = None
        self.look: LayerLook | None = None
        self.refusal = ""

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` when another layer is shown, or in another way."""
        self._changed.append(listener)

    def on_asked(self, listener: Callable[[DisplaySet], None]) -> None:
        """Call `listener` with the series whose volume is needed."""
        self._asked.append(listener)

    def on_alone_asked(self, listener: Callable[[DisplaySet], None]) -> None:
        """Call `listener` with the series that is to be seen alone, or no longer."""
        self._alone_asked.append(listener)

    def ask_alone(self, display_set: DisplaySet) -> None:
        """Ask for a series alone, or for what was there before."""
        for listener in list(self._alone_asked):
            listener(display_set)

    @property
    def is_waiting(self) -> bool:
        return self.display_set is not None and self.layer is None and not self.refusal

    def offer(self, sets: tuple[DisplaySet, ...], relation: Relation) -> None:
        """Take the series that are open, and who knows how they lie to each other."""
        self._sets, self._relation = sets, relation

    def leave(self) -> None:
        """Show nothing over the planes, and take nothing that is on its way."""
        self.display_set = self.layer = self.look = None
        self.refusal = ""

    def next_series(self, base: DisplaySet) -> None:
        """Lay the next series over the planes; after the last one none."""
        found = candidates(base, self._sets)
        place = found.index(self.display_set) + 1 if self.display_set in found else 0
        self.leave()
        if not found:
            self.refusal = NOTHING_TO_LAY
        elif place < len(found):
            self._ask(base, found[place])
        self._tell()

    def lay(self, base: DisplaySet, over: DisplaySet) -> None:
        """Lay one series over the planes."""
        self.leave()
        self._ask(base, over)
        self._tell()

    def take(self, display_set: DisplaySet, source: Source, centre_mm: Vector) -> None:
        """Show the volume, if it is that of the series asked for last."""
        if display_set is not self.display_set or self.refusal or self._link.transform is None:
            return
        rests_on = link_words(self._link, centre_mm)
        self.layer = layer_of(source, self._link.transform, rests_on)
        self.look = LayerLook(windows_of(self.layer, self._presets)[0])
        self._tell()

    def refuse(self, display_set: DisplaySet, reason: str) -> None:
        """Say why there is nothing over the planes."""
        if display_set is self.display_set:
            self.layer, self.refusal = None, reason
            self._tell()

    # How it is shown

    def make_opaque(self, by: float) -> None:
        """Let more or less of the planes shine through."""
        if self.look is not None:
            self.set_opacity(self.look.opacity + by)

    def set_opacity(self, opacity: float) -> None:
        """Show the layer between 0, not at all, and 1, alone."""
        if self.look is not None:
            self._show(replace(self.look, opacity=round(min(max(opacity, 0.0), 1.0), 2)))

    def toggle_opacity(self) -> None:
        """Go from planes alone over both to the layer alone, and round again."""
        if self.look is not None:
            at = self.look.opacity
            self.set_opacity(HALF if at < HALF else 1.0 if at < 1 else 0.0)

    def next_table(self) -> None:
        """Use the next colour table."""
        if self.look is not None:
            tables = list(ColourTable)
            following = tables[(tables.index(self.look.table) + 1) % len(tables)]
            self._show(replace(self.look, table=following))

    def next_window(self) -> None:
        """Use the next window for the layer."""
        if self.layer is not None and self.look is not None:
            windows = windows_of(self.layer, self._presets)
            place = windows.index(self.look.window) + 1 if self.look.window in windows else 0
            self._show(replace(self.look, window=windows[place % len(windows)]))

    def set_window(self, window: VoiWindow) -> None:
        """Show the layer with a window, as one is dragged."""
        if self.look is not None:
            self._show(replace(self.look, window=window))

    @property
    def widest(self) -> float:
        """Return the highest value that a window can be opened to."""
        if self.layer is None:
            return 1.0
        tops = [w.center + w.width / 2 for w in windows_of(self.layer, self._presets)]
        return max(SUV_RANGE if self.layer.no_suv == "" else 2 * max(tops), *tops)

    def set_top(self, top: float) -> None:
        """Show values from none to `top` in all colours."""
        if self.look is not None:
            least = LEAST_TOP * self.widest
            self._show(replace(self.look, window=window_from_zero(max(top, least))))

    def _ask(self, base: DisplaySet, over: DisplaySet) -> None:
        self.display_set = over
        self._link = self._relation(base.first, over.first)
        self.refusal = why_not_fused(base, over, self._link)
        if not self.refusal:
            for listener in list(self._asked):
                listener(over)

    def _show(self, look: LayerLook) -> None:
        if look != self.look:
            self.look = look
            self._tell()

    def _tell(self) -> None:
        for listener in list(self._changed):
            listener()
