"""Use case: one small picture of a study, so that the list shows what it is; never for reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readstation.app.jobs import FramePriority
from readstation.app.reading.indexed_file import require_indexed
from readstation.app.reading.thumbnail import make_thumbnail
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.app.viewport.image_description import ImageDescription
from readstation.domain.reader import Permission
from readstation.domain.study import Instance, Series

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PREVIEW_PX = 300


def preview_study(
    station: Station, session: Session, series: tuple[Series, ...]
) -> NDArray[np.uint8] | None:
    """Return the middle image of the largest series, gray or RGB; None if there is no image.

    Raises
    ------
    CannotDisplayError
        If the image cannot be decoded.
    ReadStationError
        If its file belongs to another study.
    """
    session.user.require(Permission.OPEN_IMAGES)
    largest = max(series, key=lambda one: one.image_count, default=None)
    shown = [i for i in largest.instances if i.is_displayable] if largest else []
    if largest is None or not shown:
        return None
    instance = shown[len(shown) // 2]
    image = _described(station, largest, instance)
    frame = station.frames.load(instance, image.frame_number, FramePriority.BACKGROUND)
    return make_thumbnail(image, frame, PREVIEW_PX)


def _described(station: Station, series: Series, instance: Instance) -> ImageDescription:
    images = station.frames.describe(instance)
    image = images[len(images) // 2]
    require_indexed((image,), series, instance)
    return image
