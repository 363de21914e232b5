"""Presentation states with all that they hold, colour palettes included. Runs in the worker."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from readstation.adapters.decode.colour import read_palette
from readstation.adapters.dicom.attributes import parse_header, quiet_parsing
from readstation.adapters.dicom.part10 import OpenedFile, open_part10
from readstation.adapters.dicom.presentation_state_file import read_presentation_state
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


def _palette(opened: OpenedFile) -> ColourPalette:
    with quiet_parsing():
        colours, _ = read_palette(parse_header(opened), is_signed=False)
    packed = (colours.astype("u4") << (16, 8, 0)).sum(axis=1)
    return ColourPalette(tuple(packed.tolist()))
