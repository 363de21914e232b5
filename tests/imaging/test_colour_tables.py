"""The colour tables are those of the standard, entry by entry."""

from pathlib import Path

import pydicom
import pytest

from readstation.imaging.colour_tables import ColourTable

FILES = {
    ColourTable.HOT_IRON: "hotiron.dcm",
    ColourTable.PET: "pet.dcm",
    ColourTable.HOT_METAL_BLUE: "hotmetalblue.dcm",
}
PALETTES = Path(pydicom.__file__).parent / "data" / "palettes"


@pytest.mark.parametrize("table", list(ColourTable))
def test_every_entry_is_that_of_the_published_palette(table):
    dataset = pydicom.dcmread(PALETTES / FILES[table])
    red, green, blue = (
        dataset[f"{name}PaletteColorLookupTableData"].value for name in ("Red", "Green", "Blue")
    )
    published = tuple(r << 16 | g << 8 | b for r, g, b in zip(red, green, blue, strict=True))
    assert table.palette.colours == published


def test_low_values_are_dark_and_the_highest_is_white():
    for table in ColourTable:
        assert table.palette.colours[0] == 0
        assert table.palette.colours[-1] == 0xFFFFFF
