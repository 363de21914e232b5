"""What the application needs of image files and of what decodes them. Adapters implement these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from readstation.domain.study import Instance

if TYPE_CHECKING:
    from readstation.app.importing.instance_header import InstanceHeader
    from readstation.app.jobs import FramePriority, JobContext
    from readstation.app.reading.key_object_selection import FiledSelection, KeyObjectSelection
    from readstation.app.reading.measurement_report import MeasurementReport
    from readstation.app.viewport.image_description import ImageDescription
    from readstation.app.viewport.packed_descriptions import PackedDescriptions
    from readstation.domain.errors import CannotDisplayError
    from readstation.imaging.frame import StoredFrame
    from readstation.imaging.presentation_state import PresentationState


class ImageStore(Protocol):
    """Local files, each named by the hash of its content."""

    def add(self, content: bytes) -> str:
        """Store bytes durably and return their SHA-256 in hex. Storing twice is a no-op."""
        ...

    def forget(self, content_sha256: str) -> None:
        """Remove bytes that were stored but never indexed."""
        ...

    def path(self, content_sha256: str) -> Path:
        """Return the file, checked against its name.

        Raises
        ------
        TamperedError
            If the bytes are not the ones that were stored.
        NotFoundError
            If there is no such file.
        """
        ...


class UncheckedFrame(Protocol):
    """One frame read from its stored file, whose hash is not yet compared.

    The frames of one call lie in one volume, which stays in memory as long as any of them does:
    that suits keeping and letting go of whole series.
    """

    @property
    def size_bytes(self) -> int:
        """Bytes that it takes in memory until the hash is compared; always the same."""
        ...

    def checked(self) -> StoredFrame:
        """Compare the hash of the very bytes that were read, once, and return the stored values.

        Raises
        ------
        CannotDisplayError
            If they are not the bytes that were imported, or are of another image.
        """
        ...


class FrameScratch(Protocol):
    """Decoded frames on disk for as long as the session lasts. Safe from any job lane.

    Whatever goes wrong here costs time, never pixels: the frame is decoded again.
    """

    def holds(self, content_sha256: str, frame_number: int) -> bool: ...

    def read(self, content_sha256: str, frame_number: int) -> StoredFrame | None:
        """Return the very frame that was written, or None."""
        ...

    def write(self, content_sha256: str, frame_number: int, frame: StoredFrame) -> bool:
        """Keep a frame; False if nothing more can be kept now."""
        ...

    def close(self) -> None:
        """Remove everything."""
        ...


class FrameSource(Protocol):
    """Pixels and what describes them, decoded outside this process. Safe from any job lane."""

    def describe(self, instance: Instance) -> tuple[ImageDescription, ...]:
        """Return one description per frame of `instance`."""
        ...

    def describe_packed(
        self, instance: Instance, priority: FramePriority = ...
    ) -> tuple[tuple[ImageDescription, ...], PackedDescriptions | None]:
        """Return the same, and what the database keeps of it; None if it is too much to keep."""
        ...

    def unpack(
        self, packed: Iterable[PackedDescriptions]
    ) -> Iterator[tuple[ImageDescription, ...] | None]:
        """Yield kept descriptions as values, each when it is asked for, without a decoder.

        None stands for what other code described, or what makes no sense: describe it anew.
        """
        ...

    def load(
        self, instance: Instance, frame_number: int, priority: FramePriority = ...
    ) -> StoredFrame:
        """Return the stored values of one frame; by default somebody is waiting to see it.

        Raises
        ------
        CannotDisplayError
            With the reason, in the reader's words.
        """
        ...

    def preview(self, instance: Instance, frame_number: int) -> StoredFrame | None:
        """Return a first look at a frame whose decoding takes long: fewer rows and columns.

        None where there is none, or where anything is wrong: `load` says what. Its values are
        rough means, not to be measured, and it has no overlays. It is for the eye until the frame
        itself is there, marked as a preview.
        """
        ...

    def load_plain(
        self, wanted: Sequence[tuple[Instance, int]], job: JobContext
    ) -> Iterator[tuple[Instance, int, UncheckedFrame]]:
        """Yield uncompressed frames, read straight from their files, in the order asked.

        Instances come with frame numbers. Frames that need a decoder, or are unusual in any way,
        are left out: `load` is for them. Cancellation is noticed between files.
        """
        ...

    def load_many(
        self, wanted: Sequence[tuple[Instance, int]], job: JobContext, priority: FramePriority = ...
    ) -> Iterator[tuple[Instance, int, StoredFrame | CannotDisplayError]]:
        """Decode frames on one worker, which never waits for a request.

        Yields each as soon as it is there, in the order asked unless somebody overtakes; after
        each the job may be cancelled. A more urgent request (`load` of a visible frame) gets the
        worker once the frame it works on is done. Two runs at a time keep two workers busy. Close
        the iterator if you leave it early.
        """
        ...

    def presentation_state(self, instance: Instance) -> PresentationState:
        """Return what a stored presentation state says.

        Raises
        ------
        CannotDisplayError
            If it is of a kind that is not applied, or contradicts itself.
        """
        ...

    def header(self, content_sha256: str) -> InstanceHeader:
        """Read and check the header of a stored file, as importing does; or RefusedInputError."""
        ...

    def encode_presentation_state(
        self, state: PresentationState, image: Instance, now: datetime
    ) -> bytes:
        """Return the file of a presentation state; patient and study are those of `image`."""
        ...

    def measurement_report(self, instance: Instance) -> MeasurementReport:
        """Return the measurements of a stored structured report.

        Raises
        ------
        CannotDisplayError
            If it is none.
        """
        ...

    def key_objects(self, instance: Instance) -> FiledSelection:
        """Return what a stored key object selection names, whoever made it.

        Raises
        ------
        CannotDisplayError
            If it is none.
        """
        ...

    def encode_measurement_report(
        self, report: MeasurementReport, image: Instance, now: datetime
    ) -> bytes:
        """Return the file of a report of measurements; patient and study are those of `image`."""
        ...

    def encode_key_objects(
        self, selection: KeyObjectSelection, image: Instance, now: datetime
    ) -> bytes:
        """Return the file of a selection of key images; patient and study are those of `image`."""
        ...

    def close(self) -> None: ...
