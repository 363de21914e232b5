"""Hazard H09: every content of a pixel cell, for each Bits Stored, High Bit and sign."""

from contextlib import closing

import numpy as np
import pytest

from readstation.adapters.decode.decode_workers import DecodeWorkers
from readstation.adapters.decode.file_frames import FileFrames
from tests.dicom_files import save_image
from tests.imaging.scalar_reference import stored_value


@pytest.fixture(scope="module")
def files():
    with closing(DecodeWorkers(1)) as workers:
        yield FileFrames(workers)


def cells_of(bits_allocated):
    """Return every cell there is, unused bits included, as rows of 256."""
    codes = np.arange(1 << bits_allocated, dtype=np.uint32)
    return codes.astype(f"u{bits_allocated // 8}").reshape(-1, 256)


@pytest.mark.parametrize("is_signed", [False, True])
@pytest.mark.parametrize(
    ("bits_allocated", "bits_stored"),
    [*((8, bits) for bits in range(1, 9)), *((16, bits) for bits in range(1, 17))],
)
def test_every_cell_gives_its_stored_value_and_never_its_unused_bits(
    files, tmp_path, bits_allocated, bits_stored, is_signed
):
    cells = cells_of(bits_allocated)
    codes = cells.ravel().tolist()
    for high_bit in range(bits_stored - 1, bits_allocated):
        path = save_image(
            tmp_path / "a.dcm",
            cells,
            BitsStored=bits_stored,
            HighBit=high_bit,
            PixelRepresentation=int(is_signed),
        )
        expected = [stored_value(c, bits_stored, high_bit, is_signed=is_signed) for c in codes]
        found = files.stored_values(path, 1)
        assert found.dtype.kind == ("i" if is_signed else "u")
        assert np.count_nonzero(found.ravel() != np.array(expected)) == 0, high_bit
