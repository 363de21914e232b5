"""What the frame recorder writes, and what can be said of it: times only, nothing of any patient.

One line per painted image box, and one per pause of the event loop, with tabs between. Lines that
begin with `#` are for people.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from readstation.app.viewport.viewport_state import ViewportState
from readstation.domain.errors import ReadStationError

GAP_FROM_MS = 50.0
HEADING = "# frame: time s, cause, input to paint ms, paint ms, of it image ms, box px"
GAP_HEADING = f"# gap: time s, ms in which the event loop ran nothing else (over {GAP_FROM_MS:.0f})"
P95 = 0.95


class Cause(Enum):
    """What made an image box paint itself."""

    SCROLL = "scroll"
    CINE = "cine"
    WINDOW = "window"
    ZOOM = "zoom"
    PAN = "pan"
    OTHER = "other"


def cause_of(old: ViewportState, new: ViewportState) -> Cause:
    """Return what changed, the costliest first."""
    if old.frame_index != new.frame_index:
        return Cause.CINE if new.is_cine_playing else Cause.SCROLL
    if old.zoom != new.zoom or old.orientation != new.orientation:
        return Cause.ZOOM
    if old.center != new.center:
        return Cause.PAN
    if (old.voi_choice, old.is_inverted) != (new.voi_choice, new.is_inverted):
        return Cause.WINDOW
    return Cause.OTHER


@dataclass(frozen=True, slots=True)
class PaintedFrame:
    """One paint of one box. `wait_ms` is from the change of what it shows to the end of the paint.

    It is 0 where nothing changed, as when a window was uncovered.
    """

    at_s: float
    cause: Cause
    wait_ms: float
    paint_ms: float
    image_ms: float
    width_px: int
    height_px: int

    def line(self) -> str:
        """Return the frame as the recorder writes it."""
        times = f"{self.wait_ms:.3f}\t{self.paint_ms:.3f}\t{self.image_ms:.3f}"
        box = f"{self.width_px}x{self.height_px}"
        return f"frame\t{self.at_s:.6f}\t{self.cause.value}\t{times}\t{box}"


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which the event loop took no turn."""

    at_s: float
    gap_ms: float

    def line(self) -> str:
        """Return the gap as the recorder writes it."""
        return f"gap\t{self.at_s:.6f}\t{self.gap_ms:.3f}"


def parse_lines(lines: Iterable[str]) -> tuple[list[PaintedFrame], list[Gap]]:
    """Read back what a recorder wrote.

    Raises
    ------
    ReadStationError
        If a line is of no kind that a recorder writes; a last line cut short is left out.
    """
    frames: list[PaintedFrame] = []
    gaps: list[Gap] = []
    broken = 0
    for number, line in enumerate(lines, start=1):
        if broken:
            break
        try:
            _take(line.rstrip("\n").split("\t"), frames, gaps)
        except ValueError:
            broken = number
    else:
        if not broken or frames:
            return frames, gaps
    raise ReadStationError(
        f"Line {broken} is none of a frame recording.",
        "Name a file that READSTATION_FRAMES made.",
    )


def _take(words: list[str], frames: list[PaintedFrame], gaps: list[Gap]) -> None:
    match words:
        case ["frame", at, cause, wait, paint, image, box]:
            width, height = (int(side) for side in box.split("x"))
            times = (float(wait), float(paint), float(image))
            frames.append(PaintedFrame(float(at), Cause(cause), *times, width, height))
        case ["gap", at, gap]:
            gaps.append(Gap(float(at), float(gap)))
        case [text] if not text or text.startswith("#"):
            return
        case _:
            raise ValueError


def summary_of(frames: Sequence[PaintedFrame], gaps: Sequence[Gap]) -> list[str]:
    """Return a few lines: how long painting took, how long the reader waited, what stood still."""
    lines = []
    for cause in (None, *Cause):
        chosen = [f for f in frames if cause is None or f.cause is cause]
        if chosen or cause is None:
            name = cause.value if cause is not None else "all frames"
            paint = _spread([f.paint_ms for f in chosen])
            wait = _spread([f.wait_ms for f in chosen if f.wait_ms])
            lines.append(f"{name:10} {len(chosen):6}  paint ms {paint}  input to paint ms {wait}")
    longest = f", longest {max(g.gap_ms for g in gaps):.0f} ms" if gaps else ""
    lines.append(f"pauses of the event loop over {GAP_FROM_MS:.0f} ms: {len(gaps)}{longest}")
    return lines


def _spread(values: Sequence[float]) -> str:
    if not values:
        return "median     -  p95     -  max     -"
    ordered = sorted(values)
    median = percentile(ordered, 0.5)
    return f"median {median:5.1f}  p95 {percentile(ordered, P95):5.1f}  max {ordered[-1]:5.1f}"


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share of an ordered sequence does not exceed.

    >>> percentile([1.0, 2.0, 3.0, 4.0], 0.5)
    2.0
    """
    rank = -int(-share * len(ordered) // 1)
    return ordered[max(rank, 1) - 1]
