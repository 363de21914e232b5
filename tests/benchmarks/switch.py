"""Going on to the next study: from the press of its key to every image box painted.

The whole window of 1920 x 1200, painted in memory, as a bare X server gives no window the keys: a
CT beside its prior, then the next one of the list with its own prior. Beside it: the same without
anything of the next study in memory.
"""

import statistics
from contextlib import closing
from tempfile import TemporaryDirectory

from tests.benchmarks import targets
from tests.benchmarks.contender import PythonContender
from tests.benchmarks.row import Row, measure_in_turn, row

SLICES, SIDE, ROUNDS = 100, 512, 9


def measure(smoke: bool) -> list[Row]:
    """Return one row: prefetched, beside the same from the disk."""
    slices, side, rounds = (3, 64, 1) if smoke else (SLICES, SIDE, ROUNDS)
    cpu_ms: list[float] = []
    with (
        TemporaryDirectory() as folder,
        closing(PythonContender("ours", "our_switch", QT_QPA_PLATFORM="offscreen")) as ours,
    ):
        ours.call("prepare", folder=folder, slices=slices, side=side)

        def prefetched() -> float:
            answer = ours.call("switch", is_prefetched=True)
            cpu_ms.append(answer["cpu_ms"])
            return float(answer["ms"])

        taken = measure_in_turn(
            rounds,
            ours=prefetched,
            cold=lambda: float(ours.call("switch", is_prefetched=False)["ms"]),
        )
    note = f"{statistics.median(cpu_ms):.0f} ms of CPU time, all threads"
    name = f"next study prefetched, {slices} slices beside {slices}"
    return [row(name, taken["ours"], "not prefetched", taken["cold"], note, target=targets.SWITCH)]
