"""The image store: bytes under their hash, checked when opened, never half there."""

import hashlib
import shutil
import stat
import sys

import pytest

from readstation.adapters.store.image_store import LocalImageStore
from readstation.domain.errors import NotFoundError, TamperedError


@pytest.fixture
def store(tmp_path):
    return LocalImageStore(tmp_path / "images")


def test_bytes_are_named_by_their_hash(store, tmp_path):
    sha256 = store.add(b"pixels")
    assert sha256 == hashlib.sha256(b"pixels").hexdigest()
    assert store.path(sha256) == tmp_path / "images" / sha256[:2] / sha256
    assert store.path(sha256).read_bytes() == b"pixels"


def test_storing_twice_is_a_no_op(store, tmp_path):
    assert store.add(b"pixels") == store.add(b"pixels")
    assert len([p for p in tmp_path.rglob("*") if p.is_file()]) == 1


def test_changed_bytes_are_noticed_even_after_they_were_verified(store):
    path = store.path(store.add(b"pixels"))
    path.write_bytes(b"PIXELS!")
    with pytest.raises(TamperedError):
        store.path(path.name)


def test_a_damaged_copy_is_replaced_by_the_good_bytes(store):
    path = store.path(store.add(b"pixels"))
    path.write_bytes(b"PIXELS")
    store.add(b"pixels")
    assert store.path(path.name).read_bytes() == b"pixels"


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "0" * 63, "A" * 64, "0" * 64])
def test_only_hashes_of_stored_files_are_opened(store, name):
    with pytest.raises(NotFoundError):
        store.path(name)


def test_a_link_in_place_of_a_file_is_not_followed(store, tmp_path):
    path = store.path(store.add(b"pixels"))
    secret = tmp_path / "secret"
    secret.write_bytes(b"pixels")
    path.unlink()
    path.symlink_to(secret)
    with pytest.raises(NotFoundError):
        LocalImageStore(tmp_path / "images").path(path.name)


def test_nor_is_one_that_took_its_place_after_the_file_was_read(store, tmp_path):
    place = store.path(store.add(b"image"))
    assert store.path(place.name) == place
    other = tmp_path / "other"
    shutil.copy2(place, other)
    place.unlink()
    place.symlink_to(other)
    with pytest.raises(NotFoundError):
        store.path(place.name)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_files_are_private(store):
    path = store.path(store.add(b"pixels"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("preamble", "is_cleared"),
    [
        (bytes(128), False),
        (b"II*\0" + bytes(124), False),
        (b"MM\0*" + bytes(124), False),
        (b"MZ" + bytes(126), True),
        (b"\x7fELF" + bytes(124), True),
        (b'{"RemoteAccessAllowed": true}' + bytes(99), True),
    ],
)
def test_a_preamble_that_could_be_a_program_is_cleared(store, preamble, is_cleared):
    staged = store.stage([preamble, b"DICMrest"])
    kept = staged.path.read_bytes()
    assert staged.preamble_was_cleared is is_cleared
    assert kept == (bytes(128) if is_cleared else preamble) + b"DICMrest"
    store.discard(staged)


def test_staged_bytes_are_gone_when_reading_the_source_fails(store, tmp_path):
    def broken():
        yield b"some"
        raise RuntimeError("unplugged")

    with pytest.raises(RuntimeError):
        store.stage(broken())
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []
