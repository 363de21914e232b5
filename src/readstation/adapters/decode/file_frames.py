"""Frames of files that are not in the store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from readstation.adapters.decode.decode_workers import DecodeWorkers, stored_frame
from readstation.app.viewport.image_description import ImageDescription
from readstation.imaging.frame import StoredFrame
from readstation.imaging.presentation_state import PresentationState


class FileFrames:
    """Frames of files that are not in the store, for rendering without a workspace."""

    def __init__(self, workers: DecodeWorkers) -> None:
        self._workers = workers

    def number_of_frames(self, path: Path) -> int:
        """Return how many frames the file has."""
        return self._workers.number_of_frames(path)

    def stored_values(self, path: Path, frame_number: int) -> NDArray[Any]:
        """Return stored values; colour as it is stored, not converted."""
        return self._workers.decode(path, frame_number - 1, as_shown=False)[0]

    def frame(self, path: Path, frame_number: int) -> tuple[StoredFrame, ImageDescription]:
        """Return a frame as a viewport takes it."""
        values, facts = self._workers.decode(path, frame_number - 1, as_shown=True)
        description = self._workers.describe(path)[frame_number - 1]
        return stored_frame(values, facts, description.pixel_padding), description

    def presentation_state(self, path: Path) -> PresentationState:
        """Return what a presentation state says."""
        return self._workers.presentation_state(path)
