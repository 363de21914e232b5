"""ReadStation: a desktop workstation on which radiologists read, report and hand over studies."""

__version__ = "0.1.0"
