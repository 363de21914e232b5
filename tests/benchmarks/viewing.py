"""Window and scroll until the pixels are complete: our image box beside the rivals' viewers.

Included: everything from the change of the model to one pixel read back from what was painted; on
our side also the words, marks and letters over the image, which no rival here draws. Left out: the
mouse event, the way from the program to the monitor, and the wait for the display's next frame,
which all browsers and no Qt program have; Cornerstone3D and dwv render at once instead.
Qt and VTK paint on an X server of their own where there is Xvfb. CPU time is that of all threads
of the process.
"""

from tests.benchmarks import targets
from tests.benchmarks.data import ct, mg
from tests.benchmarks.race import CORNERSTONE, DWV, OURS, PYQTGRAPH, VTK, Scene, race
from tests.benchmarks.row import Row

EVERYBODY = (OURS, CORNERSTONE, PYQTGRAPH, DWV, VTK)
STEPS, ROUNDS = 8, 15


def sizes(smoke: bool) -> tuple[int, int]:
    """Return how many steps a round has, and how many rounds there are."""
    return (4, 1) if smoke else (STEPS, ROUNDS)


def pair(smoke: bool) -> tuple[str, ...]:
    """Return who runs the rows of several boxes; a smoke run has seen pyqtgraph in others."""
    return (OURS,) if smoke else (OURS, PYQTGRAPH)


def measure_ct(smoke: bool) -> list[Row]:
    """Return the rows of one CT series in a box of 900 x 900."""
    steps, rounds = sizes(smoke)
    scene = Scene(ct(300, smoke=smoke), 900, 900)
    with race(scene, (OURS, PYQTGRAPH) if smoke else EVERYBODY) as run:
        window = run.run("window", run.windows(steps), rounds)
        scroll = run.run("scroll", run.slices(steps), rounds)
    return [
        *window["wall_ms"].rows("window, CT in 900x900", targets.WINDOW_CT),
        *scroll["wall_ms"].rows("scroll, CT in 900x900", targets.SCROLL_CT),
        *window["cpu_ms"].rows("window, CT in 900x900, CPU", None, only=(PYQTGRAPH,)),
        *scroll["cpu_ms"].rows("scroll, CT in 900x900, CPU", None, only=(PYQTGRAPH,)),
    ]


def measure_mg(smoke: bool) -> list[Row]:
    """Return the rows of one mammogram in a box of 1600 x 1200, and of turning to the next."""
    steps, rounds = sizes(smoke)
    scene = Scene(mg(4, smoke=smoke), 1600, 1200)
    with race(scene, (OURS, PYQTGRAPH) if smoke else EVERYBODY) as run:
        window = run.run("window", run.windows(steps), rounds)
        turn = run.run("turn", run.slices(steps), rounds, only=(OURS, PYQTGRAPH))
    return [
        *window["wall_ms"].rows("window, mammogram in 1600x1200", targets.WINDOW_MG),
        *window["cpu_ms"].rows(
            "window, mammogram in 1600x1200, CPU", targets.WINDOW_MG_CPU, only=(PYQTGRAPH,)
        ),
        *turn["wall_ms"].rows("next mammogram view, decoded", targets.NEXT_MG, only=(PYQTGRAPH,)),
    ]


def measure_mg_4_up(smoke: bool) -> list[Row]:
    """Return the CPU time of changing the window of four mammograms at once."""
    steps, rounds = sizes(smoke)
    with race(Scene(mg(4, smoke=smoke), 1920, 1200, boxes=4), pair(smoke)) as run:
        window = run.run("window", run.windows(steps), rounds)
    name = "window, 4 mammograms in 1920x1200, CPU"
    return window["cpu_ms"].rows(name, targets.WINDOW_MG_CPU_4_UP)


def measure_ct_8_up(smoke: bool) -> list[Row]:
    """Return the CPU time of scrolling eight linked CT series at once."""
    steps, rounds = sizes(smoke)
    with race(Scene(ct(300, smoke=smoke), 1920, 1200, boxes=8), pair(smoke)) as run:
        scroll = run.run("scroll", run.slices(steps), rounds)
    return scroll["cpu_ms"].rows("scroll, 8 linked CT in 1920x1200, CPU", targets.SCROLL_8_UP_CPU)
