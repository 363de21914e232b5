"""What the application needs from outside. Adapters implement these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from readstation.domain.audit import AuditAnchor, AuditEvent, AuditRow, ChainFault
from readstation.domain.claim import Claim, ClaimTask
from readstation.domain.reader import User
from readstation.domain.study import FrameKey

if TYPE_CHECKING:
    from readstation.app.display.display_ports import DisplayCheckRepository
    from readstation.app.identity.credentials import Credentials
    from readstation.app.study_ports import StudyRepository
    from readstation.app.viewport.packed_descriptions import PackedDescriptions
    from readstation.domain.critical_result import (
        CallAttempt,
        CriticalResult,
        CriticalResultStatus,
    )
    from readstation.domain.handoff import Handoff
    from readstation.domain.key_image import KeyImage
    from readstation.domain.measurement import Measurement
    from readstation.domain.order import Order
    from readstation.domain.quality import QualityReview
    from readstation.domain.report import Draft, ReportVersion
    from readstation.domain.worklist import WorklistItem
    from readstation.domain.worklist_lists import ReaderFacts


class Clock(Protocol):
    """The time of this station: aware datetimes in UTC, so that tests can turn it."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class PasswordHasher(Protocol):
    """Slow hashes of passwords, and whether one fits."""

    def hash(self, password: str) -> str: ...

    def verify(self, password_hash: str, password: str) -> bool: ...

    def needs_rehash(self, password_hash: str) -> bool: ...


class DescriptionRepository(Protocol):
    """Descriptions of images as they were packed, each under the hash of its file."""

    def put(self, packed: Mapping[str, PackedDescriptions]) -> None:
        """Keep descriptions by content_sha256, in place of what other code described."""
        ...

    def of_study(
        self, study_instance_uid: str, series_instance_uid: str | None = None
    ) -> Mapping[str, PackedDescriptions]:
        """Return what is kept of a study or one series; what was damaged is left out."""
        ...


class OrderRepository(Protocol):
    """What was asked for, by study."""

    def put(self, order: Order) -> None:
        """Add an order, or replace the one of the same accession number."""
        ...

    def of_study(self, study_instance_uid: str) -> Order | None: ...

    def set_concern(self, accession_number: str, concern: str) -> None: ...


class WorklistRepository(Protocol):
    """Studies with orders, as the worklist shows them."""

    def items(self, now: datetime, viewer_id: str | None = None) -> tuple[WorklistItem, ...]:
        """Return every study with an order whose report is not signed yet, unordered.

        With `viewer_id`, the counts leave out what a blind second reader may not know.
        """
        ...

    def facts(self, reader_id: str) -> ReaderFacts:
        """Return what fills the lists of one reader."""
        ...


class ClaimRepository(Protocol):
    """Compare-and-set in one statement each; tokens only ever grow."""

    def claim(
        self,
        study_instance_uid: str,
        task: ClaimTask,
        owner_id: str,
        now: datetime,
        lease: timedelta,
    ) -> Claim:
        """Take the study, or renew an own claim.

        Raises
        ------
        ClaimLostError
            If somebody else holds a live claim; names them.
        """
        ...

    def current(self, study_instance_uid: str, task: ClaimTask) -> Claim | None:
        """Return the latest claim, live or not."""
        ...

    def renew(self, claim: Claim, now: datetime, lease: timedelta) -> Claim: ...

    def release(self, claim: Claim, now: datetime) -> None: ...

    def require(self, claim: Claim, now: datetime) -> None:
        """Refuse unless `claim` is still the newest, by owner and token (fencing).

        Raises
        ------
        ClaimLostError
        """
        ...


class ReportRepository(Protocol):
    """Reads take `viewer_id`: what a blind second reader may not see is left out by the query."""

    def add_draft(self, draft: Draft) -> None: ...

    def draft(self, report_id: str, viewer_id: str) -> Draft: ...

    def open_draft_of_study(self, study_instance_uid: str, viewer_id: str) -> Draft | None:
        """Return the report of the study that is not signed yet, if the viewer may see it."""
        ...

    def drafts_by(self, author_id: str) -> tuple[Draft, ...]: ...

    def save_draft(self, draft: Draft, expected_version: int) -> None:
        """Replace the stored draft whose version is `expected_version`.

        Raises
        ------
        ConflictError
            If it has moved on.
        """
        ...

    def add_version(self, version: ReportVersion) -> None:
        """Append an immutable version. The database refuses any later change of it."""
        ...

    def versions(self, report_id: str, viewer_id: str) -> tuple[ReportVersion, ...]: ...

    def versions_of_study(
        self, study_instance_uid: str, viewer_id: str
    ) -> tuple[ReportVersion, ...]: ...

    def latest_signed(self) -> tuple[ReportVersion, ...]:
        """Return the newest signed version of every report, newest first, for quality review."""
        ...


class CriticalResultRepository(Protocol):
    """A blind second reader gets no results of the first read; their own they do get.

    `viewer_id` None is the station itself, for clocks and escalation; never for a screen.
    """

    def add(self, result: CriticalResult) -> None: ...

    def get(self, critical_result_id: str, viewer_id: str | None) -> CriticalResult: ...

    def all(self, *, open_only: bool, viewer_id: str | None) -> tuple[CriticalResult, ...]: ...

    def of_study(
        self, study_instance_uid: str, viewer_id: str | None
    ) -> tuple[CriticalResult, ...]: ...

    def add_attempt(
        self,
        attempt: CallAttempt,
        status: CriticalResultStatus,
        closed_at: datetime | None,
    ) -> None:
        """Append an attempt and move the status, refused if somebody else did so meanwhile."""
        ...

    def set_escalation(
        self, critical_result_id: str, level: int, status: CriticalResultStatus
    ) -> None:
        """Move level and status: escalated, withdrawn, or open again."""
        ...


class HandoffRepository(Protocol):
    """Requests to other readers; each change is compare-and-set by version."""

    def add(self, handoff: Handoff) -> None: ...

    def get(self, handoff_id: str) -> Handoff: ...

    def save(self, handoff: Handoff, expected_version: int) -> None:
        """Replace the stored handoff whose version is `expected_version`, or `ConflictError`."""
        ...

    def to_reader(self, reader_id: str) -> tuple[Handoff, ...]: ...

    def from_reader(self, reader_id: str) -> tuple[Handoff, ...]: ...

    def of_study(self, study_instance_uid: str) -> tuple[Handoff, ...]: ...

    def all(self, *, open_only: bool) -> tuple[Handoff, ...]: ...


class UserRepository(Protocol):
    """Accounts. None is ever removed: records name them."""

    def put(self, user: User, password_hash: str | None = None) -> None:
        """Add a user (with a hash), or change one (a hash of None keeps the password)."""
        ...

    def get(self, user_id: str) -> User: ...

    def all(self) -> tuple[User, ...]: ...

    def credentials(self, user_id: str) -> Credentials | None: ...

    def set_login_state(
        self, user_id: str, failed_logins: int, blocked_until: datetime | None
    ) -> None: ...


class QualityRepository(Protocol):
    """Reviews of signed reports."""

    def add(self, review: QualityReview) -> None:
        """Append a review; a signer's own is refused by the database too."""
        ...

    def all(self) -> tuple[QualityReview, ...]: ...

    def of_report(self, report_id: str) -> tuple[QualityReview, ...]: ...


@dataclass(frozen=True, slots=True)
class DisplayedFrame:
    """A frame that was painted whole, for the record of what was looked at."""

    study_instance_uid: str
    frame: FrameKey
    viewer_id: str
    first_displayed_at: datetime
    diagnostic_at: datetime | None = None
    """When all of it had first been on the screen at diagnostic scale; None until then."""
    shown_ms: int = 0
    """Time on the screen; records of the same frame add up."""


class ViewingRepository(Protocol):
    """Which frames of a study a reader had on the screen, and how."""

    def add(self, frames: Iterable[DisplayedFrame]) -> None:
        """Record frames: the first time of each by a viewer is kept, time on the screen adds up."""
        ...

    def displayed(self, study_instance_uid: str) -> tuple[DisplayedFrame, ...]: ...


class MeasurementRepository(Protocol):
    """Keyed by (SOP Instance UID, frame number); never re-anchored."""

    def put(self, study_instance_uid: str, author_id: str, measurement: Measurement) -> None: ...

    def remove(self, measurement_id: str, study_instance_uid: str, viewer_id: str) -> bool:
        """Remove a measurement of this study that the viewer may see; return whether it was one."""
        ...

    def of_study(self, study_instance_uid: str, viewer_id: str) -> tuple[Measurement, ...]:
        """Return what the viewer may see: a blind second reader sees only their own."""
        ...


class KeyImageRepository(Protocol):
    """Frames marked as key images; each reader's mark is a row of its own."""

    def put(self, key_image: KeyImage) -> None:
        """Mark a frame; one that the same reader marked before keeps its time."""
        ...

    def remove(self, study_instance_uid: str, frame: FrameKey, viewer_id: str) -> bool:
        """Remove what marks of a frame the viewer may see; return whether there was one."""
        ...

    def of_study(self, study_instance_uid: str, viewer_id: str) -> tuple[KeyImage, ...]:
        """Return what the viewer may see, in the order of marking."""
        ...


class AuditLog(Protocol):
    """Events in the order they happened, each sealed to the one before."""

    def append(self, event: AuditEvent) -> None:
        """Chain one event; it becomes durable with the transaction it describes."""
        ...

    def rows(self) -> Iterator[AuditRow]: ...

    def of_study(self, study_instance_uid: str) -> tuple[AuditEvent, ...]: ...

    def head(self) -> AuditAnchor: ...

    def since(self, anchor: AuditAnchor, most: int) -> tuple[AuditEvent, ...] | None:
        """Return what was recorded after a head, in order.

        None if there are more than `most`, or if that head is no part of the log: a backup was
        restored.
        """
        ...

    def verify(self) -> tuple[int, ChainFault | None]:
        """Check the whole chain and its anchor; return how many rows hold, and the first fault."""
        ...


class FirstWork(Protocol):
    """One database transaction with what stands before the first worklist, and nothing else.

    Leaving without `commit` undoes it.
    """

    users: UserRepository
    worklist: WorklistRepository
    audit: AuditLog

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None: ...

    def commit(self) -> None:
        """Make everything durable; only after this returns may the screen say "saved".

        Raises
        ------
        StoreError
            If the database or the disk refused; nothing was kept.
        """
        ...


class UnitOfWork(FirstWork, Protocol):
    """One database transaction with everything there is."""

    studies: StudyRepository
    descriptions: DescriptionRepository
    orders: OrderRepository
    claims: ClaimRepository
    reports: ReportRepository
    critical_results: CriticalResultRepository
    handoffs: HandoffRepository
    quality: QualityRepository
    viewing: ViewingRepository
    measurements: MeasurementRepository
    key_images: KeyImageRepository
    display_checks: DisplayCheckRepository
