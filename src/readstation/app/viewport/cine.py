"""Cine: which frame is due now at the file's own times, and what the reader really got to see."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.viewport_model import ViewportModel

DEFAULT_RATE_HZ = 20.0
MIN_RATE_HZ, MAX_RATE_HZ = 0.1, 120.0
WAITING_FROM_S = 0.5  # a frame that takes longer stops the clock; until then it is only late
RATE_OVER_S = 2.0
RATE_HELD_S = 0.5  # so long a number stands still, to be read
SHORTEST_TICK_MS = 4


def cine_rate(description: ImageDescription) -> tuple[float, bool]:
    """Return the rate in frames per second, and whether the file states it.

    The rate that the file recommends goes before the time that this frame takes.
    """
    stated = description.cine_rate_hz
    if not stated and description.frame_time_ms:
        stated = 1000.0 / description.frame_time_ms
    if stated and MIN_RATE_HZ <= stated <= MAX_RATE_HZ:
        return stated, True
    return DEFAULT_RATE_HZ, False


@dataclass(frozen=True, slots=True)
class CineTimes:
    """One round through a display set: the frames in turn, and when each ends.

    Round after round, or forth and back where the file asks for it.
    """

    order: tuple[int, ...]
    ends_s: tuple[float, ...]
    is_stated: bool

    @classmethod
    def of(cls, images: Sequence[ImageDescription]) -> CineTimes:
        """Return the times of a display set of two images or more."""
        order = list(range(len(images)))
        if images[0].is_cine_sweeping:
            order += order[-2:0:-1]
        rates = [cine_rate(image) for image in images]
        ends_s = accumulate(1.0 / rates[index][0] for index in order)
        return cls(tuple(order), tuple(ends_s), all(is_stated for _, is_stated in rates))

    @property
    def round_s(self) -> float:
        return self.ends_s[-1]

    @property
    def rate_hz(self) -> float:
        """Return the wanted frames per second, over the whole round."""
        return len(self.order) / self.round_s

    @property
    def shortest_s(self) -> float:
        starts_s = (0.0, *self.ends_s)
        return min(end - start for start, end in zip(starts_s, self.ends_s, strict=False))

    def start_s(self, step: int) -> float:
        """Return when a step of the first round begins."""
        return self.ends_s[step - 1] if step else 0.0

    def step_at(self, elapsed_s: float) -> int:
        """Return how many steps after the beginning of the first round are over."""
        rounds, within_s = divmod(elapsed_s + 1e-9, self.round_s)
        step = min(bisect_right(self.ends_s, within_s), len(self.order) - 1)
        return int(rounds) * len(self.order) + step


class CinePlayer:
    """Moves one viewport through its frames by the clock.

    A frame that comes late is shown late, and those whose time has passed meanwhile are left out
    and counted. If it takes long, the clock stops until it is there: then nothing is left out.
    """

    def __init__(self, model: ViewportModel) -> None:
        self._model = model
        self._images: tuple[ImageDescription, ...] = ()
        self._times: CineTimes | None = None
        self._began_s = 0.0
        self._step = 0
        self._came_s = 0.0  # when the frame that is shown was last seen to be there
        self._shown: deque[float] = deque()
        self._rate: tuple[float, float] | None = None  # since when it is shown, and the rate
        self.dropped_frames = 0
        self.is_waiting = False

    @property
    def interval_ms(self) -> int:
        """Return how often `tick` should be called."""
        times = self._current()
        shortest_s = times.shortest_s if times is not None else 1 / DEFAULT_RATE_HZ
        return max(int(500 * shortest_s), SHORTEST_TICK_MS)

    def start(self, now_s: float) -> None:
        """Begin at the frame now shown."""
        self.dropped_frames = 0
        self._restart(now_s)

    def tick(self, now_s: float) -> None:
        """Go to the frame that is due, if the last one has been shown or refused."""
        model, times = self._model, self._current()
        if times is None:
            return
        if model.frame is None and not model.refusal:
            self.is_waiting = now_s - self._came_s >= WAITING_FROM_S
            return
        if self.is_waiting or model.state.frame_index != self._index(times, self._step):
            self._restart(now_s)  # it took long, or the reader scrolled meanwhile
        self._came_s = now_s
        due = times.step_at(now_s - self._began_s)
        passed = due - self._step
        if passed > 0:
            self.dropped_frames += passed - 1
            self._step = due
            model.go_to(self._index(times, due))

    def note_shown(self, now_s: float) -> None:
        """Note that another frame has reached the screen."""
        shown = self._shown
        shown.append(now_s)
        while now_s - shown[0] > RATE_OVER_S:
            shown.popleft()
        is_old = self._rate is None or now_s - self._rate[0] >= RATE_HELD_S
        if is_old and len(shown) > 1 and shown[-1] - shown[0] >= RATE_HELD_S:
            self._rate = (now_s, (len(shown) - 1) / (shown[-1] - shown[0]))

    @property
    def text(self) -> str:
        """Return the rate that is reached and the one wanted, and how many were left out."""
        times = self._current()
        if times is None or not self._model.state.is_cine_playing:
            return ""
        wanted = f"{times.rate_hz:.3g} fps ({'file' if times.is_stated else 'default'})"
        if self.is_waiting:
            return f"Cine waits for images, {wanted}"
        reached = f"{self._rate[1]:.3g} of " if self._rate is not None else ""
        dropped = f", {self.dropped_frames} dropped" if self.dropped_frames else ""
        return f"Cine {reached}{wanted}{dropped}"

    def _current(self) -> CineTimes | None:
        """Return the times of what is shown; None if there is nothing to play."""
        images = self._model.display_set
        if images is not self._images:
            self._images = images
            self._times = CineTimes.of(images) if len(images) > 1 else None
        return self._times

    @staticmethod
    def _index(times: CineTimes, step: int) -> int:
        return times.order[step % len(times.order)]

    def _restart(self, now_s: float) -> None:
        times = self._current()
        self._step = self._model.state.frame_index
        self._began_s = now_s - (times.start_s(self._step) if times is not None else 0.0)
        self._came_s, self.is_waiting = now_s, False
        self._shown.clear()
        self._rate = None
