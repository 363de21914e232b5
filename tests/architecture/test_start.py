"""What is loaded before the first worklist, and for a verb's help: counted, not timed."""

import json
import os
import subprocess
import sys

import pytest

from readstation.adapters.system.passwords import Argon2Passwords, Cost
from readstation.bootstrap import workspace_at
from readstation.domain.reader import Role, User
from readstation.ui.late_descriptions import LATE
from tests.architecture.worklist_child import PASSWORD, USER_ID
from tests.checkout_files import CHECKOUT

# Each takes as long to import as a part of Qt, and none is needed for a list of what waits.
HEAVY = {
    "alembic",
    "asyncio",
    "cv2",
    "imagecodecs",
    "multiprocessing",
    "numpy",
    "pydicom",
    "pyqtgraph",
    "sqlalchemy",
}
SCREENS = {"reading", "viewport", "calls.calls_view", "qa.quality_view", "display.display_view"}
LATER = {
    "readstation.app.image_ports",
    "readstation.app.importing.import_ports",
    "readstation.domain.anatomy",
    "readstation.domain.report",
    "readstation.ui.worklist.detail_panel",
    "readstation.adapters.system.anatomy_file",
    "html",
}
"""Written for other screens: a list of what waits needs none of their classes."""
IMAGING = {"readstation.imaging", "readstation.adapters.decode.decode_workers"}
COSTLY_CLASSES = {
    "PySide6.QtCore.QProcess",
    "PySide6.QtGui.QGradient",
    "PySide6.QtWidgets.QMdiArea",
    "PySide6.QtWidgets.QStyle",
}
"""Each of these has enumerations whose members take milliseconds to make. QMdiArea stands for all:
asking a widget for one that Qt has made, as `viewport()` does, makes every class of widgets."""
MODULES = "import json, sys; print(json.dumps(sorted(sys.modules)))"


def loaded(*arguments) -> set[str]:
    environment = {**os.environ, "PYTHONPATH": f"{CHECKOUT / 'src'}{os.pathsep}{CHECKOUT}"}
    ended = subprocess.run(
        [sys.executable, *map(str, arguments)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return set(json.loads(ended.stdout.splitlines()[-1]))


@pytest.fixture
def home(tmp_path):
    """Return a workspace with one reader, as an earlier start has left it."""
    passwords = Argon2Passwords(Cost(64, 1))
    with workspace_at(tmp_path / "home") as workspace:
        station = workspace.station
        with station.begin_first_work() as work:
            reader = User(USER_ID, "Dr. Reader", frozenset({Role.READER}))
            work.users.put(reader, passwords.hash(PASSWORD))
            work.commit()
    return tmp_path / "home"


def test_a_usable_worklist_has_loaded_no_images_no_sqlalchemy_and_no_other_screen(home):
    modules = loaded(CHECKOUT / "tests/architecture/worklist_child.py", home)
    assert "readstation.ui.worklist.worklist_view" in modules
    assert {name for name in modules if name.partition(".")[0] in HEAVY} == set()
    assert {f"readstation.ui.{name}" for name in SCREENS} & modules - {
        "readstation.ui.reading",
        "readstation.ui.viewport",
    } == set()
    assert (IMAGING | LATER | LATE | COSTLY_CLASSES) & modules == set()
    assert "PySide6.QtWidgets.QTableView" in modules


def test_no_source_is_read_because_a_module_was_imported():
    told = (
        "import linecache\n"
        "import readstation.program, readstation.ui.start_window\n"
        "assert not [name for name in linecache.cache if 'readstation' in name]\n"
    )
    assert "PySide6.QtWidgets" in loaded("-c", told + MODULES)


def test_a_wrong_argument_is_explained_by_what_pyside_was_kept_from_loading():
    told = (
        "import sys\n"
        "from readstation.ui import plain_imports\n"
        "from readstation.ui.late_descriptions import LATE, is_filled\n"
        "from PySide6.QtCore import QPoint\n"
        "assert not [name for name in LATE if is_filled(sys.modules[name])]\n"
        "try:\n    QPoint.dotProduct('here', 'there')\n"
        "except TypeError as error:\n    assert 'p1: PySide6.QtCore.QPoint' in str(error), error\n"
        "else:\n    raise AssertionError('no error')\n"
        "assert QPoint.x.__doc__ == 'x(self, /) -> int', QPoint.x.__doc__\n"
    )
    assert set(loaded("-c", told + MODULES)) >= LATE


@pytest.mark.parametrize("verb", ["demo", "window", "worklist", "doctor", "user", "audit"])
def test_asking_a_verb_for_its_help_loads_nothing_heavy(verb):
    help_of_verb = (
        "import contextlib, io, sys\n"
        "from readstation.cli.main import main\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):\n"
        f"    main(['{verb}', '--help'])\n"
    )
    modules = loaded("-c", help_of_verb + MODULES)
    assert {name for name in modules if name.partition(".")[0] in HEAVY | {"argon2"}} == set()


def test_the_version_is_told_without_qt_database_or_images():
    told = (
        "import contextlib\n"
        "from readstation.cli.main import main\n"
        "with contextlib.suppress(SystemExit):\n    main(['--version'])\n"
    )
    modules = loaded("-c", told + MODULES)
    assert {name for name in modules if name.partition(".")[0] in HEAVY | {"PySide6"}} == set()
    assert len({name for name in modules if name.startswith("readstation")}) < 10
