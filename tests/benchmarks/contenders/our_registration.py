"""Our own side of opening a chest beside its prior: the whole window, until both are linked.

The program has just begun; the clock runs from the opening of the study to the registered link of
its second box. Then every slice is gone to, to see which slice of the prior follows.
"""

import time
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any

from readstation.app.changes import ChangeFeed
from readstation.app.session import Session
from readstation.app.viewport.link_kind import LinkKind
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.bootstrap import open_workspace
from readstation.imaging.rigid_transform import RigidTransform
from readstation.ui.command_list import all_commands
from readstation.ui.job_runner import JobRunner
from readstation.ui.main_window import MainWindow
from readstation.ui.start_window import make_application
from tests.benchmarks.contenders.answering import answer_calls
from tests.benchmarks.contenders.our_loading import wait_until
from tests.benchmarks.contenders.our_switch import NoLogin


class OurRegistration:
    """The product's window at its worklist."""

    def __init__(self) -> None:
        make_application()
        self._stack = ExitStack()

    def begin(self, home: str, reader: str) -> dict[str, Any]:
        """Log in to a workspace."""
        workspace = open_workspace(Path(home))
        self._stack.callback(workspace.close)
        station = workspace.station
        with station.unit_of_work() as work:
            session = Session(work.users.get(reader), 1, station.clock.now())
        self._jobs = JobRunner()
        self._stack.callback(self._jobs.shutdown)
        self._window = MainWindow(station, self._jobs, ChangeFeed(), all_commands(), NoLogin)
        self._window.resize(1920, 1200)
        self._window.show()
        self._window.begin(session)
        wait_until(lambda: self._jobs.is_idle)
        return {}

    def open(self, uid: str, turn: list[list[float]], shift: list[float]) -> dict[str, Any]:
        """Open the study and wait for the link; `turn` and `shift` are the true transform."""
        began, cpu_s = time.perf_counter(), time.process_time()
        self._window.navigation.open_study(uid)
        assert self._window.session_view is not None
        reading = self._window.session_view.built["read"]
        boxes = reading.model.boxes
        wait_until(lambda: all(box.frame is not None for box in boxes[:2]))
        shown_s = time.perf_counter() - began
        wait_until(lambda: boxes[1].state.is_linked)
        linked_s, cpu_s = time.perf_counter() - began, time.process_time() - cpu_s
        kind = reading.model.links.link_between(boxes[0], boxes[1]).kind
        a, b, c = ((x, y, z) for x, y, z in turn)
        x, y, z = shift
        truth = RigidTransform((a, b, c), (x, y, z))
        return {
            "shown_s": shown_s,
            "linked_s": linked_s,
            "cpu_s": cpu_s,
            "is_registered": kind is LinkKind.REGISTERED,
            "off_by_slices": furthest_off(boxes[0], boxes[1], truth),
        }

    def close(self) -> None:
        self._window.close()
        wait_until(lambda: self._jobs.is_idle)
        self._stack.close()


def furthest_off(source: ViewportModel, target: ViewportModel, truth: RigidTransform) -> float:
    """Go to every slice; return how far the one that follows is off at most, in slices.

    Slices that the prior does not reach are left out.
    """
    places = [image.plane.position_mm[2] for image in target.display_set]
    step_mm = max(abs(one - other) for one, other in pairwise(places))
    worst_mm = 0.0
    for index in range(len(source.display_set)):
        source.go_to(index)
        image = source.description
        z = truth.apply(image.plane.to_patient(image.columns / 2, image.rows / 2))[2]
        if min(places) - step_mm / 2 <= z <= max(places) + step_mm / 2:
            worst_mm = max(worst_mm, abs(target.description.plane.position_mm[2] - z))
    return worst_mm / step_mm


if __name__ == "__main__":
    side = OurRegistration()
    try:
        answer_calls({name: getattr(side, name) for name in ("begin", "open")})
    finally:
        side.close()
