"""Which frames were painted, for whom, first when."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.dialects.sqlite import insert

from readstation.adapters.db.schema import displayed_frames
from readstation.adapters.db.statements import Statements
from readstation.app.ports import DisplayedFrame
from readstation.domain.study import FrameKey

_NEW = insert(displayed_frames)
_ADD = _NEW.on_conflict_do_update(
    index_elements=displayed_frames.primary_key.columns,
    set_={
        "diagnostic_at": func.coalesce(
            displayed_frames.c.diagnostic_at, _NEW.excluded.diagnostic_at
        ),
        "shown_ms": displayed_frames.c.shown_ms + _NEW.excluded.shown_ms,
    },
)


class SqlViewingRepository:
    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def add(self, frames: Iterable[DisplayedFrame]) -> None:
        values = [
            {
                "study_instance_uid": shown.study_instance_uid,
                "sop_instance_uid": shown.frame.sop_instance_uid,
                "frame_number": shown.frame.frame_number,
                "viewer_id": shown.viewer_id,
                "first_displayed_at": shown.first_displayed_at,
                "diagnostic_at": shown.diagnostic_at,
                "shown_ms": shown.shown_ms,
            }
            for shown in frames
        ]
        if values:
            self._statements.run(_ADD, values)

    def displayed(self, study_instance_uid: str) -> tuple[DisplayedFrame, ...]:
        table = displayed_frames.c
        wanted = select(displayed_frames).where(table.study_instance_uid == study_instance_uid)
        ordered = wanted.order_by(
            table.first_displayed_at, table.sop_instance_uid, table.frame_number, table.viewer_id
        )
        return tuple(
            DisplayedFrame(
                row["study_instance_uid"],
                FrameKey(row["sop_instance_uid"], row["frame_number"]),
                row["viewer_id"],
                row["first_displayed_at"],
                row["diagnostic_at"],
                row["shown_ms"],
            )
            for row in self._statements.rows(ordered)
        )
