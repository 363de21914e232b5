"""People, their roles, and what each role may do."""

from __future__ import annotations

from enum import Enum

from readstation.domain.errors import NotPermittedError
from readstation.domain.late_dataclass import dataclass


class Role(Enum):
    READER = "reader"
    QA_REVIEWER = "qa reviewer"
    ADMINISTRATOR = "administrator"
    TECHNOLOGIST = "technologist"


class Permission(Enum):
    """One per operation; the value completes the sentence "may not ..."."""

    SEE_WORKLIST = "see the worklist"
    OPEN_IMAGES = "open images"
    SEE_REPORTS = "see reports"
    WRITE_REPORT = "write a report"
    SIGN_REPORT = "sign a report"
    LOG_CALL = "log a critical-result call"
    HAND_OFF = "hand a study to another reader"
    RAISE_CONCERN = "raise a concern about a study"
    REVIEW_QUALITY = "review signed reports"
    VERIFY_AUDIT = "verify the audit log"
    CHECK_DISPLAY = "check a display"
    MEASURE_DISPLAY = "record measured luminances of a display"
    CHANGE_SETTINGS = "change the settings of this station"
    IMPORT_IMAGES = "import images"
    ADMINISTER_USERS = "administer users"
    BACK_UP = "back up or restore the database"


PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.READER: frozenset(
        {
            Permission.SEE_WORKLIST,
            Permission.OPEN_IMAGES,
            Permission.SEE_REPORTS,
            Permission.WRITE_REPORT,
            Permission.SIGN_REPORT,
            Permission.LOG_CALL,
            Permission.HAND_OFF,
            Permission.RAISE_CONCERN,
            Permission.IMPORT_IMAGES,
            Permission.CHECK_DISPLAY,
            Permission.CHANGE_SETTINGS,
        }
    ),
    Role.QA_REVIEWER: frozenset(
        {
            Permission.SEE_WORKLIST,
            Permission.OPEN_IMAGES,
            Permission.SEE_REPORTS,
            Permission.REVIEW_QUALITY,
            Permission.VERIFY_AUDIT,
            Permission.CHECK_DISPLAY,
            Permission.CHANGE_SETTINGS,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.ADMINISTER_USERS,
            Permission.BACK_UP,
            Permission.IMPORT_IMAGES,
            Permission.VERIFY_AUDIT,
            Permission.CHECK_DISPLAY,
            Permission.CHANGE_SETTINGS,
            Permission.MEASURE_DISPLAY,
        }
    ),
    Role.TECHNOLOGIST: frozenset(
        {
            Permission.SEE_WORKLIST,
            Permission.OPEN_IMAGES,
            Permission.IMPORT_IMAGES,
            Permission.RAISE_CONCERN,
            Permission.CHECK_DISPLAY,
            Permission.CHANGE_SETTINGS,
            Permission.MEASURE_DISPLAY,
        }
    ),
}
"""What each role may do. Absent means refused; the administrator has no clinical read."""


@dataclass(frozen=True, slots=True)
class User:
    """A person with an account. Every role is held on purpose; none implies another."""

    user_id: str
    full_name: str
    roles: frozenset[Role]
    is_active: bool = True

    def may(self, permission: Permission) -> bool:
        return self.is_active and any(permission in PERMISSIONS[role] for role in self.roles)

    def require(self, permission: Permission) -> None:
        """Refuse with a sentence unless one of the roles allows `permission`.

        Raises
        ------
        NotPermittedError
            Names the person, the operation and who can help.
        """
        if not self.may(permission):
            raise NotPermittedError(
                f"{self.full_name} may not {permission.value}.",
                "Log in as somebody with that role, or ask an administrator.",
            )
