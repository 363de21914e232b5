"""Codes of measurement reports (PS3.16 TID 1500), as data; those of our own where none exist."""

from __future__ import annotations

from typing import NamedTuple

OWN_SCHEME = "99READSTATION"


class Concept(NamedTuple):
    """A coded concept: Code Value, Coding Scheme Designator, Code Meaning."""

    value: str
    scheme: str
    meaning: str


CONCEPTS = {
    "length": Concept("410668003", "SCT", "Length"),
    "long_axis": Concept("103339001", "SCT", "Long Axis"),
    "short_axis": Concept("103340004", "SCT", "Short Axis"),
    "angle": Concept("1483009", "SCT", "Angle"),
    "cobb": Concept("285285000", "SCT", "Cobb angle"),
    "area": Concept("42798000", "SCT", "Area"),
    "mean": Concept("373098007", "SCT", "Mean"),
    "standard_deviation": Concept("386136009", "SCT", "Standard Deviation"),
    "minimum": Concept("255605001", "SCT", "Minimum"),
    "maximum": Concept("56851009", "SCT", "Maximum"),
    "column_spacing": Concept("111026", "DCM", "Horizontal Pixel Spacing"),
    "row_spacing": Concept("111066", "DCM", "Vertical Pixel Spacing"),
    "count": Concept("PIXELS", OWN_SCHEME, "Number of pixels"),
    "pixel_value": Concept("PIXEL_VALUE", OWN_SCHEME, "Value of one pixel"),
    "row_aspect": Concept("ROW_ASPECT", OWN_SCHEME, "Height of a pixel over its width"),
}
KIND = Concept("KIND", OWN_SCHEME, "Kind of measurement")
SPACING_SOURCE = Concept("SPACING_SOURCE", OWN_SCHEME, "Source of the pixel spacing")
SPACING_NOTE = Concept("SPACING_NOTE", OWN_SCHEME, "Description of the calibration")
FRAME_OF_REFERENCE = Concept("112227", "DCM", "Frame of Reference UID")
COMMENT = Concept("121106", "DCM", "Comment")
GROUP = Concept("125007", "DCM", "Measurement Group")
TRACKING_IDENTIFIER = Concept("112039", "DCM", "Tracking Identifier")
TRACKING_UID = Concept("112040", "DCM", "Tracking Unique Identifier")
FINDING = Concept("121071", "DCM", "Finding")
FINDING_SITES = frozenset({("363698007", "SCT"), ("G-C0E3", "SRT"), ("G-C0E3", "99SDM")})
"""Names of an item that says where a finding is, as SNOMED spelled them over the years."""
UNNAMED = "Lesion"
"""Stands where the template needs a name and the reader gave none."""
IMAGING_PROCEDURE = Concept("363679005", "SCT", "Imaging procedure")

# What our units are in UCUM; others are carried as annotations with the unit as the meaning
UCUM = {
    "mm": "mm",
    "mm²": "mm2",
    "px": "{pixels}",
    "px²": "{pixels2}",
    "°": "deg",
    "HU": "[hnsf'U]",
    "Bq/ml": "Bq/ml",
    "g/ml": "g/ml",
    "1": "1",
}


def unit_code(unit: str) -> Concept:
    """Return a unit in UCUM.

    >>> unit_code("mm²").value
    'mm2'
    >>> unit_code("stored value").value
    '{stored value}'
    """
    annotation = "".join(c for c in unit if c.isascii() and c.isprintable() and c not in "{}")
    return Concept(UCUM.get(unit) or f"{{{annotation[:14]}}}", "UCUM", unit[:64] or "no unit")
