"""Which frames a reader marked as key images."""

from alembic import op

revision = "0008"
down_revision = "0007"

STATEMENT = """
    CREATE TABLE key_images (
        study_instance_uid TEXT NOT NULL, sop_instance_uid TEXT NOT NULL, frame_number INTEGER
        NOT NULL, author_id TEXT NOT NULL, marked_at BIGINT NOT NULL,
        CONSTRAINT pk_key_images PRIMARY KEY (study_instance_uid, sop_instance_uid,
        frame_number, author_id),
        CONSTRAINT ck_key_images_frame CHECK (frame_number >= 1) )
"""


def upgrade() -> None:
    op.execute(STATEMENT)
