"""What stands over an exported image: without the patient's name nothing that a file says freely.

Left out then are name, ID, dates, places, descriptions and every other free text of the file, and
the names of others' measurements. What the reader wrote on the image stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import Enum

from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.measurement_words import words_of
from readstation.app.viewport.overlay_text import (
    Caution,
    OverlayBadge,
    OverlayText,
    overlay_text,
    visible_text,
    window_line,
    window_words,
)
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.domain.measurement import Measurement
from readstation.imaging.graphic_annotation import Annotation

NOT_FOR_DIAGNOSIS = "NOT FOR DIAGNOSIS"
OF_THE_DISPLAY = frozenset({Caution.DISPLAY, Caution.DISPLAY_FAULT})
PRESENTATION = "PRESENTATION STATE"


class BurnedIn(Enum):
    """Whether text that identifies the patient is in the pixels; the value tells the reader."""

    NO = ""
    UNKNOWN = (
        "The images do not say whether identifying text is in their pixels. Look before you pass"
        " them on: it cannot be removed."
    )
    YES = (
        "The images say that identifying text is in their pixels. It cannot be removed and will"
        " be in the file."
    )


def burned_in(images: Iterable[ImageDescription]) -> BurnedIn:
    """Return the worst that is stated of any image (Burned In Annotation (0028,0301))."""
    stated = {image.burned_in_annotation for image in images}
    if "YES" in stated:
        return BurnedIn.YES
    return BurnedIn.NO if stated == {"NO"} else BurnedIn.UNKNOWN


def export_text(model: ViewportModel, *, with_identity: bool) -> OverlayText:
    """Return the words for the frame that a viewport shows, without those about the display."""
    full, d = overlay_text(model), model.description
    badges = tuple(badge for badge in full.badges if badge.caution not in OF_THE_DISPLAY)
    if with_identity or d is None:
        return replace(full, badges=badges)
    window = window_line(model)
    said = (window_words(model) if line == window else line for line in full.bottom_left)
    return OverlayText(
        (),
        (),
        tuple(line for line in said if line),
        structured_lines(d),
        tuple(map(_without_label, badges)),
    )


def structured_lines(d: ImageDescription) -> tuple[str, ...]:
    """Return modality, view and slice thickness: what is chosen from a list or measured."""
    series = f"Series {d.series_number}" if d.series_number is not None else ""
    view = " ".join(part for part in (d.modality, d.laterality, d.view_position) if part)
    thickness = f"{d.slice_thickness_mm:.4g} mm" if d.slice_thickness_mm else ""
    return tuple(visible_text(line) for line in (view, series, thickness) if line)


def measurement_words(measurement: Measurement, *, with_identity: bool) -> str:
    """Return what stands beside a measurement; of others' only the numbers, without identity."""
    if with_identity or not measurement.maker:
        return visible_text(words_of(measurement))
    return visible_text(measurement.text)


def without_texts(annotation: Annotation) -> Annotation:
    """Leave out the texts of a presentation state: nobody knows what they say."""
    return replace(annotation, texts=())


def _without_label(badge: OverlayBadge) -> OverlayBadge:
    if badge.caution is not Caution.PRESENTATION:
        return badge
    return OverlayBadge(PRESENTATION, badge.caution, badge.short and PRESENTATION)
