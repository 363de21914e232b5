"""What is known of how studies lie to each other: registrations, and what the reader aligned."""

from __future__ import annotations

from dataclasses import dataclass, replace

from readstation.app.viewport.image_description import ImageDescription
from readstation.imaging.registration import Registration
from readstation.imaging.rigid_transform import RigidTransform

MOST_UNDO = 50


@dataclass(frozen=True, slots=True)
class Space:
    """The patient coordinates of one study: those of a frame of reference, or of one series."""

    study_instance_uid: str
    frame_of_reference_uid: str
    series_instance_uid: str = ""


Pair = tuple[Space, Space]


def space_of(image: ImageDescription) -> Space:
    """Return the coordinates of an image; alone in them if it names no frame of reference."""
    uid = image.plane.frame_of_reference_uid if image.plane else ""
    return Space(image.study_instance_uid, uid, "" if uid else image.series_instance_uid)


def pair_of(one: ImageDescription, other: ImageDescription) -> Pair:
    """Return what an alignment of two series is filed under.

    All series of two studies move together; two series of one frame of reference by themselves.
    """
    a, b = space_of(one), space_of(other)
    if are_in_one_space(one, other):
        return (
            replace(a, series_instance_uid=one.series_instance_uid),
            replace(b, series_instance_uid=other.series_instance_uid),
        )
    return a, b


def are_in_one_space(one: ImageDescription, other: ImageDescription) -> bool:
    """Return True if both state the same frame of reference."""
    a, b = one.plane, other.plane
    if a is None or b is None:
        return False
    return bool(a.frame_of_reference_uid) and a.frame_of_reference_uid == b.frame_of_reference_uid


class LinkBook:
    """Registrations stay for the session; what the reader aligned goes with the study."""

    def __init__(self) -> None:
        self._found: dict[Pair, Registration] = {}
        self._running: set[Pair] = set()
        self._aligned: dict[Pair, RigidTransform] = {}
        self._before: list[dict[Pair, RigidTransform]] = []
        self.version = 0
        """Another number after every change."""

    def registration(self, pair: Pair) -> Registration | None:
        """Return what is known of a pair; None if nobody has looked yet."""
        found = self._found.get(pair)
        if found is not None:
            return found
        back = self._found.get((pair[1], pair[0]))
        return back.inverse if back is not None else None

    def take(self, pair: Pair, registration: Registration) -> None:
        """Keep the registration of a pair for the session."""
        self._found[pair] = registration
        self.end(pair)

    def begin(self, pair: Pair) -> None:
        """Note that a pair is being registered."""
        self._running.add(pair)
        self.version += 1

    def end(self, pair: Pair) -> None:
        """Note that a pair is not being registered any more."""
        self._running.discard(pair)
        self.version += 1

    def is_running(self, pair: Pair) -> bool:
        return pair in self._running or (pair[1], pair[0]) in self._running

    def aligned(self, pair: Pair) -> RigidTransform | None:
        """Return how the reader aligned a pair."""
        transform = self._aligned.get(pair)
        if transform is not None:
            return transform
        back = self._aligned.get((pair[1], pair[0]))
        return back.inverse if back is not None else None

    def align(self, transforms: dict[Pair, RigidTransform]) -> None:
        """Take what the reader aligned, all of it one step for `undo`."""
        self._remember()
        self.version += 1
        for pair, transform in transforms.items():
            self._aligned.pop((pair[1], pair[0]), None)
            self._aligned[pair] = transform

    def undo(self) -> bool:
        """Take back what the reader aligned last; False if there is nothing."""
        if not self._before:
            return False
        self._aligned = self._before.pop()
        self.version += 1
        return True

    def forget_alignment(self) -> None:
        """Let go of what the reader aligned: the study is left."""
        self._aligned, self._before = {}, []
        self.version += 1

    def _remember(self) -> None:
        self._before = [*self._before[-MOST_UNDO + 1 :], dict(self._aligned)]
