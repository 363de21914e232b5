"""Frames in memory within a budget; the series not looked at for longest leaves first, whole."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from readstation.app.image_ports import UncheckedFrame
from readstation.imaging.frame import StoredFrame


class PixelKey(NamedTuple):
    """The pixels of one frame: the hash of the file they come from, and the frame number.

    Pixels of other bytes have another key, so a frame can never be taken for another (H01).
    """

    content_sha256: str
    frame_number: int = 1


HeldFrame = StoredFrame | UncheckedFrame
BESIDE_SHARE = 16
"""One part in so many is for names and marks of images, and for pages of 2 MiB not yet full."""
LeftListener = Callable[[str, list[tuple[PixelKey, HeldFrame]]], None]


@dataclass(slots=True, eq=False)
class _Volume:
    """Frames that share one piece of memory: it is free again when all of them have left."""

    series_instance_uid: str
    frames: dict[PixelKey, HeldFrame] = field(default_factory=dict)
    size_bytes: int = 0


class FrameCache:
    """One per session: it outlives the studies, and gives out none but checked frames.

    Room is reserved before pixels are read, so what is on its way is within the budget too.
    """

    def __init__(self, budget_bytes: int) -> None:
        self.budget_bytes = budget_bytes
        self._volumes: dict[object, _Volume] = {}
        self._names: dict[int, object] = {}
        self._places: dict[PixelKey, _Volume] = {}
        self._series: OrderedDict[str, dict[int, _Volume]] = OrderedDict()
        self._series_bytes: dict[str, int] = {}
        self._used_bytes = 0
        self._reserved_bytes = 0
        self._listeners: list[LeftListener] = []

    @classmethod
    def within(cls, memory_bytes: int) -> FrameCache:
        """Return a cache that takes no more than this with all that the program keeps beside it."""
        return cls(memory_bytes - memory_bytes // BESIDE_SHARE)

    def on_left(self, listener: LeftListener) -> None:
        """Call `listener` with a series and the frames of it that had to leave."""
        self._listeners.append(listener)

    @property
    def used_bytes(self) -> int:
        return self._used_bytes

    @property
    def reserved_bytes(self) -> int:
        """What is on its way here, or on its way out and still in memory."""
        return self._reserved_bytes

    @property
    def free_bytes(self) -> int:
        """What is left of the budget; negative while visible frames alone are more than it."""
        return self.budget_bytes - self._used_bytes - self._reserved_bytes

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def unchecked(self, key: PixelKey) -> UncheckedFrame | None:
        """Return a frame that is here and whose hash was not compared yet."""
        volume = self._places.get(key)
        frame = volume.frames[key] if volume is not None else None
        return None if isinstance(frame, StoredFrame) else frame

    def get(self, key: PixelKey) -> StoredFrame | None:
        """Return a frame that is here, compared with the hash of its file.

        Raises
        ------
        CannotDisplayError
            If the file's bytes are not those that were imported. The frame is gone then.
        """
        volume = self._places.get(key)
        if volume is None:
            return None
        frame = volume.frames[key]
        if isinstance(frame, StoredFrame):
            return frame
        try:
            checked = frame.checked()
        except BaseException:
            self._remove(volume, [key])
            raise
        volume.frames[key] = checked
        self._count(volume, checked.size_bytes - frame.size_bytes)
        return checked

    def put(
        self,
        key: PixelKey,
        frame: HeldFrame,
        series_instance_uid: str,
        volume_name: object | None = None,
    ) -> bool:
        """Keep `frame`; False if its pixels are here already, which stay.

        Frames of one `volume_name` share memory and leave together.
        """
        if key in self._places:
            return False
        volume = self._volumes.get(volume_name) if volume_name is not None else None
        if volume is None:
            volume = _Volume(series_instance_uid)
            if volume_name is not None:
                self._volumes[volume_name] = volume
                self._names[id(volume)] = volume_name
            self._series.setdefault(series_instance_uid, {})[id(volume)] = volume
        volume.frames[key] = frame
        self._places[key] = volume
        self._count(volume, frame.size_bytes)
        return True

    def use(self, series_instance_uids: Iterable[str]) -> None:
        """Note that series are looked at now, the last one most of all."""
        for uid in series_instance_uids:
            if uid in self._series:
                self._series.move_to_end(uid)

    def reserve(self, size_bytes: int, kept: Collection[str], *, at_any_cost: bool = False) -> bool:
        """Make room, and keep it until `release`; False, and nothing leaves, if it cannot be made.

        Series in `kept` never leave. `at_any_cost` is for what is on the screen: it is let in
        even where that cannot make room enough.
        """
        shortage = size_bytes - self.free_bytes
        if shortage > 0:
            leaving = self._longest_unused(shortage, kept)
            if leaving is None and not at_any_cost:
                return False
            for uid in (
                leaving if leaving is not None else [u for u in self._series if u not in kept]
            ):
                self._drop_series(uid)
        self._reserved_bytes += size_bytes
        return True

    def note_leaving(self, size_bytes: int) -> None:
        """Count what has left but is still in memory, until `release`."""
        self._reserved_bytes += size_bytes

    def release(self, size_bytes: int) -> None:
        """Give back what was reserved: the pixels are here now, or will not come."""
        self._reserved_bytes -= size_bytes

    def leaves_with(self, key: PixelKey) -> Collection[PixelKey]:
        """Return the frames that share memory with one; none if it is not here."""
        volume = self._places.get(key)
        return volume.frames.keys() if volume is not None else ()

    def drop(self, key: PixelKey) -> None:
        """Let a frame go, with those that share its memory."""
        volume = self._places.get(key)
        if volume is not None:
            self._tell(volume.series_instance_uid, self._remove(volume, list(volume.frames)))

    def clear(self) -> None:
        """Let everything go."""
        for uid in list(self._series):
            self._drop_series(uid)

    def _longest_unused(self, shortage_bytes: int, kept: Collection[str]) -> list[str] | None:
        """Return the series to let go, longest unused first; None if they do not suffice."""
        leaving: list[str] = []
        for uid in self._series:
            if shortage_bytes <= 0:
                break
            if uid not in kept:
                leaving.append(uid)
                shortage_bytes -= self._series_bytes[uid]
        return leaving if shortage_bytes <= 0 else None

    def _drop_series(self, uid: str) -> None:
        left = [
            pair
            for volume in list(self._series[uid].values())
            for pair in self._remove(volume, list(volume.frames))
        ]
        self._tell(uid, left)

    def _remove(
        self, volume: _Volume, keys: Iterable[PixelKey]
    ) -> list[tuple[PixelKey, HeldFrame]]:
        left = []
        for key in keys:
            frame = volume.frames.pop(key)
            del self._places[key]
            left.append((key, frame))
            self._count(volume, -frame.size_bytes)
        if not volume.frames:
            self._volumes.pop(self._names.pop(id(volume), None), None)
            of_series = self._series[volume.series_instance_uid]
            del of_series[id(volume)]
            if not of_series:
                del self._series[volume.series_instance_uid]
                del self._series_bytes[volume.series_instance_uid]
        return left

    def _count(self, volume: _Volume, size_bytes: int) -> None:
        uid = volume.series_instance_uid
        volume.size_bytes += size_bytes
        self._series_bytes[uid] = self._series_bytes.get(uid, 0) + size_bytes
        self._used_bytes += size_bytes

    def _tell(self, uid: str, left: list[tuple[PixelKey, HeldFrame]]) -> None:
        for listener in self._listeners:
            listener(uid, left)
