"""Frames marked as key images."""

from __future__ import annotations

from sqlalchemy import and_, delete, select
from sqlalchemy.dialects.sqlite import insert

from readstation.adapters.db.blinding import may_see
from readstation.adapters.db.key_image_schema import key_images
from readstation.adapters.db.statements import Statements
from readstation.domain.key_image import KeyImage
from readstation.domain.study import FrameKey


class SqlKeyImageRepository:
    """Implements `app.ports.KeyImageRepository`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def put(self, key_image: KeyImage) -> None:
        wanted = insert(key_images).values(
            study_instance_uid=key_image.study_instance_uid,
            sop_instance_uid=key_image.frame.sop_instance_uid,
            frame_number=key_image.frame.frame_number,
            author_id=key_image.author_id,
            marked_at=key_image.marked_at,
        )
        self._statements.run(wanted.on_conflict_do_nothing())

    def remove(self, study_instance_uid: str, frame: FrameKey, viewer_id: str) -> bool:
        gone = delete(key_images).where(
            and_(
                key_images.c.study_instance_uid == study_instance_uid,
                key_images.c.sop_instance_uid == frame.sop_instance_uid,
                key_images.c.frame_number == frame.frame_number,
            ),
            may_see(key_images.c.study_instance_uid, key_images.c.author_id, viewer_id),
        )
        return self._statements.run(gone).rowcount > 0

    def of_study(self, study_instance_uid: str, viewer_id: str | None) -> tuple[KeyImage, ...]:
        wanted = select(key_images).where(
            key_images.c.study_instance_uid == study_instance_uid,
            may_see(key_images.c.study_instance_uid, key_images.c.author_id, viewer_id),
        )
        ordered = wanted.order_by(
            key_images.c.marked_at, key_images.c.sop_instance_uid, key_images.c.frame_number
        )
        return tuple(
            KeyImage(
                row["study_instance_uid"],
                FrameKey(row["sop_instance_uid"], row["frame_number"]),
                row["author_id"],
                row["marked_at"],
            )
            for row in self._statements.rows(ordered)
        )
