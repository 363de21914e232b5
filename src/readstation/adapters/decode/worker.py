"""The decode worker: the only process in which untrusted bytes are parsed and decoded.

Started as `python -m readstation.adapters.decode.worker CONNECTION PIXELS PIXELS`. Requests and
replies are JSON; pixels go into one of the files that both processes hold, which the request
names. It holds no database and no secrets, and works under limits, so that whatever a file does
to it costs one request.
"""

from __future__ import annotations

import gc
import multiprocessing.connection
import os
import sys
import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import lru_cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from readstation.adapters.decode.colour import to_rgb
from readstation.adapters.decode.decoder_facts import decoder_facts
from readstation.adapters.decode.described_frames import pack_frames
from readstation.adapters.decode.frame_decoder import FrameFile
from readstation.adapters.decode.native import clear_unused_bits
from readstation.adapters.decode.opened_files import OpenedFiles
from readstation.adapters.decode.plain_values import to_plain
from readstation.adapters.decode.presentation_states import (
    load_key_objects,
    load_measurement_report,
    load_presentation_state,
)
from readstation.adapters.decode.request_inbox import Inbox, to_bytes
from readstation.adapters.decode.self_test import require_trusted, self_test_all
from readstation.adapters.decode.shared_arrays import MAX_SHARED_BYTES, MIB, SharedArrays
from readstation.adapters.decode.shared_overlays import pack_overlays
from readstation.adapters.decode.swallowed_errors import refuse_swallowed_errors
from readstation.adapters.decode.worker_guard import guard_process, what_is_refused
from readstation.adapters.decode.worker_limits import limit_cpu, limit_memory, limit_process
from readstation.adapters.dicom.attributes import PARSE_FAILURES
from readstation.adapters.dicom.describe_frames import describe_frames
from readstation.adapters.dicom.media_directory import read_media_directory
from readstation.adapters.dicom.overlays import overlay_planes
from readstation.adapters.dicom.part10 import open_part10
from readstation.adapters.dicom.pixel_geometry import PixelGeometry
from readstation.adapters.dicom.read_instance import (
    ReadInstance,
    read_instance,
    require_identity,
)
from readstation.app.importing.refusals import refusal
from readstation.domain.errors import RefusedInputError
from readstation.imaging.frame import PixelPadding
from readstation.imaging.overlay_plane import OverlayPlane
from readstation.imaging.palette import palette_colours

MEMORY_BYTES = {"inspect": 640 * MIB}
DEFAULT_MEMORY_BYTES = 1536 * MIB
CPU_S = 15
FRAME_CPU_S = 1
VIDEO_SAMPLES_PER_CPU_S = 50_000_000
CPU_S_PER_MILLION_SAMPLES = 2  # JPEG 2000, the slowest, needs 0.12
MOST_FRAMES_INSPECTED = 500
"""Files with more are described when they are opened: inspecting has its limit of time."""
EXPECTED_FAILURES = (
    *PARSE_FAILURES,
    BufferError,
    EOFError,
    MemoryError,
    RuntimeError,
    zlib.error,
)

Request = dict[str, Any]
Reply = dict[str, Any]


class Worker:
    """Answers requests until the connection closes."""

    def __init__(self, pixels: Sequence[int]) -> None:
        self._shared = [SharedArrays(descriptor) for descriptor in pixels]
        self._files = OpenedFiles()
        self.operations: dict[str, Callable[[Request], Reply]] = {
            "inspect": self._inspect,
            "describe": self._describe,
            "decode": self._decode,
            "preview": self._preview,
            "count": self._count,
            "directory": self._directory,
            "presentation_state": self._presentation_state,
            "measurement_report": self._measurement_report,
            "key_objects": self._key_objects,
            "self_test": self._self_test,
            "guards": self._guards,
        }

    def answer(self, request: Request) -> Reply:
        """Answer one request; every failure becomes a typed refusal."""
        try:
            return self.operations[request["operation"]](request)
        except RefusedInputError as refused:
            return {"refused": [refused.code, refused.message, refused.remedy]}
        except MemoryError:
            return _refused(refusal("TOO_LARGE", "the memory limit is reached"))
        except RecursionError:
            return _refused(refusal("TOO_DEEP"))
        except EXPECTED_FAILURES as problem:
            return _refused(refusal("MALFORMED", type(problem).__name__))

    def _inspect(self, request: Request) -> Reply:
        opened = open_part10(Path(request["path"]))
        try:
            instance = read_instance(opened)
            require_identity(instance)
            notes = self._check_pixels(instance)
            descriptions = self._described_or_none(instance)
        finally:
            opened.source.close()
        plain = instance.header.to_plain()
        plain["warnings"] = [*plain["warnings"], *notes]
        return {"header": plain, "descriptions": descriptions}

    def _check_pixels(self, instance: ReadInstance) -> tuple[str, ...]:
        if instance.geometry is None:
            return ()
        frames = FrameFile(instance.opened, instance.attributes, instance.geometry)
        frames.check()
        return frames.notes

    def _describe(self, request: Request) -> Reply:
        opened = open_part10(Path(request["path"]))
        try:
            instance = read_instance(opened)
            return self._packed(instance)
        finally:
            opened.source.close()

    def _packed(self, instance: ReadInstance) -> Reply:
        decoder = decoder_facts(instance.opened.transfer_syntax_uid)
        return {**pack_frames(describe_frames(instance, decoder, self._pixel_notes(instance)))}

    def _described_or_none(self, instance: ReadInstance) -> Reply | None:
        """Describe what is read anyway; where that fails, whoever opens the image is told."""
        if instance.geometry is None or instance.geometry.number_of_frames > MOST_FRAMES_INSPECTED:
            return None
        try:
            return self._packed(instance)
        except (RefusedInputError, *EXPECTED_FAILURES):
            return None

    def _pixel_notes(self, instance: ReadInstance) -> tuple[str, ...]:
        """Return what is odd about the pixel data; what is wrong is said when they are decoded."""
        if instance.geometry is None:
            return ()
        try:
            frames = FrameFile(instance.opened, instance.attributes, instance.geometry)
            frames.check(1)
        except RefusedInputError:
            return ()
        return frames.notes

    def _decode(self, request: Request) -> Reply:
        frames, index = self._files.file(request["path"]), request["frame_index"]
        require_trusted(frames.syntax)
        limit_cpu(_allowed_cpu_s(frames.geometry, frames.steps_to(index)))
        geometry = frames.geometry
        planes: tuple[OverlayPlane, ...] = ()
        with refuse_swallowed_errors():
            cells, kept_bits = frames.cells(index, self._pixels_of(request).room)
            if request["as_shown"]:
                planes = overlay_planes(frames.overlay_groups, geometry, index, cells, kept_bits)
            values = clear_unused_bits(cells, geometry, kept_bits, in_place=True)
            if request["as_shown"]:
                values = shown_values(frames, values, index)
        overlays, records = pack_overlays(planes)
        return self._reply(request, frames, {"pixels": values, **overlays}, records)

    def _preview(self, request: Request) -> Reply:
        """Decode a frame at reduced resolution, without overlays; no arrays where there is none."""
        frames, index = self._files.file(request["path"]), request["frame_index"]
        limit_cpu(_allowed_cpu_s(frames.geometry, 1))
        with refuse_swallowed_errors():
            reduced = frames.reduced_cells(index)
            if reduced is None:
                return {"arrays": []}
            values = clear_unused_bits(reduced[0], frames.geometry, reduced[1], in_place=True)
            values = shown_values(frames, values, index)
        return self._reply(request, frames, {"pixels": values}, [])

    def _reply(
        self,
        request: Request,
        frames: FrameFile,
        arrays: dict[str, NDArray[Any]],
        overlays: list[dict[str, Any]],
    ) -> Reply:
        geometry = frames.geometry
        return {
            "arrays": self._pixels_of(request).write(arrays),
            "overlays": overlays,
            "number_of_frames": geometry.number_of_frames,
            "photometric_interpretation": geometry.photometric_interpretation,
            "bits_stored": geometry.bits_stored,
            "is_signed": geometry.is_signed,
            "pixel_padding": _plain_padding(frames.pixel_padding),
        }

    def _pixels_of(self, request: Request) -> SharedArrays:
        return self._shared[request.get("slot", 0)]

    def _count(self, request: Request) -> Reply:
        return {"number_of_frames": self._files.file(request["path"]).geometry.number_of_frames}

    def _presentation_state(self, request: Request) -> Reply:
        return {"state": to_plain(load_presentation_state(Path(request["path"])))}

    def _measurement_report(self, request: Request) -> Reply:
        return {"report": to_plain(load_measurement_report(Path(request["path"])))}

    def _key_objects(self, request: Request) -> Reply:
        return {"selection": to_plain(load_key_objects(Path(request["path"])))}

    def _directory(self, request: Request) -> Reply:
        return {"files": read_media_directory(Path(request["path"]))}

    def _self_test(self, _request: Request) -> Reply:
        return {"rows": [asdict(row) for row in self_test_all()]}

    def _guards(self, _request: Request) -> Reply:
        return {"guards": what_is_refused()}


def shown_values(frames: FrameFile, values: NDArray[Any], index: int) -> NDArray[Any]:
    """Return what a viewport takes: grey as stored, colour as RGB."""
    geometry = frames.geometry
    if geometry.photometric_interpretation == "PALETTE COLOR":
        return palette_colours(values, *frames.palette)
    if geometry.samples_per_pixel == 3:
        return to_rgb(values, geometry, colour_transform=frames.colour_transform(index))
    return values


def _allowed_cpu_s(geometry: PixelGeometry, frames: int) -> int:
    """Return how long a frame may take: damaged data can keep a codec busy for long."""
    samples = geometry.rows * geometry.columns * geometry.samples_per_pixel
    further = samples * frames // VIDEO_SAMPLES_PER_CPU_S  # that a video decodes on the way
    return FRAME_CPU_S + samples * CPU_S_PER_MILLION_SAMPLES // 1_000_000 + further


@lru_cache(maxsize=16)
def _plain_padding(padding: PixelPadding | None) -> Any:
    return to_plain(padding)


def _refused(refused: RefusedInputError) -> Reply:
    return {"refused": [refused.code, refused.message, refused.remedy]}


def serve(connection: Connection, worker: Worker) -> None:
    """Answer requests until the other end closes."""
    inbox = Inbox(connection)
    while (message := inbox.next()) is not None:
        number, request = message
        memory = MEMORY_BYTES.get(request["operation"], DEFAULT_MEMORY_BYTES)
        limit_memory(memory)
        limit_cpu(CPU_S)
        connection.send_bytes(to_bytes(number, worker.answer(request)))


def main() -> None:
    """Run as a process: the connection, and files for pixels, as arguments."""
    limit_process(memory_bytes=DEFAULT_MEMORY_BYTES, file_bytes=MAX_SHARED_BYTES)
    handle, *pixels = sys.argv[1:]
    opened = [int(one) if one.isdecimal() else os.open(one, os.O_RDWR) for one in pixels]
    guard_process()
    gc.freeze()  # what was imported stays: no need to look through it again and again
    serve(open_connection(int(handle)), Worker(opened))


def open_connection(handle: int) -> Connection:
    """Return the inherited end of the parent's pipe."""
    if sys.platform == "win32":
        return multiprocessing.connection.PipeConnection(handle)
    return Connection(handle)


if __name__ == "__main__":
    main()
