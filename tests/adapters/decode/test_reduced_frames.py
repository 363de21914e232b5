"""A first look at reduced resolution is the low-pass band itself, or there is none."""

from dataclasses import replace

import cv2
import imagecodecs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readstation.adapters.decode import reducible
from readstation.adapters.decode.codestream_jpeg_2000 import read_jpeg_2000
from readstation.adapters.decode.codestream_reduction import NotReducible, reduced_codestream
from readstation.adapters.decode.decode_workers import DecodeWorkers, StoredFrameSource
from readstation.adapters.decode.reduced_frames import reduced_frame
from readstation.adapters.decode.transfer_syntaxes import BY_UID
from readstation.adapters.dicom.pixel_geometry import PixelGeometry
from readstation.domain.errors import CannotDisplayError, RefusedInputError
from readstation.domain.study import Instance
from readstation.imaging.frame import PixelPadding
from tests.dicom_files import ROOT, make_image
from tests.hostile.parts import encapsulate
from tests.hostile.seeds import written

J2K, J2K_LOSSY = "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91"
HTJ2K, HTJ2K_ANY = "1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.203"
SIDE = 800
"""Enough pixels for JPEG 2000 to be slow: 0.64 million."""


def encoded(values, **options):
    """Return a bare codestream, as DICOM wants it: in a JP2 file more may be said of colours."""
    reversible = {"reversible": True, **options}
    return imagecodecs.jpeg2k_encode(values, codecformat="j2k", **reversible)


def low_band(values, axis):
    """Return the low-pass half of the reversible 5-3 wavelet along one axis (T.800 F.4.8.1)."""
    line = np.moveaxis(values.astype(np.int64), axis, 0)
    even, odd = line[0::2], line[1::2]
    after = np.concatenate([even[1:], even[-1:]])[: len(odd)]
    high = odd - ((even[: len(odd)] + after) >> 1)
    before = np.concatenate([high[:1], high])[: len(even)]
    at = np.concatenate([high, high[-1:]])[: len(even)]
    return np.moveaxis(even + ((before + at + 2) >> 2), 0, axis)


def low_bands(values, halvings):
    for _ in range(halvings):
        values = low_band(low_band(values, 0), 1)
    return values


def tissue(rows=SIDE, columns=SIDE, bits=12, *, is_signed=False):
    """Return smooth shapes with noise, well inside the range of the bits."""
    random = np.random.default_rng(rows)
    shapes = cv2.GaussianBlur(random.standard_normal((rows, columns), np.float32), (0, 0), 6)
    span = 1 << bits
    values = shapes / shapes.std() * span / 24 + random.normal(0, span / 100, shapes.shape)
    values = np.clip(np.rint(values), -span * 0.45, span * 0.45).astype(np.int16)
    return values if is_signed else (values + span // 2).astype(np.uint16)


def geometry_of(values, bits, **changes):
    rows, columns = values.shape[:2]
    samples = values.shape[2] if values.ndim == 3 else 1
    photometric = "RGB" if samples == 3 else "MONOCHROME2"
    is_signed, width = values.dtype.kind == "i", values.dtype.itemsize * 8
    plain = PixelGeometry(
        rows, columns, 1, samples, photometric, width, bits, is_signed, is_planar=False
    )
    return replace(plain, **changes)


def reduced_by_the_worker(data, geometry, uid):
    return reduced_frame(data, read_jpeg_2000(data), geometry, BY_UID[uid])


@pytest.mark.parametrize("is_signed", [False, True])
@pytest.mark.parametrize(("rows", "columns"), [(SIDE, SIDE), (801, 777), (1024, 641)])
def test_a_first_look_is_exactly_the_low_band_of_the_image(rows, columns, is_signed):
    values = tissue(rows, columns, is_signed=is_signed)
    geometry = geometry_of(values, 16)
    cells, bits = reduced_by_the_worker(encoded(values), geometry, J2K)
    np.testing.assert_array_equal(cells, low_bands(values, 1))
    assert (cells.dtype, bits) == (values.dtype, 16)


def test_high_throughput_blocks_give_the_same_first_look(monkeypatch):
    monkeypatch.setitem(reducible.MS_PER_MEGAPIXEL, BY_UID[HTJ2K].codec, 1000)
    values = tissue()
    data = imagecodecs.htj2k_encode(values, reversible=True)
    for uid in (HTJ2K, HTJ2K_ANY):
        cells, _bits = reduced_by_the_worker(data, geometry_of(values, 16), uid)
        np.testing.assert_array_equal(cells, low_bands(values, 1))


def test_a_mammogram_is_reduced_to_a_quarter():
    values = tissue(2300, 1800, 14)
    cells, _bits = reduced_by_the_worker(encoded(values), geometry_of(values, 14), J2K)
    np.testing.assert_array_equal(cells, low_bands(values, 1))
    assert reducible.halvings_of(4096, 3328, BY_UID[J2K].codec) == 2


def test_a_lossy_first_look_is_near_the_mean_of_the_decoded_pixels():
    values = tissue()
    data = encoded(values, level=50, reversible=False)
    cells, _bits = reduced_by_the_worker(data, geometry_of(values, 16), J2K_LOSSY)
    whole = imagecodecs.jpeg2k_decode(data).astype(float)
    # the band is sampled at every other pixel, so compare with means around those
    means = cv2.sepFilter2D(whole, -1, np.array([1, 2, 1]) / 4, np.array([1, 2, 1]) / 4)[::2, ::2]
    assert abs((cells - means).mean()) < 1
    assert (cells - means).std() < 30


def test_colour_is_reduced_as_colour():
    values = np.stack([tissue(bits=8), tissue(bits=8).T, tissue(bits=8)[::-1]], 2).astype(np.uint8)
    data = encoded(values, mct=False)
    cells, _bits = reduced_by_the_worker(data, geometry_of(values, 8), J2K)
    assert cells.shape == (SIDE // 2, SIDE // 2, 3)
    for sample in range(3):
        np.testing.assert_array_equal(cells[..., sample], low_bands(values[..., sample], 1))


def test_where_the_wavelet_leaves_the_range_the_value_stays_at_its_end():
    values = tissue(bits=12)
    values[101:700] = 0
    values[201:301, 201:301] = 4095
    data = encoded(values)
    band = low_bands(values, 1)
    assert band.max() > 4095 + 1024
    assert band.min() < 0
    cells, _bits = reduced_by_the_worker(data, geometry_of(values, 12), J2K)
    np.testing.assert_array_equal(cells, np.clip(band, 0, 4095))


@pytest.mark.parametrize(
    "changes",
    [
        {"photometric_interpretation": "PALETTE COLOR"},
        {"low_bit": 4, "bits_stored": 12},
        {"bits_stored": 1},
        {"is_signed": True},
        {"bits_stored": 10},  # values of 12 bits: something lies above those of 10
    ],
)
def test_where_a_mean_of_cells_is_no_value_there_is_no_first_look(changes):
    values = tissue()
    data = encoded(values)
    assert reduced_by_the_worker(data, geometry_of(values, 16, **changes), J2K) is None


def test_quick_frames_have_no_first_look():
    values = tissue(512, 512)
    data = encoded(values)
    assert reduced_by_the_worker(data, geometry_of(values, 16), J2K) is None


def segment(marker, content):
    return bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2, "big") + content


@pytest.fixture(scope="module")
def codestream():
    return encoded(tissue())


def edited(codestream, name, value):
    """Return a codestream whose header says something else at one place."""
    siz, cod = codestream.index(b"\xff\x51"), codestream.index(b"\xff\x52")
    at = {"progression": cod + 5, "layers": cod + 7, "levels": cod + 9, "left": siz + 17}[name]
    return codestream[:at] + bytes([value]) + codestream[at + 1 :]


@pytest.mark.parametrize(
    ("name", "value"),
    [("progression", 3), ("progression", 4), ("layers", 2), ("levels", 0), ("left", 1)],
)
def test_packets_in_another_order_are_not_reduced(codestream, name, value):
    reduced_codestream(codestream, 1)
    with pytest.raises(NotReducible):
        reduced_codestream(edited(codestream, name, value), 1)


@pytest.mark.parametrize("marker", [0x53, 0x5D, 0x5E, 0x5F, 0x60])
def test_a_header_with_settings_of_single_components_is_not_reduced(codestream, marker):
    at = codestream.index(b"\xff\x52")
    odd = codestream[:at] + segment(marker, b"\0" * 8) + codestream[at:]
    with pytest.raises(NotReducible):
        reduced_codestream(odd, 1)


def test_a_tile_with_settings_of_its_own_is_not_reduced(codestream):
    tile = codestream.index(b"\xff\x90")
    odd = codestream[: tile + 12] + segment(0x5C, b"\0" * 8) + codestream[tile + 12 :]
    with pytest.raises(NotReducible):
        reduced_codestream(odd, 1)


def test_the_steps_of_the_bands_must_be_all_there(codestream):
    at = codestream.index(b"\xff\x5c")
    end = at + 2 + int.from_bytes(codestream[at + 2 : at + 4], "big")
    short = codestream[:at] + segment(0x5C, codestream[at + 4 : at + 5]) + codestream[end:]
    with pytest.raises(NotReducible):
        reduced_codestream(short, 1)


def test_tiles_are_reduced_where_they_are_halved_evenly():
    values = tissue()
    even, odd = (tiled(values, side) for side in (400, 401))
    cells = imagecodecs.jpeg2k_decode(reduced_codestream(even, 1))
    inside = np.s_[4:196, 4:196]  # each tile is a wavelet image of its own
    np.testing.assert_array_equal(cells[inside], low_bands(values, 1)[inside])
    with pytest.raises(NotReducible):
        reduced_codestream(odd, 1)


def tiled(values, side):
    """Return a codestream of tiles, each taken from a codestream of its own."""
    tiles, head = [], b""
    for row in range(0, len(values), side):
        for column in range(0, len(values), side):
            alone = encoded(np.ascontiguousarray(values[row : row + side, column : column + side]))
            at = alone.index(b"\xff\x90")
            head = head or alone[:at]
            number = len(tiles).to_bytes(2, "big")
            tiles.append(alone[at : at + 4] + number + alone[at + 6 : -2])
    siz = head.index(b"\xff\x51") + 6
    whole = b"".join(length.to_bytes(4, "big") for length in values.shape[::-1])
    return b"".join([head[:siz], whole, head[siz + 8 :], *tiles, b"\xff\xd9"])


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_damaged_header_is_reduced_or_not_but_nothing_else(codestream, data):
    head = bytearray(codestream[:200])
    for _ in range(data.draw(st.integers(1, 4))):
        head[data.draw(st.integers(2, 199))] = data.draw(st.integers(0, 255))
    odd = bytes(head) + codestream[200:]
    try:
        read_jpeg_2000(odd)
        small = reduced_codestream(odd, 2)
        read_jpeg_2000(small)
    except (NotReducible, RefusedInputError):
        return


class OneFile:
    def __init__(self, path):
        self._path = path

    def path(self, _content_sha256):
        return self._path


def save(path, values, uid, codestream, **attributes):
    image = make_image(values, **attributes, PixelData=encapsulate([codestream]))
    image["PixelData"].VR = "OB"
    image["PixelData"].is_undefined_length = True
    path.write_bytes(written(image, uid))
    rows, columns = values.shape[:2]
    return Instance(f"{ROOT}.3.1", f"{ROOT}.2", "1.2", uid, 1, 1, rows, columns, "0" * 64)


@pytest.fixture(scope="module")
def workers():
    pool = DecodeWorkers(1)
    yield pool
    pool.close()


def test_the_source_gives_a_first_look_with_the_facts_of_the_frame(workers, tmp_path):
    values = tissue(is_signed=True)
    instance = save(
        tmp_path / "a",
        values,
        J2K,
        encoded(values),
        PixelPaddingValue=-2000,
    )
    source = StoredFrameSource(workers, OneFile(tmp_path / "a"))
    look, frame = source.preview(instance, 1), source.load(instance, 1)
    np.testing.assert_array_equal(look.stored_values, low_bands(values, 1))
    assert not look.stored_values.flags.writeable
    assert (look.is_signed, look.bits_stored) == (frame.is_signed, frame.bits_stored) == (True, 16)
    assert look.photometric_interpretation == frame.photometric_interpretation
    assert look.pixel_padding == frame.pixel_padding == PixelPadding(-2000, -2000)


def test_whatever_is_wrong_the_first_look_is_none_and_the_frame_says_why(workers, tmp_path):
    values = tissue()
    whole = encoded(values)
    wrong = {
        "cut": (values, whole[: len(whole) // 2]),
        "of nearly that size": (tissue(SIDE - 1, SIDE), whole),
        "no image": (values, b"\xff\x4f" + b"\0" * 90),
    }
    for name, (declared, codestream) in wrong.items():
        instance = save(tmp_path / name, declared, J2K, codestream)
        source = StoredFrameSource(workers, OneFile(tmp_path / name))
        with pytest.raises(CannotDisplayError):
            source.load(instance, 1)
        assert source.preview(instance, 1) is None, name
    source = StoredFrameSource(workers, OneFile(tmp_path / "missing"))
    assert source.preview(instance, 1) is None
    good = save(tmp_path / "good", values, J2K, whole)
    assert StoredFrameSource(workers, OneFile(tmp_path / "good")).preview(good, 2) is None


def test_no_worker_is_asked_for_what_has_no_first_look(tmp_path):
    values = tissue(64, 64)
    instance = save(tmp_path / "a", values, J2K, encoded(values))
    pool = DecodeWorkers(1)
    source = StoredFrameSource(pool, OneFile(tmp_path / "a"))
    assert source.preview(instance, 1) is None
    assert (
        source.preview(replace(instance, rows=4000, columns=4000, transfer_syntax_uid="1"), 1)
        is None
    )
    assert source.preview(replace(instance, rows=None, columns=None), 1) is None
    assert pool.process_ids == []
