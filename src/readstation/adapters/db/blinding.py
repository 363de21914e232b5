"""What a blind second reader may not see is left out by the query, never by a widget."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, or_, true

from readstation.adapters.db.schema import handoffs
from readstation.domain.handoff import ENDED_STATUSES


def may_see(
    study_instance_uid: ColumnElement[str],
    author_id: ColumnElement[str],
    viewer_id: str | None,
) -> ColumnElement[bool]:
    """Return the condition under which `viewer_id` may see a row of a study by an author.

    Own rows always; others' not while a blind handoff of that study waits for the viewer's
    opinion. None is the system itself, which sees everything.
    """
    if viewer_id is None:
        return true()
    hidden = exists().where(
        handoffs.c.study_instance_uid == study_instance_uid,
        handoffs.c.to_reader_id == viewer_id,
        handoffs.c.is_blind,
        handoffs.c.opinion.is_(None),
        handoffs.c.status.not_in(sorted(ENDED_STATUSES, key=lambda status: status.value)),
    )
    return or_(author_id == viewer_id, ~hidden)
