"""The locks name one version of everything, by hash, and say nothing about where to get it."""

import json
import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.checkout_files import CHECKOUT

LOCKS = ("requirements.lock", "requirements-test.lock")
ENTRY = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>\S+)(?P<only> ; [^\\]+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def read(lock):
    return (CHECKOUT / "packaging" / lock).read_text(encoding="utf-8").splitlines()


def pins(lock):
    matches = (ENTRY.match(line) for line in read(lock))
    return {match["name"]: match["version"] for match in matches if match}


@pytest.fixture(scope="module")
def project():
    return tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_has_only_exact_pins_and_hashes(lock):
    comment = re.compile(r"^(#.*)?$")
    strange = [
        line for line in read(lock) if not any(p.match(line) for p in (ENTRY, HASH, comment))
    ]
    assert strange == []
    assert len(pins(lock)) > 10


def test_both_locks_agree():
    tests = pins("requirements-test.lock")
    assert {name: tests.get(name) for name in pins("requirements.lock")} == pins(
        "requirements.lock"
    )


def test_every_dependency_is_pinned_within_its_stated_range(project):
    for lock, wanted in (
        ("requirements.lock", project["dependencies"]),
        ("requirements-test.lock", project["optional-dependencies"]["test"]),
    ):
        for requirement in map(Requirement, wanted):
            version = pins(lock)[canonicalize_name(requirement.name)]
            assert requirement.specifier.contains(version), f"{requirement} against {version}"


def test_qt_is_pinned_below_the_release_that_loses_references_to_none(project):
    assert "PySide6-Essentials>=6.11,<6.12" in project["dependencies"]
    assert pins("requirements.lock")["pyside6-essentials"].startswith("6.11.")


def test_rivals_of_the_benchmarks_are_pinned_and_no_part_of_the_other_locks():
    strange = [
        line
        for line in read("requirements-benchmarks.lock")
        if not (ENTRY.match(line) or HASH.match(line))
    ]
    assert strange == []
    rivals = pins("requirements-benchmarks.lock")
    assert set(rivals) == {"simpleitk", "vtk"}
    assert rivals.keys().isdisjoint(pins("requirements-test.lock"))


def test_the_pages_of_the_benchmarks_are_locked_by_hash_without_a_place_to_get_them():
    folder = CHECKOUT / "tests" / "benchmarks" / "browser"
    wanted = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    packages = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name, version in (wanted["dependencies"] | wanted["devDependencies"]).items():
        assert packages[f"node_modules/{name}"]["version"] == version
    for name, package in packages.items():
        assert "resolved" not in package
        assert not name or package["integrity"].startswith("sha512-")
