"""The settings file of a workspace: what is wrong is told, and never stops the program."""

import pytest

from readstation.adapters.system.settings_file import MAX_BYTES, SETTINGS_NAME, load_memory_budget
from readstation.app.memory_budget import DEFAULT_PERCENT, LEAST_BYTES

GIB = 1024**3


class Machine:
    def __init__(self, total=20 * GIB, limit=None) -> None:
        self.total, self.limit = total, limit

    def total_bytes(self):
        return self.total

    def limit_bytes(self):
        return self.limit


def budget(home, text=None, machine=None):
    if text is not None:
        (home / SETTINGS_NAME).write_bytes(text.encode("utf-8", "surrogateescape"))
    return load_memory_budget(home, machine or Machine())


def test_without_settings_images_take_forty_percent(tmp_path) -> None:
    found = budget(tmp_path)
    assert (found.size_bytes, found.percent, found.problem) == (8 * GIB, 40, "")


def test_the_container_counts_where_it_has_less_than_the_machine(tmp_path) -> None:
    assert budget(tmp_path, machine=Machine(limit=5 * GIB)).size_bytes == 2 * GIB
    assert budget(tmp_path, machine=Machine(limit=50 * GIB)).size_bytes == 8 * GIB


def test_the_share_can_be_set(tmp_path) -> None:
    assert budget(tmp_path, "[memory]\npercent_for_images = 10\n").size_bytes == 2 * GIB


def test_where_nothing_is_known_of_the_machine_the_budget_is_modest(tmp_path) -> None:
    found = budget(tmp_path, machine=Machine(None))
    assert LEAST_BYTES < found.size_bytes < 2 * GIB


def test_one_large_image_fits_however_little_memory_there_is(tmp_path) -> None:
    assert budget(tmp_path, machine=Machine(GIB // 8)).size_bytes == LEAST_BYTES


@pytest.mark.parametrize(
    "text",
    [
        "[memory]\npercent_for_images = 4\n",
        "[memory]\npercent_for_images = 81\n",
        "[memory]\npercent_for_images = 40.5\n",
        "[memory]\npercent_for_images = true\n",
        "[memory]\npercent_for_images = '40'\n",
        "memory = 40\n",
        "[memory\n",
        "\udcff",
        "#" * (MAX_BYTES + 1),
    ],
)
def test_what_makes_no_sense_is_told_and_the_default_holds(tmp_path, text: str) -> None:
    found = budget(tmp_path, text)
    assert found.percent == DEFAULT_PERCENT
    assert found.problem.startswith("The share of memory for images is ")
    assert found.problem.endswith("Until then 40 % are used.")


def test_other_settings_do_not_matter_here(tmp_path) -> None:
    assert budget(tmp_path, "[other]\nx = 1\n").problem == ""
