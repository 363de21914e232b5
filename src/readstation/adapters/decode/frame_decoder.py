"""One file, opened for decoding: checks first, then frames one at a time."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from readstation.adapters.decode.codecs import Room, no_room
from readstation.adapters.decode.colour import read_palette
from readstation.adapters.decode.fragments import (
    Items,
    find_codestreams,
    find_fragments,
    read_items,
)
from readstation.adapters.decode.frame_readers import (
    ComponentFrames,
    FragmentFrames,
    FrameReader,
    NativeFrames,
)
from readstation.adapters.decode.native import clear_unused_bits
from readstation.adapters.decode.reduced_frames import trusted_for_reduction
from readstation.adapters.decode.self_test import require_trusted
from readstation.adapters.decode.transfer_syntaxes import Codec, TransferSyntax, transfer_syntax
from readstation.adapters.dicom.attributes import Attributes, parse_header, quiet_parsing
from readstation.adapters.dicom.byte_source import ByteSource
from readstation.adapters.dicom.look_up_tables import read_padding
from readstation.adapters.dicom.overlays import OverlayGroup, read_overlay_groups
from readstation.adapters.dicom.part10 import OpenedFile, find_dataset
from readstation.adapters.dicom.pixel_geometry import PixelGeometry, read_pixel_geometry
from readstation.adapters.dicom.structure import Element
from readstation.app.importing.refusals import refusal
from readstation.imaging.frame import PixelPadding

CHECKED_FRAMES = 64


class FrameFile:
    """The frames of one file. Needs pixels and a transfer syntax, but no patient or study."""

    def __init__(self, opened: OpenedFile, attributes: Attributes, geometry: PixelGeometry) -> None:
        element = opened.structure.pixel_element
        if element is None:
            raise refusal("NOT_AN_IMAGE")
        self._opened = opened
        self.attributes = attributes
        self.syntax: TransferSyntax = transfer_syntax(opened.transfer_syntax_uid)
        self._reader = self._make_reader(element, geometry)
        self.geometry = self._reader.geometry

    @property
    def is_one_grey_frame(self) -> bool:
        """Whether it is one compressed grey frame: little of the header matters to that."""
        photometric = self.geometry.photometric_interpretation
        return (
            isinstance(self._reader, FragmentFrames)
            and self.geometry.number_of_frames == 1
            and photometric in {"MONOCHROME1", "MONOCHROME2"}
        )

    def alike(self, source: ByteSource, pixel_offset: int) -> FrameFile:
        """Return a file of one grey frame whose header says the same of its pixels as this one's.

        It is not read: whoever asks has compared the two; see `opened_files`.
        """
        structure = self._opened.structure
        element = structure.pixel_element and replace(
            structure.pixel_element, value_offset=pixel_offset
        )
        opened = replace(
            self._opened, source=source, structure=replace(structure, pixel_element=element)
        )
        other = FrameFile(opened, self.attributes, self.geometry)
        other.overlay_groups, other.pixel_padding = self.overlay_groups, self.pixel_padding
        return other

    @property
    def notes(self) -> tuple[str, ...]:
        """What is odd about the pixel data, as far as it was looked at."""
        return self._reader.notes

    def close(self) -> None:
        self._opened.source.close()

    @cached_property
    def overlay_groups(self) -> tuple[OverlayGroup, ...]:
        """The usable overlays of the file."""
        with quiet_parsing():
            return read_overlay_groups(self.attributes, self.geometry)[0]

    @cached_property
    def pixel_padding(self) -> PixelPadding | None:
        """The stored values that stand for no measurement."""
        return read_padding(self.attributes, self.geometry)

    @cached_property
    def palette(self) -> tuple[NDArray[np.uint8], int]:
        """The colours of a palette image, and the stored value of the first."""
        with quiet_parsing():
            return read_palette(self.attributes, is_signed=self.geometry.is_signed)

    def check(self, frames: int = CHECKED_FRAMES) -> None:
        """Compare the headers of the first frames with the data set, without decoding."""
        self._reader.check(frames)

    def stored_values(self, frame_index: int) -> NDArray[Any]:
        """Decode one frame to stored values, unused bits cleared, colour as stored."""
        cells, kept_bits = self.cells(frame_index)
        return clear_unused_bits(cells, self.geometry, kept_bits)

    def cells(self, frame_index: int, room: Room = no_room) -> tuple[NDArray[Any], int]:
        """Decode one frame to pixel cells, and say how many of their bits are as stored.

        Overlays may lie in the bits that are no part of the stored value. The cells may lie in
        memory of `room`.
        """
        self._require_frame(frame_index)
        if isinstance(self._reader, FragmentFrames):
            return self._reader.read(frame_index, room)
        return self._reader.read(frame_index)

    def reduced_cells(self, frame_index: int) -> tuple[NDArray[Any], int] | None:
        """Decode one frame as `cells` does, but smaller; None where there is no gain in that."""
        self._require_frame(frame_index)
        if not isinstance(self._reader, FragmentFrames):
            return None
        require_trusted(trusted_for_reduction(self.syntax))
        return self._reader.reduced(frame_index)

    def _require_frame(self, frame_index: int) -> None:
        if not 0 <= frame_index < self.geometry.number_of_frames:
            raise refusal("NO_SUCH_FRAME", f"it has {self.geometry.number_of_frames}")
        require_trusted(self.syntax)

    def colour_transform(self, frame_index: int) -> bool | None:
        """Return what the frame's own marks say of YCbCr (JPEG and JPEG XL only)."""
        return self._reader.colour_transform(frame_index)

    def steps_to(self, frame_index: int) -> int:
        """Return how many frames are decoded to get one: more than it alone in a video."""
        return self._reader.steps_to(frame_index)

    def _make_reader(self, element: Element, geometry: PixelGeometry) -> FrameReader:
        source, syntax = self._opened.source, self.syntax
        if element.is_undefined_length != syntax.is_encapsulated:
            kind = "compressed" if element.is_undefined_length else "uncompressed"
            raise refusal("CODESTREAM_MISMATCH", f"the pixels are {kind}")
        if not syntax.is_encapsulated:
            is_little_endian = self._opened.encoding.is_little_endian
            return NativeFrames(source, element, geometry, is_little_endian)
        if syntax.codec is Codec.VIDEO:
            return video_frames(source, read_items(source, element), geometry, syntax)
        if syntax.codec is Codec.JPEG_2000_COMPONENTS and geometry.samples_per_pixel == 1:
            return ComponentFrames(source, find_codestreams(source, element), geometry, syntax)
        fragments = find_fragments(source, element, self.attributes, geometry)
        return FragmentFrames(source, fragments, geometry, syntax)


def video_frames(
    source: ByteSource, items: Items, geometry: PixelGeometry, syntax: TransferSyntax
) -> FrameReader:
    """Return the reader of a video; only then is OpenCV loaded."""
    from readstation.adapters.decode.video_frames import VideoFrames  # noqa: PLC0415 - 0.3 s

    return VideoFrames(source, items, geometry, syntax)


def open_frames(path: Path) -> FrameFile:
    """Open a file for its pixels alone; identity is not needed."""
    return frames_in(ByteSource(path))


def frames_in(source: ByteSource) -> FrameFile:
    """Do the same with the bytes of a file, which are let go of where it is refused."""
    opened = None
    try:
        opened = find_dataset(source)
        with quiet_parsing():
            attributes = parse_header(opened)
            element = opened.structure.pixel_element
            if element is None:
                raise refusal("NOT_AN_IMAGE")
            geometry = read_pixel_geometry(attributes, element.tag)
        return FrameFile(opened, attributes, geometry)
    except BaseException:
        (source if opened is None else opened.source).close()
        raise
