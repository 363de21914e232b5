"""Presentation states with their palettes, and reports of measurements. Runs in the worker."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from readstation.adapters.decode.colour import read_palette
from readstation.adapters.dicom.attributes import parse_header, quiet_parsing
from readstation.adapters.dicom.key_object_file import read_key_objects
from readstation.adapters.dicom.measurement_report_file import read_measurement_report
from readstation.adapters.dicom.part10 import OpenedFile, open_part10
from readstation.adapters.dicom.presentation_state_file import read_presentation_state
from readstation.app.reading.key_object_selection import FiledSelection
from readstation.app.reading.measurement_report import MeasurementReport
from readstation.imaging.palette import ColourPalette
from readstation.imaging.presentation_state import PresentationState, PresentationStateKind


def load_presentation_state(path: Path) -> PresentationState:
    """Read one presentation state; raises RefusedInputError."""
    opened = open_part10(path)
    try:
        state = read_presentation_state(opened)
        if state.kind is PresentationStateKind.PSEUDO_COLOUR:
            state = replace(state, palette=_palette(opened))
        return state
    finally:
        opened.source.close()


def load_measurement_report(path: Path) -> MeasurementReport:
    """Read the measurements of one structured report; raises RefusedInputError."""
    opened = open_part10(path)
    try:
        return read_measurement_report(opened)
    finally:
        opened.source.close()


def load_key_objects(path: Path) -> FiledSelection:
    """Read what a key object selection names; raises RefusedInputError."""
    opened = open_part10(path)
    try:
        return read_key_objects(opened)
    finally:
        opened.source.close()


def _palette(opened: OpenedFile) -> ColourPalette:
    with quiet_parsing():
        colours, _ = read_palette(parse_header(opened), is_signed=False)
    packed = (colours.astype("u4") << (16, 8, 0)).sum(axis=1)
    return ColourPalette(tuple(packed.tolist()))
