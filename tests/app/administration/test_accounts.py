import json
from dataclasses import replace

import pytest

from readstation.app.administration.accounts import (
    add_account,
    deactivate_account,
    list_accounts,
    set_password,
    set_roles,
)
from readstation.app.identity.first_administrator import create_first_administrator
from readstation.app.identity.log_in import log_in
from readstation.domain.audit import AuditAction
from readstation.domain.errors import (
    ConflictError,
    LoginError,
    NotFoundError,
    NotPermittedError,
    RefusedStepError,
)
from readstation.domain.reader import Role, User

PASSWORD = "several words in a row"
ANNA = User("anna", "Anna Reader", frozenset({Role.READER}))


@pytest.fixture
def administrator(station):
    """The session of the first administrator."""
    return create_first_administrator(station, "root", "Ruth Admin", PASSWORD)


def changes(station):
    with station.unit_of_work() as work:
        found = [r.event for r in work.audit.rows() if r.event.action is AuditAction.USER_CHANGED]
    return [
        (e.actor_id, json.loads(e.detail)["user"], json.loads(e.detail)["change"]) for e in found
    ]


def test_an_administrator_adds_a_reader_who_can_log_in(station, administrator):
    add_account(station, administrator, ANNA, PASSWORD)
    assert log_in(station, "anna", PASSWORD).user == ANNA
    assert changes(station)[-1] == ("root", "anna", "added")
    assert [u.user_id for u in list_accounts(station, administrator)] == ["anna", "root"]


def test_a_reader_may_not_administer(station, administrator):
    add_account(station, administrator, ANNA, PASSWORD)
    reader = log_in(station, "anna", PASSWORD)
    other = replace(ANNA, user_id="bob")
    for attempt in (
        lambda: list_accounts(station, reader),
        lambda: add_account(station, reader, other, PASSWORD),
        lambda: set_roles(station, reader, "root", ANNA.roles),
        lambda: set_password(station, reader, "root", PASSWORD),
        lambda: deactivate_account(station, reader, "root"),
    ):
        with pytest.raises(NotPermittedError):
            attempt()
    assert len(changes(station)) == 2


def test_a_user_name_is_given_once(station, administrator):
    add_account(station, administrator, ANNA, PASSWORD)
    with pytest.raises(ConflictError, match="anna already"):
        add_account(station, administrator, replace(ANNA, full_name="Other"), PASSWORD)


@pytest.mark.parametrize("user", [replace(ANNA, roles=frozenset()), replace(ANNA, full_name=" ")])
def test_an_account_without_name_or_role_is_refused(station, administrator, user):
    with pytest.raises(RefusedStepError, match="not complete"):
        add_account(station, administrator, user, PASSWORD)


def test_a_new_password_replaces_the_old_and_ends_the_wait(station, administrator):
    add_account(station, administrator, ANNA, PASSWORD)
    for _ in range(5):
        with pytest.raises(LoginError):
            log_in(station, "anna", "wrong")
    set_password(station, administrator, "anna", "some other long words")
    assert log_in(station, "anna", "some other long words")
    with pytest.raises(LoginError):
        log_in(station, "anna", PASSWORD)


def test_a_closed_account_stays_in_the_records(station, administrator):
    add_account(station, administrator, ANNA, PASSWORD)
    deactivate_account(station, administrator, "anna")
    with pytest.raises(LoginError):
        log_in(station, "anna", PASSWORD)
    assert replace(ANNA, is_active=False) in list_accounts(station, None)


def test_the_last_administrator_stays(station, administrator):
    with pytest.raises(RefusedStepError, match="Nobody would be left"):
        deactivate_account(station, administrator, "root")
    with pytest.raises(RefusedStepError, match="Nobody would be left"):
        set_roles(station, administrator, "root", frozenset({Role.READER}))
    assert log_in(station, "root", PASSWORD).user.roles == {Role.ADMINISTRATOR}


def test_roles_are_changed_and_recorded(station, administrator):
    add_account(station, None, ANNA, PASSWORD)
    set_roles(station, administrator, "anna", frozenset({Role.QA_REVIEWER}))
    assert log_in(station, "anna", PASSWORD).user.roles == {Role.QA_REVIEWER}
    assert changes(station)[-2:] == [
        ("command line", "anna", "added"),
        ("root", "anna", "roles set"),
    ]


def test_an_account_without_roles_is_refused(station, administrator):
    add_account(station, None, ANNA, PASSWORD)
    with pytest.raises(RefusedStepError, match="needs a role"):
        set_roles(station, administrator, "anna", frozenset())
    assert log_in(station, "anna", PASSWORD).user.roles == ANNA.roles


def test_an_account_that_is_not_there_cannot_be_changed(station, administrator):
    for change in (
        lambda: set_roles(station, administrator, "anna", ANNA.roles),
        lambda: set_password(station, administrator, "anna", PASSWORD),
        lambda: deactivate_account(station, administrator, "anna"),
    ):
        with pytest.raises(NotFoundError):
            change()
