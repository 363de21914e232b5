"""What was ordered, as who ordered it codes it; NULL where nobody did."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.execute("ALTER TABLE orders ADD COLUMN procedure_codes TEXT")
