"""Key images: frames that a reader marked as worth showing to others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from readstation.domain.study import FrameKey


@dataclass(frozen=True, slots=True)
class KeyImage:
    """One marked frame of a study, with who marked it and when (UTC)."""

    study_instance_uid: str
    frame: FrameKey
    author_id: str
    marked_at: datetime
