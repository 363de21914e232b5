"""Writes the objects that a reader saves: views, measurements, key images."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime

from readstation.app.importing.instance_header import InstanceHeader
from readstation.app.reading.key_object_selection import KeyObjectSelection
from readstation.app.reading.measurement_report import MeasurementReport
from readstation.domain.study import Instance
from readstation.imaging.presentation_state import PresentationState


class ObjectWriter(ABC):
    """The writing half of a `FrameSource`; patient and study come from the header of an image."""

    @abstractmethod
    def header(self, content_sha256: str) -> InstanceHeader:
        """Read and check the header of a stored file."""

    def encode_presentation_state(
        self, state: PresentationState, image: Instance, now: datetime
    ) -> bytes:
        """Return the file of a presentation state; patient and study are those of `image`."""
        from readstation.adapters.dicom import (  # noqa: PLC0415 - pydicom is wanted for this alone
            presentation_state_writer as writer,
        )

        return writer.write_presentation_state(state, self.header(image.content_sha256), now)

    def encode_measurement_report(
        self, report: MeasurementReport, image: Instance, now: datetime
    ) -> bytes:
        """Return the file of a report of measurements; patient and study are those of `image`."""
        from readstation.adapters.dicom import (  # noqa: PLC0415 - highdicom takes a second to load
            measurement_report_writer as writer,
        )

        return writer.write_measurement_report(report, self.header(image.content_sha256), now)

    def encode_key_objects(
        self, selection: KeyObjectSelection, image: Instance, now: datetime
    ) -> bytes:
        """Return the file of a selection of key images; patient and study are those of `image`."""
        from readstation.adapters.dicom import (  # noqa: PLC0415 - pydicom is wanted for this alone
            key_object_writer as writer,
        )

        return writer.write_key_objects(selection, self.header(image.content_sha256), now)
