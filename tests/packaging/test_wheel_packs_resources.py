"""The resources are the same files in a checkout and in an installed package."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.checkout_files import CHECKOUT, committed_files

LIST_FILES = """
import hashlib
from readstation.resource_files import resources
def show(folder, prefix=""):
    for entry in folder.iterdir():
        if entry.is_dir():
            show(entry, f"{prefix}{entry.name}/")
        else:
            print(prefix + entry.name, hashlib.sha256(entry.read_bytes()).hexdigest())
show(resources())
"""


def run_python(*arguments, search_path=""):
    """Run this interpreter away from the checkout, so that only `search_path` is found."""
    variables = {**os.environ, "PYTHONPATH": str(search_path), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=Path(sys.prefix),
        env=variables,
        capture_output=True,
        text=True,
        check=True,
        timeout=100,
    ).stdout


def names_of(folder):
    """Return the files below a folder of the checkout, as a fresh clone has them."""
    return {path.relative_to(CHECKOUT).as_posix() for path in committed_files(folder)}


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Return a folder into which the wheel of this checkout was unpacked.

    It is built from a copy, because setuptools packs what an earlier build left in the checkout.
    """
    folder = tmp_path_factory.mktemp("wheel")
    for name in names_of("."):
        copy = folder / "checkout" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(CHECKOUT / name, copy)
    options = ("--wheel", "--no-isolation", "--outdir", str(folder))
    run_python("-m", "build", *options, str(folder / "checkout"))
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_installed_package_finds_the_same_resources_as_the_checkout(installed):
    packed = run_python("-c", LIST_FILES, search_path=installed)
    beside = run_python("-c", LIST_FILES, search_path=CHECKOUT / "src")
    assert sorted(packed.splitlines()) == sorted(beside.splitlines())
    assert "icons/phone.svg" in packed


def test_wheel_holds_every_source_file(installed):
    sources = {name.removeprefix("src/") for name in names_of("src")}
    resources = {f"readstation/{name}" for name in names_of("resources")}
    packed = {path.relative_to(installed).as_posix() for path in installed.rglob("*")}
    assert sources | resources <= packed


def test_wheel_names_the_licence_and_the_command(installed):
    (metadata,) = installed.glob("*.dist-info")
    assert (metadata / "licenses" / "LICENSE").is_file()
    assert "readstation = readstation.__main__:main" in (metadata / "entry_points.txt").read_text(
        encoding="utf-8"
    )
