"""Quality reviews of signed versions."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Select, insert, select

from readstation.adapters.db.row_hash import require_intact, with_hash
from readstation.adapters.db.schema import quality_reviews
from readstation.adapters.db.statements import Statements
from readstation.domain.quality import QualityReview


class SqlQualityRepository:
    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def add(self, review: QualityReview) -> None:
        values = with_hash("quality_reviews", asdict(review))
        self._statements.run(insert(quality_reviews).values(**values))

    def all(self) -> tuple[QualityReview, ...]:
        return self._read(select(quality_reviews))

    def of_report(self, report_id: str) -> tuple[QualityReview, ...]:
        return self._read(select(quality_reviews).where(quality_reviews.c.report_id == report_id))

    def _read(self, wanted: Select[Any]) -> tuple[QualityReview, ...]:
        table = quality_reviews.c
        ordered = wanted.order_by(table.reviewed_at, table.report_id, table.reviewer_id)
        return tuple(_review(row) for row in self._statements.rows(ordered))


def _review(row: Any) -> QualityReview:
    require_intact("quality_reviews", row, "A quality review")
    return QualityReview(**{name: value for name, value in row.items() if name != "row_hash"})
