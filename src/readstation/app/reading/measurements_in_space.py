"""Measurements in patient coordinates, put on the images that they lie in; never on others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from readstation.app.reading.measurement_report import InSpace
from readstation.app.viewport.image_description import ImageDescription
from readstation.domain.measurement import ImagePoint, Quoted

LEAST_HALF_MM = 0.5
"""How far from its plane a point may be on an image that states no thickness."""
OTHER_SPACE = "a place in space that no image here shares"
ACROSS = "a place in space that lies in no single image"


@dataclass(frozen=True, slots=True)
class PlacedInSpace:
    """What could be put on images, and why the rest could not."""

    measurements: tuple[Quoted, ...]
    left_out: tuple[str, ...]


NOTHING_PLACED = PlacedInSpace((), ())


def placed(every: Iterable[InSpace], images: Iterable[ImageDescription]) -> PlacedInSpace:
    """Put each measurement on the nearest image of each series that holds all of its points."""
    shown = [image for image in images if image.plane is not None]
    found: list[Quoted] = []
    reasons: Counter[str] = Counter()
    for one in every:
        uid = one.frame_of_reference_uid
        sharing = [i for i in shown if i.plane and i.plane.frame_of_reference_uid == uid]
        best: dict[str, tuple[float, Quoted]] = {}
        for image in sharing:
            depth, drawn = _on_image(one, image)
            known = best.get(image.series_instance_uid)
            if drawn is not None and (known is None or depth < known[0]):
                best[image.series_instance_uid] = (depth, drawn)
        found.extend(drawn for _, drawn in best.values())
        if not best:
            reasons[ACROSS if sharing else OTHER_SPACE] += 1
    return PlacedInSpace(
        tuple(found), tuple(f"{count} × {reason}." for reason, count in reasons.items())
    )


def _on_image(one: InSpace, image: ImageDescription) -> tuple[float, Quoted | None]:
    """Return how far the points are from the plane of an image, and what is drawn there."""
    plane = image.plane
    if plane is None:
        return 0.0, None
    half_mm = max((image.slice_thickness_mm or 0.0) / 2, LEAST_HALF_MM)
    places = [[plane.to_image(point) for point in line] for line in one.lines_mm]
    depth = max((abs(z) for line in places for _, _, z in line), default=0.0)
    is_inside = all(
        0 <= column <= image.columns and 0 <= row <= image.rows
        for line in places
        for column, row, _ in line
    )
    if depth > half_mm or not is_inside:
        return depth, None
    lines = tuple(tuple(ImagePoint(column, row) for column, row, _ in line) for line in places)
    uid = f"{one.measurement_uid}.{image.sop_instance_uid}.{image.frame_number}"
    quoted = Quoted(uid, image.frame_key, lines, one.words, tracking=one.tracking, maker=one.maker)
    return depth, quoted
