"""Nothing that is committed knows the machine it was written on, or where packages come from."""

import re

from tests.checkout_files import CHECKOUT, committed_files

TEXT = {".py", ".toml", ".md", ".lock", ".sh", ".json", ".txt", ".cfg", ".ini", ".mako", ".svg", ""}
# Written in pieces, so that this file does not find itself.
PLACES = re.compile(r"(?<![\w.$}])/(home|" + r"Users|root|work|mnt|media)/\w")
DRIVES = re.compile(r"\b[A-Z]:\\" + r"(Users|work)")
HOSTS = re.compile(
    r"(py"
    + r"pi\.org|python"
    + r"hosted|registry\.np"
    + r"mjs|artifact"
    + r"ory|deb\."
    + r"debian\.org)"
)
INDEX_OPTIONS = re.compile(r"--(extra-)?index-url|--find-links|--trusted-host|PIP_INDEX")
LARGEST_TEXT = 2_000_000


def lines_of_the_checkout(folder="."):
    for path in committed_files(folder):
        if path.suffix not in TEXT or path.stat().st_size > LARGEST_TEXT:
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        name = path.relative_to(CHECKOUT).as_posix()
        yield from ((f"{name}:{n}", line) for n, line in enumerate(text.splitlines(), 1))


def test_no_file_names_a_place_of_one_machine():
    found = [w for w, line in lines_of_the_checkout() if PLACES.search(line) or DRIVES.search(line)]
    assert found == []


def test_no_file_names_a_host_of_packages():
    assert [where for where, line in lines_of_the_checkout() if HOSTS.search(line)] == []


def test_set_up_leaves_pips_own_settings_alone():
    found = [w for w, line in lines_of_the_checkout("packaging") if INDEX_OPTIONS.search(line)]
    assert found == []


def test_the_patterns_do_find_what_they_look_for():
    for text in ("see /" + "work/main/x", '"/' + 'home/ann/x"'):
        assert PLACES.search(text)
    for text in ("tests/work/main", "$root/home/x", "see work/x"):
        assert not PLACES.search(text)
    assert HOSTS.search("https://py" + "pi.org/simple")
