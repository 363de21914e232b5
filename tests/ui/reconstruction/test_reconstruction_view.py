"""Planes beside the report, by key: made in jobs, said to be no acquired images, or refused."""

import os
import subprocess
import sys

import pytest
from PySide6.QtCore import Qt

from readstation.app.reconstruction.plane_compiler import NoCompiler
from readstation.app.reconstruction.plane_model import NO_MEASURING
from readstation.app.reconstruction.plane_opening import PlaneOpening
from readstation.app.reconstruction.plane_set import Cut, Direction
from readstation.app.reconstruction.reconstruction import Reconstruction
from readstation.app.viewport.viewport_state import Tool
from readstation.imaging.reslice import Projection
from readstation.ui.command_list import all_commands
from readstation.ui.job_runner import JobRunner
from readstation.ui.reconstruction.reconstruction_view import ReconstructionView
from readstation.ui.reconstruction.reformatter import Reformatter
from readstation.ui.start_window import make_application
from readstation.ui.widgets.text import PlainLabel
from tests.app.reconstruction.volumes import NoFiles, needed, series

ALT = Qt.KeyboardModifier.AltModifier
PATIENCE_MS = 120_000  # the first image of a type of pixels is compiled


class Station:
    frames = NoFiles()
    plane_compiler = NoCompiler


@pytest.fixture
def jobs(qapp):
    runner = JobRunner()
    yield runner
    runner.shutdown()


@pytest.fixture
def room(qtbot, jobs):
    """Return a reconstruction, its view and what runs its jobs."""
    make_application()
    model = Reconstruction()
    reformatter = Reformatter(model, Station(), jobs)
    view = ReconstructionView(model, all_commands())
    qtbot.addWidget(view)
    view.resize(1200, 900)
    view.show()
    qtbot.waitExposed(view)
    return model, view, reformatter


def all_there(model):
    return all(plane.frame is not None for plane in model.planes.values())


def said(view):
    return " ".join(label.text() for label in view.message.findChildren(PlainLabel))


def opened(qtbot, room):
    model, view, reformatter = room
    display_set = series()
    reformatter.open(PlaneOpening(display_set), needed(display_set))
    qtbot.waitUntil(lambda: all_there(model), timeout=PATIENCE_MS)
    view.focus_planes()
    return model, view, reformatter


def press(qtbot, view, key, modifier=ALT):
    qtbot.keyClick(view.boxes[Direction.AXIAL].view, key, modifier)


def test_all_planes_come_and_each_is_named(qtbot, room):
    model, view, _ = opened(qtbot, room)
    titles = [view.boxes[direction].title for direction in Direction]
    assert titles == ["Axial", "Coronal", "Sagittal"]
    assert view.cut_words == "One voxel thick"
    assert model.planes[Direction.AXIAL].state.tool is Tool.CURSOR


def test_keys_make_a_slab_and_turn_the_planes(qtbot, room):
    model, view, _ = opened(qtbot, room)
    press(qtbot, view, Qt.Key.Key_Up)
    press(qtbot, view, Qt.Key.Key_Up)
    press(qtbot, view, Qt.Key.Key_S)
    assert model.cut.slab.thickness_mm == 4
    assert model.cut.slab.projection is Projection.MAXIMUM
    assert view.cut_words == "MIP 4 mm"
    press(qtbot, view, Qt.Key.Key_Right)
    assert view.cut_words == "MIP 4 mm · turned 5°"
    qtbot.waitUntil(lambda: all_there(model), timeout=PATIENCE_MS)
    press(qtbot, view, Qt.Key.Key_0)
    press(qtbot, view, Qt.Key.Key_Down)
    press(qtbot, view, Qt.Key.Key_Down)
    assert view.cut_words == "One voxel thick"


def test_scrolling_by_key_shows_the_next_plane(qtbot, room):
    model, view, _ = opened(qtbot, room)
    axial = model.planes[Direction.AXIAL]
    before = axial.state.frame_index
    press(qtbot, view, Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier)
    assert axial.state.frame_index == before + 1
    assert axial.frame is None
    qtbot.waitUntil(lambda: axial.frame is not None, timeout=PATIENCE_MS)


def test_the_length_tool_is_refused_in_words(qtbot, room):
    model, view, _ = opened(qtbot, room)
    press(qtbot, view, Qt.Key.Key_L, Qt.KeyboardModifier.NoModifier)
    assert model.planes[Direction.AXIAL].state.notice == NO_MEASURING
    assert model.planes[Direction.AXIAL].state.tool is Tool.CURSOR


def test_an_irregular_stack_is_refused_in_place_of_the_planes(qtbot, room):
    _, view, reformatter = room
    display_set = series(skip=(5,))
    reformatter.open(PlaneOpening(display_set), needed(display_set))
    assert "1 gap between images" in said(view)
    assert view.message.isVisible()
    assert reformatter.is_idle


def test_a_slice_that_does_not_come_is_a_refusal_too(qtbot, room):
    model, view, reformatter = room
    display_set = series()
    stack = (*needed(display_set)[:-1], needed(display_set, held=False)[-1])
    reformatter.open(PlaneOpening(display_set), stack)
    qtbot.waitUntil(lambda: bool(model.refusal), timeout=PATIENCE_MS)
    assert "cannot be displayed" in said(view)


def test_leaving_while_the_volume_is_made_shows_nothing_of_it(qtbot, room):
    model, _, reformatter = room
    display_set = series()
    reformatter.open(PlaneOpening(display_set), needed(display_set))
    reformatter.cancel()
    model.clear()
    qtbot.waitUntil(lambda: reformatter.is_idle, timeout=PATIENCE_MS)
    assert not model.is_showing
    assert model.cut == Cut()


def test_the_compiler_is_not_loaded_before_a_plane_is_made():
    code = "import sys, readstation.ui.reading.image_pages as _; print('numba' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert found.stdout.split() == ["False"]
