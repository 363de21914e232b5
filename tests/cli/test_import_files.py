"""`readstation import` as an operator meets it."""

import json

from readstation.cli.main import main
from tests.dicom_files import ROOT, save_image


def run(home, *arguments):
    return main(["--home", str(home), "import", *map(str, arguments)])


def lines(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_good_file_is_imported_with_exit_code_0(tmp_path, capsys):
    assert run(tmp_path / "home", save_image(tmp_path / "a.dcm")) == 0
    assert capsys.readouterr().out == "1 files: 1 imported.\n"


def test_a_refused_file_gives_its_reason_and_remedy_and_exit_code_3(tmp_path, capsys):
    folder = tmp_path / "in"
    save_image(folder / "good.dcm")
    save_image(folder / "bad.dcm", StudyInstanceUID=None)
    assert run(tmp_path / "home", folder) == 3
    out = capsys.readouterr().out
    assert "bad.dcm: refused. A required identifier is missing: StudyInstanceUID. Ask" in out
    assert out.endswith("2 files: 1 imported, 1 refused.\n")


def test_machines_get_one_line_per_file(tmp_path, capsys):
    save_image(tmp_path / "in" / "a.dcm")
    save_image(tmp_path / "in" / "b.dcm", PatientComments="changed")
    assert run(tmp_path / "home", tmp_path / "in", "--json") == 3
    first, second = lines(capsys)
    assert (first["file"], first["result"]) == ("a.dcm", "imported")
    assert (second["result"], second["sop_instance_uid"]) == ("conflict", f"{ROOT}.3.1")


def test_importing_again_is_no_failure(tmp_path, capsys):
    path = save_image(tmp_path / "a.dcm")
    assert [run(tmp_path / "home", path), run(tmp_path / "home", path)] == [0, 0]
    assert capsys.readouterr().out.splitlines()[1] == "1 files: 1 already here."


def test_what_was_found_is_said_before_it_is_taken_in(tmp_path, capsys):
    save_image(tmp_path / "in" / "a.dcm")
    (tmp_path / "in" / "b.txt").write_text("a note", encoding="utf-8")
    run(tmp_path / "home", tmp_path / "in")
    assert capsys.readouterr().err == "Found 2 files, 1 study, 1 not DICOM.\n"
    run(tmp_path / "home", tmp_path / "in")
    assert capsys.readouterr().err == "Found 2 files, 1 study, 1 already here, 1 not DICOM.\n"
    run(tmp_path / "home", tmp_path / "in", "--json")
    assert capsys.readouterr().err == ""


def test_a_path_that_is_not_there_is_refused(tmp_path, capsys):
    assert run(tmp_path / "home", tmp_path / "missing.dcm") == 3
    assert "cannot be read" in capsys.readouterr().out


def test_a_file_name_cannot_drive_the_terminal(tmp_path, capsys):
    path = tmp_path / "a\x1b[2J.dcm"
    path.write_bytes(b"no image")
    run(tmp_path / "home", path)
    assert "\x1b" not in capsys.readouterr().out
