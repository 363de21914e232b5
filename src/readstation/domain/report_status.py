"""The life of a report, as one table."""

from __future__ import annotations

from enum import Enum

from readstation.domain.errors import RefusedStepError


class ReportStatus(Enum):
    DRAFT = "draft"
    PRELIMINARY = "preliminary"
    AWAITING_SECOND_READ = "awaiting second read"
    FINAL = "final"
    ADDENDED = "addended"
    CORRECTED = "corrected"
    AMENDED = "amended"
    CANCELLED = "cancelled"
    ENTERED_IN_ERROR = "entered in error"


class ReportStep(Enum):
    """The value completes the sentence "you cannot ... a report that is ..."."""

    EDIT = "edit"
    SEND_PRELIMINARY = "send as preliminary"
    REQUEST_SECOND_READ = "ask for a second read of"
    RETURN_FROM_SECOND_READ = "return from second read"
    SIGN = "sign"
    ADD_ADDENDUM = "add an addendum to"
    CORRECT = "correct"
    AMEND = "amend"
    CANCEL = "cancel"
    MARK_ENTERED_IN_ERROR = "mark as entered in error"


_S, _P = ReportStatus, ReportStep

TRANSITIONS: dict[tuple[ReportStatus, ReportStep], ReportStatus] = {
    (_S.DRAFT, _P.EDIT): _S.DRAFT,
    (_S.DRAFT, _P.SEND_PRELIMINARY): _S.PRELIMINARY,
    (_S.DRAFT, _P.REQUEST_SECOND_READ): _S.AWAITING_SECOND_READ,
    (_S.DRAFT, _P.SIGN): _S.FINAL,
    (_S.DRAFT, _P.CANCEL): _S.CANCELLED,
    (_S.PRELIMINARY, _P.EDIT): _S.PRELIMINARY,
    (_S.PRELIMINARY, _P.REQUEST_SECOND_READ): _S.AWAITING_SECOND_READ,
    (_S.PRELIMINARY, _P.SIGN): _S.FINAL,
    (_S.PRELIMINARY, _P.CANCEL): _S.CANCELLED,
    (_S.AWAITING_SECOND_READ, _P.RETURN_FROM_SECOND_READ): _S.PRELIMINARY,
    (_S.FINAL, _P.ADD_ADDENDUM): _S.ADDENDED,
    (_S.FINAL, _P.CORRECT): _S.CORRECTED,
    (_S.FINAL, _P.AMEND): _S.AMENDED,
    (_S.FINAL, _P.MARK_ENTERED_IN_ERROR): _S.ENTERED_IN_ERROR,
    (_S.ADDENDED, _P.ADD_ADDENDUM): _S.ADDENDED,
    (_S.ADDENDED, _P.CORRECT): _S.CORRECTED,
    (_S.ADDENDED, _P.AMEND): _S.AMENDED,
    (_S.ADDENDED, _P.MARK_ENTERED_IN_ERROR): _S.ENTERED_IN_ERROR,
    (_S.CORRECTED, _P.ADD_ADDENDUM): _S.ADDENDED,
    (_S.CORRECTED, _P.CORRECT): _S.CORRECTED,
    (_S.CORRECTED, _P.MARK_ENTERED_IN_ERROR): _S.ENTERED_IN_ERROR,
    (_S.AMENDED, _P.ADD_ADDENDUM): _S.ADDENDED,
    (_S.AMENDED, _P.AMEND): _S.AMENDED,
    (_S.AMENDED, _P.MARK_ENTERED_IN_ERROR): _S.ENTERED_IN_ERROR,
}
"""Every allowed step. A pair that is absent is refused."""

REMEDIES: dict[ReportStatus, str] = {
    _S.AWAITING_SECOND_READ: "Wait for the second reader, or recall the handoff.",
    _S.FINAL: "Add an addendum: a signed report is never changed.",
    _S.ADDENDED: "Add a further addendum: a signed report is never changed.",
    _S.CORRECTED: "Add an addendum: a signed report is never changed.",
    _S.AMENDED: "Add an addendum: a signed report is never changed.",
    _S.CANCELLED: "Open the study again to start a new report.",
    _S.ENTERED_IN_ERROR: "Open the study again to start a new report.",
}

OPEN_STATUSES = frozenset({_S.AWAITING_SECOND_READ, _S.DRAFT, _S.PRELIMINARY})
"""Of a report that is not signed yet."""
SIGNED_STATUSES = frozenset({_S.FINAL, _S.ADDENDED, _S.CORRECTED, _S.AMENDED})


def next_status(status: ReportStatus, step: ReportStep) -> ReportStatus:
    """Return the status after `step`.

    Raises
    ------
    RefusedStepError
        If the table has no such step; says what to do instead.
    """
    try:
        return TRANSITIONS[status, step]
    except KeyError:
        raise RefusedStepError(
            f"You cannot {step.value} a report that is {status.value}.",
            REMEDIES.get(status, "Sign the report first."),
        ) from None
