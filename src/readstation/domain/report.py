"""What one version of a report says. The life of a report is in `report_status`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from readstation.domain.finding import Finding, Urgency
from readstation.domain.report_status import (
    OPEN_STATUSES,
    REMEDIES,
    SIGNED_STATUSES,
    TRANSITIONS,
    ReportStatus,
    ReportStep,
    next_status,
)

__all__ = [
    "OPEN_STATUSES",
    "REMEDIES",
    "SIGNED_STATUSES",
    "TRANSITIONS",
    "Addendum",
    "Draft",
    "ReportContent",
    "ReportStatus",
    "ReportStep",
    "ReportVersion",
    "Section",
    "Signature",
    "SignatureMeaning",
    "image_manifest_sha256",
    "next_status",
    "text_sha256",
]


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
    """What a signature says of the report (21 CFR 11.50); nothing gives the last two yet."""

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
