"""How the frames of one Pixel Data element are read, one class per way of storing them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from readstation.adapters.decode.bytewise import check_bytewise, decode_bytewise
from readstation.adapters.decode.codecs import Room, decode_codestream, jpeg_of, no_room
from readstation.adapters.decode.codestream import (
    Codestream,
    check_codestream,
    codestream_notes,
)
from readstation.adapters.decode.codestream_jpeg import read_jpeg
from readstation.adapters.decode.codestream_jpeg_xl import holds_jpeg
from readstation.adapters.decode.codestream_readers import read_codestream
from readstation.adapters.decode.fragments import Fragments, check_native_length
from readstation.adapters.decode.native import check_colour, check_native, read_native_frame
from readstation.adapters.decode.reduced_frames import (
    Reduced,
    reduced_frame,
)
from readstation.adapters.decode.reducible import MS_PER_MEGAPIXEL
from readstation.adapters.decode.transfer_syntaxes import BYTEWISE, Codec, TransferSyntax
from readstation.adapters.dicom.byte_source import ByteSource
from readstation.adapters.dicom.pixel_geometry import PixelGeometry
from readstation.adapters.dicom.structure import Element
from readstation.app.importing.refusals import refusal

UNDO_COLOUR = frozenset(
    {Codec.JPEG_2000, Codec.JPEG_2000_COMPONENTS, Codec.HTJ2K, Codec.JPEG_XL, Codec.VIDEO}
)
NO_DELIMITER = "the pixel data end without a delimiter"


class FrameReader(Protocol):
    """Reads and decodes the frames of one file."""

    notes: tuple[str, ...]

    @property
    def geometry(self) -> PixelGeometry:
        """What the decoded frames are made of."""
        ...

    def check(self, frames: int) -> None:
        """Compare what so many frames say of themselves with the data set, without decoding."""
        ...

    def read(self, frame_index: int) -> tuple[NDArray[Any], int]:
        """Decode one frame to pixel cells, and say how many of their bits are as stored."""
        ...

    def colour_transform(self, frame_index: int) -> bool | None:
        """Return what the frame's own marks say of YCbCr."""
        ...

    def steps_to(self, frame_index: int) -> int:
        """Return how many frames are decoded to get one."""
        ...


class OneAtATime:
    """Frames that need no other frame, and no marks of their own."""

    __slots__ = ()

    def colour_transform(self, frame_index: int) -> bool | None:  # noqa: ARG002 - see FrameReader
        return None

    def steps_to(self, frame_index: int) -> int:  # noqa: ARG002 - see FrameReader
        return 1


@dataclass(slots=True)
class NativeFrames(OneAtATime):
    """Uncompressed frames, one after the other."""

    source: ByteSource
    element: Element
    geometry: PixelGeometry
    is_little_endian: bool
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_native(self.geometry)
        note = check_native_length(self.element, self.geometry, self.source)
        self.notes = (note,) if note else ()

    def check(self, frames: int) -> None:
        """Nothing to compare: the length was checked when the file was opened."""

    def read(self, frame_index: int) -> tuple[NDArray[Any], int]:
        cells = read_native_frame(
            self.source,
            self.element,
            self.geometry,
            frame_index,
            is_little_endian=self.is_little_endian,
        )
        return cells, self.geometry.bits_allocated


@dataclass(slots=True)
class FragmentFrames(OneAtATime):
    """Encapsulated frames, each of its own fragments."""

    source: ByteSource
    fragments: Fragments
    geometry: PixelGeometry
    syntax: TransferSyntax
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.notes = () if self.fragments.has_delimiter else (NO_DELIMITER,)
        if self.syntax.codec in {Codec.ENCAPSULATED, Codec.DEFLATED_FRAMES}:
            check_native(self.geometry)
        else:
            check_colour(self.geometry, is_jpeg_2000=self.syntax.codec in UNDO_COLOUR)

    def check(self, frames: int) -> None:
        notes: dict[str, None] = dict.fromkeys(self.notes)
        for index in range(min(self.geometry.number_of_frames, frames)):
            data = self.fragments.read(self.source, index)
            if self.syntax.codec in BYTEWISE:
                check_bytewise(data, self.geometry, self.syntax.codec)
            else:
                found = self._checked(data)
                notes |= dict.fromkeys(codestream_notes(found, self.geometry, self.syntax))
        self.notes = tuple(notes)

    def read(self, frame_index: int, room: Room = no_room) -> tuple[NDArray[Any], int]:
        data = self.fragments.read(self.source, frame_index)
        if self.syntax.codec in BYTEWISE:
            cells = decode_bytewise(data, self.geometry, self.syntax.codec)
            return cells, self.geometry.bits_allocated
        found = self._checked(data)
        cells = decode_codestream(data, found, self.geometry, self.syntax.codec, room)
        return cells, found.precision

    def reduced(self, frame_index: int) -> Reduced | None:
        """Decode one frame smaller, after the same checks; None where there is no gain in that."""
        if self.syntax.codec not in MS_PER_MEGAPIXEL:
            return None
        data = self.fragments.read(self.source, frame_index)
        return reduced_frame(data, self._checked(data), self.geometry, self.syntax)

    def colour_transform(self, frame_index: int) -> bool | None:
        if self.syntax.codec in BYTEWISE:
            return None
        data = self.fragments.read(self.source, frame_index)
        if self.syntax.codec in {Codec.JPEG_XL, Codec.JPEG_XL_FROM_JPEG} and holds_jpeg(data):
            return read_jpeg(jpeg_of(data)).colour_transform
        if self.syntax.codec in {Codec.JPEG, Codec.JPEG_XL}:
            return read_codestream(data, self.syntax).colour_transform
        return None

    def _checked(self, data: bytes) -> Codestream:
        found = read_codestream(data, self.syntax)
        check_codestream(found, self.geometry, self.syntax)
        return found


@dataclass(slots=True)
class ComponentFrames(OneAtATime):
    """Grey frames that are components of JPEG 2000 part 2 codestreams (PS3.5 A.4.4, 8.2.4)."""

    source: ByteSource
    codestreams: Fragments
    geometry: PixelGeometry
    syntax: TransferSyntax
    notes: tuple[str, ...] = ()
    _places: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        self.notes = () if self.codestreams.has_delimiter else (NO_DELIMITER,)
        counts = [
            self._checked(self.codestreams.read(self.source, number)).components
            for number in range(len(self.codestreams.frames))
        ]
        if sum(counts) != self.geometry.number_of_frames:
            detail = f"{sum(counts)} components, not {self.geometry.number_of_frames} frames"
            raise refusal("CODESTREAM_MISMATCH", detail)
        self._places = tuple((n, part) for n, count in enumerate(counts) for part in range(count))

    def check(self, frames: int) -> None:
        """Nothing more: every header was read when the frames were counted."""

    def read(self, frame_index: int) -> tuple[NDArray[Any], int]:
        number, component = self._places[frame_index]
        data = self.codestreams.read(self.source, number)
        found = self._checked(data)
        decoded = decode_codestream(data, found, self.geometry, self.syntax.codec)
        frame = decoded if decoded.ndim == 2 else decoded[..., component]
        return np.ascontiguousarray(frame), found.precision

    def _checked(self, data: bytes) -> Codestream:
        found = read_codestream(data, self.syntax)
        check_codestream(found, self.geometry, self.syntax)
        return found
