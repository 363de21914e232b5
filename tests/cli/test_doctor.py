"""`readstation doctor`: says what is in order, and what to do about what is not."""

import json

import pytest

from readstation.adapters.decode.decode_workers import DecodeWorkers
from readstation.cli.main import main
from tests.dicom_files import save_image


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "home"
    main(["--home", str(folder), "import", str(save_image(tmp_path / "a.dcm"))])
    return folder


def rows(home, capsys):
    capsys.readouterr()
    code = main(["--home", str(home), "doctor", "--json"])
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return code, {row["subject"]: row for row in found}


def test_a_good_workspace_is_in_order(home, capsys):
    code, found = rows(home, capsys)
    assert code == 0
    assert found["Image files"]["found"] == "1 indexed, all read, 0 missing or changed"
    assert found["Decoder of JPEG Lossless SV1"]["found"].endswith("passed 6 golden vectors")
    assert found["SQLite"]["health"] == "ok"
    assert {row["health"] for row in found.values()} <= {"ok", "warning"}
    assert all(row["remedy"] for row in found.values() if row["health"] != "ok")
    assert found["Fonts and icons"]["found"] == "Inter"


@pytest.mark.parametrize("refused", [True, False])
def test_what_decode_workers_are_cut_off_from_is_said(home, capsys, monkeypatch, refused):
    guards = {"network": True, "writing files": refused}
    monkeypatch.setattr(DecodeWorkers, "guards", lambda _workers: guards)
    _code, found = rows(home, capsys)
    row = found["Decode workers"]
    if refused:
        assert (row["health"], row["remedy"]) == ("ok", "")
        assert row["found"] == "the system refuses them network, writing files"
    else:
        assert row["health"] == "warning"
        assert row["found"] == "the system does not refuse them writing files"
        assert row["remedy"]


def test_a_changed_image_is_found_with_what_to_do(home, capsys):
    (image,) = (home / "images").glob("??/*")
    content = bytearray(image.read_bytes())
    content[-1] ^= 1
    image.write_bytes(content)
    code, found = rows(home, capsys)
    assert code == 3
    assert found["Image files"]["found"] == "1 indexed, all read, 1 missing or changed"
    assert found["Image files"]["remedy"]


def test_what_a_killed_import_left_is_counted(home, capsys):
    stray = home / "images" / "ab" / ("ab" + "0" * 62)
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"left")
    code, found = rows(home, capsys)
    assert code == 0
    assert found["Files left by a killed import"]["found"] == "1, harmless"
