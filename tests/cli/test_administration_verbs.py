"""The verbs user, backup, restore and audit, as an operator types them."""

import io
import json
import sqlite3

import pytest

from readstation.cli.main import main

PASSWORD = "several words in a row"


@pytest.fixture
def readstation(tmp_path, monkeypatch, capsys):
    """Run one command in a new workspace; returns exit code, output and complaint."""

    def run(*words, typed=PASSWORD + "\n"):
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = main(["--home", str(tmp_path / "home"), *map(str, words)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def with_user(readstation):
    """The same workspace with one administrator."""
    assert readstation("user", "add", "anna", "Anna <b>", "--role", "administrator")[0] == 0
    return readstation


def test_accounts_are_added_listed_and_closed(with_user):
    with_user("user", "add", "bob", "Bob", "--role", "reader", "--role", "qa-reviewer")
    assert with_user("user", "deactivate", "bob")[0] == 0
    _, listed, _ = with_user("user", "list")
    assert listed.splitlines() == [
        "anna\tAnna <b>\tadministrator",
        "bob\tBob\tqa reviewer, reader (closed)",
    ]


def test_an_account_gets_other_roles_unless_nobody_would_administer(with_user):
    with_user("user", "add", "bob", "Bob", "--role", "reader")
    code, out, _ = with_user("user", "set-roles", "bob", "--role", "qa-reviewer")
    assert (code, out) == (0, "bob has other roles.\n")
    assert "bob\tBob\tqa reviewer" in with_user("user", "list")[1].splitlines()
    code, _, complaint = with_user("user", "set-roles", "anna", "--role", "reader")
    assert code == 3
    assert "Nobody would be left" in complaint


def test_a_short_password_is_refused_with_exit_code_3(with_user):
    code, out, complaint = with_user("user", "set-password", "anna", typed="short\n")
    assert (code, out) == (3, "")
    assert "fewer than 12 characters" in complaint
    assert with_user("user", "set-password", "anna", typed="another long one\n")[0] == 0


def test_a_password_is_no_argument(with_user, capsys):
    with pytest.raises(SystemExit) as refused:
        with_user("user", "set-password", "anna", "secret as argument")
    assert refused.value.code == 2
    capsys.readouterr()


def test_a_whole_audit_log_is_said_to_be_whole(with_user):
    assert with_user("audit", "verify")[:2] == (0, "The audit log is whole: 1 rows.\n")
    code, out, _ = with_user("audit", "verify", "--json")
    assert (code, json.loads(out)["is_whole"], json.loads(out)["rows_checked"]) == (0, True, 2)


def test_a_broken_audit_log_is_told_with_its_row_and_exit_code_3(with_user, tmp_path):
    with_user("audit", "verify")
    connection = sqlite3.connect(tmp_path / "home" / "readstation.db")
    connection.execute("DROP TRIGGER audit_no_update")
    connection.execute("UPDATE audit SET actor_id = 'x' WHERE sequence_number = 2")
    connection.commit()
    connection.close()
    code, out, _ = with_user("audit", "verify")
    assert code == 3
    assert "breaks at row 2" in out
    code, out, _ = with_user("audit", "verify", "--json")
    assert (code, json.loads(out)["fault_at_row"]) == (3, 2)


def test_a_backup_is_made_and_restored_and_both_are_recorded(with_user, tmp_path):
    assert with_user("backup", tmp_path / "copy")[0] == 0
    with_user("user", "add", "bob", "Bob", "--role", "reader")
    code, _, complaint = with_user("restore", tmp_path / "copy")
    assert code == 3
    assert "--accept-older" in complaint
    assert with_user("restore", tmp_path / "copy", "--accept-older")[0] == 0
    assert "bob" not in with_user("user", "list")[1]
    assert with_user("audit", "verify")[:2] == (0, "The audit log is whole: 3 rows.\n")


def test_a_folder_that_is_no_backup_is_refused_with_exit_code_3(with_user, tmp_path):
    code, _, complaint = with_user("restore", tmp_path)
    assert code == 3
    assert "no whole backup" in complaint
