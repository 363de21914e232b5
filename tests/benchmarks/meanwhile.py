"""How the viewport keeps pace while a compressed study decodes in the background.

A reader drags the window at 60 frames a second in one image box of 900 x 900, while the product's
loader decodes a CT of 300 slices in JPEG 2000 with its workers. Included: every frame from the
change of the window to its pixels, and the longest time for which the event loop of the program did
not turn. A round is one such drag of five seconds.
"""

from contextlib import closing
from tempfile import TemporaryDirectory

import numpy as np

from tests.benchmarks import targets
from tests.benchmarks.contender import PythonContender, screen
from tests.benchmarks.data import ct, files_of
from tests.benchmarks.row import Row, row

FRAMES = 300


def measure(smoke: bool) -> list[Row]:
    """Return the slow end of the frame times, and the longest gap."""
    series = ct(300, "jpeg_2000", smoke=smoke)
    files = [str(path) for path in files_of(series)]
    p95, gaps, loaded = [], [], []
    with (
        TemporaryDirectory() as home,
        screen() as variables,
        closing(PythonContender("ours", "our_loading", **variables)) as side,
    ):
        side.call("start", width=900, height=900)
        side.call("prepare", files=files, home=home)
        for _ in range(1 if smoke else 4):
            answer = side.call("drag", frames=10 if smoke else FRAMES)
            p95.append(float(np.percentile(answer["frame_ms"], 95)))
            gaps.append(answer["gap_ms"])
            loaded.append(answer["loaded"])
    note = f"{min(loaded)} to {max(loaded)} of {series.count} slices decoded meanwhile"
    name = "while JPEG 2000 decodes"
    return [
        row(f"p95 frame {name}", p95, note=note, target=targets.FRAMES_WHILE_DECODING_P95),
        row(f"longest gap {name}", [max(gaps)], note=note, target=targets.LONGEST_GAP),
    ]
