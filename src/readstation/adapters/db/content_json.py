"""Nested values as canonical JSON: ASCII only, so that no text can upset the database."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from readstation.adapters.db.row_hash import unreadable
from readstation.domain.calibration import Calibration, SpacingSource
from readstation.domain.finding import Finding, FollowUp, Laterality, MeasurementLink, Urgency
from readstation.domain.measurement import (
    KINDS,
    ImagePoint,
    Measurement,
    RoiStatistics,
    Tracking,
)
from readstation.domain.order import Contact
from readstation.domain.report import Addendum, ReportContent
from readstation.domain.study import FrameKey

POINT_NAMES = frozenset(
    field.name for kind in KINDS.values() for field in fields(kind) if field.type == "ImagePoint"
)


def to_json(value: Any) -> str:
    """Return canonical JSON: keys sorted, no spaces, everything beyond ASCII escaped."""
    return json.dumps(
        value, ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=_plain
    )


def content_to_json(content: ReportContent) -> str:
    return to_json(asdict(content))


def content_from_json(stored: str) -> ReportContent:
    """Return what `content_to_json` was given.

    Raises
    ------
    TamperedError
        If the column holds anything else.
    """
    try:
        raw = json.loads(stored)
        raw["findings"] = tuple(_finding(finding) for finding in raw["findings"])
        raw["addenda"] = tuple(_addendum(addendum) for addendum in raw["addenda"])
        raw["communications"] = tuple(raw["communications"])
        return ReportContent(**raw)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise unreadable("A report") from error


def contacts_to_json(contacts: tuple[Contact, ...]) -> str:
    return to_json([asdict(contact) for contact in contacts])


def measurement_to_json(measurement: Measurement) -> str:
    kind = next(k for k, made in KINDS.items() if type(measurement) is made)
    return to_json({"kind": kind, **asdict(measurement)})


def measurement_from_json(stored: str) -> Measurement:
    try:
        raw = json.loads(stored)
        made = KINDS[raw.pop("kind")]
        raw["frame"] = FrameKey(**raw["frame"])
        for name in POINT_NAMES & raw.keys():
            raw[name] = ImagePoint(**raw[name])
        if "outline" in raw:
            raw["outline"] = tuple(ImagePoint(**point) for point in raw["outline"])
        raw["tracking"] = Tracking(**raw.get("tracking", {}))
        if "calibration" in raw:
            raw["calibration"] = _calibration(raw["calibration"])
        if raw.get("statistics") is not None:
            raw["statistics"] = RoiStatistics(**raw["statistics"])
        return made(**raw)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise unreadable("A measurement") from error


def _plain(value: object) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a stored value")


def _calibration(raw: dict[str, Any]) -> Calibration:
    return Calibration(**{**raw, "source": SpacingSource(raw["source"])})


def _addendum(raw: dict[str, Any]) -> Addendum:
    return Addendum(**{**raw, "signed_at": datetime.fromisoformat(raw["signed_at"])})


def _finding(raw: dict[str, Any]) -> Finding:
    follow_up = raw["follow_up"]
    return Finding(
        **{
            **raw,
            "laterality": Laterality(raw["laterality"]),
            "urgency": Urgency(raw["urgency"]),
            "follow_up": None if follow_up is None else FollowUp(**follow_up),
            "measurements": tuple(_link(link) for link in raw["measurements"]),
        }
    )


def _link(raw: dict[str, Any]) -> MeasurementLink:
    return MeasurementLink(**{**raw, "frame": FrameKey(**raw["frame"])})
