"""Roles: every cell of the table of roles and operations."""

import pytest

from readstation.domain.errors import NotPermittedError
from readstation.domain.reader import PERMISSIONS, Permission, Role, User

CLINICAL_WRITES = {
    Permission.WRITE_REPORT,
    Permission.SIGN_REPORT,
    Permission.LOG_CALL,
    Permission.HAND_OFF,
}


# Written down once more, so that a right given or taken by mistake does not pass unnoticed.
READER, QA, ADMIN, TECHNOLOGIST = (
    Role.READER,
    Role.QA_REVIEWER,
    Role.ADMINISTRATOR,
    Role.TECHNOLOGIST,
)
WHO_MAY = {
    Permission.SEE_WORKLIST: {READER, QA, TECHNOLOGIST},
    Permission.OPEN_IMAGES: {READER, QA, TECHNOLOGIST},
    Permission.SEE_REPORTS: {READER, QA},
    Permission.WRITE_REPORT: {READER},
    Permission.SIGN_REPORT: {READER},
    Permission.LOG_CALL: {READER},
    Permission.HAND_OFF: {READER},
    Permission.RAISE_CONCERN: {READER, TECHNOLOGIST},
    Permission.REVIEW_QUALITY: {QA},
    Permission.VERIFY_AUDIT: {QA, ADMIN},
    Permission.CHECK_DISPLAY: {READER, QA, ADMIN, TECHNOLOGIST},
    Permission.MEASURE_DISPLAY: {ADMIN, TECHNOLOGIST},
    Permission.CHANGE_SETTINGS: {READER, QA, ADMIN, TECHNOLOGIST},
    Permission.IMPORT_IMAGES: {READER, ADMIN, TECHNOLOGIST},
    Permission.ADMINISTER_USERS: {ADMIN},
    Permission.BACK_UP: {ADMIN},
}


def a_user(*roles: Role, is_active: bool = True) -> User:
    return User("u", "Dr. Demo", frozenset(roles), is_active)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("permission", list(Permission))
def test_a_role_allows_exactly_what_the_table_says(role, permission) -> None:
    user = a_user(role)
    assert user.may(permission) is (role in WHO_MAY[permission])
    if role in WHO_MAY[permission]:
        user.require(permission)
        return
    with pytest.raises(NotPermittedError, match="Demo may not") as refused:
        user.require(permission)
    assert refused.value.remedy


def test_only_readers_write_clinically() -> None:
    for role in Role:
        allowed = CLINICAL_WRITES & PERMISSIONS[role]
        assert allowed == (CLINICAL_WRITES if role is Role.READER else set())


def test_an_administrator_has_no_clinical_read() -> None:
    clinical = {Permission.SEE_WORKLIST, Permission.OPEN_IMAGES, Permission.SEE_REPORTS}
    assert not clinical & PERMISSIONS[Role.ADMINISTRATOR]


def test_a_technologist_never_sees_reports() -> None:
    assert Permission.SEE_REPORTS not in PERMISSIONS[Role.TECHNOLOGIST]
    assert Permission.RAISE_CONCERN in PERMISSIONS[Role.TECHNOLOGIST]


def test_a_reader_does_not_review_quality_without_that_role_too() -> None:
    assert not a_user(Role.READER).may(Permission.REVIEW_QUALITY)
    assert a_user(Role.READER, Role.QA_REVIEWER).may(Permission.REVIEW_QUALITY)


@pytest.mark.parametrize("permission", list(Permission))
def test_a_closed_account_may_nothing(permission) -> None:
    assert not a_user(*Role, is_active=False).may(permission)
