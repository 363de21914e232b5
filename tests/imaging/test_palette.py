"""Segmented palettes expand to what pydicom makes of them, or are refused; look-ups stay inside."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.pixels import apply_color_lut

from readstation.imaging.palette import PaletteError, expand_segments, palette_colours

ENTRY = st.integers(0, 0xFFFF)
DISCRETE = st.lists(ENTRY, min_size=1, max_size=6).map(lambda found: [0, len(found), *found])
LINEAR = st.builds(lambda length, last: [1, length, last], st.integers(1, 9), ENTRY)


@st.composite
def segmented(draw):
    """Return segments that end with a copy of earlier ones, and the same written out again."""
    segments = [draw(DISCRETE), *draw(st.lists(st.one_of(DISCRETE, LINEAR), max_size=4))]
    words = [word for segment in segments for word in segment]
    first = draw(st.integers(0, len(segments) - 1))
    again = segments[first : first + draw(st.integers(1, 5))]
    offset = 2 * sum(len(segment) for segment in segments[:first])
    total = sum(segment[1] for segment in segments + again)
    copied = [*words, 2, len(again), offset & 0xFFFF, offset >> 16]
    return copied, [*words, *(word for segment in again for word in segment)], total


def with_pydicom(words, total):
    image = Dataset()
    for name in ("Red", "Green", "Blue"):
        setattr(image, f"{name}PaletteColorLookupTableDescriptor", [total, 0, 16])
        data = np.array(words, "<u2").tobytes()
        setattr(image, f"Segmented{name}PaletteColorLookupTableData", data)
    image.set_original_encoding(is_implicit_vr=False, is_little_endian=True)
    image.PhotometricInterpretation = "PALETTE COLOR"
    return apply_color_lut(np.arange(total, dtype=np.uint16)[None], image)[0, :, 0].tolist()


@given(segmented())
def test_segments_expand_as_pydicom_expands_them(found):
    copied, written_out, total = found
    expected = with_pydicom(written_out, total)
    assert expand_segments(written_out, total, words_per_offset=2) == expected
    assert expand_segments(copied, total, words_per_offset=2) == expected


@given(st.lists(st.integers(0, 12), max_size=24), st.integers(1, 40), st.sampled_from([2, 4]))
def test_whatever_the_segments_say_the_entries_are_as_many_as_promised(words, entries, offset):
    try:
        found = expand_segments(words, entries, words_per_offset=offset)
    except PaletteError:
        return
    assert len(found) == entries


@pytest.mark.parametrize(
    ("words", "entries"),
    [
        pytest.param([0, 3, 1, 2], 3, id="cut off"),
        pytest.param([0, 2, 1, 2], 3, id="too few"),
        pytest.param([0, 2, 1, 2, 0, 2, 3, 4], 3, id="too many"),
        pytest.param([0, 2, 1, 2, 0, 1, 3], 2, id="more behind"),
        pytest.param([0, 2, 1, 2, 1, 65_535, 9], 4, id="overflow"),
        pytest.param([1, 2, 5], 2, id="a line from nowhere"),
        pytest.param([0, 0, 0, 1, 5], 1, id="empty"),
        pytest.param([3, 1, 5], 1, id="unknown type"),
        pytest.param([0, 1, 5, 2, 1, 6, 0], 2, id="a copy of itself"),
        pytest.param([0, 1, 5, 2, 1, 0, 0, 2, 1, 6, 0], 3, id="a copy of a copy"),
        pytest.param([0, 1, 5, 2, 2, 0, 0], 4, id="a copy that runs into itself"),
        pytest.param([0, 1, 5, 2, 1, 2, 0], 2, id="a copy from within a segment"),
        pytest.param([0, 1, 5, 2, 1, 1, 0], 2, id="a copy from within a word"),
        pytest.param([0, 1, 5, 2, 1, 0, 0xFFFF], 2, id="a copy from far away"),
        pytest.param([], 1, id="nothing"),
    ],
)
def test_segments_that_contradict_themselves_are_refused(words, entries):
    with pytest.raises(PaletteError):
        expand_segments(words, entries, words_per_offset=2)


def test_offsets_of_byte_segments_are_four_bytes():
    data = [0, 2, 10, 20, 1, 2, 40, 2, 2, 0, 0, 0, 0]
    found = expand_segments(data, 8, words_per_offset=4)
    assert found == [10, 20, 30, 40, 10, 20, 30, 40]


@given(st.lists(st.integers(-(2**15), 2**15 - 1), min_size=1), st.integers(-(2**15), 2**16 - 1))
def test_indices_outside_a_palette_take_its_ends(values, first):
    palette = np.stack([np.arange(7, 107, dtype=np.uint8)] * 3, axis=1)
    shown = palette_colours(np.array([values], np.int16), palette, first)[0, :, 0].tolist()
    assert shown == [7 + min(max(value - first, 0), 99) for value in values]
