"""What was done and where, as the images code it; NULL where nobody has looked yet."""

from alembic import op

revision = "0007"
down_revision = "0006"

STATEMENTS = (
    "ALTER TABLE studies ADD COLUMN procedure_codes TEXT",
    "ALTER TABLE studies ADD COLUMN anatomic_regions TEXT",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
