"""The file of monitor layouts: gives back what was saved, and never stops the program."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.adapters.system.monitors_file import MONITORS_NAME, TomlMonitorLayouts
from readstation.domain.errors import StoreError

TEXT = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=40)


@given(st.dictionaries(TEXT, TEXT, max_size=6))
def test_what_is_saved_comes_back_in_its_order(tmp_path_factory, codes) -> None:
    store = TomlMonitorLayouts(tmp_path_factory.mktemp("home"))
    store.save(codes)
    assert list(store.codes().items()) == list(codes.items())


@pytest.mark.parametrize("content", [b"= nonsense", b"\xff\xfe", b'"a" = 3\n'])
def test_a_file_that_makes_no_sense_remembers_nothing(tmp_path, content) -> None:
    (tmp_path / MONITORS_NAME).write_bytes(content)
    assert TomlMonitorLayouts(tmp_path).codes() == {}


def test_a_file_that_cannot_be_written_is_said(tmp_path) -> None:
    (tmp_path / MONITORS_NAME).mkdir()
    with pytest.raises(StoreError, match="could not be written"):
        TomlMonitorLayouts(tmp_path).save({"a": "1:1"})
