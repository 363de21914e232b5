"""Drafts and signed versions of reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, insert, select, tuple_, update

from readstation.adapters.db.blinding import may_see
from readstation.adapters.db.content_json import content_from_json, content_to_json
from readstation.adapters.db.row_hash import require_intact, row_hash, with_hash
from readstation.adapters.db.schema import OPEN_REPORT, report_versions, reports, signatures
from readstation.adapters.db.statements import Statements
from readstation.domain.errors import ConflictError, NotFoundError
from readstation.domain.report import SIGNED_STATUSES, Draft, ReportVersion, Signature

SIGNED = sorted(SIGNED_STATUSES, key=lambda status: status.value)

Key = tuple[str, int]


class SqlReportRepository:
    """Every read of another person's report passes `may_see`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def add_draft(self, draft: Draft) -> None:
        self._statements.run(insert(reports).values(**_draft_values(draft)))

    def draft(self, report_id: str, viewer_id: str) -> Draft:
        wanted = select(reports).where(reports.c.report_id == report_id, _visible(viewer_id))
        found = self._drafts(wanted)
        if not found:
            raise NotFoundError(
                "There is no such report, or it is kept from you until you give your opinion.",
                "Refresh the worklist.",
            )
        return found[0]

    def open_draft_of_study(self, study_instance_uid: str, viewer_id: str) -> Draft | None:
        found = self._drafts(
            select(reports).where(
                reports.c.study_instance_uid == study_instance_uid,
                reports.c.status.in_(OPEN_REPORT),
                _visible(viewer_id),
            )
        )
        return found[0] if found else None

    def drafts_by(self, author_id: str) -> tuple[Draft, ...]:
        """Return the reports of one author that are not signed yet, newest first."""
        return self._drafts(
            select(reports).where(
                reports.c.author_id == author_id, reports.c.status.in_(OPEN_REPORT)
            )
        )

    def save_draft(self, draft: Draft, expected_version: int) -> None:
        changed = update(reports).where(
            reports.c.report_id == draft.report_id, reports.c.version == expected_version
        )
        if self._statements.run(changed.values(**_draft_values(draft))).rowcount != 1:
            raise ConflictError(
                "The report was changed elsewhere since you opened it.",
                "Copy what you typed, open the report again, and compare.",
            )

    def add_version(self, version: ReportVersion) -> None:
        key = {"report_id": version.report_id, "version_number": version.version_number}
        signed = [_signature_values(signature) for signature in version.signatures]
        values = with_hash("report_versions", _version_values(version), _hashes(signed))
        self._statements.run(insert(report_versions).values(**values))
        for position, signature in enumerate(signed):
            self._statements.run(insert(signatures).values(**key, position=position, **signature))

    def versions(self, report_id: str, viewer_id: str) -> tuple[ReportVersion, ...]:
        return self._versions(report_versions.c.report_id == report_id, viewer_id)

    def versions_of_study(
        self, study_instance_uid: str, viewer_id: str
    ) -> tuple[ReportVersion, ...]:
        return self._versions(report_versions.c.study_instance_uid == study_instance_uid, viewer_id)

    def latest_signed(self) -> tuple[ReportVersion, ...]:
        newest = (
            select(report_versions.c.report_id, func.max(report_versions.c.version_number))
            .where(report_versions.c.status.in_(SIGNED))
            .group_by(report_versions.c.report_id)
        )
        key = tuple_(report_versions.c.report_id, report_versions.c.version_number)
        found = self._versions(key.in_(newest), None)
        return tuple(sorted(found, key=lambda version: version.created_at, reverse=True))

    def _drafts(self, wanted: Select[Any]) -> tuple[Draft, ...]:
        rows = self._statements.rows(wanted.order_by(reports.c.saved_at.desc()))
        return tuple(_draft(row) for row in rows)

    def _versions(
        self, condition: ColumnElement[bool], viewer_id: str | None
    ) -> tuple[ReportVersion, ...]:
        table = report_versions.c
        wanted = select(report_versions).where(
            condition, may_see(table.study_instance_uid, table.author_id, viewer_id)
        )
        ordered = wanted.order_by(table.report_id, table.version_number)
        rows = self._statements.rows(ordered)
        signed = self._signatures(sorted({row["report_id"] for row in rows}))
        return tuple(_version(r, signed[r["report_id"], r["version_number"]]) for r in rows)

    def _signatures(self, report_ids: Sequence[str]) -> dict[Key, list[dict[str, Any]]]:
        found: dict[Key, list[dict[str, Any]]] = defaultdict(list)
        wanted = select(signatures).where(signatures.c.report_id.in_(report_ids))
        for row in self._statements.rows(wanted.order_by(signatures.c.position)):
            values = dict(row)
            key = values.pop("report_id"), values.pop("version_number")
            del values["position"]
            found[key].append(values)
        return found


def _visible(viewer_id: str) -> ColumnElement[bool]:
    return may_see(reports.c.study_instance_uid, reports.c.author_id, viewer_id)


def _draft_values(draft: Draft) -> dict[str, Any]:
    return with_hash(
        "reports",
        {
            "report_id": draft.report_id,
            "study_instance_uid": draft.study_instance_uid,
            "author_id": draft.author_id,
            "status": draft.status,
            "content": content_to_json(draft.content),
            "version": draft.version,
            "saved_at": draft.saved_at,
        },
    )


def _draft(row: Any) -> Draft:
    require_intact("reports", row, "The draft of a report")
    values = {name: value for name, value in row.items() if name != "row_hash"}
    values["content"] = content_from_json(values["content"])
    return Draft(**values)


def _version_values(version: ReportVersion) -> dict[str, Any]:
    values = {c.name: getattr(version, c.name) for c in report_versions.c if c.name != "row_hash"}
    values["content"] = content_to_json(version.content)
    return values


def _version(row: Any, signed: list[dict[str, Any]]) -> ReportVersion:
    require_intact("report_versions", row, "A signed report", _hashes(signed))
    values = {name: value for name, value in row.items() if name != "row_hash"}
    values["content"] = content_from_json(values["content"])
    return ReportVersion(**values, signatures=tuple(Signature(**s) for s in signed))


def _signature_values(signature: Signature) -> dict[str, Any]:
    return {
        "signer_id": signature.signer_id,
        "signer_name": signature.signer_name,
        "meaning": signature.meaning,
        "signed_at": signature.signed_at,
    }


def _hashes(signed: list[dict[str, Any]]) -> list[str]:
    """Return what ties the signatures, their number and their order to the version."""
    return [row_hash("signatures", values) for values in signed]
