"""Measurements on frames."""

from __future__ import annotations

from sqlalchemy import and_, delete, select
from sqlalchemy.dialects.sqlite import insert

from readstation.adapters.db.blinding import may_see
from readstation.adapters.db.content_json import measurement_from_json, measurement_to_json
from readstation.adapters.db.schema import measurements
from readstation.adapters.db.statements import Statements
from readstation.domain.errors import ConflictError
from readstation.domain.measurement import Measurement


class SqlMeasurementRepository:
    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def put(self, study_instance_uid: str, author_id: str, measurement: Measurement) -> None:
        wanted = insert(measurements).values(
            measurement_uid=measurement.measurement_uid,
            study_instance_uid=study_instance_uid,
            sop_instance_uid=measurement.frame.sop_instance_uid,
            frame_number=measurement.frame.frame_number,
            author_id=author_id,
            content=measurement_to_json(measurement),
        )
        same_frame = and_(
            measurements.c.study_instance_uid == wanted.excluded.study_instance_uid,
            measurements.c.sop_instance_uid == wanted.excluded.sop_instance_uid,
            measurements.c.frame_number == wanted.excluded.frame_number,
        )
        put = wanted.on_conflict_do_update(
            index_elements=["measurement_uid"],
            set_={"content": wanted.excluded.content},
            where=and_(
                same_frame,
                may_see(measurements.c.study_instance_uid, measurements.c.author_id, author_id),
            ),
        )
        if self._statements.row(put.returning(measurements.c.measurement_uid)) is None:
            raise ConflictError(
                "A measurement stays on the image it was made on.",
                "Measure again on the other image.",
            )

    def remove(self, measurement_id: str, study_instance_uid: str, viewer_id: str) -> bool:
        gone = delete(measurements).where(
            measurements.c.measurement_uid == measurement_id,
            measurements.c.study_instance_uid == study_instance_uid,
            may_see(measurements.c.study_instance_uid, measurements.c.author_id, viewer_id),
        )
        return self._statements.run(gone).rowcount == 1

    def of_study(
        self, study_instance_uid: str, viewer_id: str | None = None
    ) -> tuple[Measurement, ...]:
        wanted = select(measurements.c.content).where(
            measurements.c.study_instance_uid == study_instance_uid,
            may_see(measurements.c.study_instance_uid, measurements.c.author_id, viewer_id),
        )
        rows = self._statements.rows(wanted.order_by(measurements.c.measurement_uid))
        return tuple(measurement_from_json(row["content"]) for row in rows)
