"""JPEG 2000 codestreams of lower resolution, made by leaving out what the highest ones add.

A wavelet image holds itself at half the size, at a quarter and so on. Where the packets of these
resolutions follow one another, a header that speaks of fewer of them makes a whole codestream of
the smaller image (ITU-T T.800 B.5, B.12): the decoder stops before the packets of the rest.
"""

from __future__ import annotations

from collections.abc import Callable

from readstation.adapters.decode.codestream_jpeg_2000 import codestream_start

SIZ, COD, QCD, PLT, PLM, TLM, COM, CAP = 0x51, 0x52, 0x5C, 0x58, 0x57, 0x55, 0x64, 0x50
START_OF_TILE, START_OF_DATA = 0x90, 0x93
HAS_PRECINCTS = 1
LAYERS_FIRST, RESOLUTIONS_FIRST = 0, (1, 2)
"""Progression orders (T.800 table A.16). With a single layer the first is one of the others too."""
DERIVED, EXPOUNDED = 1, 2
SEGMENT_HEAD = 4
TILE_HEAD = 12


class NotReducible(Exception):  # noqa: N818 - no error: the image is decoded at its full size
    """Leaves a codestream whose resolutions cannot be told apart by its headers alone."""


def reduced_codestream(data: bytes, halvings: int) -> bytes:
    """Return the codestream of the image at 1 / 2 ** halvings of its size.

    `data` has passed `read_jpeg_2000`. Raises NotReducible for what is too unusual.
    """
    if codestream_start(data):  # a JP2 file may say more of its colours
        raise NotReducible
    position, parts, levels = 2, [data[:2]], 0
    while (marker := data[position + 1]) != START_OF_TILE:
        end = _segment_end(data, position)
        content = data[position + SEGMENT_HEAD : end]
        if marker == COD:
            levels = _levels(content, halvings)
        if marker != PLM:
            kept = _rewritten(marker, content, levels, halvings)
            parts += [data[position : position + 2], (len(kept) + 2).to_bytes(2, "big"), kept]
        position = end
    _require_plain_tiles(data, position)
    return b"".join([*parts, data[position:]])


def _segment_end(data: bytes, position: int) -> int:
    return position + 2 + int.from_bytes(data[position + 2 : position + 4], "big")


def _levels(cod: bytes, halvings: int) -> int:
    """Return the number of decompositions, of an image whose packets come in a usable order."""
    is_ordered = cod[1] in RESOLUTIONS_FIRST or (cod[1] == LAYERS_FIRST and cod[2:4] == b"\0\1")
    if not is_ordered or cod[5] < halvings:
        raise NotReducible
    return cod[5]


def _rewritten(marker: int, content: bytes, levels: int, halvings: int) -> bytes:
    rewrite = REWRITTEN.get(marker)
    if rewrite is None:
        raise NotReducible
    return rewrite(content, levels, halvings)


def _as_is(content: bytes, _levels: int, _halvings: int) -> bytes:
    return content


def _size(siz: bytes, _levels: int, halvings: int) -> bytes:
    """Halve image and tiles, which begin at the origin and, if several, are halved evenly."""
    numbers = [int.from_bytes(siz[at : at + 4], "big") for at in range(2, 34, 4)]
    right, bottom, left, top, width, height, tile_left, tile_top = numbers
    if left or top or tile_left or tile_top:
        raise NotReducible
    small = [_halved(right, halvings), _halved(bottom, halvings), 0, 0]
    for whole, tile in ((right, width), (bottom, height)):
        if tile < whole and tile % (1 << halvings):
            raise NotReducible
        small.append(_halved(min(whole, tile), halvings))
    packed = b"".join(number.to_bytes(4, "big") for number in [*small, 0, 0])
    return siz[:2] + packed + siz[34:]


def _halved(length: int, halvings: int) -> int:
    return -(-length >> halvings)


def _coding(cod: bytes, levels: int, halvings: int) -> bytes:
    kept = levels - halvings
    precincts = cod[10 : 11 + kept] if cod[0] & HAS_PRECINCTS else b""
    return cod[:5] + bytes([kept]) + cod[6:10] + precincts


def _quantisation(qcd: bytes, levels: int, halvings: int) -> bytes:
    """Keep the steps of the bands that are left: one, and three for each level."""
    style = int.from_bytes(qcd[:1], "big") & 0x1F
    if style == DERIVED:
        return qcd
    size = 2 if style == EXPOUNDED else 1
    if not levels or len(qcd) < 1 + size * (3 * levels + 1):
        raise NotReducible
    return qcd[: 1 + size * (3 * (levels - halvings) + 1)]


REWRITTEN: dict[int, Callable[[bytes, int, int], bytes]] = {
    SIZ: _size,
    COD: _coding,
    QCD: _quantisation,
    CAP: _as_is,
    TLM: _as_is,
    COM: _as_is,
}
"""What becomes of each segment of the main header; any other may change what packets mean."""


def _require_plain_tiles(data: bytes, position: int) -> None:
    """Refuse tiles with settings of their own: they would have to be rewritten too."""
    while data[position : position + 2] == bytes([0xFF, START_OF_TILE]):
        length = int.from_bytes(data[position + 6 : position + 10], "big")
        at = position + TILE_HEAD
        while (marker := data[at : at + 2]) != bytes([0xFF, START_OF_DATA]):
            if len(marker) < 2 or marker[1] not in {PLT, COM}:
                raise NotReducible
            at = _segment_end(data, at)
        if length == 0:
            return
        position += length
