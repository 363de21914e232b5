"""What a new password must be."""

from __future__ import annotations

from readstation.domain.errors import RefusedStepError

MIN_LENGTH, MAX_LENGTH = 12, 1000


def require_good_password(password: str, user_id: str) -> None:
    """Refuse a password that is short, endless, or the name of the account.

    Length is the only rule of form: rules of composition make passwords worse.
    """
    if len(password) < MIN_LENGTH:
        raise RefusedStepError(
            f"The password has fewer than {MIN_LENGTH} characters.",
            "Choose a longer one: several words in a row are good.",
        )
    if len(password) > MAX_LENGTH:
        raise RefusedStepError(
            f"The password has more than {MAX_LENGTH} characters.", "Choose a shorter one."
        )
    without_name = password.casefold().replace(user_id.casefold() or " ", "")
    if len(set(password)) == 1 or not without_name:
        raise RefusedStepError(
            "The password is too easy to guess.", "Choose several words that nobody expects."
        )
