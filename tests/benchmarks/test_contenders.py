"""A contender that draws nothing, or another window, is found out; the images are as described."""

import base64
import subprocess
import sys

import cv2
import numpy as np
import pydicom
import pytest

from tests.benchmarks import kernel
from tests.benchmarks.contender import PythonContender
from tests.benchmarks.data import FOLDER_VARIABLE, ct, files_of, image_of, mg
from tests.benchmarks.pictures import PictureError, check_picture, expected
from tests.benchmarks.process_memory import can_tell, memory_of
from tests.benchmarks.race import OURS, Race, Scene, Taken
from tests.benchmarks.targets import ratio_at_most

CT = ct(6, smoke=True)


class Painter:
    """Draws with a painter that is given; knows which window it was asked for."""

    name = "painter"

    def __init__(self, paint):
        self._paint = paint

    def call(self, what, **arguments):
        if what == "window":
            self.window = arguments["steps"][-1]
            return {}
        _, png = cv2.imencode(".png", self._paint(self.window))
        return {"png": base64.b64encode(png.tobytes()).decode("ascii")}

    def close(self):
        pass


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("turn", [lambda picture: picture, np.flipud])
def test_the_image_itself_passes_upside_down_or_not(turn):
    check_picture(Painter(lambda window: turn(expected(CT, window, 200, 160))), CT, 200, 160)


@pytest.mark.parametrize(
    "paint",
    [
        lambda _window: np.zeros((160, 200), np.uint8),
        lambda _window: np.random.default_rng(1).integers(0, 255, (160, 200)),
        lambda window: np.fliplr(expected(CT, window, 200, 160)),
        lambda _window: expected(CT, (3000, 10), 200, 160),
    ],
    ids=["black", "noise", "mirrored", "another window"],
)
def test_anything_else_is_refused(paint):
    with pytest.raises(PictureError, match="painter does not draw"):
        check_picture(Painter(paint), CT, 200, 160)


@pytest.mark.parametrize("syntax", ["raw", "jpeg_ls", "jpeg_2000", "htj2k"])
def test_the_files_hold_the_images_without_loss(folder, syntax):
    series = ct(6, syntax, smoke=True)
    files = files_of(series)
    assert len(files) == series.count
    written = pydicom.dcmread(files[3])
    np.testing.assert_array_equal(written.pixel_array, image_of(series, 3))
    assert files_of(series) == files
    assert [path.name for path in folder.iterdir()] == [series.name]


def test_images_are_the_same_every_time_and_unlike_each_other():
    for series in (CT, mg(2, smoke=True)):
        np.testing.assert_array_equal(image_of(series, 0), image_of(series, 0))
        assert (image_of(series, 0) != image_of(series, 1)).any()


def test_a_process_that_ends_is_an_error_and_not_a_figure():
    contender = PythonContender("broken", "no_such_module")
    try:
        with pytest.raises(RuntimeError, match="broken ended with 1"):
            contender.call("start")
    finally:
        contender.close()


def test_one_row_per_rival_present_or_absent():
    taken = Taken({OURS: [1.0], "a": [2.0]}, {OURS: 1.0, "a": 2.0}, {"b": "not installed"})
    a, b = taken.rows("x", ratio_at_most(0.4))
    assert (a.ratio, a.met) == (0.5, False)
    assert (b.not_run, b.met) == ("not installed", None)


def test_a_wrong_table_is_counted(monkeypatch):
    assert kernel.codes_that_differ(np.uint16) == 0
    right = kernel.table_of

    def wrong(dtype, voi):
        table = right(dtype, voi).copy()
        table[1234] ^= 1
        return table

    monkeypatch.setattr(kernel, "table_of", wrong)
    assert kernel.codes_that_differ(np.uint16) == 3 * len(kernel.CHECKED) + 1


@pytest.mark.skipif(not can_tell(), reason="this system does not tell how much memory is held")
def test_memory_of_children_counts_and_is_told_as_anonymous():
    program = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"
    hold = "held = bytearray(b'1' * 50_000_000); print('held', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program, hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout.readline().strip() == b"held"
        held = memory_of(child.pid)
        child.communicate(b"\n", 20)
    assert 50 < held.anonymous_mb < held.total_mb < 150


class Counter:
    """Takes as long for a step as the step says, and more for the first two of a turn."""

    def __init__(self, name, factor):
        self.name, self.factor, self.turns = name, factor, []

    def call(self, _what, steps):
        self.turns.append(list(steps))
        cold = [1000.0, 1000.0]
        return {"wall_ms": cold + [self.factor * step for step in steps[2:]]}


def test_contenders_take_turns_over_the_same_steps_and_the_cold_ones_are_dropped():
    ours, theirs = Counter(OURS, 1), Counter("rival", 4)
    race = Race(Scene(CT, 100, 100), [ours, theirs], {"gone": "not installed"})
    taken = race.run("scroll", lambda number: [number + i for i in range(5)], 3)
    assert ours.turns == theirs.turns == [[0, 1, 2, 3, 4], [1, 2, 3, 4, 5], [2, 3, 4, 5, 6]]
    assert taken["wall_ms"].rounds == {OURS: [3, 4, 5], "rival": [12, 16, 20]}
    beside, absent = taken["wall_ms"].rows("scroll", ratio_at_most(0.3))
    assert (beside.ratio, beside.met, absent.not_run) == (0.25, True, "not installed")
    assert taken["cpu_ms"].rounds == {}
