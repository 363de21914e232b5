"""Key images: frames that a reader marked as worth showing to others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from readstation.domain.study import FrameKey


@dataclass(frozen=True, slots=True)
class KeyImage:
    """One marked frame of a study, with who marked it and when (UTC)."""

    study_instance_uid: str
    frame: FrameKey
    author_id: str
    marked_at: datetime


class SelectionPurpose(Enum):
    """Why a key object selection of a file names its images."""

    KEY = "key image"
    REJECTED = "rejected"
    DOUBTED = "quality issue"
    CONTENT = "list of contents"
    """Says what belongs to a study, and marks nothing."""


PURPOSES = {
    "113001": SelectionPurpose.REJECTED,  # for Quality Reasons
    "113037": SelectionPurpose.REJECTED,  # for Patient Safety Reasons
    "113038": SelectionPurpose.REJECTED,  # Incorrect Modality Worklist Entry
    "113039": SelectionPurpose.REJECTED,  # Data Retention Policy Expired
    "113010": SelectionPurpose.DOUBTED,  # Quality Issue
    "113022": SelectionPurpose.CONTENT,  # Collection of Presentation States
    "113030": SelectionPurpose.CONTENT,  # Manifest
    "113031": SelectionPurpose.CONTENT,  # Signed Manifest
    "113032": SelectionPurpose.CONTENT,  # Complete Study Content
    "113033": SelectionPurpose.CONTENT,  # Signed Complete Study Content
    "113034": SelectionPurpose.CONTENT,  # Complete Acquisition Content
    "113035": SelectionPurpose.CONTENT,  # Signed Complete Acquisition Content
    "113036": SelectionPurpose.CONTENT,  # Group of Frames for Display
}
"""Document titles of PS3.16 CID 7010 (scheme DCM) that mark no key images."""


def purpose_of(code_value: str, scheme: str) -> SelectionPurpose:
    """Return what a document title means; every other title names key images.

    >>> purpose_of("113001", "DCM").value
    'rejected'
    >>> purpose_of("113004", "DCM").value
    'key image'
    """
    return (
        PURPOSES.get(code_value, SelectionPurpose.KEY)
        if scheme == "DCM"
        else (SelectionPurpose.KEY)
    )
