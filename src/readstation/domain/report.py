"""The life of a report, as one table, and what one version says."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from readstation.domain.errors import RefusedStepError
from readstation.domain.finding import Finding, Urgency


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


class Section(Enum):
    INDICATION = "Indication"
    TECHNIQUE = "Technique"
    COMPARISON = "Comparison"
    FINDINGS = "Findings"
    IMPRESSION = "Impression"


@dataclass(frozen=True, slots=True)
class Addendum:
    """What somebody added to a signed version, under their own name."""

    text: str
    reason: str
    author_id: str
    author_name: str
    signed_at: datetime
    supersedes_version: int
    """The version it was added to."""


@dataclass(frozen=True, slots=True)
class ReportContent:
    """What a report says. All text is kept exactly as typed."""

    indication: str = ""
    technique: str = ""
    comparison: str = ""
    findings_text: str = ""
    findings: tuple[Finding, ...] = ()
    impression: str = ""
    communications: tuple[str, ...] = ()
    """Statements of critical-result calls, one sentence each."""
    template_id: str = ""
    incomplete_study_reason: str = ""
    """Why it is signed although images are missing; empty for a complete study."""
    addenda: tuple[Addendum, ...] = ()
    """What was added after signing, oldest first."""

    @property
    def urgency(self) -> Urgency:
        """The most urgent of the findings."""
        order = list(Urgency)
        return min((f.urgency for f in self.findings), key=order.index, default=Urgency.ROUTINE)


@dataclass(frozen=True, slots=True)
class Draft:
    """Work in progress. `version` counts saves and guards against lost updates."""

    report_id: str
    study_instance_uid: str
    author_id: str
    status: ReportStatus
    content: ReportContent
    version: int
    saved_at: datetime


class SignatureMeaning(Enum):
    AUTHORED = "authored"
    PRELIMINARY = "preliminary"
    VERIFIED = "verified"
    SECOND_READ = "second read"
    ARBITRATED = "arbitrated"
    ATTESTED = "attested"
    QA_REVIEWED = "QA reviewed"


@dataclass(frozen=True, slots=True)
class Signature:
    """One person's signature on one version."""

    signer_id: str
    signer_name: str
    meaning: SignatureMeaning
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class ReportVersion:
    """One complete, immutable version of a report."""

    report_id: str
    version_number: int
    study_instance_uid: str
    status: ReportStatus
    content: ReportContent
    text: str
    """The whole report as plain text, as it was shown when it was signed."""
    text_sha256: str
    image_manifest_sha256: str
    """Hash over the sorted (SOP Instance UID, content hash) pairs it was read from."""
    image_count: int
    urgency: Urgency
    author_id: str
    signatures: tuple[Signature, ...]
    created_at: datetime
    supersedes_version: int | None = None
    reason: str = ""
    """Why this version exists; empty for the first."""
    display_state: str = ""
    """What is known of the display it was read on."""


def text_sha256(text: str) -> str:
    """Return the hash that stands on a signature: SHA-256 of the UTF-8 text, in hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def image_manifest_sha256(images: dict[str, str]) -> str:
    """Return one hash for {SOP Instance UID: content hash}, whatever the order.

    >>> image_manifest_sha256({"1.2": "aa", "1.1": "bb"}) == image_manifest_sha256(
    ...     {"1.1": "bb", "1.2": "aa"})
    True
    """
    lines = "".join(f"{uid} {sha}\n" for uid, sha in sorted(images.items()))
    return hashlib.sha256(lines.encode("ascii")).hexdigest()
