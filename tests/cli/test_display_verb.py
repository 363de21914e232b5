"""`readstation display`: what is known of the screens, and luminances kept from a file."""

import json

import pytest

from readstation.cli.main import main
from tests.dicom_files import save_image

LEVELS = range(0, 256, 15)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    folder = tmp_path / "home"
    main(["--home", str(folder), "import", str(save_image(tmp_path / "a.dcm"))])
    return folder


def table_file(folder, brightest):
    file = folder / f"{brightest}.csv"
    lines = [f"{d},{0.4 + brightest * (d / 255) ** 2.2}" for d in LEVELS]
    file.write_text("\n".join(lines), encoding="utf-8")
    return str(file)


def run(home, capsys, *arguments):
    capsys.readouterr()
    code = main(["--home", str(home), "display", *arguments])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_a_measured_display_is_verified_and_listed_so(home, tmp_path, capsys):
    code, out, _ = run(home, capsys, "list")
    assert code == 0
    assert out.endswith("8-bit display, not verified\n")
    given = ("record", table_file(tmp_path, 430), "--ambient", "0.3", "--instrument", "meter")
    code, out, _ = run(home, capsys, *given)
    assert code == 0
    assert "Diagnostic, mammography included: 0.7 to 430.7 cd/m²" in out
    _, out, _ = run(home, capsys, "list", "--json")
    (row,) = json.loads(out)
    assert (row["status"], row["is_connected"], row["bit_depth"]) == ("verified", True, 8)


def test_a_dim_display_ends_with_the_code_of_a_refusal(home, tmp_path, capsys):
    given = ("record", table_file(tmp_path, 90), "--ambient", "0.3", "--instrument", "meter")
    code, out, _ = run(home, capsys, *given)
    assert code == 3
    assert "Failed" in out
    _, out, _ = run(home, capsys, "list")
    assert out.endswith("8-bit display, check failed\n")


def test_what_cannot_be_recorded_is_told_in_a_sentence(home, tmp_path, capsys):
    bad = tmp_path / "bad.csv"
    bad.write_text("0,1\n1,x\n", encoding="utf-8")
    code, _, err = run(home, capsys, "record", str(bad), "--instrument", "meter")
    assert code == 3
    assert "Line 2" in err
    good = table_file(tmp_path, 430)
    code, _, err = run(
        home, capsys, "record", good, "--instrument", "m", "--ambient", "1", "--display", "X"
    )
    assert code == 3
    assert "no display X" in err
