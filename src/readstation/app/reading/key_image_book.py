"""Which frames of the open study are key images, in the order they were marked."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.overlay_text import visible_text
from readstation.domain.key_image import KeyImage
from readstation.domain.study import FrameKey

Listener = Callable[[], None]


class KeyImageBook:
    """Filled with what is stored and nothing else; a frame that two marked stands here once."""

    def __init__(self) -> None:
        self.frames: tuple[FrameKey, ...] = ()
        self._listeners: list[Listener] = []

    def on_change(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def load(self, marked: Iterable[KeyImage]) -> None:
        """Replace all."""
        frames = tuple(dict.fromkeys(each.frame for each in marked))
        if frames != self.frames:
            self.frames = frames
            for listener in list(self._listeners):
                listener()

    def has(self, image: ImageDescription | None) -> bool:
        return image is not None and image.frame_key in self.frames

    def after(self, image: ImageDescription | None) -> FrameKey | None:
        """Return the next key image, the first one after the last; None if there is none."""
        if not self.frames:
            return None
        if image is None or not self.has(image):
            return self.frames[0]
        return self.frames[(self.frames.index(image.frame_key) + 1) % len(self.frames)]


def image_words(image: ImageDescription) -> str:
    """Return how a report and a list name an image.

    >>> image_words(ImageDescription("1", "1.1", "1.1.1", modality="CT", instance_number=7))
    'CT, image 7'
    """
    frame = f", frame {image.frame_number}" if image.number_of_frames > 1 else ""
    return visible_text(f"{_series(image)}, image {_number(image)}{frame}")


def short_words(image: ImageDescription) -> str:
    """Return the same for where there is little room: what tells images apart comes first.

    >>> short_words(ImageDescription("1", "1.1", "1.1.1", modality="CT", instance_number=7))
    '7 · CT'
    """
    frame = f"/{image.frame_number}" if image.number_of_frames > 1 else ""
    return visible_text(f"{_number(image)}{frame} · {_series(image)}")


def _series(image: ImageDescription) -> str:
    return image.series_description or image.study_description or image.modality or "Images"


def _number(image: ImageDescription) -> int:
    return image.frame_number if image.instance_number is None else image.instance_number
