"""Media: every file found once, nothing opened that is no ordinary file, nothing outside."""

import os
import sys
import zipfile

import pytest

from readstation.adapters.media import zip_archive
from readstation.adapters.media.media_files import MediaFiles, resolve_file_id
from readstation.domain.errors import RefusedInputError


@pytest.fixture
def media():
    return MediaFiles(lambda _: [])


def codes(candidates):
    return {c.name: c.refusal.code if c.refusal else "" for c in candidates}


def content(candidate):
    return b"".join(candidate.read())


def refused(reading):
    with pytest.raises(RefusedInputError) as caught:
        b"".join(reading())
    return caught.value.code


def test_a_folder_is_walked_in_a_stable_order(media, tmp_path):
    for name in ("b/2", "a/1", "c"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    found = list(media.candidates([tmp_path]))
    assert [c.name for c in found] == ["c", os.path.join("a", "1"), os.path.join("b", "2")]
    assert [content(c) for c in found] == [b"c", b"a/1", b"b/2"]
    assert not any(c.is_named for c in found)


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX special files")
def test_links_pipes_and_devices_are_refused_and_nothing_waits(media, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_bytes(b"secret")
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "file_link").symlink_to(outside / "secret")
    (folder / "folder_link").symlink_to(outside)
    os.mkfifo(folder / "pipe")
    assert codes(media.candidates([folder])) == {
        "file_link": "LINK",
        "folder_link": "LINK",
        "pipe": "NOT_A_FILE",
    }
    named = codes(media.candidates([folder / "file_link", folder / "missing"]))
    assert named == {"file_link": "LINK", "missing": "UNREADABLE"}


@pytest.mark.parametrize(
    "parts",
    [
        ["..", "secret"],
        ["IMAGES", "..", "..", "secret"],
        ["/etc/passwd"],
        ["C:\\secret"],
        ["a/../../secret"],
        [""],
        ["."],
        ["NUL\0"],
        ["A" * 65],
        [],
        ["A"] * 17,
    ],
    ids=str,
)
def test_a_file_identifier_that_leads_out_is_refused(tmp_path, parts):
    root = tmp_path / "media"
    root.mkdir()
    (tmp_path / "secret").write_bytes(b"secret")
    with pytest.raises(RefusedInputError) as caught:
        resolve_file_id(root, parts)
    assert caught.value.code == "OUTSIDE_MEDIA"


@pytest.mark.skipif(sys.platform == "win32", reason="needs symbolic links")
def test_a_link_on_the_medium_does_not_lead_out(tmp_path):
    root = tmp_path / "media"
    root.mkdir()
    (tmp_path / "SECRET").write_bytes(b"secret")
    (root / "IMAGES").symlink_to(tmp_path)
    with pytest.raises(RefusedInputError) as caught:
        resolve_file_id(root, ["IMAGES", "SECRET"])
    assert caught.value.code == "OUTSIDE_MEDIA"


def test_a_dicomdir_brings_its_files_and_names_the_missing_ones(tmp_path):
    (tmp_path / "IMAGES").mkdir()
    (tmp_path / "IMAGES" / "IM1").write_bytes(b"one")
    (tmp_path / "images").mkdir(exist_ok=True)
    (tmp_path / "images" / "im2").write_bytes(b"two")
    directory = tmp_path / "DICOMDIR"
    directory.write_bytes(b"directory")
    named = [["IMAGES", "IM1"], ["IMAGES", "IM2"], ["IMAGES", "IM1"], ["GONE"], ["..", "X"]]
    found = list(MediaFiles(lambda _: named).candidates([directory]))
    assert codes(found) == {
        "IMAGES/IM1": "",
        "IMAGES/IM2": "",
        "GONE": "MISSING_ON_MEDIA",
        "DICOMDIR entry": "OUTSIDE_MEDIA",
    }
    assert len(found) == 4


def test_a_folder_with_a_dicomdir_says_what_is_missing(tmp_path):
    (tmp_path / "IM1").write_bytes(b"one")
    (tmp_path / "DICOMDIR").write_bytes(b"directory")
    found = MediaFiles(lambda _: [["IM1"], ["IM2"]]).candidates([tmp_path])
    assert codes(found) == {"DICOMDIR": "", "IM1": "", "IM2": "MISSING_ON_MEDIA"}


@pytest.fixture
def archive(tmp_path):
    """Return a function that packs members and yields their candidates."""

    def pack(members, compression=zipfile.ZIP_DEFLATED):
        path = tmp_path / "a.zip"
        with zipfile.ZipFile(path, "w", compression) as packed:
            for name, data in members.items():
                packed.writestr(name, data)
        return path

    return pack


def test_members_of_an_archive_are_read(media, archive):
    path = archive({"folder/": b"", "../x": b"one", "/etc/y": b"two"})
    read = {c.name: content(c) for c in media.candidates([path])}
    assert read == {"a.zip: ../x": b"one", "a.zip: /etc/y": b"two"}


def test_a_member_packed_too_tightly_is_refused_while_unpacking(media, archive, monkeypatch):
    monkeypatch.setattr(zip_archive, "RATIO_MATTERS_FROM", 1024**2)
    path = archive({"bomb": bytes(8 * 1024**2)})
    assert [refused(c.read) for c in media.candidates([path])] == ["ARCHIVE_TOO_LARGE"]


@pytest.mark.parametrize("limit", ["MAX_ENTRIES", "MAX_TOTAL_BYTES"])
def test_an_archive_that_promises_too_much_is_refused_whole(media, archive, monkeypatch, limit):
    monkeypatch.setattr(zip_archive, limit, 1)
    assert codes(media.candidates([archive({"a": b"aa", "b": b"bb"})])) == {
        "a.zip": "ARCHIVE_TOO_LARGE"
    }


def test_a_damaged_member_is_refused_and_the_others_are_read(media, archive):
    path = archive({"bad": b"x" * 50, "good": b"y" * 50}, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"x" * 50, b"z" * 50))
    candidates = media.candidates([path])
    assert refused(next(candidates).read) == "BAD_ARCHIVE"
    assert content(next(candidates)) == b"y" * 50


def test_a_file_that_only_begins_like_an_archive_is_refused(media, tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK\x03\x04 but no more")
    assert codes(media.candidates([path])) == {"a.zip": "BAD_ARCHIVE"}
