"""Registration runs behind the reader's back, once, and never for a study that was left."""

import pytest

from readstation.app.reading.layout import Layout
from readstation.app.reading.link_words import link_words
from readstation.imaging.registration import Registration
from readstation.imaging.rigid_transform import RigidTransform
from readstation.ui.job_runner import JobHandle
from readstation.ui.reading.registrar import LOOK_MS, Registrar
from tests.app.reading.test_compare import complete, reading

FOUND = Registration(RigidTransform(translation_mm=(0, 0, 5.0)))


class Jobs:
    """Starts nothing; the test answers."""

    def __init__(self, parent) -> None:
        self.handles: list[JobHandle] = []
        self.cancelled: list[int] = []
        self._parent = parent

    def start(self, _lane, _work) -> JobHandle:
        number = len(self.handles)
        handle = JobHandle(lambda: self.cancelled.append(number), self._parent)
        self.handles.append(handle)
        return handle

    def answer(self, number: int, found: Registration) -> None:
        self.handles[number].succeeded.emit(found)
        self.handles[number].ended.emit()


class Station:
    frames = None


@pytest.fixture
def room(qapp, qtbot):
    """A study beside its prior, all pixels there, and jobs that wait for the test."""
    model = reading()
    jobs = Jobs(qapp)
    registrar = Registrar(model, Station(), jobs, qapp)
    complete(model)
    model.activate(0)
    qtbot.waitUntil(lambda: len(jobs.handles) == 1)
    yield model, jobs, registrar
    registrar.deleteLater()


def linked(model) -> list[bool]:
    return [box.state.is_linked for box in model.visible_boxes]


def test_the_pair_on_the_screen_is_registered_once_and_then_linked(qtbot, room) -> None:
    model, jobs, registrar = room
    assert linked(model) == [False, False]
    jobs.answer(0, FOUND)
    assert linked(model) == [True, True]
    model.activate(1)
    qtbot.waitUntil(lambda: registrar.is_idle, timeout=20 * LOOK_MS)
    assert len(jobs.handles) == 1


def test_leaving_the_study_stops_the_work_and_a_late_answer_links_nothing(qtbot, room) -> None:
    model, jobs, registrar = room
    opened, sets = model.state.opened, model.state.sets
    model.close()
    assert jobs.cancelled == [0]
    model.open(opened)
    model.add_sets(sets)
    model.set_layout(Layout.TWO)
    model.assign(0, sets[0])
    model.assign(1, sets[1])
    jobs.answer(0, FOUND)
    assert linked(model) == [False, False]
    complete(model)
    model.activate(0)
    qtbot.waitUntil(lambda: len(jobs.handles) == 2)
    jobs.answer(1, FOUND)
    assert linked(model) == [True, True]
    assert registrar is not None


def test_a_failed_job_is_not_repeated_for_ever(qtbot, room) -> None:
    model, jobs, registrar = room
    jobs.handles[0].failed.emit(RuntimeError("bug"))
    jobs.handles[0].ended.emit()
    model.activate(1)
    qtbot.waitUntil(lambda: registrar.is_idle, timeout=20 * LOOK_MS)
    assert len(jobs.handles) == 1
    assert linked(model) == [False, False]


def test_the_reader_sees_that_a_registration_is_on_its_way(room) -> None:
    model, _, _ = room
    words = link_words(model.boxes[1], model.visible_boxes, model.links)
    assert words == "registering with the current study…"
