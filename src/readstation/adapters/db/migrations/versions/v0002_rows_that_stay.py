"""Triggers: what was signed, said or logged is never changed, not even by direct SQL.

`INSERT OR REPLACE` deletes the old row without asking, so every frozen table also refuses an
insert over an existing key. Each message is a sentence, because the reader may see it.
"""

from alembic import op

revision = "0002"
down_revision = "0001"

FROZEN = {
    "report_versions": (("report_id", "version_number"), "A signed report"),
    "signatures": (("report_id", "version_number", "position"), "A signature"),
    "call_attempts": (("critical_result_id", "attempt_number"), "A logged call"),
    "quality_reviews": (("report_id", "version_number", "reviewer_id"), "A quality review"),
    "audit": (("sequence_number",), "A row of the audit log"),
}
"""Table to its key and its name in a sentence: no change, no removal, no replacement."""

NUMBERED = frozenset({"report_versions", "call_attempts", "audit"})
"""Their rules below take the next number only, so nothing can be replaced."""

KEPT = {
    "reports": (("report_id",), "A report"),
    "critical_results": (("critical_result_id",), "A critical result"),
    "handoffs": (("handoff_id",), "A handoff"),
}
"""These change, but are neither removed nor replaced."""

FIXED_COLUMNS = {
    "reports": ("report_id", "study_instance_uid"),
    "critical_results": (
        "critical_result_id",
        "study_instance_uid",
        "report_id",
        "finding_id",
        "urgency",
        "message",
        "discovered_by",
        "discovered_at",
        "due_at",
        "row_hash",
    ),
    "handoffs": (
        "handoff_id",
        "study_instance_uid",
        "report_id",
        "handoff_type",
        "question",
        "from_reader_id",
        "to_reader_id",
        "is_blind",
        "requested_at",
    ),
}

RULES = (
    """
    CREATE TRIGGER report_versions_number BEFORE INSERT ON report_versions
    WHEN NEW.version_number <> 1 + (SELECT coalesce(max(version_number), 0)
        FROM report_versions WHERE report_id = NEW.report_id)
    BEGIN SELECT RAISE(ABORT, 'Another version of this report was signed in the meantime.'); END
    """,
    """
    CREATE TRIGGER audit_number BEFORE INSERT ON audit
    WHEN NEW.sequence_number <> 1 + (SELECT coalesce(max(sequence_number), 0) FROM audit)
    BEGIN SELECT RAISE(ABORT, 'A row of the audit log is only ever added at the end.'); END
    """,
    """
    CREATE TRIGGER call_attempts_number BEFORE INSERT ON call_attempts
    WHEN NEW.attempt_number <> 1 + (SELECT coalesce(max(attempt_number), 0)
        FROM call_attempts WHERE critical_result_id = NEW.critical_result_id)
    BEGIN SELECT RAISE(ABORT, 'Another call for this result was logged in the meantime.'); END
    """,
    """
    CREATE TRIGGER critical_results_begin_open BEFORE INSERT ON critical_results
    WHEN NEW.status <> 'open'
    BEGIN SELECT RAISE(ABORT, 'A critical result begins open.'); END
    """,
    """
    CREATE TRIGGER critical_results_close BEFORE UPDATE ON critical_results
    WHEN NEW.status IN ('communicated', 'documented') AND NOT EXISTS (
        SELECT 1 FROM call_attempts AS attempt
        WHERE attempt.critical_result_id = NEW.critical_result_id
        AND attempt.outcome = 'reached'
        AND attempt.read_back IN ('read back correctly', 'corrected, then read back correctly'))
    BEGIN SELECT RAISE(ABORT,
        'A critical result stays open until a person has read it back.'); END
    """,
    """
    CREATE TRIGGER critical_results_stay_closed BEFORE UPDATE ON critical_results
    WHEN OLD.status IN ('communicated', 'documented')
    BEGIN SELECT RAISE(ABORT, 'This critical result is already communicated.'); END
    """,
    """
    CREATE TRIGGER reports_stay_signed BEFORE UPDATE ON reports
    WHEN NEW.status IN ('draft', 'preliminary', 'awaiting second read', 'cancelled')
    AND OLD.status NOT IN ('draft', 'preliminary', 'awaiting second read')
    BEGIN SELECT RAISE(ABORT, 'A signed report never becomes a draft again.'); END
    """,
    """
    CREATE TRIGGER handoffs_keep_opinion BEFORE UPDATE ON handoffs
    WHEN OLD.opinion IS NOT NULL AND (NEW.opinion IS NOT OLD.opinion
        OR NEW.opinion_text IS NOT OLD.opinion_text
        OR NEW.opinion_content IS NOT OLD.opinion_content)
    BEGIN SELECT RAISE(ABORT, 'An opinion that was given is never changed.'); END
    """,
    """
    CREATE TRIGGER quality_reviews_not_own BEFORE INSERT ON quality_reviews
    WHEN EXISTS (SELECT 1 FROM signatures AS signed
        WHERE signed.report_id = NEW.report_id AND signed.version_number <= NEW.version_number
        AND signed.signer_id = NEW.reviewer_id)
    OR EXISTS (SELECT 1 FROM report_versions AS version
        WHERE version.report_id = NEW.report_id AND version.version_number <= NEW.version_number
        AND version.author_id = NEW.reviewer_id)
    BEGIN SELECT RAISE(ABORT, 'You cannot review a report that you signed.'); END
    """,
)


def triggers() -> list[str]:
    """Return the CREATE TRIGGER statements."""
    found = list(RULES)
    for table, (key, subject) in {**FROZEN, **KEPT}.items():
        if table not in NUMBERED:
            same = " AND ".join(f"{column} = NEW.{column}" for column in key)
            exists = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - our own names
            found.append(_refuse(table, "INSERT", exists, f"{subject} is never replaced."))
        found.append(_refuse(table, "DELETE", "1", f"{subject} is never removed."))
        if table in FROZEN:
            found.append(_refuse(table, "UPDATE", "1", f"{subject} is never changed."))
    for table, columns in FIXED_COLUMNS.items():
        changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in columns)
        subject = KEPT[table][1]
        found.append(_refuse(table, "UPDATE", changed, f"{subject} keeps what it began with."))
    return found


def _refuse(table: str, event: str, condition: str, sentence: str) -> str:
    return (
        f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
        f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
    )


def upgrade() -> None:
    for statement in triggers():
        op.execute(statement)
