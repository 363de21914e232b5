"""What the machine and its container leave to the program."""

import os
import sys

import pytest

from readstation.adapters.system.memory import LocalMemory

GIB = 1024**3


def machine(tmp_path, own: str, **limits: str) -> LocalMemory:
    (tmp_path / "own").write_text(own, encoding="utf-8")
    for place, text in limits.items():
        path = tmp_path / "groups" / place.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="ascii")
    return LocalMemory(tmp_path / "groups", tmp_path / "own")


def test_this_machine_says_how_much_memory_it_has() -> None:
    total = LocalMemory().total_bytes()
    assert total > GIB / 4
    if sys.platform == "linux":
        assert total == os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize("lowest", ["memory", "a__memory", "a__b__memory"])
def test_the_lowest_limit_of_the_groups_above_counts(tmp_path, lowest: str) -> None:
    limits = {name: str(8 * GIB) for name in ("memory", "a__memory", "a__b__memory")}
    limits[lowest] = f"{2 * GIB}\n"
    found = {f"{name}.max": text for name, text in limits.items()}
    assert machine(tmp_path, "0::/a/b\n", **found).limit_bytes() == 2 * GIB


def test_limits_of_the_older_kind_are_read_from_their_own_place(tmp_path) -> None:
    own = "5:cpu:/x\n4:memory:/docker/c1\n"
    limits = {"memory__docker__c1__memory.limit_in_bytes": str(GIB)}
    assert machine(tmp_path, own, **limits).limit_bytes() == GIB


@pytest.mark.parametrize("text", ["max", "", "9223372036854771712", "-1", "0", "four"])
def test_what_is_no_limit_counts_for_none(tmp_path, text: str) -> None:
    assert machine(tmp_path, "0::/\n", **{"memory.max": text}).limit_bytes() is None


def test_without_control_groups_there_is_no_limit(tmp_path) -> None:
    assert LocalMemory(tmp_path, tmp_path / "none").limit_bytes() is None
