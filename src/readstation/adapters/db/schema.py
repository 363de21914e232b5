"""The tables. What changes here also needs a migration; a test compares the two."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    UniqueConstraint,
    text,
)

from readstation.adapters.db.columns import Codes, ExactText, Stored, UtcTime
from readstation.adapters.db.table_parts import check, metadata, needed, one_of
from readstation.domain.audit import AuditAction
from readstation.domain.claim import ClaimTask
from readstation.domain.critical_result import (
    CallMethod,
    CallOutcome,
    CriticalResultStatus,
    ReadBack,
    RecipientRole,
)
from readstation.domain.finding import Urgency
from readstation.domain.handoff import HandoffStatus, HandoffType, Opinion
from readstation.domain.order import Intent, OrderPriority, PatientClass
from readstation.domain.quality import RadpeerScore
from readstation.domain.report import OPEN_STATUSES, ReportStatus, SignatureMeaning

OPEN_REPORT = tuple(sorted(OPEN_STATUSES, key=lambda status: status.value))
"""Statuses of a report that is not signed yet; a study has at most one such report."""

studies = Table(
    "studies",
    metadata,
    Column("study_instance_uid", ExactText, primary_key=True),
    Column("patient_id", ExactText, nullable=False, index=True),
    needed("issuer_of_patient_id"),
    needed("patient_name"),
    Column("patient_birth_date", Date),
    needed("patient_sex"),
    needed("accession_number"),
    Column("study_date_time", UtcTime),
    needed("study_description"),
    needed("body_part_examined"),
    needed("institution_name"),
    Column("expected_instances", Integer),
    needed("is_simulated", Boolean),
    needed("added_at", UtcTime),
    Column("procedure_codes", Codes),
    Column("anatomic_regions", Codes),
    check("uid", "study_instance_uid <> ''"),
)

series = Table(
    "series",
    metadata,
    Column("series_instance_uid", ExactText, primary_key=True),
    Column(
        "study_instance_uid",
        ExactText,
        ForeignKey("studies.study_instance_uid"),
        nullable=False,
        index=True,
    ),
    needed("modality"),
    Column("series_number", Integer),
    needed("series_description"),
    needed("body_part_examined"),
    needed("laterality"),
)

instances = Table(
    "instances",
    metadata,
    Column("sop_instance_uid", ExactText, primary_key=True),
    Column(
        "series_instance_uid",
        ExactText,
        ForeignKey("series.series_instance_uid"),
        nullable=False,
        index=True,
    ),
    Column(
        "study_instance_uid",
        ExactText,
        ForeignKey("studies.study_instance_uid"),
        nullable=False,
        index=True,
    ),
    needed("sop_class_uid"),
    needed("transfer_syntax_uid"),
    Column("instance_number", Integer),
    needed("number_of_frames", Integer),
    Column("rows", Integer),
    Column("columns", Integer),
    needed("content_sha256"),
    needed("is_displayable", Boolean),
    needed("added_at", UtcTime),
    check("frames", "number_of_frames >= 0"),
)

instance_conflicts = Table(
    "instance_conflicts",
    metadata,
    Column("conflict_number", Integer, primary_key=True),
    needed("sop_instance_uid", ExactText, ForeignKey("instances.sop_instance_uid")),
    Column("study_instance_uid", ExactText, nullable=False, index=True),
    needed("kept_sha256"),
    needed("other_sha256"),
    needed("noticed_at", UtcTime),
    UniqueConstraint("sop_instance_uid", "other_sha256"),
)

orders = Table(
    "orders",
    metadata,
    Column("accession_number", ExactText, primary_key=True),
    Column("study_instance_uid", ExactText, nullable=False, index=True),
    needed("requested_procedure_description"),
    needed("priority", Stored(OrderPriority)),
    needed("patient_class", Stored(PatientClass)),
    needed("intent", Stored(Intent)),
    needed("reason_for_the_requested_procedure"),
    needed("exam_completed_at", UtcTime),
    needed("referring_name"),
    needed("referring_role"),
    needed("referring_telephone_number"),
    needed("designees"),
    needed("body_part_examined"),
    needed("laterality"),
    needed("stat_report_requested", Boolean),
    needed("technologist_concern"),
    Column("procedure_codes", Codes),
    one_of("priority", OrderPriority),
    one_of("patient_class", PatientClass),
    one_of("intent", Intent),
)

claims = Table(
    "claims",
    metadata,
    Column(
        "study_instance_uid",
        ExactText,
        ForeignKey("studies.study_instance_uid"),
        primary_key=True,
    ),
    Column("task", Stored(ClaimTask), primary_key=True),
    needed("owner_id"),
    needed("token", Integer),
    needed("claimed_at", UtcTime),
    needed("expires_at", UtcTime),
    one_of("task", ClaimTask),
    check("token", "token >= 1"),
)

reports = Table(
    "reports",
    metadata,
    Column("report_id", ExactText, primary_key=True),
    needed("study_instance_uid", ExactText, ForeignKey("studies.study_instance_uid")),
    Column("author_id", ExactText, nullable=False, index=True),
    needed("status", Stored(ReportStatus)),
    needed("content"),
    needed("version", Integer),
    needed("saved_at", UtcTime),
    needed("row_hash"),
    one_of("status", ReportStatus),
    Index("ix_reports_study_instance_uid", "study_instance_uid"),
    Index(
        "uq_reports_open_report_of_study",
        "study_instance_uid",
        unique=True,
        sqlite_where=text("status IN ('awaiting second read', 'draft', 'preliminary')"),
    ),
)
"""The draft of each report; what was signed lies in report_versions."""

report_versions = Table(
    "report_versions",
    metadata,
    Column("report_id", ExactText, ForeignKey("reports.report_id"), primary_key=True),
    Column("version_number", Integer, primary_key=True),
    Column("study_instance_uid", ExactText, nullable=False, index=True),
    needed("status", Stored(ReportStatus)),
    needed("content"),
    needed("text"),
    needed("text_sha256"),
    needed("image_manifest_sha256"),
    needed("image_count", Integer),
    needed("urgency", Stored(Urgency)),
    needed("author_id"),
    needed("created_at", UtcTime),
    Column("supersedes_version", Integer),
    needed("reason"),
    needed("display_state"),
    needed("row_hash"),
    one_of("status", ReportStatus),
    one_of("urgency", Urgency),
    check("supersedes", "supersedes_version IS NULL OR supersedes_version < version_number"),
)

signatures = Table(
    "signatures",
    metadata,
    Column("report_id", ExactText, primary_key=True),
    Column("version_number", Integer, primary_key=True),
    Column("position", Integer, primary_key=True),
    needed("signer_id"),
    needed("signer_name"),
    needed("meaning", Stored(SignatureMeaning)),
    needed("signed_at", UtcTime),
    one_of("meaning", SignatureMeaning),
    ForeignKeyConstraint(
        ["report_id", "version_number"],
        ["report_versions.report_id", "report_versions.version_number"],
    ),
)

critical_results = Table(
    "critical_results",
    metadata,
    Column("critical_result_id", ExactText, primary_key=True),
    Column(
        "study_instance_uid",
        ExactText,
        ForeignKey("studies.study_instance_uid"),
        nullable=False,
        index=True,
    ),
    needed("report_id"),
    needed("finding_id"),
    needed("urgency", Stored(Urgency)),
    needed("message"),
    needed("discovered_by"),
    needed("discovered_at", UtcTime),
    needed("due_at", UtcTime),
    needed("status", Stored(CriticalResultStatus)),
    needed("escalation_level", Integer),
    Column("closed_at", UtcTime),
    needed("row_hash"),
    one_of("urgency", Urgency),
    one_of("status", CriticalResultStatus),
    check("due", "due_at >= discovered_at"),
    check(
        "closed",
        "(closed_at IS NOT NULL) = (status IN ('communicated', 'documented'))",
    ),
)

call_attempts = Table(
    "call_attempts",
    metadata,
    Column(
        "critical_result_id",
        ExactText,
        ForeignKey("critical_results.critical_result_id"),
        primary_key=True,
    ),
    Column("attempt_number", Integer, primary_key=True),
    needed("caller_id"),
    needed("caller_name"),
    needed("recipient_name"),
    needed("recipient_role", Stored(RecipientRole)),
    needed("telephone_number"),
    needed("method", Stored(CallMethod)),
    needed("started_at", UtcTime),
    needed("ended_at", UtcTime),
    needed("outcome", Stored(CallOutcome)),
    needed("read_back", Stored(ReadBack)),
    needed("note"),
    needed("row_hash"),
    one_of("recipient_role", RecipientRole),
    one_of("method", CallMethod),
    one_of("outcome", CallOutcome),
    one_of("read_back", ReadBack),
    check("times", "ended_at >= started_at"),
)

handoffs = Table(
    "handoffs",
    metadata,
    Column("handoff_id", ExactText, primary_key=True),
    Column(
        "study_instance_uid",
        ExactText,
        ForeignKey("studies.study_instance_uid"),
        nullable=False,
        index=True,
    ),
    needed("report_id"),
    needed("handoff_type", Stored(HandoffType)),
    needed("question"),
    Column("from_reader_id", ExactText, nullable=False, index=True),
    Column("to_reader_id", ExactText, nullable=False, index=True),
    needed("is_blind", Boolean),
    needed("requested_at", UtcTime),
    needed("due_at", UtcTime),
    needed("viewer_state"),
    needed("status", Stored(HandoffStatus)),
    needed("version", Integer),
    Column("opinion", Stored(Opinion)),
    needed("opinion_text"),
    Column("opinion_content", ExactText),
    Column("returned_at", UtcTime),
    one_of("handoff_type", HandoffType),
    one_of("status", HandoffStatus),
    one_of("opinion", Opinion, optional=True),
    check("two_readers", "from_reader_id <> to_reader_id"),
    check(
        "returned",
        "status NOT IN ('returned', 'completed') OR "
        "(returned_at IS NOT NULL AND (opinion IS NOT NULL OR NOT is_blind))",
    ),
    check("blind", "handoff_type <> 'blind second read' OR is_blind"),
)

users = Table(
    "users",
    metadata,
    Column("user_id", ExactText, primary_key=True),
    needed("full_name"),
    needed("roles"),
    needed("is_active", Boolean),
    needed("password_hash"),
    needed("failed_logins", Integer),
    Column("blocked_until", UtcTime),
    check("id", "user_id <> ''"),
    check("password", "password_hash <> ''"),
)

quality_reviews = Table(
    "quality_reviews",
    metadata,
    Column("report_id", ExactText, primary_key=True),
    Column("version_number", Integer, primary_key=True),
    Column("reviewer_id", ExactText, primary_key=True),
    needed("score", Stored(RadpeerScore)),
    needed("comment"),
    needed("reviewed_at", UtcTime),
    needed("row_hash"),
    one_of("score", RadpeerScore),
    check("comment", "score IN ('1', '2a') OR trim(comment) <> ''"),
    ForeignKeyConstraint(
        ["report_id", "version_number"],
        ["report_versions.report_id", "report_versions.version_number"],
    ),
)

displayed_frames = Table(
    "displayed_frames",
    metadata,
    Column("study_instance_uid", ExactText, primary_key=True),
    Column("sop_instance_uid", ExactText, primary_key=True),
    Column("frame_number", Integer, primary_key=True),
    Column("viewer_id", ExactText, primary_key=True),
    needed("first_displayed_at", UtcTime),
    Column("diagnostic_at", UtcTime),
    Column("shown_ms", BigInteger, nullable=False, server_default="0"),
)

measurements = Table(
    "measurements",
    metadata,
    Column("measurement_uid", ExactText, primary_key=True),
    Column("study_instance_uid", ExactText, nullable=False, index=True),
    needed("sop_instance_uid"),
    needed("frame_number", Integer),
    needed("author_id"),
    needed("content"),
)

audit = Table(
    "audit",
    metadata,
    Column("sequence_number", Integer, primary_key=True, autoincrement=False),
    needed("action", Stored(AuditAction)),
    needed("actor_id"),
    needed("at", UtcTime),
    Column("study_instance_uid", ExactText, nullable=False, index=True),
    needed("report_id"),
    needed("detail"),
    needed("previous_hash"),
    needed("row_hash"),
)
