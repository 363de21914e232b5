"""One line of the table of measurements."""

import statistics
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Row:
    """What was measured, and the least that the machine can do for the same end.

    The time on a shared machine says little; the ratio to a bound measured in turn with it does.
    """

    name: str
    median_ms: float
    best_ms: float
    bound: str
    bound_ms: float
    rounds: int
    note: str = ""

    @property
    def ratio(self) -> float:
        """How many times the bound we take."""
        return self.median_ms / self.bound_ms

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "ratio": round(self.ratio, 3)}

    def as_text(self) -> str:
        against = f"{self.ratio:5.2f} x {self.bound} ({self.bound_ms:.2f} ms)"
        return f"{self.name:44} {self.median_ms:9.2f} ms  best {self.best_ms:9.2f}  {against}" + (
            f"  {self.note}" if self.note else ""
        )


def measure_in_turn(rounds: int, **kinds: Callable[[], float]) -> dict[str, list[float]]:
    """Run every kind once per round, so that a busy moment of the machine hits all alike."""
    taken: dict[str, list[float]] = {name: [] for name in kinds}
    for _ in range(rounds):
        for name, run in kinds.items():
            taken[name].append(run())
    return taken


def row(name: str, ours: list[float], bound: str, least: list[float], note: str = "") -> Row:
    """Return the line for times in milliseconds."""
    return Row(
        name=name,
        median_ms=round(statistics.median(ours), 2),
        best_ms=round(min(ours), 2),
        bound=bound,
        bound_ms=round(statistics.median(least), 2),
        rounds=len(ours),
        note=note,
    )
