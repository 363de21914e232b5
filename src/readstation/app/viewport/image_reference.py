"""How an object that is saved names an image that it is about."""

from __future__ import annotations

from collections.abc import Iterable

from readstation.app.viewport.image_description import ImageDescription
from readstation.imaging.graphic_annotation import ImageReference


def reference_to(image: ImageDescription, frame_numbers: Iterable[int] = ()) -> ImageReference:
    """Return a reference to some frames of an image; without numbers, to all of it.

    Frames of an image that has only one are never named (PS3.3 Table 10-3, Referenced Frame
    Number (0008,1160)).
    """
    numbers = tuple(sorted(frame_numbers)) if image.number_of_frames > 1 else ()
    return ImageReference(
        image.sop_instance_uid, numbers, image.sop_class_uid, image.series_instance_uid
    )
