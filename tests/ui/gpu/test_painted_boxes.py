"""What an X server holds after OpenGL has painted an image box: what the CPU paints there."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ui.gpu.check_of_any_renderer import WRONG
from tests.ui.viewport.test_ten_bit import x_server

ROOT = Path(__file__).parents[3]
LIMIT_S = 110
NO_OPENGL = "needs OpenGL, of which there is none here"

pytestmark = [
    pytest.mark.peer,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="needs an X server"),
]


def run_under_x(program, folder, depth, module, *arguments):
    """Run a module of the tests on an X server of this depth; return what it told."""
    with x_server(program, folder, depth) as (display, screen):
        environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        environment["PYTHONPATH"] = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
        environment.pop("WAYLAND_DISPLAY", None)
        ended = subprocess.run(
            [sys.executable, "-m", module, *arguments, str(screen)],
            env=environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            timeout=LIMIT_S,
            check=True,
        )
    return json.loads(ended.stdout.splitlines()[-1])


@pytest.fixture(scope="session")
def opengl(peer_program, tmp_path_factory):
    """Skips where OpenGL is missing: with it the product's check finds that it is software."""
    folder = tmp_path_factory.mktemp("opengl")
    try:
        told = run_under_x(peer_program("Xvfb"), folder, 24, "readstation.ui.gpu.gpu_check")
    except subprocess.CalledProcessError:
        pytest.skip(NO_OPENGL)
    if not told["renderer"]:
        pytest.skip(NO_OPENGL)
    return told


@pytest.fixture
def boxes(opengl, peer_program, tmp_path):
    def run(scenario, depth=24):
        module = "tests.ui.gpu.painted_boxes"
        return run_under_x(peer_program("Xvfb"), tmp_path, depth, module, scenario)

    return run


def test_software_that_draws_is_refused(opengl):
    assert "llvmpipe" in opengl["renderer"].lower()
    assert opengl["failure"].startswith("OpenGL is drawn by the CPU here: llvmpipe")
    assert opengl["equal_images"] == 0


def test_every_kind_of_box_looks_as_the_cpu_paints_it(boxes):
    found = boxes("states")["found"]
    lines = {"presented", "presented_modified", "presented_graphics"}
    assert lines < set(found)
    for name, (differing, most_over) in found.items():
        assert differing == 0, name
        assert most_over == 0 or (name in lines and most_over == 1), name


@pytest.mark.parametrize("depth", [24, 30])
def test_whatever_the_reader_does_no_pixel_differs(boxes, depth):
    told = boxes("steps", depth)
    assert told["is_gpu"]
    assert len(told["found"]) > 5
    assert {name for name, (differing, _) in told["found"].items() if differing} == set()
    most_over = max(over for _, over in told["found"].values())
    assert most_over <= {24: 0, 30: 1}[depth]  # a soft edge of letters, of 1,023 levels


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        ("wrong_shader", "pixels of an image differ from the CPU's"),
        ("lost", "its context was lost"),
        ("gl_error", "the shader cannot be used"),
        ("exception", "KeyError at gpu_canvas.py"),
    ],
)
def test_after_a_fault_the_cpu_paints_until_the_end(boxes, scenario, said):
    told = boxes(scenario)
    assert told["standing"].startswith("CPU, the graphics processor failed: ")
    assert said in told["standing"]
    assert "DEMO" not in told["standing"]
    assert (told["is_gpu"], told["differing"]) == (False, [0, 0])
    if "before" in told:
        assert told["before"]["is_gpu"]
        assert told["before"]["differing"] == [0, 0]
        assert not told["later"]


def test_a_box_that_was_hidden_is_proved_again_when_it_comes_back(boxes):
    told = boxes("hidden")
    assert told["is_proved"]
    assert (told["is_gpu"], told["differing"]) == (True, [0, 0])


def test_a_check_that_passes_gives_the_next_box_shown_a_canvas(boxes):
    told = boxes("checked")
    is_done, is_gpu, text = told["first"]
    assert (is_done, is_gpu) == (True, False)  # never under somebody who reads
    assert text == "CPU, the graphics processor is used when this screen is next opened"
    assert (told["is_gpu"], told["differing"]) == (True, [0, 0])
    assert told["boxes"].startswith("GPU, llvmpipe")


def test_on_this_machine_the_product_itself_paints_with_the_cpu(boxes):
    told = boxes("refused")
    assert told["boxes"].startswith("CPU, OpenGL is drawn by the CPU here: llvmpipe")
    assert (told["is_gpu"], told["differing"]) == (False, [0, 0])


def check(peer_program, folder, *faults):
    module = "tests.ui.gpu.check_of_any_renderer"
    return run_under_x(peer_program("Xvfb"), folder, 24, module, *faults)


def test_every_test_image_is_equal_on_surfaces_of_both_depths(opengl, peer_program, tmp_path):
    told = check(peer_program, tmp_path)
    assert told["failure"] == ""
    assert told["equal_images"] == 129


@pytest.mark.parametrize("fault", WRONG)
def test_the_check_sees_a_shader_that_is_nearly_right(opengl, peer_program, tmp_path, fault):
    told = check(peer_program, tmp_path, fault)
    assert "pixels differ from the CPU's in a test image" in told["failure"]
    assert told["equal_images"] == 0
