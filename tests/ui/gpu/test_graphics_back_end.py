"""Who paints: what settings, the check and faults make of it; without OpenGL."""

import logging
import sys
from weakref import ref

import pytest

from readstation.app.viewport.viewport_model import ViewportModel
from readstation.domain.graphics import GraphicsStanding, GraphicsUse, is_software
from readstation.ui.displays import Displays
from readstation.ui.gpu import graphics_back_end
from readstation.ui.gpu.graphics_back_end import GraphicsBackEnd
from readstation.ui.gpu.graphics_probe import probe_graphics, read_finding
from readstation.ui.viewport.viewport_view import ViewportView
from tests.ui.viewport.box_states import STATES

EQUAL = '{"renderer": "GeForce", "failure": "", "equal_images": 219}'
SAID = "GPU, GeForce: 219 test images are equal to the CPU's"


def printing(text):
    return ("-c", f"print({text!r})")


@pytest.fixture
def make(qapp, request, monkeypatch):
    monkeypatch.setattr(graphics_back_end, "NO_WINDOWS", ())

    def make_one(*given, **values):
        back_end = GraphicsBackEnd(*given, start_after_ms=0, **values)
        request.addfinalizer(back_end.deleteLater)
        request.addfinalizer(back_end.stop)
        return back_end

    return make_one


@pytest.mark.parametrize(
    ("renderer", "expected"),
    [
        ("llvmpipe (LLVM 15.0.6, 256 bits)", True),
        ("softpipe", True),
        ("Google SwiftShader", True),
        ("ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero)))", True),
        ("Microsoft Basic Render Driver", True),
        ("GDI Generic", True),
        ("", True),
        ("  ", True),
        ("NVIDIA RTX A2000/PCIe/SSE2", False),
        ("Mesa Intel(R) UHD Graphics 770 (ADL-S GT1)", False),
        ("AMD Radeon Pro W5500 (radeonsi, navi14)", False),
        ("Apple M2", False),
    ],
)
def test_software_is_told_by_its_name(renderer, expected):
    assert is_software(renderer) is expected


def test_a_check_that_finds_equality_lets_the_gpu_paint(make, qtbot, caplog):
    logger = logging.getLogger("readstation.ui.gpu.graphics_back_end")
    caplog.set_level("INFO", logger=logger.name)
    back_end = make(check=printing(EQUAL))
    assert not back_end.standing.is_gpu
    with qtbot.waitSignal(back_end.changed, timeout=20_000):
        back_end.begin()
    assert back_end.standing.text == SAID
    assert SAID in caplog.text


@pytest.mark.parametrize(
    ("check", "said"),
    [
        (("-c", "import os; os.abort()"), "OpenGL is not available"),
        (("-c", "raise ImportError('libGL.so.1')"), "OpenGL is not available"),
        (printing("nonsense"), "OpenGL is not available"),
        (printing('{"renderer": "X", "failure": "", "equal_images": 0}'), "no test image"),
        (printing('{"renderer": "X", "failure": "7 differ", "equal_images": 0}'), "7 differ"),
    ],
)
def test_any_other_answer_leaves_the_cpu_painting(make, qtbot, check, said):
    back_end = make(check=check)
    with qtbot.waitSignal(back_end.changed, timeout=20_000):
        back_end.begin()
    assert not back_end.standing.is_gpu
    assert said in back_end.standing.text


def test_a_python_that_does_not_start_leaves_the_cpu_painting(make, qtbot, monkeypatch, tmp_path):
    back_end = make()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nowhere"))
    with qtbot.waitSignal(back_end.changed, timeout=20_000):
        back_end.begin()
    assert back_end.standing.text == "CPU, OpenGL is not available"


def test_a_check_that_takes_too_long_is_ended(make, qtbot):
    back_end = make(check=("-c", "import time; time.sleep(60)"))
    back_end._patience.setInterval(200)
    with qtbot.waitSignal(back_end.changed, timeout=20_000):
        back_end.begin()
    assert back_end.standing.text == "CPU, OpenGL is not available"


def test_where_there_are_no_windows_nothing_is_checked(qapp, qtbot, request):
    back_end = GraphicsBackEnd(start_after_ms=0)
    request.addfinalizer(back_end.deleteLater)
    with qtbot.waitSignal(back_end.changed):
        back_end.begin()
    assert back_end.standing.text == "CPU, there is no display"


def test_switched_off_nothing_is_looked_for_until_it_is_switched_on(make, qtbot):
    answers = [GraphicsUse.OFF]
    back_end = make(lambda: answers[-1], check=printing(EQUAL))
    with qtbot.waitSignal(back_end.changed):
        back_end.begin()
    assert "switched off in the settings" in back_end.standing.text
    assert back_end._process is None
    answers.append(GraphicsUse.AUTOMATIC)
    back_end.follow_settings()
    back_end.begin()
    qtbot.waitUntil(lambda: back_end.standing.is_gpu, timeout=20_000)
    answers.append(GraphicsUse.OFF)
    back_end.follow_settings()
    assert "switched off in the settings" in back_end.standing.text


def test_what_failed_stays_failed(make, qtbot):
    back_end = make(check=printing(EQUAL))
    back_end.begin()
    qtbot.waitUntil(lambda: back_end.standing.is_gpu, timeout=20_000)
    back_end.give_up("the graphics processor failed: first")
    back_end.give_up("the graphics processor failed: second")
    back_end.begin()
    back_end.follow_settings()
    assert back_end.standing.text == "CPU, the graphics processor failed: first"
    assert not back_end._start.isActive()


def test_a_box_is_told_apart_from_the_others_for_as_long_as_it_lives(make):
    back_end = make()
    model, other = ViewportModel(), ViewportModel()
    special = GraphicsStanding(False, "of this box")
    back_end.note_box(model, special)
    assert back_end.standing_of(model) is special
    assert back_end.standing_of(other) is back_end.standing
    gone = ref(model)
    del model
    assert gone() is None
    back_end.note_box(other, special)
    back_end.note_box(other, None)
    assert back_end.standing_of(other) is back_end.standing


def test_the_first_image_painted_starts_the_look(make, qtbot):
    back_end = make(check=printing('{"renderer": "", "failure": "none here", "equal_images": 0}'))
    view = ViewportView(STATES["plain"](), displays=Displays(graphics=back_end))
    qtbot.addWidget(view)
    view.resize(300, 200)
    with qtbot.waitSignal(back_end.changed, timeout=20_000):
        view.show()
    assert back_end.standing_of(view.model).text == "CPU, none here"


def test_the_probe_of_the_doctor_says_who_would_paint(monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert probe_graphics().text == "CPU, there is no display"
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    assert probe_graphics(printing(EQUAL)).text == SAID
    assert probe_graphics(("-c", "")).text == "CPU, OpenGL is not available"


@pytest.mark.parametrize("told", ["[]", "{}", '"x"', "1", '{"renderer": 1}', EQUAL + "\nend"])
def test_an_answer_that_is_none_is_no_finding(told):
    assert read_finding(told).failure == "OpenGL is not available"
