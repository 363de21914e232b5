"""The file of chosen keys: gives back what was saved, and never stops the program."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.adapters.system.keys_file import TomlKeys
from readstation.adapters.system.site_files import KEYS_NAME
from readstation.domain.errors import StoreError

KEY = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=40)


@given(st.dictionaries(KEY, st.lists(KEY, max_size=8).map(tuple), max_size=6))
def test_what_is_saved_comes_back(tmp_path_factory, keys) -> None:
    store = TomlKeys(tmp_path_factory.mktemp("home"))
    store.save(keys)
    assert store.keys() == keys


def test_without_a_file_the_programs_own_keys_hold(tmp_path) -> None:
    assert TomlKeys(tmp_path).keys() == {}


@pytest.mark.parametrize(
    "content", [b"= nonsense", b"\xff\xfe", b"a" * 70_000], ids=["no TOML", "no UTF-8", "too large"]
)
def test_a_file_that_cannot_be_read_is_logged_and_nothing_more(tmp_path, caplog, content) -> None:
    (tmp_path / KEYS_NAME).write_bytes(content)
    with caplog.at_level(logging.WARNING):
        assert TomlKeys(tmp_path).keys() == {}
    assert "Mend or remove" in caplog.text


def test_entries_that_are_no_keys_are_left_out(tmp_path) -> None:
    (tmp_path / KEYS_NAME).write_text('a = ["J"]\nb = "J"\nc = [1]\nd = [""]\n', "utf-8")
    assert TomlKeys(tmp_path).keys() == {"a": ("J",)}


def test_a_folder_that_is_gone_is_a_sentence(tmp_path) -> None:
    with pytest.raises(StoreError, match="could not be written"):
        TomlKeys(tmp_path / "gone").save({"a": ("J",)})
