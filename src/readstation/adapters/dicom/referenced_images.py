"""Which images something refers to: Referenced Image Sequence (0008,1140), PS3.3 10.3."""

from __future__ import annotations

from readstation.adapters.dicom.attributes import Attributes
from readstation.app.importing.refusals import refusal
from readstation.imaging.graphic_annotation import ImageReference

MAX_REFERENCES = 200_000  # frames that are named one by one count as well
MAX_FRAMES = 100_000


def read_series_references(root: Attributes) -> tuple[ImageReference, ...]:
    """Return the images of Referenced Series Sequence (0008,1115), series by series."""
    found: list[ImageReference] = []
    count = 0
    for series in root.items("ReferencedSeriesSequence"):
        of_series = read_references(series, series.text("SeriesInstanceUID", 64))
        count += sum(1 + len(reference.frame_numbers) for reference in of_series)
        _check(count)
        found.extend(of_series)
    return tuple(found)


def read_references(item: Attributes, series_instance_uid: str = "") -> tuple[ImageReference, ...]:
    """Return the images that an item names."""
    items = item.items("ReferencedImageSequence")
    _check(len(items))
    return tuple(_reference(each, series_instance_uid) for each in items)


def _reference(item: Attributes, series_instance_uid: str) -> ImageReference:
    frames = item.numbers("ReferencedFrameNumber")
    uid = item.text("ReferencedSOPInstanceUID", 64)
    if not uid or len(frames) > MAX_FRAMES or any(f < 1 or f != int(f) for f in frames):
        raise refusal("BAD_PRESENTATION_STATE", "a reference to an image")
    return ImageReference(
        uid,
        tuple(int(frame) for frame in frames),
        item.text("ReferencedSOPClassUID", 64),
        series_instance_uid,
    )


def _check(count: int) -> None:
    if count > MAX_REFERENCES:
        raise refusal("TOO_MANY_ELEMENTS", f"{count} referenced images")
