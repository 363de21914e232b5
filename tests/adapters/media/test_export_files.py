"""Files that leave the station: whole or not at all, never over another, readable elsewhere."""

import cv2
import numpy as np
import pytest

from readstation.adapters.media import motion_jpeg
from readstation.adapters.media.export_files import LocalExports
from readstation.app.export.export_ports import PictureFormat
from readstation.domain.errors import StoreError

TOOLS = LocalExports()
RGB = np.random.default_rng(3).integers(0, 255, (21, 31, 3), np.uint8)


def write(target, meanwhile=lambda: None, *, may_replace=False, is_kept=True):
    with TOOLS.begin(target, may_replace=may_replace) as file:
        file.stream.write(b"new")
        meanwhile()
        if is_kept:
            file.keep()


def test_a_picture_comes_back_pixel_by_pixel_and_in_its_colours():
    png = np.frombuffer(TOOLS.encode(RGB, PictureFormat.PNG), np.uint8)
    assert (cv2.imdecode(png, cv2.IMREAD_COLOR)[..., ::-1] == RGB).all()
    plain = np.full((16, 16, 3), (200, 30, 30), np.uint8)
    jpeg = np.frombuffer(TOOLS.encode(plain, PictureFormat.JPEG), np.uint8)
    back = cv2.imdecode(jpeg, cv2.IMREAD_COLOR)[..., ::-1].astype(int)
    assert np.abs(back - plain).max() <= 4


def test_a_file_is_there_when_it_is_kept_and_nothing_is_left_of_one_that_is_not(tmp_path):
    target = tmp_path / "a.png"
    write(target, is_kept=False)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ZeroDivisionError):
        write(target, lambda: 1 // 0)
    assert list(tmp_path.iterdir()) == []
    write(target)
    assert [p.name for p in tmp_path.iterdir()] == ["a.png"]
    assert target.read_bytes() == b"new"


def test_nothing_is_replaced_unless_the_reader_said_so(tmp_path):
    target = tmp_path / "a.png"
    target.write_bytes(b"old")
    with pytest.raises(StoreError, match="there already"):
        write(target)
    assert target.read_bytes() == b"old"
    write(target, may_replace=True)
    assert target.read_bytes() == b"new"


def test_a_file_that_came_meanwhile_is_not_replaced_either(tmp_path):
    target = tmp_path / "a.png"
    with pytest.raises(StoreError, match="there already"):
        write(target, lambda: target.write_bytes(b"of somebody else"))
    assert target.read_bytes() == b"of somebody else"
    assert [p.name for p in tmp_path.iterdir()] == ["a.png"]


def test_a_folder_that_is_not_there_is_refused_in_words(tmp_path):
    with pytest.raises(StoreError, match="could not be written"):
        write(tmp_path / "none" / "a.png")


def film(path, frames, rate_hz=12.5):
    with TOOLS.begin(path, may_replace=True) as file:
        rows, columns = frames[0].shape[:2]
        cine = TOOLS.cine(file.stream, (columns, rows), rate_hz)
        for frame in frames:
            cine.add(TOOLS.encode(frame, PictureFormat.JPEG))
        cine.finish()
        file.keep()


@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_cine_is_read_by_another_program_frame_by_frame_at_its_rate(tmp_path, count):
    path = tmp_path / "cine.avi"
    film(path, [np.full((45, 64, 3), 40 * n, np.uint8) for n in range(count)])
    read = cv2.VideoCapture(str(path))
    assert read.get(cv2.CAP_PROP_FPS) == pytest.approx(12.5)
    assert read.get(cv2.CAP_PROP_FRAME_COUNT) == count
    shown = [read.read()[1] for _ in range(count)]
    assert not read.read()[0]
    read.release()
    assert [frame.shape for frame in shown] == [(45, 64, 3)] * count
    assert [round(float(frame.mean())) for frame in shown] == pytest.approx(
        [40 * n for n in range(count)], abs=2
    )


def test_a_cine_that_grows_beyond_what_players_read_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(motion_jpeg, "MOST_BYTES", 2_000)
    with pytest.raises(StoreError, match="larger than"):
        film(tmp_path / "cine.avi", [RGB] * 3)
    assert list(tmp_path.iterdir()) == []
