"""What can be refused, each with a sentence for the reader and a next step."""

from __future__ import annotations


class ReadStationError(Exception):
    """A failure the reader is told about: what happened, then what to do."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class RefusedStepError(ReadStationError):
    """A rule of a status table forbids this step."""


class NotPermittedError(ReadStationError):
    """The person's role does not allow this."""


class ClaimLostError(ReadStationError):
    """Somebody else owns the study now; nothing was written."""


class ConflictError(ReadStationError):
    """The stored row has moved on since it was read; nothing was written."""


class NotFoundError(ReadStationError):
    """There is no such study, report or person here."""


class RefusedInputError(ReadStationError):
    """A file or a value from outside cannot be taken in.

    `code` is a stable word for machines (`NOT_DICOM`, `TRUNCATED`, ...).
    """

    def __init__(self, code: str, message: str, remedy: str = "") -> None:
        super().__init__(message, remedy)
        self.code = code


class CannotDisplayError(ReadStationError):
    """A frame cannot be shown truthfully; the image box says why."""


class SettingError(ReadStationError):
    """A setting or a policy entry has no usable value."""


class StoreError(ReadStationError):
    """The database or the disk did not do what was asked; nothing is saved."""


class UnreachableError(ReadStationError):
    """A peer did not answer. No answer is not an empty answer."""


class LoginError(ReadStationError):
    """Name and password do not belong together, or the account must wait."""


class TamperedError(ReadStationError):
    """A stored row does not match its own hash."""
