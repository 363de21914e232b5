"""Presentation states through the decode worker: palettes, kinds and damage."""

from contextlib import suppress

import numpy as np
import pytest

from readstation.adapters.decode.decode_workers import DecodeWorkers
from readstation.domain.errors import RefusedInputError
from readstation.imaging.palette import ColourPalette
from readstation.imaging.presentation_state import PresentationStateKind
from tests.dicom_files import make_image, save, save_image
from tests.presentation_files import PSEUDO_COLOUR, make_state, window


@pytest.fixture(scope="module")
def workers():
    found = DecodeWorkers(1)
    found.start()
    yield found
    found.close()


def palette(colours):
    """Return the attributes of a palette of 8-bit colours in 16-bit entries."""
    names = ("Red", "Green", "Blue")
    tables = {}
    for name, channel in zip(names, zip(*colours, strict=True), strict=True):
        tables[f"{name}PaletteColorLookupTableDescriptor"] = [len(channel), 0, 16]
        data = np.array(channel, "<u2") * 257
        tables[f"{name}PaletteColorLookupTableData"] = data.astype("<u2").tobytes()
    return tables


def pseudo(colours):
    return make_state(
        make_image(),
        sop_class=PSEUDO_COLOUR,
        SoftcopyVOILUTSequence=[window(40, 400)],
        **palette(colours),
    )


def test_a_pseudo_colour_state_brings_its_colours(workers, tmp_path):
    state = workers.presentation_state(
        save(pseudo([(0, 0, 128), (255, 0, 0), (255, 255, 0)]), tmp_path / "pr.dcm")
    )
    assert state.kind is PresentationStateKind.PSEUDO_COLOUR
    assert state.palette == ColourPalette((0x000080, 0xFF0000, 0xFFFF00))


def test_a_pseudo_colour_state_without_colours_is_refused(workers, tmp_path):
    made = make_state(make_image(), sop_class=PSEUDO_COLOUR)
    with pytest.raises(RefusedInputError) as caught:
        workers.presentation_state(save(made, tmp_path / "pr.dcm"))
    assert caught.value.code == "BAD_PALETTE"


def test_an_image_is_refused_as_a_presentation_state(workers, tmp_path):
    with pytest.raises(RefusedInputError) as caught:
        workers.presentation_state(save_image(tmp_path / "ct.dcm"))
    assert caught.value.code == "NOT_A_PRESENTATION_STATE"


def read_or_refuse(workers, path):
    """Any other failure than a typed refusal fails the test."""
    with suppress(RefusedInputError):
        workers.presentation_state(path)


def test_a_state_cut_off_anywhere_is_read_or_refused_and_the_worker_lives(workers, tmp_path):
    whole = save(pseudo([(0, 0, 0), (255, 255, 255)]), tmp_path / "pr.dcm").read_bytes()
    cut = tmp_path / "cut.dcm"
    before = workers.process_ids
    for length in range(132, len(whole), 37):
        cut.write_bytes(whole[:length])
        read_or_refuse(workers, cut)
    assert workers.process_ids == before


def test_a_state_with_any_byte_changed_is_read_or_refused_and_the_worker_lives(workers, tmp_path):
    whole = save(pseudo([(0, 0, 0), (255, 255, 255)]), tmp_path / "pr.dcm").read_bytes()
    damaged = tmp_path / "damaged.dcm"
    numbers = np.random.default_rng(7)
    before = workers.process_ids
    for _ in range(300):
        content = bytearray(whole)
        for place in numbers.integers(132, len(whole), 3):
            content[place] = int(numbers.integers(256))
        damaged.write_bytes(bytes(content))
        read_or_refuse(workers, damaged)
    assert workers.process_ids == before
