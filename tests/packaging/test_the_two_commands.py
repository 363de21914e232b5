"""`packaging/run.py` and `packaging/test.py` set up once, explain what is missing, and start."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections import namedtuple

import pytest

from tests.checkout_files import CHECKOUT

PRINT_ARGUMENTS = """
import os, sys
print("STARTED", *sys.argv[1:], os.environ.get("QT_QPA_PLATFORM", "-"))
sys.exit(7)
"""
VersionInfo = namedtuple("VersionInfo", "major minor micro releaselevel serial")


@pytest.fixture
def tools(monkeypatch):
    """Return the two modules that the commands share, as the commands import them."""
    monkeypatch.syspath_prepend(str(CHECKOUT / "packaging"))
    for name in ("setup_environment", "system_parts"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    import setup_environment  # noqa: PLC0415 - found only after the path is prepended
    import system_parts  # noqa: PLC0415

    yield setup_environment, system_parts
    for name in ("setup_environment", "system_parts"):
        sys.modules.pop(name, None)


@pytest.fixture
def empty_checkout(tmp_path):
    """Return a checkout that needs no packages and whose program prints its arguments."""
    folder = tmp_path / "a checkout"
    shutil.copytree(CHECKOUT / "packaging", folder / "packaging")
    for lock in ("requirements.lock", "requirements-test.lock"):
        (folder / "packaging" / lock).write_text("", encoding="utf-8")
    package = folder / "src" / "readstation"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(PRINT_ARGUMENTS, encoding="utf-8")
    return folder


def run_command(checkout, *arguments, **environment):
    kept = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "PYTHONPATH")
    variables = {name: value for name, value in os.environ.items() if name not in kept}
    variables |= {"PIP_NO_INDEX": "1", **environment}
    return subprocess.run(
        [sys.executable, str(checkout / "packaging" / "run.py"), *arguments],
        env=variables,
        cwd=checkout.parent,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can be without a display")
def test_sets_up_once_then_starts_at_once_without_the_network(empty_checkout):
    first = run_command(empty_checkout, "--days", "2")
    assert "[4/4]" in first.stdout, first.stderr
    began = time.monotonic()
    second = run_command(empty_checkout, "--days", "2")
    assert time.monotonic() - began < 3.0
    assert "[1/4]" not in second.stdout
    pictures = empty_checkout / "build" / "tour"
    for run in (first, second):
        assert f"STARTED tour --out {pictures} --days 2 offscreen" in run.stdout
        assert run.returncode == 7

    shown = run_command(empty_checkout, "--days", "2", DISPLAY=":99")
    assert "STARTED demo --days 2 -" in shown.stdout

    (empty_checkout / "packaging" / "requirements.lock").write_text("# new\n", encoding="utf-8")
    assert "[4/4]" in run_command(empty_checkout).stdout


def test_old_python_is_refused_with_a_sentence(tools, monkeypatch):
    setup_environment, _ = tools
    monkeypatch.setattr(sys, "version_info", VersionInfo(3, 10, 13, "final", 0))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer"):
        setup_environment.prepare("requirements.lock")


def test_missing_library_without_permission_prints_the_line_to_type(tools, monkeypatch):
    _, system_parts = tools
    monkeypatch.setattr(system_parts, "may_use_apt", lambda: False)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    line = "sudo apt-get install -y --no-install-recommends libegl1 python3.11-venv"
    with pytest.raises(SystemExit, match=re.escape(line)):
        system_parts.install(["python3.11-venv", "libegl1"], [])


def test_missing_font_without_permission_is_said_but_does_not_stop(tools, monkeypatch, capsys):
    _, system_parts = tools
    monkeypatch.setattr(system_parts, "may_use_apt", lambda: False)
    system_parts.install([], ["fonts-dejavu-core"])
    assert "sudo apt-get install" in capsys.readouterr().out


def test_missing_parts_are_installed_where_that_is_permitted(tools, monkeypatch):
    _, system_parts = tools
    typed = []

    def pretend(command, **_):
        typed.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(system_parts, "may_use_apt", lambda: True)
    monkeypatch.setattr(subprocess, "run", pretend)
    system_parts.install(["libegl1"], ["fonts-dejavu-core"])
    assert [command[1] for command in typed] == ["update", "install"]
    assert typed[1][-2:] == ["fonts-dejavu-core", "libegl1"]


def test_a_failed_installation_stops_with_the_packages_named(tools, monkeypatch):
    _, system_parts = tools
    monkeypatch.setattr(system_parts, "may_use_apt", lambda: True)
    monkeypatch.setattr(
        subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, 100)
    )
    with pytest.raises(SystemExit, match="could not install what ReadStation needs: libegl1"):
        system_parts.install(["libegl1"], [])


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux's loader")
def test_loader_is_asked_for_each_library(tools):
    _, system_parts = tools
    wanted = {"libc.so.6": "libc6", "libnobody-has-this.so.9": "libnobody9"}
    assert system_parts.missing_libraries(wanted) == ["libnobody9"]


def test_changed_lock_or_moved_checkout_makes_the_environment_anew(tools, monkeypatch, tmp_path):
    setup_environment, _ = tools
    (tmp_path / "requirements.lock").write_text("one", encoding="utf-8")
    monkeypatch.setattr(setup_environment, "PACKAGING", tmp_path)
    monkeypatch.setattr(setup_environment, "STAMP", tmp_path / "stamp.json")
    assert setup_environment.still_valid_locks() == {}

    def write_stamp():
        setup_environment.write_stamp(
            {"requirements.lock": setup_environment.digest("requirements.lock")}
        )

    write_stamp()
    assert list(setup_environment.still_valid_locks()) == ["requirements.lock"]
    (tmp_path / "requirements.lock").write_text("two", encoding="utf-8")
    assert setup_environment.still_valid_locks() == {}
    write_stamp()
    monkeypatch.setattr(setup_environment, "CHECKOUT", tmp_path / "elsewhere")
    assert setup_environment.still_valid_locks() == {}
