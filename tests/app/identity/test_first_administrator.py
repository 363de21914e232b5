import pytest

from readstation.app.identity.first_administrator import (
    create_first_administrator,
    needs_first_administrator,
)
from readstation.domain.errors import RefusedStepError
from readstation.domain.reader import Permission

PASSWORD = "several words in a row"


def test_a_new_workspace_has_no_account_and_asks_for_the_first(station):
    assert needs_first_administrator(station)
    session = create_first_administrator(station, "root", "Ruth Admin", PASSWORD)
    assert not needs_first_administrator(station)
    assert session.user.may(Permission.ADMINISTER_USERS)
    assert not session.user.may(Permission.SEE_REPORTS)


def test_there_is_only_one_first_administrator(station):
    create_first_administrator(station, "root", "Ruth Admin", PASSWORD)
    with pytest.raises(RefusedStepError, match="administrator already"):
        create_first_administrator(station, "other", "Other", PASSWORD)


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("short", "fewer than 12"),
        ("a" * 12, "easy to guess"),
        ("rootrootroot", "easy to guess"),
        ("x" * 500 + "y" * 501, "more than 1000"),
    ],
)
def test_a_bad_password_is_refused_with_a_reason(station, password, sentence):
    with pytest.raises(RefusedStepError, match=sentence):
        create_first_administrator(station, "root", "Ruth Admin", password)
    assert needs_first_administrator(station)


def test_a_name_is_needed(station):
    with pytest.raises(RefusedStepError, match="no name"):
        create_first_administrator(station, "  ", "Ruth Admin", PASSWORD)
