"""How many images of a study its readers have looked at."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from readstation.app.ports import UnitOfWork
from readstation.domain.viewing import ViewedImages


def viewed_images(
    work: UnitOfWork,
    study_instance_uid: str,
    viewer_ids: Collection[str],
    *,
    until: datetime | None = None,
) -> ViewedImages:
    """Count the frames that can be displayed, and those that one of the viewers has looked at."""
    frames = {
        (instance.sop_instance_uid, number)
        for series in work.studies.series_of(study_instance_uid)
        for instance in series.instances
        if instance.is_displayable
        for number in range(1, instance.number_of_frames + 1)
    }
    displayed, diagnostic = set(), set()
    for shown in work.viewing.displayed(study_instance_uid):
        if shown.viewer_id not in viewer_ids:
            continue
        key = (shown.frame.sop_instance_uid, shown.frame.frame_number)
        if until is None or shown.first_displayed_at <= until:
            displayed.add(key)
        if shown.diagnostic_at is not None and (until is None or shown.diagnostic_at <= until):
            diagnostic.add(key)
    return ViewedImages(len(frames), len(frames & displayed), len(frames & diagnostic))
