"""One line of the table of measurements: ours, a rival in turn with it, and what has to be reached.

The time on a shared machine says little. Ours and the rival are measured in turn, round by round;
the ratio is the median of the rounds' ratios, its spread their quartiles. Whether the target is met
follows from the figures in the row and from nothing else.
"""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.benchmarks.targets import Target


@dataclass(frozen=True)
class Row:
    """What was measured, and the rival or the bound measured in turn with it.

    A row whose rival is absent has no figures and says why in `not_run`.
    """

    name: str
    rival_name: str
    unit: str = "ms"
    ours: float | None = None
    best: float | None = None
    rival: float | None = None
    ratio: float | None = None
    ratio_spread: tuple[float, float] | None = None
    rounds: int = 0
    target: Target | None = None
    note: str = ""
    not_run: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None where there is no target or no figure to judge."""
        if self.target is None:
            return None
        figure = self.ratio if self.target.is_of_ratio else self.ours
        return None if figure is None else self.target.is_met_by(figure)

    @property
    def bound(self) -> str:
        """The rival's name, as rows without a rival program put it."""
        return self.rival_name

    def as_json(self) -> dict[str, object]:
        spread = self.ratio_spread
        return {
            "name": self.name,
            "ours": significant(self.ours),
            "best": significant(self.best),
            "rival": significant(self.rival),
            "rival_name": self.rival_name,
            "unit": self.unit,
            "ratio": significant(self.ratio),
            "ratio_spread": None if spread is None else [significant(side) for side in spread],
            "rounds": self.rounds,
            "target": None if self.target is None else self.target.as_text(self.unit),
            "met": self.met,
            "note": self.note,
            "not_run": self.not_run,
        }

    def cells(self) -> list[str]:
        """Return the row as the words of a table."""
        spread = self.ratio_spread
        ratio = "" if self.ratio is None else f"{significant(self.ratio):g}x"
        if spread is not None:
            ratio += f" ({significant(spread[0]):g} to {significant(spread[1]):g})"
        return [
            self.name,
            quantity(self.ours, self.unit),
            self.rival_name if self.rival is None else self._rival_text(),
            ratio,
            "" if self.target is None else self.target.as_text(self.unit),
            {None: "", True: "met", False: "MISSED"}[self.met],
            f"not run: {self.not_run}" if self.not_run else self.note,
        ]

    def _rival_text(self) -> str:
        return f"{self.rival_name} {quantity(self.rival, self.unit)}"


HEADINGS = ["What", "Ours", "Beside", "Ratio (quartiles)", "Target", "", "Note"]


def significant(figure: float | None) -> float | None:
    """Return a figure with as many digits as a measurement deserves."""
    return (
        None if figure is None else float(f"{figure:.3g}" if abs(figure) < 1000 else round(figure))
    )


def quantity(figure: float | None, unit: str) -> str:
    """Return a figure with its unit, nothing for none."""
    return "" if figure is None else f"{significant(figure):g} {unit}"


def measure_in_turn(rounds: int, **kinds: Callable[[], float]) -> dict[str, list[float]]:
    """Run every kind once per round, so that a busy moment of the machine hits all alike."""
    taken: dict[str, list[float]] = {name: [] for name in kinds}
    for _ in range(rounds):
        for name, run in kinds.items():
            taken[name].append(run())
    return taken


def row(
    name: str,
    ours: Sequence[float],
    rival_name: str = "",
    rival: Sequence[float] = (),
    note: str = "",
    *,
    unit: str = "ms",
    target: Target | None = None,
) -> Row:
    """Return the line for figures in `unit`, the same round at the same place in both lists.

    Without a rival the target can only be one of ours alone.
    """
    ratios = [mine / theirs for mine, theirs in zip(ours, rival, strict=True)] if rival else []
    return Row(
        name=name,
        rival_name=rival_name,
        unit=unit,
        ours=statistics.median(ours),
        best=min(ours),
        rival=statistics.median(rival) if rival else None,
        ratio=statistics.median(ratios) if ratios else None,
        ratio_spread=quartiles(ratios) if len(ratios) > 1 else None,
        rounds=len(ours),
        target=target,
        note=note,
    )


def not_run(name: str, rival_name: str, reason: str, target: Target | None = None) -> Row:
    """Return the line of what could not be measured here."""
    return Row(name=name, rival_name=rival_name, target=target, not_run=reason)


def quartiles(figures: Sequence[float]) -> tuple[float, float]:
    """Return the first and the third quartile."""
    first, _, third = statistics.quantiles(figures, n=4, method="inclusive")
    return first, third
