"""The frames of a video: decoded in order, with the last ones kept for whoever steps back."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from readstation.adapters.decode.fragments import Items
from readstation.adapters.decode.frame_readers import NO_DELIMITER
from readstation.adapters.decode.transfer_syntaxes import TransferSyntax
from readstation.adapters.decode.video_stream import JoinedParts, VideoStream
from readstation.adapters.dicom.byte_source import ByteSource
from readstation.adapters.dicom.pixel_geometry import PixelGeometry
from readstation.app.importing.refusals import refusal

DECODED_BITS = 8
STEREO = "1.2.840.10008.1.2.4.106"
KEPT_BYTES = 48 * 1024**2


@dataclass(slots=True)
class VideoFrames:
    """One video stream in any number of fragments (PS3.5 A.4.5 to A.4.9)."""

    source: ByteSource
    items: Items
    declared: PixelGeometry
    syntax: TransferSyntax
    notes: tuple[str, ...] = ()
    _stream: VideoStream | None = None
    _kept: OrderedDict[int, NDArray[np.uint8]] = field(default_factory=OrderedDict)

    def __post_init__(self) -> None:
        self.notes = () if self.items.has_delimiter else (NO_DELIMITER,)
        if self.syntax.uid.startswith(STEREO):
            self.notes = (*self.notes, "of this stereo video only the base view is shown")

    @property
    def geometry(self) -> PixelGeometry:
        """Frames come out as RGB of eight bits, whatever they are inside the stream."""
        return replace(
            self.declared,
            photometric_interpretation="RGB",
            bits_allocated=DECODED_BITS,
            bits_stored=DECODED_BITS,
            low_bit=0,
            is_signed=False,
            is_planar=False,
        )

    def check(self, frames: int) -> None:
        if frames == 1:
            return  # the pictures are counted when the file is imported, not each time it is seen
        packets, wanted = self._checked().count_packets(), self.declared.number_of_frames
        if packets < wanted:
            raise refusal("CODESTREAM_MISMATCH", f"{packets} pictures, not {wanted}")
        if packets > wanted:
            self.notes = (*self.notes, f"the video holds {packets} pictures, not {wanted}")

    def read(self, frame_index: int) -> tuple[NDArray[Any], int]:
        if frame_index not in self._kept:
            self._keep(frame_index, self._decode(frame_index))
        self._kept.move_to_end(frame_index)
        return self._kept[frame_index], DECODED_BITS

    def _decode(self, frame_index: int) -> NDArray[np.uint8]:
        stream = self._at(frame_index)
        picture = stream.read()
        if picture is None:
            raise _ends_early(stream.position)
        if picture.shape[:2] != (self.declared.rows, self.declared.columns):
            raise refusal("CODESTREAM_MISMATCH", "the size of the video changes")
        return picture

    def steps_to(self, frame_index: int) -> int:
        """Return how many frames are decoded to get one."""
        if frame_index in self._kept:
            return 0
        position = self._stream.position if self._stream is not None else 0
        return frame_index + 1 - (position if position <= frame_index else 0)

    def colour_transform(self, frame_index: int) -> bool | None:  # noqa: ARG002 - see FrameReader
        return None

    def _at(self, frame_index: int) -> VideoStream:
        stream = self._stream
        if stream is None or stream.position > frame_index:
            stream = self._checked()
        while stream.position < frame_index:
            if not stream.skip():
                raise _ends_early(stream.position)
        return stream

    def _checked(self) -> VideoStream:
        """Open the stream at its beginning, compared with the data set."""
        if self._stream is not None:
            self._stream.close()
        self._stream = None
        stream = VideoStream(JoinedParts(self.source, self.items.fragments))
        problem = _contradiction(stream, self.declared, self.syntax)
        if problem:
            stream.close()
            raise refusal("CODESTREAM_MISMATCH", problem)
        self._stream = stream
        return stream

    def _keep(self, frame_index: int, picture: NDArray[np.uint8]) -> None:
        self._kept[frame_index] = picture
        while len(self._kept) > max(KEPT_BYTES // picture.nbytes, 1):
            self._kept.popitem(last=False)


def _contradiction(stream: VideoStream, geometry: PixelGeometry, syntax: TransferSyntax) -> str:
    if stream.codec != syntax.stream:
        return f"it is not {syntax.name}"
    if (stream.rows, stream.columns) != (geometry.rows, geometry.columns):
        size = f"{stream.columns} x {stream.rows}"
        return f"{size} pixels, not {geometry.columns} x {geometry.rows}"
    if geometry.samples_per_pixel != 3:
        return "the video is in colour"
    return ""


def _ends_early(frames: int) -> Exception:
    return refusal("TRUNCATED", f"the video ends after {frames} frames")
