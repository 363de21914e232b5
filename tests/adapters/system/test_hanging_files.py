"""Protocols of the program and of the workspace: which are in force, and what is wrong."""

import pytest

from readstation.adapters.system.hanging_files import HangingFiles
from readstation.domain.errors import StoreError
from readstation.domain.hanging import HangingProtocol, ImageBox, Stage, StudySelector
from readstation.resource_files import resources


@pytest.fixture
def files(tmp_path) -> HangingFiles:
    return HangingFiles(tmp_path, resources())


def a_protocol(protocol_id: str, title: str = "Mine") -> HangingProtocol:
    stage = Stage("One", 1, 1, (ImageBox(),))
    return HangingProtocol(protocol_id, title, StudySelector(), (stage,), is_own=True)


def titles(files) -> dict[str, str]:
    return {p.protocol_id: p.title for p in files.load().protocols}


def test_what_comes_with_the_program_is_whole(files) -> None:
    library = files.load()
    assert library.problems == ()
    assert len(library.protocols) >= 20
    assert not any(p.is_own for p in library.protocols)


def test_an_own_protocol_is_added_and_one_of_the_same_id_replaces_a_shipped_one(files) -> None:
    before = titles(files)
    files.save(a_protocol("own_mine"))
    files.save(a_protocol("ct_head", "Our heads"))
    assert titles(files) == {**before, "own_mine": "Mine", "ct_head": "Our heads"}
    files.delete("ct_head")
    files.delete("own_mine")
    assert titles(files) == before


def test_what_was_not_saved_here_cannot_be_deleted(files) -> None:
    with pytest.raises(StoreError, match="not saved here"):
        files.delete("ct_head")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xff\xfe", "UTF-8"),
        (b"#" * 300_000, "too long"),
        (b'[[protocol]]\nid = "ct_head"\n', "bad.toml, protocol “ct_head”: “title” is missing"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_and_hides_nothing(
    files, tmp_path, content, why
) -> None:
    before = titles(files)
    folder = tmp_path / "hanging"
    folder.mkdir()
    (folder / "bad.toml").write_bytes(content)
    library = files.load()
    assert titles(files) == before
    assert len(library.problems) == 1
    assert why in library.problems[0]


def test_a_file_that_cannot_be_written_leaves_the_old_one(files, tmp_path) -> None:
    (tmp_path / "hanging").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(StoreError, match="could not be written"):
        files.save(a_protocol("own_mine"))
