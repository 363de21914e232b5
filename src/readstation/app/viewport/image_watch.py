"""Tells when other images come into an image box: what was asked about the old ones ends then."""

from __future__ import annotations

from collections.abc import Callable

from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import ViewportState


class ImageWatch:
    """Calls `gone` once, when `model` no longer shows the display set it shows now (H01)."""

    def __init__(self, model: ViewportModel, gone: Callable[[], None]) -> None:
        self._model, self._images, self._gone = model, model.display_set, gone
        self._stop: Callable[[], None] | None = model.on_change(self._look)

    def end(self) -> None:
        """Watch no longer."""
        stop, self._stop = self._stop, None
        if stop is not None:
            stop()

    def _look(self, _state: ViewportState) -> None:
        if self._stop is not None and self._model.display_set is not self._images:
            self.end()
            self._gone()
