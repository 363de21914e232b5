"""What every verb does with what it is given: exit codes, sentences, nothing made by looking."""

import csv
import io
import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from readstation.cli.main import NEED_WORKSPACE, VERBS, main, module_name
from tests.checkout_files import CHECKOUT

LISTS = (
    ("worklist",),
    ("calls",),
    ("handoffs",),
    ("qa", "signoffs"),
    ("qa", "metrics"),
    ("user", "list"),
    ("audit", "verify"),
)
LOOKS = (
    *LISTS,
    ("study", "show", "1.2.3"),
    ("study", "priors", "1.2.3"),
    ("report", "show", "r1"),
    ("backup", "copy"),
    ("audit", "export", "--out", "log.csv"),
)
WRONG_USAGE = (
    ("bogus",),
    ("--home",),
    ("study",),
    ("study", "show"),
    ("qa",),
    ("qa", "sample"),
    ("qa", "signoffs", "--days", "0"),
    ("qa", "signoffs", "--days", "many"),
    ("audit",),
    ("audit", "export"),
    ("user", "add", "x"),
    ("user", "add", "x", "X", "--role", "king"),
    ("worklist", "--list", "nonsense"),
    ("worklist", "--jso"),
    ("import",),
    ("render",),
    ("restore",),
    ("backup",),
    ("doctor", "--fast"),
)


@pytest.fixture
def told(capsys):
    """Run one command; returns exit code, output and complaint."""

    def run(home, *words):
        try:
            code = main(["--home", str(home), *map(str, words)])
        except SystemExit as ended:
            code = ended.code
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def empty(tmp_path, told):
    """A workspace without a study."""
    home = tmp_path / "home"
    main(["--home", str(home), "user", "list"])
    return home


def refused(told, home, *words):
    """Check the manners of a refusal and return its sentence."""
    code, out, complaint = told(home, *words)
    assert (code, out) == (3, "")
    assert complaint.startswith("readstation: ")
    assert complaint.count("\n") == 1
    assert complaint.count(". ") >= 1, "a sentence and what to do"
    assert "Traceback" not in complaint
    return complaint


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_its_module_and_its_help(verb, tmp_path, told):
    module = import_module(f"readstation.cli.{module_name(verb)}")
    assert callable(module.run)
    code, out, complaint = told(tmp_path, verb, "--help")
    assert (code, complaint) == (0, "")
    assert out.startswith(f"usage: readstation {verb}")


@pytest.mark.parametrize("words", WRONG_USAGE, ids=" ".join)
def test_wrong_usage_is_exit_code_2(words, tmp_path, told):
    code, out, complaint = told(tmp_path / "home", *words)
    assert (code, out) == (2, "")
    assert complaint.startswith("usage: ")
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("words", LOOKS, ids=" ".join)
def test_looking_where_there_is_no_workspace_is_refused_and_makes_none(
    words, tmp_path, told, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    home = tmp_path / "typing-error"
    if words[0] in NEED_WORKSPACE:
        assert f"There is no workspace in {home}." in refused(told, home, *words)
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", LISTS, ids=" ".join)
def test_an_empty_workspace_is_an_empty_list_and_no_failure(words, empty, told):
    code, out, complaint = told(empty, *words, "--json")
    assert (code, complaint) == (0, "")
    json.loads(out)
    assert told(empty, *words)[0] == 0


@pytest.mark.parametrize(
    "words",
    [
        ("study", "show", "1.2.3"),
        ("study", "priors", "1.2.3"),
        ("report", "show", "none"),
        ("user", "set-password", "nobody"),
        ("user", "deactivate", "nobody"),
        ("restore", "no-such-folder"),
        ("worklist", "--at", "tomorrow"),
    ],
    ids=" ".join,
)
def test_what_is_not_here_is_refused_in_a_sentence(words, empty, told, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("several words in a row\n"))
    refused(told, empty, *words)


def test_a_file_that_is_not_there_is_refused_by_import_and_render(tmp_path, empty, told):
    missing = tmp_path / "none.dcm"
    for words in (("import", missing), ("render", missing, "--out", tmp_path / "x.npy")):
        code, out, complaint = told(empty, *words)
        assert code == 3
        assert "none.dcm" in out + complaint
        assert "Traceback" not in out + complaint


@pytest.mark.parametrize("words", [("worklist",), ("user", "list"), ("doctor",)], ids=" ".join)
def test_a_file_in_place_of_the_workspace_is_refused(words, tmp_path, told):
    home = tmp_path / "home"
    home.write_text("not a folder", encoding="utf-8")
    code, _out, complaint = told(home, *words)
    assert code in (0, 3)
    assert "Traceback" not in complaint


@pytest.mark.parametrize("words", [*LISTS, ("doctor",)], ids=" ".join)
def test_a_damaged_database_is_refused_in_a_sentence(words, empty, told):
    (empty / "readstation.db").write_bytes(b"this is no database, whatever its name says" * 99)
    code, out, complaint = told(empty, *words)
    assert code == 3
    assert "not a database" in out + complaint
    assert "Traceback" not in complaint


def test_an_option_value_that_is_a_verb_is_a_value(tmp_path, told, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert told("window", "user", "list", "--json")[0] == 0
    assert (tmp_path / "window" / "readstation.db").is_file()
    assert told("doctor", "audit", "verify")[0] == 3


def test_without_a_verb_the_window_opens(tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr("readstation.cli.window.run", lambda args: opened.append(args.home) or 0)
    assert main(["--home", str(tmp_path / "audit")]) == 0
    assert opened == [tmp_path / "audit"]


def test_the_demo_has_a_folder_of_its_own(monkeypatch):
    monkeypatch.delenv("READSTATION_HOME")
    homes = {}
    for verb in ("demo", "worklist"):
        monkeypatch.setattr(
            f"readstation.cli.{verb}.run", lambda args: homes.update({args.verb: args.home}) or 0
        )
        monkeypatch.setattr("readstation.cli.main.NEED_WORKSPACE", frozenset())
        main([verb])
    assert homes["demo"].name == "readstation-demo"
    assert homes["worklist"].name == "readstation"


def test_ctrl_c_is_no_traceback(tmp_path, monkeypatch, told):
    def interrupt(_args):
        raise KeyboardInterrupt

    monkeypatch.setattr("readstation.cli.doctor.run", interrupt)
    assert told(tmp_path, "doctor") == (130, "", "")


def test_the_log_is_exported_once_and_never_over_a_file(empty, tmp_path, told, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("several words in a row\n"))
    told(empty, "user", "add", "=cmd|calc", "Formula", "--role", "reader")
    place = tmp_path / "log.csv"
    assert told(empty, "audit", "export", "--out", place)[0] == 0
    with place.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["sequence_number"] for row in rows] == ["1"]
    assert rows[0]["action"] == "user changed"
    assert "cannot be written" in refused(told, empty, "audit", "export", "--out", place)


def as_a_program(*words, **environment):
    """Run the program as its users do."""
    return subprocess.run(
        [sys.executable, "-m", "readstation", *map(str, words)],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(CHECKOUT / "src"), **environment},
        timeout=60,
        check=False,
    )


def test_the_program_itself_gives_the_codes(tmp_path):
    assert as_a_program("--version").returncode == 0
    wrong = as_a_program("qa")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    missing = as_a_program("--home", tmp_path / "none", "worklist")
    assert (missing.returncode, missing.stdout) == (3, "")
    assert missing.stderr.startswith("readstation: There is no workspace in ")


def test_a_name_that_the_terminal_cannot_show_stops_nothing(empty, told, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("several words in a row\n"))
    told(empty, "user", "add", "yoko", "山田 陽子", "--role", "reader")
    listed = as_a_program("--home", empty, "user", "list", PYTHONIOENCODING="ascii")
    assert listed.returncode == 0
    assert "\\u5c71" in listed.stdout


def test_a_verb_without_a_window_needs_no_qt():
    code = (
        "import sys; import readstation.bootstrap; from readstation.cli.main import VERBS;"
        "import readstation.cli.audit, readstation.cli.qa, readstation.cli.doctor;"
        "sys.exit('PySide6' in sys.modules)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(CHECKOUT / "src")},
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0


def test_no_verb_makes_a_file_in_the_current_folder(tmp_path, empty, told, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    for words in LISTS:
        told(empty, *words)
    assert list(Path().iterdir()) == []
