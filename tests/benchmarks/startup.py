"""From the command to a worklist that can be used, against Qt alone.

The program writes the name of each stage to the file named by READSTATION_STARTUP_MARK: `login`
when the login screen takes input, `worklist` when the first rows are painted and can be chosen.

To the worklist, an account of the demo logs in without the login page: its printed password is
hashed at a cost of some milliseconds. A password of one's own takes a quarter of a second more, on
purpose. Modules are compiled before, as they are once installed.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.row import Row, measure_in_turn, row
from tests.benchmarks.targets import START
from tests.checkout_files import CHECKOUT

COMMAND = ["-m", "readstation", "demo"]
# The reader to log in as; `demo` knows the passwords of its own accounts.
LOG_IN = ["--as", "reader1"]
BUILD_S, START_S, LOOK_AGAIN_S = 300.0, 60.0, 0.002
IMPORT_QT = "import PySide6.QtWidgets"
EMPTY_WINDOW = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
application = QApplication([])
window = QMainWindow()
window.show()
QTimer.singleShot(0, application.quit)
application.exec()
"""


def measure(smoke: bool) -> list[Row]:
    """Return the rows of starting the program."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "home")
        start(home, BUILD_S)
        taken = measure_in_turn(
            1 if smoke else 9,
            imported=lambda: run_python(IMPORT_QT),
            window=lambda: run_python(EMPTY_WINDOW),
            login=lambda: start(home, START_S, "login"),
            worklist=lambda: start(home, START_S),
        )
    ours, window = taken["worklist"], taken["window"]
    return [
        row("start: command to usable worklist", ours, "import PySide6", taken["imported"]),
        row("start: command to usable worklist", ours, "empty Qt window", window, target=START),
        row("start: command to login page", taken["login"], "empty Qt window", window),
    ]


def environment(**more: str) -> dict[str, str]:
    """Return the variables for a child that finds the program in this checkout."""
    inherited = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    inherited.pop("PYTHONDONTWRITEBYTECODE", None)  # or each start would compile its own modules
    return {**inherited, "PYTHONPATH": str(CHECKOUT / "src"), **more}


def run_python(program: str) -> float:
    """Return the milliseconds that a whole Python process takes."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], env=environment(), check=True, timeout=60)
    return (time.perf_counter() - began) * 1000


def start(home: Path, patience_s: float, stage: str = "worklist") -> float:
    """Return the milliseconds from starting the command to a stage, its usable worklist."""
    with tempfile.TemporaryDirectory() as folder:
        mark = Path(folder, "stages")
        began = time.perf_counter()
        variables = environment(READSTATION_HOME=str(home), READSTATION_STARTUP_MARK=str(mark))
        with running(COMMAND + (LOG_IN if stage == "worklist" else []), variables) as child:
            wait_for_stage(child, mark, stage, began + patience_s)
            return (time.perf_counter() - began) * 1000


@contextmanager
def running(command: list[str], variables: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run the command while the block runs."""
    child = subprocess.Popen([sys.executable, *command], env=variables, stdout=subprocess.DEVNULL)
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait(10)


def wait_for_stage(child: subprocess.Popen[bytes], mark: Path, stage: str, deadline: float) -> None:
    """Return as soon as a stage is reached; fail where that does not come."""
    while not (mark.exists() and stage in mark.read_text(encoding="utf-8")):
        if child.poll() is not None:
            raise RuntimeError(f"the command ended with {child.returncode} before its {stage}")
        if time.perf_counter() > deadline:
            raise RuntimeError(f"the {stage} could not be used in time")
        time.sleep(LOOK_AGAIN_S)
