"""One place that decides how a failure is shown."""

from __future__ import annotations

import logging
import secrets
from typing import Protocol

from readstation.domain.errors import ReadStationError

log = logging.getLogger(__name__)


class NoticeArea(Protocol):
    def show_notice(self, text: str, remedy: str) -> None: ...


class ErrorPresenter:
    """Known failures become a notice; unknown ones become a reference number."""

    def __init__(self, notices: NoticeArea) -> None:
        self._notices = notices

    def show(self, error: BaseException) -> None:
        """Show one failure. The log gets kinds and places, never the text of the message."""
        if isinstance(error, ReadStationError):
            log.warning("shown to the reader: %s", type(error).__name__)
            self._notices.show_notice(error.message, error.remedy)
            return
        reference = secrets.token_hex(4)
        log.error("unexpected failure, reference %s: %s", reference, where(error))
        self._notices.show_notice(
            "Something went wrong that ReadStation did not expect.",
            f"Your work is kept. Tell support the reference {reference}.",
        )

    def tell(self, text: str, remedy: str) -> None:
        """Show news that are no failure, and what can be done now."""
        self._notices.show_notice(text, remedy)


def where(error: BaseException) -> str:
    """Return kind and code positions of an error, without values (they may name a patient)."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return f"{type(error).__name__} at {' > '.join(places[-6:])}"
