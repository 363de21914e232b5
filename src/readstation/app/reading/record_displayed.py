"""Use case: keep a record of which images were on the screen, and of that it was kept."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

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
        counts = Counter((f.study_instance_uid, f.viewer_id) for f in frames)
        for (study_instance_uid, viewer_id), count in sorted(counts.items()):
            work.audit.append(
                AuditEvent(
                    AuditAction.IMAGES_DISPLAYED,
                    viewer_id,
                    now,
                    study_instance_uid,
                    detail=json.dumps({"frames": count}),
                )
            )
        work.commit()
