"""What an X server holds after a real viewport has painted: 1,024 levels at depth 30."""

import contextlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from readstation.imaging.display_function import driving_level_table
from tests.ui.viewport.ramp_window import COLUMNS, ROWS, gamma_table

ROOT = Path(__file__).parents[3]
LIMIT_S = 60
XWD_HEADER_WORDS = 25

pytestmark = [
    pytest.mark.peer,
    pytest.mark.skipif(sys.platform != "linux", reason="needs an X server"),
]


@contextlib.contextmanager
def x_server(program, folder, depth):
    """Start an X server of this depth on a free display number; yield its name and its screen."""
    command = [program, "-displayfd", "1", "-screen", "0", f"1920x1200x{depth}"]
    command += ["-fbdir", folder, "-nolisten", "tcp"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        number = server.stdout.readline().decode("ascii").strip()
        assert number, "the X server did not start"
        yield f":{number}", folder / "Xvfb_screen0"
    finally:
        server.terminate()
        server.wait(LIMIT_S)
        server.stdout.close()


def read_screen(file):
    """Return the pixels of an XWD dump, one word each, and the masks of red, green and blue."""
    raw = file.read_bytes()
    words = np.frombuffer(raw, ">u4", XWD_HEADER_WORDS)
    header_bytes, width, height = int(words[0]), int(words[4]), int(words[5])
    is_big_endian, bits, line_bytes, colours = (int(words[i]) for i in (7, 11, 12, 19))
    assert bits == 32
    start = header_bytes + 12 * colours
    pixels = np.frombuffer(raw, ">u4" if is_big_endian else "<u4", height * line_bytes // 4, start)
    return pixels.reshape(height, -1)[:, :width], [int(words[i]) for i in (14, 15, 16)]


def painted_ramp(screen, left, top):
    """Return the ramp's pixels once the server has drawn all of them."""
    before, deadline = None, time.monotonic() + LIMIT_S
    while time.monotonic() < deadline:
        pixels, masks = read_screen(screen)
        ramp = pixels[top : top + ROWS, left : left + COLUMNS]
        if ramp[:, -1].all() and before is not None and (ramp == before).all():
            return ramp, masks
        before = ramp
    raise AssertionError("the X server was never painted on")


def shown_levels(program, folder, depth, mode):
    """Show the ramp on a server of this depth; return levels per colour, and what was said."""
    with x_server(program, folder, depth) as (display, screen):
        environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        environment["PYTHONPATH"] = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
        environment.pop("WAYLAND_DISPLAY", None)
        command = [sys.executable, "-m", "tests.ui.viewport.ramp_window", mode]
        child = subprocess.Popen(
            command, env=environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        try:
            line = child.stdout.readline()
            assert line, "the window did not start: Qt's xcb platform lacks a library here?"
            said = json.loads(line)
            ramp, masks = painted_ramp(screen, said["left"], said["top"])
        finally:
            child.communicate(timeout=LIMIT_S)
        assert child.returncode == 0
    return [(ramp & mask) // (mask & -mask) for mask in masks], said


def test_at_depth_30_the_x_server_holds_1024_levels(peer_program, tmp_path):
    colours, said = shown_levels(peer_program("Xvfb"), tmp_path, 30, "plain")
    assert (said["depth"], said["badge"]) == (30, "10-bit display, not verified")
    for levels in colours:
        assert (levels == np.arange(1024)).all()


def test_at_depth_24_it_holds_256(peer_program, tmp_path):
    colours, said = shown_levels(peer_program("Xvfb"), tmp_path, 24, "plain")
    assert (said["depth"], said["badge"]) == (24, "8-bit display, not verified")
    for levels in colours:
        assert (levels == np.arange(1024) * 255 // 1023).all()
        assert len(np.unique(levels)) == 256


def test_a_corrected_display_holds_the_levels_of_its_table(peer_program, tmp_path):
    colours, _ = shown_levels(peer_program("Xvfb"), tmp_path, 30, "2.2")
    p_values = np.arange(1024) * 65535 // 1023
    expected = driving_level_table(gamma_table(2.2), 10)[p_values]
    for levels in colours:
        assert (levels == expected).all()
    assert len(np.unique(expected)) > 600
