"""What was described of images when they came, so that opening them asks nobody again."""

from alembic import op

revision = "0005"
down_revision = "0004"

STATEMENTS = (
    """
    CREATE TABLE shared_descriptions (
        shared_sha256 TEXT NOT NULL, content TEXT NOT NULL,
        CONSTRAINT pk_shared_descriptions PRIMARY KEY (shared_sha256) )
    """,
    """
    CREATE TABLE image_descriptions (
        content_sha256 TEXT NOT NULL, code TEXT NOT NULL, shared_sha256 TEXT NOT NULL,
        own TEXT NOT NULL, row_hash TEXT NOT NULL,
        CONSTRAINT pk_image_descriptions PRIMARY KEY (content_sha256),
        CONSTRAINT ck_image_descriptions_content CHECK (content_sha256 <> ''),
        CONSTRAINT fk_image_descriptions_shared_sha256 FOREIGN KEY(shared_sha256)
        REFERENCES shared_descriptions (shared_sha256) )
    """,
    """
    CREATE INDEX ix_image_descriptions_shared_sha256 ON image_descriptions (shared_sha256)
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
