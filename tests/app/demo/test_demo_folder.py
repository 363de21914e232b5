"""Only a demo workspace is ever emptied."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from readstation.app.demo.demo_folder import (
    empty_demo_folder,
    is_demo_folder,
    mark_as_being_built,
    mark_as_built,
    read_marker,
)
from readstation.domain.errors import RefusedStepError

BUILT_AT = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)


def test_a_new_folder_becomes_a_demo_workspace(tmp_path: Path) -> None:
    home = tmp_path / "new"
    mark_as_being_built(home)
    assert is_demo_folder(home)
    marker = read_marker(home)
    assert marker is not None
    assert marker.built_at is None
    mark_as_built(home, BUILT_AT)
    marker = read_marker(home)
    assert marker is not None
    assert marker.built_at == BUILT_AT


def test_a_folder_with_somebody_elses_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(RefusedStepError, match="not a demo workspace"):
        mark_as_being_built(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


def test_only_a_demo_workspace_is_emptied(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(RefusedStepError, match="not reset"):
        empty_demo_folder(tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_emptying_follows_no_link_out_of_the_folder(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept.txt").write_text("kept", encoding="utf-8")
    home = tmp_path / "home"
    mark_as_being_built(home)
    (home / "images").mkdir()
    (home / "images" / "a").write_text("a", encoding="utf-8")
    (home / "link").symlink_to(outside)
    empty_demo_folder(home)
    assert list(home.iterdir()) == []
    assert (outside / "kept.txt").exists()


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": 2, "built_at": null}', "nonsense"])
def test_a_damaged_marker_marks_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "demo-workspace.json").write_text(text, encoding="utf-8")
    assert not is_demo_folder(tmp_path)
