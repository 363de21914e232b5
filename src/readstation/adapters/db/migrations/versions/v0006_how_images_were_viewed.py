"""Which images were gone through at diagnostic scale, and how long each was on the screen.

What was displayed before is not known to have been large enough: it stays without a time.
"""

from alembic import op

revision = "0006"
down_revision = "0005"

STATEMENTS = (
    "ALTER TABLE displayed_frames ADD COLUMN diagnostic_at BIGINT",
    "ALTER TABLE displayed_frames ADD COLUMN shown_ms BIGINT DEFAULT '0' NOT NULL",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
