"""The first tables."""

from alembic import op

revision = "0001"
down_revision = None

STATEMENTS = (
    """
    CREATE TABLE audit (
        sequence_number INTEGER NOT NULL, action TEXT NOT NULL, actor_id TEXT NOT NULL, at
        BIGINT NOT NULL, study_instance_uid TEXT NOT NULL, report_id TEXT NOT NULL, detail
        TEXT NOT NULL, previous_hash TEXT NOT NULL, row_hash TEXT NOT NULL, CONSTRAINT
        pk_audit PRIMARY KEY (sequence_number) )
    """,
    """
    CREATE INDEX ix_audit_study_instance_uid ON audit (study_instance_uid)
    """,
    """
    CREATE TABLE displayed_frames (
        study_instance_uid TEXT NOT NULL, sop_instance_uid TEXT NOT NULL, frame_number
        INTEGER NOT NULL, viewer_id TEXT NOT NULL, first_displayed_at BIGINT NOT NULL,
        CONSTRAINT pk_displayed_frames PRIMARY KEY (study_instance_uid, sop_instance_uid,
        frame_number, viewer_id) )
    """,
    """
    CREATE TABLE measurements (
        measurement_uid TEXT NOT NULL, study_instance_uid TEXT NOT NULL, sop_instance_uid
        TEXT NOT NULL, frame_number INTEGER NOT NULL, author_id TEXT NOT NULL, content TEXT
        NOT NULL, CONSTRAINT pk_measurements PRIMARY KEY (measurement_uid) )
    """,
    """
    CREATE INDEX ix_measurements_study_instance_uid ON measurements (study_instance_uid)
    """,
    """
    CREATE TABLE orders (
        accession_number TEXT NOT NULL, study_instance_uid TEXT NOT NULL,
        requested_procedure_description TEXT NOT NULL, priority TEXT NOT NULL, patient_class
        TEXT NOT NULL, intent TEXT NOT NULL, reason_for_the_requested_procedure TEXT NOT
        NULL, exam_completed_at BIGINT NOT NULL, referring_name TEXT NOT NULL,
        referring_role TEXT NOT NULL, referring_telephone_number TEXT NOT NULL, designees
        TEXT NOT NULL, body_part_examined TEXT NOT NULL, laterality TEXT NOT NULL,
        stat_report_requested BOOLEAN NOT NULL, technologist_concern TEXT NOT NULL,
        CONSTRAINT pk_orders PRIMARY KEY (accession_number), CONSTRAINT ck_orders_priority
        CHECK (priority IN ('ROUTINE', 'STAT', 'URGENT')), CONSTRAINT
        ck_orders_patient_class CHECK (patient_class IN ('ED', 'IP', 'OP')), CONSTRAINT
        ck_orders_intent CHECK (intent IN ('diagnostic', 'screening')) )
    """,
    """
    CREATE INDEX ix_orders_study_instance_uid ON orders (study_instance_uid)
    """,
    """
    CREATE TABLE studies (
        study_instance_uid TEXT NOT NULL, patient_id TEXT NOT NULL, issuer_of_patient_id
        TEXT NOT NULL, patient_name TEXT NOT NULL, patient_birth_date DATE, patient_sex TEXT
        NOT NULL, accession_number TEXT NOT NULL, study_date_time BIGINT, study_description
        TEXT NOT NULL, body_part_examined TEXT NOT NULL, institution_name TEXT NOT NULL,
        expected_instances INTEGER, is_simulated BOOLEAN NOT NULL, added_at BIGINT NOT NULL,
        CONSTRAINT pk_studies PRIMARY KEY (study_instance_uid), CONSTRAINT ck_studies_uid
        CHECK (study_instance_uid <> '') )
    """,
    """
    CREATE INDEX ix_studies_patient_id ON studies (patient_id)
    """,
    """
    CREATE TABLE users (
        user_id TEXT NOT NULL, full_name TEXT NOT NULL, roles TEXT NOT NULL, is_active
        BOOLEAN NOT NULL, password_hash TEXT NOT NULL, failed_logins INTEGER NOT NULL,
        blocked_until BIGINT, CONSTRAINT pk_users PRIMARY KEY (user_id), CONSTRAINT
        ck_users_id CHECK (user_id <> ''), CONSTRAINT ck_users_password CHECK (password_hash
        <> '') )
    """,
    """
    CREATE TABLE claims (
        study_instance_uid TEXT NOT NULL, task TEXT NOT NULL, owner_id TEXT NOT NULL, token
        INTEGER NOT NULL, claimed_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, CONSTRAINT
        pk_claims PRIMARY KEY (study_instance_uid, task), CONSTRAINT ck_claims_task CHECK
        (task IN ('read', 'second read')), CONSTRAINT ck_claims_token CHECK (token >= 1),
        CONSTRAINT fk_claims_study_instance_uid FOREIGN KEY(study_instance_uid) REFERENCES
        studies (study_instance_uid) )
    """,
    """
    CREATE TABLE critical_results (
        critical_result_id TEXT NOT NULL, study_instance_uid TEXT NOT NULL, report_id TEXT
        NOT NULL, finding_id TEXT NOT NULL, urgency TEXT NOT NULL, message TEXT NOT NULL,
        discovered_by TEXT NOT NULL, discovered_at BIGINT NOT NULL, due_at BIGINT NOT NULL,
        status TEXT NOT NULL, escalation_level INTEGER NOT NULL, closed_at BIGINT, row_hash
        TEXT NOT NULL, CONSTRAINT pk_critical_results PRIMARY KEY (critical_result_id),
        CONSTRAINT ck_critical_results_urgency CHECK (urgency IN ('critical', 'routine',
        'significant')), CONSTRAINT ck_critical_results_status CHECK (status IN
        ('attempted', 'communicated', 'documented', 'escalated', 'open', 'withdrawn')),
        CONSTRAINT ck_critical_results_due CHECK (due_at >= discovered_at), CONSTRAINT
        ck_critical_results_closed CHECK ((closed_at IS NOT NULL) = (status IN
        ('communicated', 'documented'))), CONSTRAINT fk_critical_results_study_instance_uid
        FOREIGN KEY(study_instance_uid) REFERENCES studies (study_instance_uid) )
    """,
    """
    CREATE INDEX ix_critical_results_study_instance_uid ON critical_results (study_instance_uid)
    """,
    """
    CREATE TABLE handoffs (
        handoff_id TEXT NOT NULL, study_instance_uid TEXT NOT NULL, report_id TEXT NOT NULL,
        handoff_type TEXT NOT NULL, question TEXT NOT NULL, from_reader_id TEXT NOT NULL,
        to_reader_id TEXT NOT NULL, is_blind BOOLEAN NOT NULL, requested_at BIGINT NOT NULL,
        due_at BIGINT NOT NULL, viewer_state TEXT NOT NULL, status TEXT NOT NULL, version
        INTEGER NOT NULL, opinion TEXT, opinion_text TEXT NOT NULL, opinion_content TEXT,
        returned_at BIGINT, CONSTRAINT pk_handoffs PRIMARY KEY (handoff_id), CONSTRAINT
        ck_handoffs_handoff_type CHECK (handoff_type IN ('arbitration', 'blind second read',
        'consult', 'over-read', 'shift handover')), CONSTRAINT ck_handoffs_status CHECK
        (status IN ('accepted', 'completed', 'declined', 'expired', 'in progress',
        'recalled', 'requested', 'returned')), CONSTRAINT ck_handoffs_opinion CHECK (opinion
        IS NULL OR opinion IN ('agree', 'disagree', 'edit')), CONSTRAINT
        ck_handoffs_two_readers CHECK (from_reader_id <> to_reader_id), CONSTRAINT
        ck_handoffs_returned CHECK (status NOT IN ('returned', 'completed') OR (returned_at
        IS NOT NULL AND (opinion IS NOT NULL OR NOT is_blind))), CONSTRAINT
        ck_handoffs_blind CHECK (handoff_type <> 'blind second read' OR is_blind),
        CONSTRAINT fk_handoffs_study_instance_uid FOREIGN KEY(study_instance_uid) REFERENCES
        studies (study_instance_uid) )
    """,
    """
    CREATE INDEX ix_handoffs_from_reader_id ON handoffs (from_reader_id)
    """,
    """
    CREATE INDEX ix_handoffs_study_instance_uid ON handoffs (study_instance_uid)
    """,
    """
    CREATE INDEX ix_handoffs_to_reader_id ON handoffs (to_reader_id)
    """,
    """
    CREATE TABLE reports (
        report_id TEXT NOT NULL, study_instance_uid TEXT NOT NULL, author_id TEXT NOT NULL,
        status TEXT NOT NULL, content TEXT NOT NULL, version INTEGER NOT NULL, saved_at
        BIGINT NOT NULL, row_hash TEXT NOT NULL, CONSTRAINT pk_reports PRIMARY KEY
        (report_id), CONSTRAINT ck_reports_status CHECK (status IN ('addended', 'amended',
        'awaiting second read', 'cancelled', 'corrected', 'draft', 'entered in error',
        'final', 'preliminary')), CONSTRAINT fk_reports_study_instance_uid FOREIGN
        KEY(study_instance_uid) REFERENCES studies (study_instance_uid) )
    """,
    """
    CREATE INDEX ix_reports_author_id ON reports (author_id)
    """,
    """
    CREATE INDEX ix_reports_study_instance_uid ON reports (study_instance_uid)
    """,
    """
    CREATE UNIQUE INDEX uq_reports_open_report_of_study ON reports (study_instance_uid)
        WHERE status IN ('awaiting second read', 'draft', 'preliminary')
    """,
    """
    CREATE TABLE series (
        series_instance_uid TEXT NOT NULL, study_instance_uid TEXT NOT NULL, modality TEXT
        NOT NULL, series_number INTEGER, series_description TEXT NOT NULL,
        body_part_examined TEXT NOT NULL, laterality TEXT NOT NULL, CONSTRAINT pk_series
        PRIMARY KEY (series_instance_uid), CONSTRAINT fk_series_study_instance_uid FOREIGN
        KEY(study_instance_uid) REFERENCES studies (study_instance_uid) )
    """,
    """
    CREATE INDEX ix_series_study_instance_uid ON series (study_instance_uid)
    """,
    """
    CREATE TABLE call_attempts (
        critical_result_id TEXT NOT NULL, attempt_number INTEGER NOT NULL, caller_id TEXT
        NOT NULL, caller_name TEXT NOT NULL, recipient_name TEXT NOT NULL, recipient_role
        TEXT NOT NULL, telephone_number TEXT NOT NULL, method TEXT NOT NULL, started_at
        BIGINT NOT NULL, ended_at BIGINT NOT NULL, outcome TEXT NOT NULL, read_back TEXT NOT
        NULL, note TEXT NOT NULL, row_hash TEXT NOT NULL, CONSTRAINT pk_call_attempts
        PRIMARY KEY (critical_result_id, attempt_number), CONSTRAINT
        ck_call_attempts_recipient_role CHECK (recipient_role IN ('nobody',
        'ordering provider', 'responsible designee')), CONSTRAINT ck_call_attempts_method CHECK
        (method IN ('fax', 'in person', 'pager', 'secure message', 'telephone')), CONSTRAINT
        ck_call_attempts_outcome CHECK (outcome IN ('declined', 'message left', 'no answer',
        'reached', 'wrong number')), CONSTRAINT ck_call_attempts_read_back CHECK (read_back
        IN ('corrected, then read back correctly', 'no read-back', 'read back correctly',
        'read-back declined')), CONSTRAINT ck_call_attempts_times CHECK (ended_at >=
        started_at), CONSTRAINT fk_call_attempts_critical_result_id FOREIGN
        KEY(critical_result_id) REFERENCES critical_results (critical_result_id) )
    """,
    """
    CREATE TABLE instances (
        sop_instance_uid TEXT NOT NULL, series_instance_uid TEXT NOT NULL,
        study_instance_uid TEXT NOT NULL, sop_class_uid TEXT NOT NULL, transfer_syntax_uid
        TEXT NOT NULL, instance_number INTEGER, number_of_frames INTEGER NOT NULL, rows
        INTEGER, columns INTEGER, content_sha256 TEXT NOT NULL, is_displayable BOOLEAN NOT
        NULL, added_at BIGINT NOT NULL, CONSTRAINT pk_instances PRIMARY KEY
        (sop_instance_uid), CONSTRAINT ck_instances_frames CHECK (number_of_frames >= 0),
        CONSTRAINT fk_instances_series_instance_uid FOREIGN KEY(series_instance_uid)
        REFERENCES series (series_instance_uid), CONSTRAINT fk_instances_study_instance_uid
        FOREIGN KEY(study_instance_uid) REFERENCES studies (study_instance_uid) )
    """,
    """
    CREATE INDEX ix_instances_series_instance_uid ON instances (series_instance_uid)
    """,
    """
    CREATE INDEX ix_instances_study_instance_uid ON instances (study_instance_uid)
    """,
    """
    CREATE TABLE report_versions (
        report_id TEXT NOT NULL, version_number INTEGER NOT NULL, study_instance_uid TEXT
        NOT NULL, status TEXT NOT NULL, content TEXT NOT NULL, text TEXT NOT NULL,
        text_sha256 TEXT NOT NULL, image_manifest_sha256 TEXT NOT NULL, image_count INTEGER
        NOT NULL, urgency TEXT NOT NULL, author_id TEXT NOT NULL, created_at BIGINT NOT
        NULL, supersedes_version INTEGER, reason TEXT NOT NULL, display_state TEXT NOT NULL,
        row_hash TEXT NOT NULL, CONSTRAINT pk_report_versions PRIMARY KEY (report_id,
        version_number), CONSTRAINT ck_report_versions_status CHECK (status IN ('addended',
        'amended', 'awaiting second read', 'cancelled', 'corrected', 'draft',
        'entered in error', 'final', 'preliminary')), CONSTRAINT ck_report_versions_urgency CHECK
        (urgency IN ('critical', 'routine', 'significant')), CONSTRAINT
        ck_report_versions_supersedes CHECK (supersedes_version IS NULL OR
        supersedes_version < version_number), CONSTRAINT fk_report_versions_report_id
        FOREIGN KEY(report_id) REFERENCES reports (report_id) )
    """,
    """
    CREATE INDEX ix_report_versions_study_instance_uid ON report_versions (study_instance_uid)
    """,
    """
    CREATE TABLE instance_conflicts (
        conflict_number INTEGER NOT NULL, sop_instance_uid TEXT NOT NULL, study_instance_uid
        TEXT NOT NULL, kept_sha256 TEXT NOT NULL, other_sha256 TEXT NOT NULL, noticed_at
        BIGINT NOT NULL, CONSTRAINT pk_instance_conflicts PRIMARY KEY (conflict_number),
        CONSTRAINT uq_instance_conflicts_sop_instance_uid_other_sha256 UNIQUE
        (sop_instance_uid, other_sha256), CONSTRAINT fk_instance_conflicts_sop_instance_uid
        FOREIGN KEY(sop_instance_uid) REFERENCES instances (sop_instance_uid) )
    """,
    """
    CREATE INDEX ix_instance_conflicts_study_instance_uid ON instance_conflicts (study_instance_uid)
    """,
    """
    CREATE TABLE quality_reviews (
        report_id TEXT NOT NULL, version_number INTEGER NOT NULL, reviewer_id TEXT NOT NULL,
        score TEXT NOT NULL, comment TEXT NOT NULL, reviewed_at BIGINT NOT NULL, row_hash
        TEXT NOT NULL, CONSTRAINT pk_quality_reviews PRIMARY KEY (report_id, version_number,
        reviewer_id), CONSTRAINT ck_quality_reviews_score CHECK (score IN ('1', '2a', '2b',
        '3a', '3b')), CONSTRAINT ck_quality_reviews_comment CHECK (score IN ('1', '2a') OR
        trim(comment) <> ''), CONSTRAINT fk_quality_reviews_report_id_version_number FOREIGN
        KEY(report_id, version_number) REFERENCES report_versions (report_id,
        version_number) )
    """,
    """
    CREATE TABLE signatures (
        report_id TEXT NOT NULL, version_number INTEGER NOT NULL, position INTEGER NOT NULL,
        signer_id TEXT NOT NULL, signer_name TEXT NOT NULL, meaning TEXT NOT NULL, signed_at
        BIGINT NOT NULL, CONSTRAINT pk_signatures PRIMARY KEY (report_id, version_number,
        position), CONSTRAINT ck_signatures_meaning CHECK (meaning IN ('QA reviewed',
        'arbitrated', 'attested', 'authored', 'preliminary', 'second read', 'verified')),
        CONSTRAINT fk_signatures_report_id_version_number FOREIGN KEY(report_id,
        version_number) REFERENCES report_versions (report_id, version_number) )
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
