"""Further triggers: the row of a signed report, what it was read from, and how a result closes.

A connection without foreign keys could delete a study from under its signed report, and a page or
a fax could close a critical result by direct SQL: neither is left to the program alone.
"""

from alembic import op

revision = "0003"
down_revision = "0002"

IS_REPORTED = (
    "EXISTS (SELECT 1 FROM report_versions AS version "
    "WHERE version.study_instance_uid = OLD.study_instance_uid)"
)

TRIGGERS = (
    """
    CREATE TRIGGER reports_signed_no_update BEFORE UPDATE ON reports
    WHEN OLD.status IN ('final', 'addended', 'corrected', 'amended', 'entered in error')
    AND (NEW.content IS NOT OLD.content OR NEW.author_id IS NOT OLD.author_id)
    BEGIN SELECT RAISE(ABORT, 'A signed report is never changed.'); END
    """,
    """
    CREATE TRIGGER critical_results_by_voice BEFORE UPDATE ON critical_results
    WHEN NEW.status = 'communicated' AND NOT EXISTS (
        SELECT 1 FROM call_attempts AS attempt
        WHERE attempt.critical_result_id = NEW.critical_result_id
        AND attempt.outcome = 'reached' AND attempt.method IN ('telephone', 'in person')
        AND attempt.read_back IN ('read back correctly', 'corrected, then read back correctly'))
    BEGIN SELECT RAISE(ABORT,
        'A critical result stays open until a person has read it back by voice.'); END
    """,
    """
    CREATE TRIGGER critical_results_not_by_message BEFORE UPDATE ON critical_results
    WHEN NEW.status = 'documented' AND NEW.urgency = 'critical'
    BEGIN SELECT RAISE(ABORT,
        'A critical result stays open until a person has read it back by voice.'); END
    """,
    f"""
    CREATE TRIGGER studies_reported_no_delete BEFORE DELETE ON studies WHEN {IS_REPORTED}
    BEGIN SELECT RAISE(ABORT, 'A study that was reported on is never removed.'); END
    """,
    f"""
    CREATE TRIGGER instances_reported_no_delete BEFORE DELETE ON instances WHEN {IS_REPORTED}
    BEGIN SELECT RAISE(ABORT, 'An image that was reported on is never removed.'); END
    """,
    f"""
    CREATE TRIGGER instances_reported_no_update BEFORE UPDATE ON instances
    WHEN {IS_REPORTED} AND (NEW.content_sha256 IS NOT OLD.content_sha256
        OR NEW.sop_instance_uid IS NOT OLD.sop_instance_uid
        OR NEW.study_instance_uid IS NOT OLD.study_instance_uid)
    BEGIN SELECT RAISE(ABORT, 'An image that was reported on keeps its content.'); END
    """,
)


def upgrade() -> None:
    for statement in TRIGGERS:
        op.execute(statement)
