"""The settings file of a workspace: what is wrong is told, and never stops the program."""

import pytest

from readstation.adapters.system.settings_file import TomlSettings
from readstation.adapters.system.site_files import SETTINGS_NAME
from readstation.adapters.system.toml_file import MAX_BYTES
from readstation.app.memory_budget import LEAST_BYTES, memory_budget
from readstation.domain.errors import SettingError, StoreError
from readstation.domain.settings import GRAPHICS, MEMORY_PERCENT, WINDOW_DRAG

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
    return memory_budget(TomlSettings(home).values(), machine or Machine())


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
    assert found.percent == MEMORY_PERCENT.default
    assert "Memory for images" in found.problem or SETTINGS_NAME in found.problem


def test_other_settings_do_not_matter_here(tmp_path) -> None:
    assert budget(tmp_path, "[other]\nx = 1\n").problem == ""


def test_an_answer_is_kept_beside_the_others(tmp_path) -> None:
    store = TomlSettings(tmp_path)
    store.save(MEMORY_PERCENT, 30)
    store.save(GRAPHICS, "off")
    store.save(MEMORY_PERCENT, 50)
    values = TomlSettings(tmp_path).values()
    assert values.of(MEMORY_PERCENT) == 50
    assert values.of(GRAPHICS) == "off"
    assert values.of(WINDOW_DRAG) == "raises"
    assert [path.name for path in tmp_path.iterdir()] == [SETTINGS_NAME]


def test_entries_of_a_later_version_are_kept(tmp_path) -> None:
    text = '[later]\n"odd name" = "a \\"quoted\\" line"\nis_on = true\n'
    (tmp_path / SETTINGS_NAME).write_text(text, encoding="utf-8")
    store = TomlSettings(tmp_path)
    before = store.values().stored
    store.save(MEMORY_PERCENT, 30)
    assert store.values().stored == {**before, MEMORY_PERCENT.key: 30}


@pytest.mark.parametrize("text", ["[memory\n", "memory = 40\n", "[memory]\nlist = [1, 2]\n"])
def test_a_file_that_cannot_be_kept_is_not_written_over(tmp_path, text) -> None:
    file = tmp_path / SETTINGS_NAME
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingError):
        TomlSettings(tmp_path).save(GRAPHICS, "off")
    assert file.read_text(encoding="utf-8") == text


def test_a_value_that_is_none_is_not_stored(tmp_path) -> None:
    for setting, value in ((GRAPHICS, "sometimes"), (MEMORY_PERCENT, 81), (MEMORY_PERCENT, True)):
        with pytest.raises(SettingError):
            TomlSettings(tmp_path).save(setting, value)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_takes_no_file_says_so(tmp_path) -> None:
    with pytest.raises(StoreError):
        TomlSettings(tmp_path / "missing").save(GRAPHICS, "off")
