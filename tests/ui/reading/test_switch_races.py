"""Many switches of study, with everything late and out of order: nothing foreign shows (H01).

After every turn of the event loop the whole reading screen is looked at: pixels, painted pictures,
thumbnails, roles and titles, header, report, every visible word and tool tip.
READSTATION_SWITCHES=10000 switches so often; READSTATION_SWITCH_SEED draws other ways and delays.
"""

import os
import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from readstation.app.changes import ChangeFeed
from readstation.app.jobs import JobContext
from readstation.app.navigation import Navigation, OpenStudy
from readstation.app.reading.frame_supply import FrameSupply
from readstation.app.session import Session
from readstation.bootstrap import open_workspace
from readstation.domain.claim import ClaimTask
from readstation.ui.command_list import all_commands
from readstation.ui.errors import ErrorPresenter
from readstation.ui.job_runner import JobRunner
from readstation.ui.reading.reading_side import ReadingSide
from readstation.ui.reading.reading_view import ReadingView
from readstation.ui.reading.study_opener import StudyOpener
from readstation.ui.screens import ScreenContext
from readstation.ui.start_window import make_application
from tests.ui.reading.switching_room import (
    STUDIES,
    ForeignError,
    LateAnswers,
    Lot,
    Watch,
    late_station,
    make_workspace,
    uid_of,
)
from tests.ui.screen_context import Notices

SWITCHES = int(os.environ.get("READSTATION_SWITCHES", "1000"))
SEED = int(os.environ.get("READSTATION_SWITCH_SEED", "20261122"))
UNTIL_NOTICED = 3_000
LOOK_AT_PAINT_EVERY, SETTLE_EVERY = 10, 25
PAUSE_S, SETTLES_WITHIN_S, BROKEN_SETTLES_WITHIN_S = 0.01, 30.0, 1.0


@pytest.fixture(scope="module")
def imported_studies(tmp_path_factory):
    home = tmp_path_factory.mktemp("studies") / "home"
    make_workspace(home, tmp_path_factory.mktemp("files"))
    return home


@contextmanager
def switching(imported_studies, seed):
    """A reading screen on a copy of the workspace, in memory where the system has such a place."""
    memory = Path("/dev/shm")
    place = memory if os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=place) as folder:
        workspace = open_workspace(Path(shutil.copytree(imported_studies, Path(folder) / "home")))
        lot, notices = Lot(seed), Notices()
        jobs = LateAnswers(lot)
        with workspace.station.unit_of_work() as work:
            session = Session(work.users.get("reader1"), 1, workspace.station.clock.now())
        context = ScreenContext(
            late_station(workspace, lot),
            session,
            jobs,
            ErrorPresenter(notices),
            ChangeFeed(),
            all_commands(),
            Navigation(),
        )
        view = ReadingView(context)
        view.navigation = context.navigation
        view.resize(1200, 700)
        view.show()
        try:
            yield view, jobs, lot, notices
        finally:
            view.end_session()
            rest(None, 2.0, until=lambda: jobs.is_idle)
            shiboken6.delete(view)  # first: one that is broken on purpose may start something
            jobs.shutdown()
            workspace.close()


def turns(watch, most):
    """Let the event loop turn, looking after each turn."""
    for _ in range(most):
        QTest.qWait(0)
        watch.look()


def rest(watch, within_s, *, until):
    """Let the workers catch up, looking after each turn; return whether they did in time."""
    end_s = time.monotonic() + within_s
    while not until() and time.monotonic() < end_s:
        QTest.qWait(0)
        if watch is not None:
            watch.look()
        time.sleep(PAUSE_S)  # looking holds the interpreter, which starves the workers
    return until()


def ask_for_another(view, lot):
    """Go to another study in one of the ways there are, or leave the one that is open."""
    drawn, study = lot.random.random(), lot.random.randrange(STUDIES)
    navigation, opened = view.navigation, view.model.state.opened
    if drawn < 0.1:
        navigation.close_study()
    elif drawn < 0.4:
        navigation.set_following(OpenStudy(uid_of(study), ClaimTask.READ))
        box = view.grid.boxes[view.model.state.active_box].view
        QTest.keyClick(box if box.isVisible() else view, Qt.Key.Key_N, _modifier(box))
    elif drawn < 0.5 and opened is not None:
        for prior in opened.priors[:1]:
            view.header.prior_asked.emit(prior.study)
    elif drawn < 0.6 and opened is not None:
        view.opener.stop_reading()
        navigation.open_study(uid_of(study))
    else:
        navigation.open_study(uid_of(study))
    if lot.random.random() < 0.2:
        QTest.keyClick(view.grid.boxes[0].view, Qt.Key.Key_Down)


def _modifier(box):
    """Return what makes N the next study outside the images too."""
    none, ctrl = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
    return none if box.isVisible() else ctrl


def is_settled(view, jobs):
    opened, wanted = view.model.state.opened, view.navigation.open
    if wanted is None:
        return jobs.is_idle
    is_here = opened is not None and view.model.state.is_complete and jobs.is_idle
    boxes = [box for box in view.model.visible_boxes if box.display_set]
    return is_here and view.loader.is_idle and all(b.frame is not None for b in boxes)


def what_is_left(view, jobs):
    """Say what the screen still waits for, for whoever must find out why."""
    state = view.model.state
    return {
        "wanted": view.navigation.open,
        "opened": state.opened and state.opened.study.study_instance_uid,
        "is complete": state.is_complete,
        "jobs": len(jobs._running),
        "loader is idle": view.loader.is_idle,
        "boxes": [(bool(b.display_set), b.frame is not None) for b in view.model.visible_boxes],
    }


def switch_about(view, jobs, lot, switches, *, is_broken=False):
    """Switch so often, watched after every turn; return what was looked at.

    A screen that is broken on purpose may also never come to rest; that is not what is noticed.
    """
    within_s = BROKEN_SETTLES_WITHIN_S if is_broken else SETTLES_WITHIN_S
    watch = Watch(view)
    for switch in range(1, switches + 1):
        ask_for_another(view, lot)
        watch.look()
        turns(watch, lot.random.choice((0, 1, 1, 2, 3, 5, 9)))
        if switch % LOOK_AT_PAINT_EVERY == 0:
            watch.look(painted=True)
        if switch % SETTLE_EVERY == 0:
            has_settled = rest(watch, within_s, until=lambda: is_settled(view, jobs))
            assert has_settled or is_broken, f"never came: {what_is_left(view, jobs)}"
            watch.look(painted=True)
    return watch


@pytest.mark.slow
@pytest.mark.timeout(400 + SWITCHES // 4)
def test_many_switches_never_show_anything_of_another_study(qapp, imported_studies) -> None:
    make_application()
    with switching(imported_studies, SEED) as (view, jobs, lot, notices):
        watch = switch_about(view, jobs, lot, SWITCHES)
    assert watch.turns > 2 * SWITCHES
    looked_at = (watch.frames, watch.thumbnails, watch.pictures, watch.words, watch.reports)
    assert all(count > 20 for count in looked_at), looked_at
    assert not notices.shown


def without_opening_check(monkeypatch):
    """Answers to an earlier opening are taken as if they were to this one.

    Cancelling, which mostly keeps such answers from coming at all, is taken out as well.
    """
    monkeypatch.setattr(JobContext, "cancel", lambda _self: None)
    one = property(lambda _self: 0, lambda _self, _value: None)
    monkeypatch.setattr(StudyOpener, "_opening", one, raising=False)


def without_report_check(monkeypatch):
    def show(self, _opened, report):
        if report is not None:
            self.report.show_report(report)

    monkeypatch.setattr(ReadingSide, "_show_report", show)


def without_frame_check(monkeypatch):
    """Pixels go to whichever box waits, and late: what mostly keeps them from that is out too."""

    def waiting(self, _key):
        return [b for b in self._boxes if b.frame is None and b.description is not None]

    monkeypatch.setattr(FrameSupply, "_boxes_waiting_for", waiting)
    monkeypatch.setattr(JobContext, "cancel", lambda _self: None)
    monkeypatch.setattr(JobRunner, "wait_briefly", lambda *_: None)


@pytest.mark.slow
@pytest.mark.timeout(200)
@pytest.mark.parametrize(
    "remove_check", [without_opening_check, without_report_check, without_frame_check]
)
def test_a_check_that_is_taken_out_is_noticed(
    qapp, imported_studies, monkeypatch, remove_check
) -> None:
    """The watch is worth something: without one of the checks it finds foreign things at once."""
    make_application()
    remove_check(monkeypatch)
    with (
        pytest.raises(ForeignError),
        switching(imported_studies, SEED) as (view, jobs, lot, _notices),
    ):
        switch_about(view, jobs, lot, UNTIL_NOTICED, is_broken=True)
