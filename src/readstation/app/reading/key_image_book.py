"""Which frames of the open study are key images: marked here, and named by files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from readstation.app.reading.filed_key_images import FiledMarks
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.overlay_text import visible_text
from readstation.domain.key_image import KeyImage, SelectionPurpose
from readstation.domain.study import FrameKey

Listener = Callable[[], None]
Stars = tuple[tuple[int, "Star"], ...]


class Star(Enum):
    """How an image is marked; where several hold, the first of these counts."""

    REJECTED = "rejected, from file"
    DOUBTED = "quality issue, from file"
    OWN = "key image"
    FILED = "key image, from file"


RANK = {star: rank for rank, star in enumerate(Star)}
STAR_OF = {
    SelectionPurpose.REJECTED: Star.REJECTED,
    SelectionPurpose.DOUBTED: Star.DOUBTED,
    SelectionPurpose.KEY: Star.FILED,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How one image is marked, and by whom, in words."""

    star: Star
    words: str


class KeyImageBook:
    """Filled with what is stored and nothing else; a frame that two marked stands here once."""

    def __init__(self) -> None:
        self.frames: tuple[FrameKey, ...] = ()
        self.filed: tuple[FiledMarks, ...] = ()
        self.refusals: tuple[str, ...] = ()
        self._named: dict[str, list[tuple[frozenset[int], FiledMarks]]] = {}
        self._stars_by_set: dict[int, tuple[Sequence[ImageDescription], Stars]] = {}
        self._listeners: list[Listener] = []

    def on_change(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def load(self, marked: Iterable[KeyImage]) -> None:
        """Replace all that was marked here."""
        frames = tuple(dict.fromkeys(each.frame for each in marked))
        if frames != self.frames:
            self.frames = frames
            self._tell()

    def load_filed(self, filed: Iterable[FiledMarks], refusals: Iterable[str] = ()) -> None:
        """Replace all that files name; `refusals` says which of them could not be read."""
        marks, refused = tuple(filed), tuple(refusals)
        if (marks, refused) == (self.filed, self.refusals):
            return
        self.filed, self.refusals, self._named = marks, refused, {}
        for each in marks:
            for image in each.images:
                named = self._named.setdefault(image.sop_instance_uid, [])
                named.append((frozenset(image.frame_numbers), each))
        self._tell()

    def clear(self) -> None:
        """Forget everything: the study is left."""
        self.load(())
        self.load_filed(())

    def has(self, image: ImageDescription | None) -> bool:
        """Return True for an image that was marked here."""
        return image is not None and image.frame_key in self.frames

    def standing(self, image: ImageDescription | None) -> Standing | None:
        """Return how an image is marked; None if nobody marked it."""
        if image is None:
            return None
        marks = self._marks_of(image)
        said = [f"{marked_as(each)}: {mark_words(each)}" for each in marks]
        stars = [STAR_OF[each.selection.purpose] for each in marks]
        if self.has(image):
            said.insert(0, "Key image, marked here")
            stars.append(Star.OWN)
        return Standing(min(stars, key=RANK.__getitem__), " | ".join(said)) if stars else None

    def stars_of(self, images: Sequence[ImageDescription]) -> Stars:
        """Return where in a display set marked images are, and how they are marked."""
        if not self.frames and not self._named:
            return ()
        known = self._stars_by_set.get(id(images))
        if known is None or known[0] is not images:
            known = self._stars_by_set[id(images)] = (images, self._find_stars(images))
        return known[1]

    def _find_stars(self, images: Sequence[ImageDescription]) -> Stars:
        own = set(self.frames)
        return tuple(
            (index, min(stars, key=RANK.__getitem__))
            for index, image in enumerate(images)
            if (stars := self._stars(image, own))
        )

    def after(self, image: ImageDescription | None) -> FrameKey | None:
        """Return the next key image, the first one after the last; None if there is none."""
        frames = self.all_frames
        if not frames:
            return None
        if image is None or image.frame_key not in frames:
            return frames[0]
        return frames[(frames.index(image.frame_key) + 1) % len(frames)]

    @property
    def all_frames(self) -> tuple[FrameKey, ...]:
        """Return what is a key image by anybody: marked here first, then as files name them."""
        keys = (m for m in self.filed if m.selection.purpose is SelectionPurpose.KEY)
        return tuple(dict.fromkeys((*self.frames, *(f for m in keys for f in frames_of(m)))))

    def _marks_of(self, image: ImageDescription) -> tuple[FiledMarks, ...]:
        named = self._named.get(image.sop_instance_uid, ())
        return tuple(m for frames, m in named if not frames or image.frame_number in frames)

    def _stars(self, image: ImageDescription, own: set[FrameKey]) -> list[Star]:
        stars = [STAR_OF[each.selection.purpose] for each in self._marks_of(image)]
        return [*stars, Star.OWN] if image.frame_key in own else stars

    def _tell(self) -> None:
        self._stars_by_set.clear()
        for listener in list(self._listeners):
            listener()


def frames_of(marks: FiledMarks) -> tuple[FrameKey, ...]:
    """Return the frames that stand for what a selection marks: the first of a whole image."""
    return tuple(
        FrameKey(image.sop_instance_uid, number)
        for image in marks.images
        for number in image.frame_numbers or (1,)
    )


def marked_as(marks: FiledMarks) -> str:
    """Return in plain words what a selection does to its images."""
    purpose = marks.selection.purpose
    if purpose is SelectionPurpose.REJECTED:
        return "REJECTED, no key image"
    return "Quality issue, no key image" if purpose is SelectionPurpose.DOUBTED else "Key image"


def mark_words(marks: FiledMarks) -> str:
    """Return title, maker and description of a selection in one line."""
    selection = marks.selection
    said = f"{selection.words} (file by {selection.source})"
    return visible_text(f"{said}: {selection.description}" if selection.description else said)


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
