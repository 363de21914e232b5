"""All measurements of the study and its priors as one list, those of a lesion together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from readstation.app.reading.key_image_book import short_words
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.overlay_text import visible_text
from readstation.domain.measurement import Measurement
from readstation.domain.measurement.kinds import KIND_NAMES
from readstation.domain.study import FrameKey

NO_NAME = "Unnamed"
NEVER = date.min


@dataclass(frozen=True, slots=True)
class MeasurementRow:
    """One measurement: its lesion, what is said of it, and where it is."""

    measurement_uid: str
    frame: FrameKey
    lesion: str
    said: str
    where: str
    is_own: bool


def measurement_rows(
    measurements: Iterable[Measurement],
    images: Iterable[ImageDescription],
    say: Callable[[Measurement], str],
    is_own: Callable[[Measurement], bool],
) -> tuple[MeasurementRow, ...]:
    """Return a row for each measurement on an image that is here, by name, newest date first.

    Measurements of one lesion stand together: it is told by its UID, whatever it is called.
    """
    every = tuple(measurements)
    here = {image.frame_key: image for image in images}
    names = {m.tracking_uid: n for m in every if (n := m.tracking.tracking_identifier)}

    def lesion(m: Measurement) -> str:
        return names.get(m.tracking_uid, "") if m.tracking_uid else ""

    def rank(m: Measurement) -> tuple[bool, str, str, int]:
        day = here[m.frame].study_date or NEVER
        return (not lesion(m), lesion(m).casefold(), m.tracking_uid, -day.toordinal())

    found = sorted((m for m in every if m.frame in here), key=rank)
    return tuple(
        MeasurementRow(
            m.measurement_uid,
            m.frame,
            visible_text(lesion(m)) or NO_NAME,
            visible_text(say(m)) or KIND_NAMES[type(m)],
            _where(here[m.frame]),
            is_own(m),
        )
        for m in found
    )


def _where(image: ImageDescription) -> str:
    day = image.study_date.isoformat() if image.study_date else "date unknown"
    return f"{day} · {short_words(image)}"
