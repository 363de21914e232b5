"""Cine: which frame is due now, at the rate the file asks for, and how many were left out."""

from __future__ import annotations

from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.viewport_model import ViewportModel

DEFAULT_RATE_HZ = 20.0
MIN_RATE_HZ, MAX_RATE_HZ = 0.1, 120.0


def cine_rate(description: ImageDescription) -> tuple[float, bool]:
    """Return the rate in frames per second, and whether the file states it."""
    stated = description.cine_rate_hz
    if not stated and description.frame_time_ms:
        stated = 1000.0 / description.frame_time_ms
    if stated and MIN_RATE_HZ <= stated <= MAX_RATE_HZ:
        return stated, True
    return DEFAULT_RATE_HZ, False


class CinePlayer:
    """Moves one viewport through its frames by the clock, in a loop.

    A frame that is due while the last one has not come yet waits: nothing is shown that was not
    decoded. Frames passed over meanwhile are counted, not hidden.
    """

    def __init__(self, model: ViewportModel) -> None:
        self._model = model
        self._start_s = 0.0
        self._start_index = 0
        self._expected_index = -1
        self.dropped_frames = 0

    @property
    def interval_ms(self) -> int:
        """Return how often `tick` should be called."""
        d = self._model.description
        return max(int(500 / cine_rate(d)[0]), 4) if d else 50

    def start(self, now_s: float) -> None:
        """Begin at the frame now shown."""
        self._restart(now_s)
        self.dropped_frames = 0

    def tick(self, now_s: float) -> None:
        """Go to the frame that is due, if the last one has been shown or refused."""
        model, d = self._model, self._model.description
        count = len(model.display_set)
        if d is None or count < 2 or (model.frame is None and not model.refusal):
            return
        if model.state.frame_index != self._expected_index:
            self._restart(now_s)  # the reader scrolled meanwhile
        passed = int((now_s - self._start_s) * cine_rate(d)[0] + 1e-9)
        due = (self._start_index + passed) % count
        steps = (due - self._expected_index) % count
        if steps == 0:
            return
        self.dropped_frames += steps - 1
        self._expected_index = due
        model.go_to(due)

    def _restart(self, now_s: float) -> None:
        self._start_s = now_s
        self._start_index = self._expected_index = self._model.state.frame_index


def cine_text(model: ViewportModel, dropped_frames: int) -> str:
    """Return the rate, where it comes from, and how many frames were left out."""
    d = model.description
    if d is None or not model.state.is_cine_playing:
        return ""
    rate, is_stated = cine_rate(d)
    text = f"Cine {rate:.3g} fps ({'file' if is_stated else 'default'})"
    return f"{text}, {dropped_frames} dropped" if dropped_frames else text
