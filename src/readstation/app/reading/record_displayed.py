"""Use case: keep a record of which images were on the screen, and of that it was kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby

from readstation.app.ports import DisplayedFrame
from readstation.app.station import Station
from readstation.domain.audit import AuditAction, AuditEvent


def record_displayed(station: Station, frames: Sequence[DisplayedFrame]) -> None:
    """Record frames that were painted whole; one audit event per study."""
    if not frames:
        return
    now = station.clock.now()
    with station.unit_of_work() as work:
        work.viewing.add(frames)
        by_study = sorted(frames, key=_study_and_viewer)
        for (study_instance_uid, viewer_id), shown in groupby(by_study, _study_and_viewer):
            event = AuditAction.IMAGES_DISPLAYED, viewer_id, now, study_instance_uid
            work.audit.append(AuditEvent(*event, detail=_detail(list(shown))))
        work.commit()


def _study_and_viewer(frame: DisplayedFrame) -> tuple[str, str]:
    return (frame.study_instance_uid, frame.viewer_id)


def _detail(frames: Sequence[DisplayedFrame]) -> str:
    """Return what was new; how long is told with the next event where an image only just came."""
    shown_s = round(sum(f.shown_ms for f in frames) / 1000, 1)
    detail: dict[str, object] = {
        "frames": len(frames),
        "at_diagnostic_scale": sum(f.diagnostic_at is not None for f in frames),
    }
    return json.dumps(detail | ({"shown_s": shown_s} if shown_s else {}))
