"""One file, opened for decoding: checks first, then frames one at a time."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from readstation.adapters.decode.codecs import decode_codestream, decode_rle, rle_segments
from readstation.adapters.decode.codestream import Codestream, check_codestream, read_codestream
from readstation.adapters.decode.fragments import (
    Fragments,
    check_native_length,
    find_fragments,
)
from readstation.adapters.decode.native import check_native, clear_unused_bits, read_native_frame
from readstation.adapters.decode.self_test import require_trusted
from readstation.adapters.decode.transfer_syntaxes import Codec, TransferSyntax, transfer_syntax
from readstation.adapters.dicom.attributes import Attributes, parse_header, quiet_parsing
from readstation.adapters.dicom.overlays import OverlayGroup, read_overlay_groups
from readstation.adapters.dicom.part10 import OpenedFile, open_part10
from readstation.adapters.dicom.pixel_geometry import PixelGeometry, read_pixel_geometry
from readstation.app.importing.refusals import refusal

CHECKED_FRAMES = 64
HEADER_BYTES = 64 * 1024


class FrameFile:
    """The frames of one file. Needs pixels and a transfer syntax, but no patient or study."""

    def __init__(self, opened: OpenedFile, attributes: Attributes, geometry: PixelGeometry) -> None:
        element = opened.structure.pixel_element
        if element is None:
            raise refusal("NOT_AN_IMAGE")
        self._opened = opened
        self._element = element
        self.attributes = attributes
        self.geometry = geometry
        self.syntax: TransferSyntax = transfer_syntax(opened.transfer_syntax_uid)
        self._fragments: Fragments | None = None
        self.notes: tuple[str, ...] = ()
        self._locate()

    def close(self) -> None:
        self._opened.source.close()

    @cached_property
    def overlay_groups(self) -> tuple[OverlayGroup, ...]:
        """The usable overlays of the file."""
        with quiet_parsing():
            return read_overlay_groups(self.attributes, self.geometry)[0]

    def check(self) -> None:
        """Compare the codestream headers with the data set, without decoding."""
        if self._fragments is None:
            return
        for index in range(min(self.geometry.number_of_frames, CHECKED_FRAMES)):
            data = self._fragments.read(self._opened.source, index)
            if self.syntax.codec is Codec.RLE:
                rle_segments(data, self.geometry)
            else:
                self._check_header(data)

    def stored_values(self, frame_index: int) -> NDArray[Any]:
        """Decode one frame to stored values, unused bits cleared, colour as stored."""
        cells, kept_bits = self.cells(frame_index)
        return clear_unused_bits(cells, self.geometry, kept_bits)

    def cells(self, frame_index: int) -> tuple[NDArray[Any], int]:
        """Decode one frame to pixel cells, and say how many of their bits are as stored.

        Overlays may lie in the bits that are no part of the stored value.
        """
        if not 0 <= frame_index < self.geometry.number_of_frames:
            raise refusal("NO_SUCH_FRAME", f"it has {self.geometry.number_of_frames}")
        require_trusted(self.syntax)
        return self._decode(frame_index)

    def colour_transform(self, frame_index: int) -> bool | None:
        """Return what the frame's own marks say of YCbCr (JPEG only)."""
        if self._fragments is None or self.syntax.codec is not Codec.JPEG:
            return None
        data = self._fragments.read(self._opened.source, frame_index)
        return read_codestream(data, self.syntax).colour_transform

    def _locate(self) -> None:
        source = self._opened.source
        if self._element.is_undefined_length != self.syntax.is_encapsulated:
            kind = "compressed" if self._element.is_undefined_length else "uncompressed"
            raise refusal("CODESTREAM_MISMATCH", f"the pixels are {kind}")
        if self.syntax.is_encapsulated:
            with quiet_parsing():
                self._fragments = find_fragments(
                    source, self._element, self.attributes, self.geometry
                )
            if not self._fragments.has_delimiter:
                self.notes = ("the pixel data end without a delimiter",)
        else:
            check_native(self.geometry)
            note = check_native_length(self._element, self.geometry, source)
            self.notes = (note,) if note else ()

    def _decode(self, frame_index: int) -> tuple[NDArray[Any], int]:
        if self._fragments is None:
            native = read_native_frame(
                self._opened.source,
                self._element,
                self.geometry,
                frame_index,
                is_little_endian=self._opened.encoding.is_little_endian,
            )
            return native, self.geometry.bits_allocated
        data = self._fragments.read(self._opened.source, frame_index)
        if self.syntax.codec is Codec.RLE:
            return decode_rle(data, self.geometry), self.geometry.bits_allocated
        found = self._check_header(data)
        return decode_codestream(data, found, self.geometry, self.syntax.codec), found.precision

    def _check_header(self, data: bytes) -> Codestream:
        found = read_codestream(data, self.syntax)
        check_codestream(found, self.geometry, self.syntax)
        return found


def open_frames(path: Path) -> FrameFile:
    """Open a file for its pixels alone; identity is not needed."""
    opened = open_part10(path)
    try:
        with quiet_parsing():
            attributes = parse_header(opened)
            element = opened.structure.pixel_element
            if element is None:
                raise refusal("NOT_AN_IMAGE")
            geometry = read_pixel_geometry(attributes, element.tag)
        return FrameFile(opened, attributes, geometry)
    except BaseException:
        opened.source.close()
        raise
