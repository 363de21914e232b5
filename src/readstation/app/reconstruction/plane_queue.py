"""Which images of planes are to be made next: of each direction only the newest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from readstation.app.reconstruction.plane_model import PlaneModel, WantedPlane
from readstation.app.reconstruction.plane_set import Direction
from readstation.app.viewport.viewport_state import RequestToken
from readstation.imaging.reslice import Interpolation


class PlaneQueue:
    """Asks for images once each, and knows which of those shown are as smooth as they get."""

    def __init__(self, planes: Mapping[Direction, PlaneModel]) -> None:
        self._planes = planes
        self._wanted: dict[Direction, WantedPlane] = {}
        self._smooth: dict[Direction, RequestToken] = {}
        self._listeners: list[Callable[[], None]] = []
        self._is_held = False

    def on_wanted(self, listener: Callable[[], None]) -> None:
        """Call `listener` when `next_wanted` has something."""
        self._listeners.append(listener)

    def clear(self) -> None:
        """Make nothing of what was asked for."""
        self._wanted.clear()
        self._smooth.clear()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Tell of all that is asked for meanwhile at the end, at once."""
        self._is_held = True
        try:
            yield
        finally:
            self._is_held = False
        self._tell()

    def put(self, wanted: WantedPlane) -> None:
        """Ask for an image in place of what was asked for of that direction."""
        self._wanted[wanted.direction] = wanted
        if not self._is_held:
            self._tell()

    def next_wanted(self) -> WantedPlane | None:
        """Return what is to be made now, once; None if nothing is."""
        for direction in list(self._wanted):
            wanted = self._wanted.pop(direction)
            if self._planes[direction].token == wanted.token:
                return wanted
        return None

    def note_made(self, wanted: WantedPlane) -> None:
        """Remember how smooth the image is that is shown now."""
        if wanted.interpolation is Interpolation.CUBIC:
            self._smooth[wanted.direction] = wanted.token
        else:
            self._smooth.pop(wanted.direction, None)

    def not_smooth(self) -> Iterator[Direction]:
        """Yield the directions whose image is there, and could be smoother."""
        for direction, model in self._planes.items():
            if model.frame is not None and self._smooth.get(direction) != model.token:
                yield direction

    def _tell(self) -> None:
        for listener in list(self._listeners) if self._wanted else ():
            listener()
