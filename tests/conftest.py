"""What every test may count on: no display, repeatable examples, nothing left behind."""

import gc
import itertools
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from readstation.adapters.db import database
from readstation.adapters.db.durability import Durability

CHECKOUT = Path(__file__).resolve().parents[1]
PATIENCE_S = 2.0
# Made by Qt and by the test runner; they outlive a test by design.
KEPT_WIDGETS = {"QTipLabel"}
FREEZE_EVERY = 50
LONG_S = 180.0
tests_run = itertools.count(1)
KEPT_THREADS = ("pytest_timeout",)
NO_SHARED_DATA = "needs shared/data, which lies beside the checkout and is not part of it"

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Else every process that a test starts would compile the whole program anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Kept from run to run; with it the program starts no process of its own that compiles.
os.environ.setdefault("NUMBA_CACHE_DIR", str(CHECKOUT / ".pytest_cache" / "kernels"))

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")


def find_shared_data() -> Path | None:
    """Return the folder of real test images beside this checkout, or None without one."""
    for folder in (CHECKOUT, *CHECKOUT.parents[:2]):
        data = folder / "shared" / "data"
        if data.is_dir():
            return data
    return None


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real images of all kinds; skips where the checkout has none."""
    data = find_shared_data()
    if data is None:
        pytest.skip(NO_SHARED_DATA)
    return data


@pytest.fixture(scope="session")
def peer_program() -> Callable[[str], Path]:
    """Path of a foreign program by its name; skips where it is not installed."""

    def find(name: str) -> Path:
        found = shutil.which(name)
        if found is None:
            pytest.skip(f"needs the program {name}, which is not installed")
        return Path(found)

    return find


@pytest.fixture(scope="session", autouse=True)
def new_databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A new workspace gets a copy of the database that the migrations made once in this run."""
    migrate, made = database._migrate, tmp_path_factory.mktemp("new") / "readstation.db"

    def copy(path: Path, durability: Durability) -> None:
        if path.stat().st_size:
            migrate(path, durability)
            return
        if not made.exists():
            migrate(made, durability)
        path.write_bytes(made.read_bytes())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "_migrate", copy)
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> object:
    """Where the peers are promised, a skipped peer test is a failed one."""
    report = yield
    promised = os.environ.get("READSTATION_REQUIRE_PEERS") == "1"
    if promised and report.skipped and item.get_closest_marker("peer"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        if NO_SHARED_DATA not in str(reason):
            report.outcome = "failed"
            report.longrepr = f"A peer is required here, yet this test was skipped: {reason}"
    return report


@pytest.fixture(scope="session", autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or writes the settings and data of the person who runs it."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for kind in ("DATA", "CONFIG", "CACHE", "STATE"):
            patch.setenv(f"XDG_{kind}_HOME", str(home / kind.lower()))
        patch.setenv("READSTATION_HOME", str(home / "workspace"))
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what may take minutes: begun last, one process works while the other waits."""
    items.sort(key=minutes_allowed, reverse=True)


def minutes_allowed(item: pytest.Item) -> float:
    """Return the time limit of a long test in minutes; 0 for the others, which stay as they lie."""
    limit = item.get_closest_marker("timeout")
    allowed_s = float(limit.args[0]) if limit is not None else 0.0
    return allowed_s / 60 if allowed_s >= LONG_S else 0.0


def pytest_collection_finish() -> None:
    """Leave what was collected out of later searches for garbage: it outlives every test."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def quick_garbage_searches() -> Iterator[None]:
    """Set aside, every so often, what outlived its tests: SQLAlchemy keeps each engine's cache."""
    yield
    if next(tests_run) % FREEZE_EVERY == 0:
        gc.collect()
        gc.freeze()


def top_level_widgets() -> set[object]:
    """Return the windows that nothing owns."""
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return set()
    return {
        widget
        for widget in widgets.QApplication.topLevelWidgets()
        if widget.parent() is None and type(widget).__name__ not in KEPT_WIDGETS
    }


def delete_what_is_due(known: set[object]) -> None:
    """Carry out pending deleteLater calls; free what only a cycle keeps alive if that is needed."""
    core = sys.modules.get("PySide6.QtCore")
    if core is None or core.QCoreApplication.instance() is None:
        return
    core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete)
    if top_level_widgets() - known:
        gc.collect()
        core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete)


def running_threads() -> set[threading.Thread]:
    """Return the threads that Python started; Qt's own show up as dummies and are Qt's care."""
    return {
        thread
        for thread in threading.enumerate()
        if not isinstance(thread, threading._DummyThread)
        and not thread.name.startswith(KEPT_THREADS)
    }


@pytest.fixture(autouse=True)
def nothing_is_left_behind() -> Iterator[None]:
    """Fail a test after which a window or a thread of its own remains."""
    widgets_before, threads_before = top_level_widgets(), running_threads()
    yield
    delete_what_is_due(widgets_before)
    windows = sorted(type(widget).__name__ for widget in top_level_widgets() - widgets_before)
    for thread in running_threads() - threads_before:
        thread.join(PATIENCE_S)
    threads = sorted(thread.name for thread in running_threads() - threads_before)
    assert not windows, f"Windows remain (qtbot.addWidget closes them): {windows}"
    assert not threads, f"Threads remain (shut the job runner down): {threads}"
