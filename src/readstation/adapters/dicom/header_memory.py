"""Headers of one series resemble one another: what was learned from one reads the next at once.

The path of a scan through a header depends on nothing but the bytes of the element headers, of the
transfer syntax, and of sequences of undefined length. Where all of these are, byte for byte, those
of a header that was scanned before, the values lie at the same places, and no walk is needed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from readstation.adapters.dicom.header_scan import (
    IMPLICIT_LE,
    START,
    TRANSFER_SYNTAX,
    ElementPlace,
    ScannedHeader,
    places_of,
    scan_header,
)

LEARN_AFTER_HITS = 2
LEARN_AFTER_MISSES = 16
FIRST_AFTER_MISSES = 2  # a single image is on the screen before anything is learned
"""Learning takes as long as several scans: not for every header where all differ."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """The bytes of one header that steer a scan, and the places of its wanted values."""

    header: ScannedHeader
    steering: NDArray[np.intp]
    bytes_there: bytes
    values: tuple[tuple[int, int, int], ...]

    def fits(self, head: bytes) -> bool:
        """Say whether a scan of this header would go the same way."""
        if len(head) < self.header.pixel_offset:
            return False
        return np.frombuffer(head, np.uint8)[self.steering].tobytes() == self.bytes_there

    def read(self, head: bytes) -> ScannedHeader:
        """Return the values of a header that fits."""
        found = {tag: head[start:end] for tag, start, end in self.values}
        return self.header._replace(values=found)


class HeaderMemory:
    """Scans one header after another. Not for several threads at once."""

    def __init__(self, wanted: frozenset[int], pattern: Pattern | None = None) -> None:
        self._wanted = wanted
        self.pattern = pattern
        self._hits = self._misses = 0

    def scan(self, head: bytes, size: int) -> ScannedHeader:
        """Return what `scan_header` does.

        Raises
        ------
        UnusualHeaderError
        """
        if self.pattern is not None and self.pattern.fits(head):
            self._hits += 1
            return self.pattern.read(head)
        found = scan_header(head, size, self._wanted)
        self._misses += 1
        patience = FIRST_AFTER_MISSES if self.pattern is None else LEARN_AFTER_MISSES
        is_due = self._hits >= LEARN_AFTER_HITS or self._misses >= patience
        if found.pixel_offset and is_due:
            self.pattern = learn(head, found)
            self._hits = self._misses = 0
        return found


def learn(head: bytes, found: ScannedHeader) -> Pattern:
    """Walk a scanned header once more, and keep what steered the scan."""
    is_implicit = found.transfer_syntax_uid.encode() == IMPLICIT_LE
    places = list(places_of(head, found.pixel_offset, is_implicit=is_implicit))
    steers = bytearray(found.pixel_offset)
    steers[128:START] = b"\1" * (START - 128)
    for place in places:
        free = 0 if _steers(place) else place.length
        steers[place.start : place.end - free] = b"\1" * (place.end - free - place.start)
    steering = np.flatnonzero(np.frombuffer(steers, np.uint8))
    values = tuple(
        (place.tag, place.end - place.length, place.end)
        for place in places
        if place.tag in found.values
    )
    there = np.frombuffer(head, np.uint8)[steering].tobytes()
    return Pattern(found, steering, there, values)


def _steers(place: ElementPlace) -> bool:
    """Say whether the value of an element, not only its header, decides about the way."""
    return place.is_undefined_length or place.tag == TRANSFER_SYNTAX
