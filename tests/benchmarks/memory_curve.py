"""Memory while ten large studies are opened one after the other, and one of 5,000 slices.

A process of its own with the product's cache, planner and loader and one image box; the files are
uncompressed and lie on disk, their descriptions are known. Measured is anonymous memory, which is
what pixels take, above that of the same process before the first study. It is compared with the
budget that the cache was given, which is far smaller than the studies together.

`python -m tests.benchmarks.memory_curve CURVE.png` also draws the curve, and writes its figures
beside it as JSON.
"""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import process_memory, targets
from tests.benchmarks.memory_picture import draw
from tests.benchmarks.row import Row, not_run, row
from tests.benchmarks.startup import environment
from tests.checkout_files import CHECKOUT

MB = 1_000_000
PATIENCE_S = 900.0


@dataclass(frozen=True)
class Reading:
    """Which studies are opened, and how much memory their pixels may take."""

    name: str
    studies: int
    slices: int
    side: int
    budget_mb: int


TEN = Reading("ten studies of 250 slices", 10, 250, 512, 500)
LONG = Reading("one study of 5,000 slices", 1, 5000, 256, 200)
SMOKE = Reading("three studies of 40 slices", 3, 40, 256, 12)


def measure(smoke: bool) -> list[Row]:
    """Return one row for each reading: the most that was taken, beside the budget."""
    readings = [SMOKE] if smoke else [TEN, LONG]
    if not process_memory.can_tell():
        return [
            not_run(f"memory, {one.name}", "budget", "this system does not tell")
            for one in readings
        ]
    return [row_of(one, curve_of(one)) for one in readings]


def row_of(reading: Reading, curve: list[dict[str, float]]) -> Row:
    """Return the most memory above the beginning, beside the budget."""
    most = max(point["anonymous_mb"] for point in curve) - curve[0]["anonymous_mb"]
    pixels = reading.studies * reading.slices * reading.side**2 * 2 / MB
    note = (
        f"{pixels:.0f} MB of pixels were opened; proportional set size {curve[-1]['pss_mb']:.0f} MB"
    )
    return row(
        f"memory, {reading.name}",
        [most],
        "budget",
        [float(reading.budget_mb)],
        note,
        unit="MB",
        target=targets.ratio_at_most(1.15),
    )


def curve_of(reading: Reading) -> list[dict[str, float]]:
    """Run a reading in its own process; return its memory after each step."""
    with tempfile.TemporaryDirectory() as folder:
        given = json.dumps([reading.studies, reading.slices, reading.side, reading.budget_mb])
        command = [sys.executable, "-m", "tests.benchmarks.memory_child", given, folder]
        ended = subprocess.run(
            command,
            cwd=CHECKOUT,
            env=environment(PYTHONPATH=f"{CHECKOUT / 'src'}"),
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
    if ended.returncode:
        raise RuntimeError(f"the reading ended with {ended.returncode}: {ended.stderr[-400:]}")
    points: list[dict[str, float]] = json.loads(ended.stdout.splitlines()[-1])
    return points


def main(arguments: list[str]) -> int:
    """Draw the curves of both readings."""
    path = Path(arguments[0])
    readings = [SMOKE] if "--smoke" in arguments else [TEN, LONG]
    curves = {one.name: curve_of(one) for one in readings}
    draw(curves, {one.name: one.budget_mb for one in readings}, path)
    path.with_suffix(".json").write_text(json.dumps(curves), encoding="utf-8")
    for one in readings:
        print(row_of(one, curves[one.name]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
