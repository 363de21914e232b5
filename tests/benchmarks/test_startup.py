"""The measurement of the start tells a usable worklist from a program that ends or hangs."""

import pytest

from tests.benchmarks import startup

READY_AFTER = """
import os, pathlib, time
mark = pathlib.Path(os.environ["READSTATION_STARTUP_MARK"])
mark.write_text("login\\n", "utf-8")
time.sleep(0.3)
mark.write_text("login\\nworklist\\n", "utf-8")
time.sleep(30)
"""


def test_time_runs_until_the_worklist_and_the_program_is_ended(monkeypatch, tmp_path):
    monkeypatch.setattr(startup, "COMMAND", ["-c", READY_AFTER])
    assert 300 < startup.start(tmp_path, 20) < 10_000


@pytest.mark.parametrize(
    ("program", "patience_s", "reason"),
    [("raise SystemExit(3)", 20, "ended with 3"), ("import time; time.sleep(30)", 0.5, "in time")],
)
def test_a_program_without_a_worklist_is_reported(
    monkeypatch, tmp_path, program, patience_s, reason
):
    monkeypatch.setattr(startup, "COMMAND", ["-c", program])
    with pytest.raises(RuntimeError, match=reason):
        startup.start(tmp_path, patience_s)
