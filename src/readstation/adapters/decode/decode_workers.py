"""The pool of decode workers: inspects files and loads frames, from any job lane.

Frames that a reader waits for overtake whatever is queued; see `worker_queue`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from readstation.adapters.decode.described_frames import Unpacker, unpack_frames
from readstation.adapters.decode.describing_code import describing_code
from readstation.adapters.decode.frame_run import Answer, FrameRun, MakeRequest
from readstation.adapters.decode.object_writer import ObjectWriter
from readstation.adapters.decode.plain_frames import LastRead, PlainFiles, read_plain_frames
from readstation.adapters.decode.plain_values import from_plain
from readstation.adapters.decode.reducible import halvings_of
from readstation.adapters.decode.shared_overlays import unpack_overlays
from readstation.adapters.decode.transfer_syntaxes import BY_UID
from readstation.adapters.decode.worker_process import WorkerProcess, understood
from readstation.adapters.decode.worker_queue import WorkerQueue
from readstation.app.image_ports import UncheckedFrame
from readstation.app.importing.instance_header import InstanceHeader
from readstation.app.jobs import FramePriority, JobContext
from readstation.app.reading.key_object_selection import FiledSelection
from readstation.app.reading.measurement_report import MeasurementReport
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.packed_descriptions import PackedDescriptions
from readstation.domain.errors import (
    CannotDisplayError,
    NotFoundError,
    ReadStationError,
    RefusedInputError,
    TamperedError,
)
from readstation.domain.study import Instance
from readstation.imaging.frame import PixelPadding, StoredFrame
from readstation.imaging.presentation_state import PresentationState

INSPECT_S = 20.0
DECODE_S = 60.0
WORKERS = 2
PIXELS = "pixels"
MOST_KEPT_CHARACTERS = 1024**2
"""Longer descriptions (look-up tables, thousands of frames) are made anew at each opening."""


class StoredFiles(PlainFiles, Protocol):
    """The part of the image store that is needed here."""

    def path(self, content_sha256: str) -> Path: ...


class DecodeWorkers:
    """Runs requests on worker processes and replaces the ones that die."""

    def __init__(self, workers: int = WORKERS) -> None:
        self._queue = WorkerQueue(workers, WorkerProcess)

    @property
    def process_ids(self) -> list[int]:
        """The worker processes that run now."""
        return self._queue.process_ids

    def start(self) -> None:
        """Start one worker ahead of need; returns at once."""
        with self._queue.borrow(FramePriority.NEXT):
            pass

    def inspect(self, path: Path) -> InstanceHeader:
        """Read and check one file; raises RefusedInputError."""
        with self._lent(FramePriority.BACKGROUND) as worker:
            reply = worker.ask({"operation": "inspect", "path": str(path)}, INSPECT_S)
            header = InstanceHeader.from_plain(reply["header"])
            return replace(header, descriptions=_packed(reply["descriptions"]))

    def directory(self, path: Path) -> list[list[str]]:
        """Return the file components that a DICOMDIR names, unchecked."""
        with self._lent(FramePriority.BACKGROUND) as worker:
            reply = worker.ask({"operation": "directory", "path": str(path)}, INSPECT_S)
            return [[str(part) for part in parts] for parts in reply["files"]]

    def describe(self, path: Path) -> tuple[ImageDescription, ...]:
        """Return one description per frame of a file."""
        with self._lent(FramePriority.NEXT) as worker:
            reply = worker.ask({"operation": "describe", "path": str(path)}, INSPECT_S)
            return unpack_frames(reply)

    def describe_packed(
        self, path: Path, priority: FramePriority
    ) -> tuple[tuple[ImageDescription, ...], PackedDescriptions | None]:
        """Return the same, and the texts to keep; None where they are too long for that."""
        with self._lent(priority) as worker:
            reply = worker.ask({"operation": "describe", "path": str(path)}, INSPECT_S)
            return unpack_frames(reply), _packed(reply)

    def presentation_state(self, path: Path) -> PresentationState:
        """Return what a presentation state says; raises RefusedInputError."""
        with self._lent(FramePriority.NEXT) as worker:
            request = {"operation": "presentation_state", "path": str(path)}
            reply = worker.ask(request, INSPECT_S)
            state: PresentationState = from_plain(reply["state"])
        return state

    def measurement_report(self, path: Path) -> MeasurementReport:
        """Return the measurements of a structured report; raises RefusedInputError."""
        with self._lent(FramePriority.NEXT) as worker:
            request = {"operation": "measurement_report", "path": str(path)}
            reply = worker.ask(request, INSPECT_S)
            report: MeasurementReport = from_plain(reply["report"])
        return report

    def key_objects(self, path: Path) -> FiledSelection:
        """Return what a key object selection names; raises RefusedInputError."""
        with self._lent(FramePriority.NEXT) as worker:
            reply = worker.ask({"operation": "key_objects", "path": str(path)}, INSPECT_S)
            selection: FiledSelection = from_plain(reply["selection"])
        return selection

    def number_of_frames(self, path: Path) -> int:
        """Return how many frames a file has, its pixel data checked."""
        with self._lent(FramePriority.VISIBLE) as worker:
            reply = worker.ask({"operation": "count", "path": str(path)}, INSPECT_S)
            return int(reply["number_of_frames"])

    def decode(
        self,
        path: Path,
        frame_index: int,
        *,
        as_shown: bool,
        priority: FramePriority = FramePriority.VISIBLE,
    ) -> tuple[NDArray[Any], dict[str, Any]]:
        """Decode one frame; with `as_shown` colour becomes RGB. Returns pixels and facts.

        `facts["arrays"]` holds what else the worker sent, by name.
        """
        with self._lent(priority) as worker:
            reply = worker.ask(decode_request(path, frame_index, as_shown=as_shown), DECODE_S)
            return take_pixels(worker, reply)

    def preview(self, path: Path, frame_index: int) -> StoredFrame | None:
        """Decode one frame at reduced resolution as a viewport takes it; None if it has none."""
        request = {"operation": "preview", "path": str(path), "frame_index": frame_index}
        with self._lent(FramePriority.VISIBLE) as worker:
            reply = worker.ask(request, DECODE_S)
            return take_frame(worker, reply, 0) if reply["arrays"] else None

    def decode_run(
        self, requests: Sequence[MakeRequest], priority: FramePriority
    ) -> Generator[Answer[StoredFrame]]:
        """Decode frames one after the other as a viewport takes them; see `FrameRun`."""
        return FrameRun(self._queue, priority, requests, take_frame, DECODE_S).frames()

    def self_test(self) -> list[dict[str, Any]]:
        """Return one row per transfer syntax: name, decoder, vectors, and failure or ''."""
        with self._lent(FramePriority.BACKGROUND) as worker:
            rows: list[dict[str, Any]] = worker.ask({"operation": "self_test"}, DECODE_S)["rows"]
        return rows

    def guards(self) -> dict[str, bool]:
        """Return what a worker must not be able to do, and whether the system refuses it."""
        with self._lent(FramePriority.BACKGROUND) as worker:
            reply = worker.ask({"operation": "guards"}, INSPECT_S)
            return {str(name): is_refused is True for name, is_refused in reply["guards"].items()}

    def close(self) -> None:
        """End all workers, busy ones too; whoever waits for one is told that its job is over."""
        self._queue.close()

    @contextmanager
    def _lent(self, priority: FramePriority) -> Iterator[WorkerProcess]:
        with self._queue.borrow(priority) as worker:
            try:
                with understood():
                    yield worker
            except RefusedInputError as refused:
                if refused.code == "DECODER_DIED":
                    worker.close()
                raise


def decode_request(path: Path, frame_index: int, *, as_shown: bool) -> dict[str, Any]:
    """Return what is asked of a worker for one frame."""
    return {
        "operation": "decode",
        "path": str(path),
        "frame_index": frame_index,
        "as_shown": as_shown,
    }


def take_pixels(
    worker: WorkerProcess, reply: dict[str, Any], slot: int = 0
) -> tuple[NDArray[Any], dict[str, Any]]:
    """Return the pixels and facts of a decoded frame."""
    arrays = worker.take_arrays(reply["arrays"], slot)
    for values in arrays.values():
        values.flags.writeable = False
    padding = from_plain(reply["pixel_padding"])
    pixels = arrays.pop(PIXELS)
    return pixels, {**reply, "arrays": arrays, "pixel_padding": padding}


def take_frame(worker: WorkerProcess, reply: dict[str, Any], slot: int) -> StoredFrame:
    """Return a decoded frame as a viewport takes it."""
    values, facts = take_pixels(worker, reply, slot)
    return stored_frame(values, facts, facts["pixel_padding"])


def _packed(reply: dict[str, Any] | None) -> PackedDescriptions | None:
    """Return what the database may keep of a reply."""
    if reply is None:
        return None
    packed = PackedDescriptions(*(str(reply[name]) for name in ("code", "shared", "own")))
    return packed if len(packed.shared) + len(packed.own) <= MOST_KEPT_CHARACTERS else None


class StoredFrameSource(ObjectWriter):
    """The frames of stored instances: implements the port `FrameSource`."""

    def __init__(self, workers: DecodeWorkers, images: StoredFiles) -> None:
        self._workers = workers
        self._images = images
        self._last_read = LastRead()

    def describe(self, instance: Instance) -> tuple[ImageDescription, ...]:
        """Return one description per frame of `instance`."""
        with cannot_display():
            return self._workers.describe(self._images.path(instance.content_sha256))

    def describe_packed(
        self, instance: Instance, priority: FramePriority = FramePriority.NEXT
    ) -> tuple[tuple[ImageDescription, ...], PackedDescriptions | None]:
        """Return the same, and what to keep of it."""
        with cannot_display():
            path = self._images.path(instance.content_sha256)
            return self._workers.describe_packed(path, priority)

    def unpack(
        self, packed: Iterable[PackedDescriptions]
    ) -> Iterator[tuple[ImageDescription, ...] | None]:
        """Yield kept descriptions as values; None where they are old or damaged."""
        unpacker = Unpacker()
        for each in packed:
            yield _unpacked(unpacker, each)

    def load(
        self,
        instance: Instance,
        frame_number: int,
        priority: FramePriority = FramePriority.VISIBLE,
    ) -> StoredFrame:
        """Return the stored values of one frame."""
        with cannot_display():
            path = self._images.path(instance.content_sha256)
            values, facts = self._workers.decode(
                path, frame_number - 1, as_shown=True, priority=priority
            )
            with understood():
                return stored_frame(values, facts, facts["pixel_padding"])

    def preview(self, instance: Instance, frame_number: int) -> StoredFrame | None:
        """Return a first look at a frame whose decoding takes long, None if there is none.

        Whatever is wrong with the file, loading the frame itself says it.
        """
        syntax, rows, columns = (
            BY_UID.get(instance.transfer_syntax_uid),
            instance.rows,
            instance.columns,
        )
        if syntax is None or not halvings_of(rows or 0, columns or 0, syntax.codec):
            return None
        try:
            path = self._images.path(instance.content_sha256)
            return self._workers.preview(path, frame_number - 1)
        except (RefusedInputError, TamperedError, NotFoundError):
            return None

    def load_plain(
        self, wanted: Sequence[tuple[Instance, int]], job: JobContext
    ) -> Iterator[tuple[Instance, int, UncheckedFrame]]:
        """Yield those of the frames that need no decoder, in the order asked."""
        return read_plain_frames(self._images, wanted, job, self._last_read)

    def load_many(
        self,
        wanted: Sequence[tuple[Instance, int]],
        job: JobContext,
        priority: FramePriority = FramePriority.NEXT,
    ) -> Iterator[tuple[Instance, int, StoredFrame | CannotDisplayError]]:
        """Yield each frame, or the reason why it cannot be displayed."""
        requests = [partial(self._request, instance, number) for instance, number in wanted]
        with closing(self._workers.decode_run(requests, priority)) as run:
            for place, result in run:
                yield *wanted[place], displayable(result)
                job.check()

    def _request(self, instance: Instance, frame_number: int) -> dict[str, Any]:
        path = self._images.path(instance.content_sha256)
        return decode_request(path, frame_number - 1, as_shown=True)

    def presentation_state(self, instance: Instance) -> PresentationState:
        """Return what a stored presentation state says."""
        with cannot_apply():
            return self._workers.presentation_state(self._images.path(instance.content_sha256))

    def header(self, content_sha256: str) -> InstanceHeader:
        """Read and check the header of a stored file, as importing does."""
        return self._workers.inspect(self._images.path(content_sha256))

    def measurement_report(self, instance: Instance) -> MeasurementReport:
        """Return the measurements of a stored structured report."""
        with cannot_apply():
            return self._workers.measurement_report(self._images.path(instance.content_sha256))

    def key_objects(self, instance: Instance) -> FiledSelection:
        """Return what a stored key object selection names."""
        with cannot_apply():
            return self._workers.key_objects(self._images.path(instance.content_sha256))

    def close(self) -> None:
        self._workers.close()


def _unpacked(
    unpacker: Unpacker, packed: PackedDescriptions
) -> tuple[ImageDescription, ...] | None:
    if packed.code != describing_code():
        return None
    try:
        with understood():
            return unpacker.unpack(packed)
    except ReadStationError:
        return None


def stored_frame(
    values: NDArray[Any], facts: dict[str, Any], pixel_padding: PixelPadding | None = None
) -> StoredFrame:
    """Make the value that viewports take from what the worker returned."""
    is_rgb = values.ndim == 3
    bits = min(int(facts["bits_stored"]), 8) if is_rgb else int(facts["bits_stored"])
    return StoredFrame(
        stored_values=np.ascontiguousarray(values) if not values.flags.c_contiguous else values,
        photometric_interpretation="RGB" if is_rgb else str(facts["photometric_interpretation"]),
        bits_stored=bits,
        is_signed=bool(facts["is_signed"]) and not is_rgb,
        pixel_padding=None if is_rgb else pixel_padding,
        overlays=unpack_overlays(facts["overlays"], facts["arrays"]),
    )


def displayable(result: StoredFrame | ReadStationError) -> StoredFrame | CannotDisplayError:
    """Return a frame, or what stands in the image box in its place."""
    if not isinstance(result, ReadStationError):
        return result
    try:
        with cannot_display():
            raise result
    except CannotDisplayError as reason:
        return reason


@contextmanager
def cannot_apply() -> Iterator[None]:
    """Turn what is wrong with a presentation state into the sentence that stands in its place."""
    try:
        yield
    except (RefusedInputError, TamperedError, NotFoundError) as problem:
        raise CannotDisplayError(problem.message, problem.remedy) from problem


@contextmanager
def cannot_display() -> Iterator[None]:
    """Turn what is wrong with a file into the sentence that stands in the image box."""
    try:
        yield
    except (RefusedInputError, TamperedError, NotFoundError) as problem:
        message = f"This frame cannot be displayed. {problem.message}"
        raise CannotDisplayError(message, problem.remedy) from problem
