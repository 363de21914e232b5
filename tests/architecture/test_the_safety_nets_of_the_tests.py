"""The nets that every other test relies on do catch something."""

import os
import subprocess
import sys
from pathlib import Path

CONFTEST = Path(__file__).parents[1] / "conftest.py"
SOURCE = CONFTEST.parents[1] / "src"

A_THREAD = """
import threading
stop = threading.Event()
def test_starts_a_thread():
    threading.Thread(target=stop.wait, args=(20,), name="forgotten", daemon=True).start()
"""
A_WINDOW = """
from PySide6.QtWidgets import QWidget
kept = []
def test_opens_a_window(qapp):
    kept.append(QWidget())
"""
A_CLOSED_WINDOW = """
from PySide6.QtWidgets import QWidget
def test_opens_a_window(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
"""
A_SKIPPED_PEER = """
import pytest
@pytest.mark.peer
def test_talks_to_a_peer(peer_program):
    peer_program("a-program-that-nobody-has")
"""


def run_under_the_nets(folder, text, **environment):
    (folder / "conftest.py").write_text(CONFTEST.read_text("utf-8"), "utf-8")
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = peer: x\nqt_api = pyside6\n", "utf-8")
    (folder / "test_one.py").write_text(text, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", str(folder)]
    variables = {**os.environ, "PYTHONPATH": str(SOURCE)}
    variables |= {"READSTATION_REQUIRE_PEERS": "0", **environment}
    return subprocess.run(
        command, cwd=folder, env=variables, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_forgotten_thread_fails_the_test_that_started_it(tmp_path):
    run = run_under_the_nets(tmp_path, A_THREAD)
    assert run.returncode == 1
    assert "Threads remain (shut the job runner down): ['forgotten']" in run.stdout


def test_a_forgotten_window_fails_the_test_that_opened_it(tmp_path):
    run = run_under_the_nets(tmp_path, A_WINDOW)
    assert run.returncode == 1
    assert "Windows remain (qtbot.addWidget closes them): ['QWidget']" in run.stdout


def test_a_window_that_qtbot_closes_is_no_leak(tmp_path):
    run = run_under_the_nets(tmp_path, A_CLOSED_WINDOW)
    assert run.returncode == 0, run.stdout


def test_a_skipped_peer_test_fails_only_where_peers_are_required(tmp_path):
    assert "1 skipped" in run_under_the_nets(tmp_path, A_SKIPPED_PEER).stdout
    run = run_under_the_nets(tmp_path, A_SKIPPED_PEER, READSTATION_REQUIRE_PEERS="1")
    assert run.returncode == 1
    assert "A peer is required here" in run.stdout
