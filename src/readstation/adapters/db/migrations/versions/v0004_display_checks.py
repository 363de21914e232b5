"""What was checked on each display: added to, never changed."""

from alembic import op

revision = "0004"
down_revision = "0003"

STATEMENTS = (
    """
    CREATE TABLE display_checks (
        check_id TEXT NOT NULL, display_key TEXT NOT NULL, display TEXT NOT NULL, kind TEXT
        NOT NULL, checked_at BIGINT NOT NULL, checked_by TEXT NOT NULL, checked_by_name TEXT
        NOT NULL, instrument TEXT NOT NULL, content TEXT NOT NULL, note TEXT NOT NULL,
        row_hash TEXT NOT NULL, CONSTRAINT pk_display_checks PRIMARY KEY (check_id),
        CONSTRAINT ck_display_checks_kind CHECK (kind IN ('luminance', 'visual')),
        CONSTRAINT ck_display_checks_key CHECK (display_key <> '') )
    """,
    """
    CREATE INDEX ix_display_checks_display_key ON display_checks (display_key)
    """,
    """
    CREATE TRIGGER display_checks_no_insert BEFORE INSERT ON display_checks
    WHEN EXISTS (SELECT 1 FROM display_checks WHERE check_id = NEW.check_id)
    BEGIN SELECT RAISE(ABORT, 'A check of a display is never replaced.'); END
    """,
    """
    CREATE TRIGGER display_checks_no_delete BEFORE DELETE ON display_checks
    BEGIN SELECT RAISE(ABORT, 'A check of a display is never removed.'); END
    """,
    """
    CREATE TRIGGER display_checks_no_update BEFORE UPDATE ON display_checks
    BEGIN SELECT RAISE(ABORT, 'A check of a display is never changed.'); END
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
