"""Keeps the measurements of a study, each under its own frame, with undo and redo."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from readstation.app.viewport.measurement_words import Words, words_of
from readstation.app.viewport.measuring import CannotMeasureError
from readstation.app.viewport.user_calibration import stated_calibration
from readstation.domain.calibration import Calibration
from readstation.domain.measurement import Measurement, Unfinished
from readstation.domain.study import FrameKey

Listener = Callable[[Measurement], None]
MOST_STEPS = 200


@dataclass(frozen=True, slots=True)
class Change:
    """One measurement before and after: None where it was not there yet or is no more."""

    before: Measurement | None
    after: Measurement | None

    @property
    def reversed(self) -> Change:
        return Change(self.after, self.before)

    @property
    def subject(self) -> Measurement:
        """Return the measurement that the reader sees changed.

        Raises
        ------
        ValueError
            If nothing changed at all.
        """
        found = self.after or self.before
        if found is None:
            raise ValueError("a change has a measurement before or after")
        return found


Step = tuple[Change, ...]
"""What one action of the reader changed; undone and redone as a whole."""


class MeasurementBook:
    """All measurements of the open study, each under its own frame.

    `load` brings back what is stored, `show_others` what was measured elsewhere: by other software
    or when a prior was read. Those are shown and never changed. History ends with the study.
    """

    def __init__(self) -> None:
        self.say: Words = words_of
        self._by_uid: dict[str, Measurement] = {}
        self._others: dict[str, Measurement] = {}
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._measured: list[Listener] = []
        self._removed: list[Listener] = []

    # Listening

    def on_measured(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with each measurement added or changed; returns how to stop."""
        self._measured.append(listener)
        return lambda: self._measured.remove(listener)

    def on_removed(self, listener: Listener) -> Callable[[], None]:
        self._removed.append(listener)
        return lambda: self._removed.remove(listener)

    # Opening a study

    def load(self, measurements: Iterable[Measurement]) -> None:
        """Replace all by stored measurements, without telling listeners; nothing can be undone."""
        self._by_uid = {m.measurement_uid: m for m in measurements}
        self._others.clear()
        self._done.clear()
        self._undone.clear()

    def add_stored(self, measurements: Iterable[Measurement]) -> None:
        """Take stored measurements that come late; what was changed meanwhile stays."""
        touched = {c.subject.measurement_uid for step in self._done for c in step}
        late = {m.measurement_uid: m for m in measurements if m.measurement_uid not in touched}
        self._by_uid = {**late, **self._by_uid}

    def show_others(self, measurements: Iterable[Measurement]) -> None:
        """Show measurements that were made elsewhere, unless they are this study's own."""
        self._others.update({m.measurement_uid: m for m in measurements})

    # Changing

    def put(self, measurement: Measurement) -> None:
        """Add or replace a measurement, as one step that can be undone."""
        self.put_all((measurement,))

    def put_all(
        self, measurements: Iterable[Measurement], *, instead_of: Iterable[Measurement] = ()
    ) -> None:
        """Add or replace measurements in one step; `instead_of` says what the shown ones were.

        Raises
        ------
        CannotMeasureError
            If one would come to another frame (H15) or was made elsewhere.
        """
        were = {m.measurement_uid: m for m in instead_of}
        now = tuple(measurements)
        step = tuple(
            Change(were.get(uid, self._by_uid.get(uid)), m)
            for m in now
            for uid in (m.measurement_uid,)
        )
        for change in step:
            self._require_allowed(change)
        self._take(step)

    def remove_all(self, uids: Iterable[str], *, and_put: Iterable[Measurement] = ()) -> bool:
        """Remove measurements and change others in one step; False if none of them is there."""
        gone = tuple(Change(self._by_uid[uid], None) for uid in uids if uid in self._by_uid)
        if not gone:
            return False
        changed = (Change(self._by_uid.get(m.measurement_uid), m) for m in and_put)
        self._take((*gone, *changed))
        return True

    def remove(self, measurement_uid: str) -> bool:
        """Remove a measurement; returns False if there is none of this uid."""
        return self.remove_all((measurement_uid,))

    def show_changed(self, measurement: Measurement) -> None:
        """Show a measurement that is being changed; listeners hear of it at the end by `put`."""
        self._require_allowed(Change(self.find(measurement.measurement_uid), measurement))
        self._by_uid[measurement.measurement_uid] = measurement

    def undo(self) -> Step:
        """Take the last step back; returns what changed, empty if there was none."""
        if not self._done:
            return ()
        step = tuple(change.reversed for change in reversed(self._done.pop()))
        self._apply(step)
        self._undone.append(tuple(change.reversed for change in reversed(step)))
        return step

    def redo(self) -> Step:
        """Take the last undone step again; returns what changed, empty if there was none."""
        if not self._undone:
            return ()
        step = self._undone.pop()
        self._apply(step)
        self._done.append(step)
        return step

    # Asking

    def find(self, measurement_uid: str) -> Measurement | None:
        return self._by_uid.get(measurement_uid) or self._others.get(measurement_uid)

    def is_own(self, measurement: Measurement) -> bool:
        """Return True if the measurement belongs to the open study and may be changed."""
        return measurement.measurement_uid not in self._others and not measurement.maker

    def on_frame(self, frame: FrameKey) -> tuple[Measurement, ...]:
        """Return the measurements of exactly this frame, in the order they were made."""
        return tuple(m for m in self if m.frame == frame)

    def with_draft(
        self, frame: FrameKey, draft: Measurement | Unfinished | None
    ) -> tuple[Measurement, ...]:
        """Return the measurements of a frame as they are with what is being drawn on it."""
        kept = self.on_frame(frame)
        if draft is None or isinstance(draft, Unfinished) or draft.frame != frame:
            return kept
        return (*(m for m in kept if m.measurement_uid != draft.measurement_uid), draft)

    def stated_calibration(self, frame: FrameKey) -> Calibration | None:
        """Return the spacing that the reader stated for a frame."""
        return stated_calibration(m for m in self._by_uid.values() if m.frame == frame)

    def __iter__(self) -> Iterator[Measurement]:
        others = (m for uid, m in self._others.items() if uid not in self._by_uid)
        return iter((*others, *self._by_uid.values()))

    # Inside

    def _require_allowed(self, change: Change) -> None:
        before, after = change.before, change.after
        if after is None:
            return
        if not self.is_own(after):
            raise CannotMeasureError(
                "This measurement was made elsewhere and is only shown here.",
                remedy="Measure anew beside it.",
            )
        if before is not None and _anchor(before) != _anchor(after):
            raise CannotMeasureError(
                "A measurement stays on the image it was made on.",
                remedy="Measure again on the other image.",
            )

    def _take(self, step: Step) -> None:
        self._done.append(step)
        del self._done[:-MOST_STEPS]
        self._undone.clear()
        self._apply(step)

    def _apply(self, step: Step) -> None:
        for change in step:
            uid = change.subject.measurement_uid
            if change.after is None:
                self._by_uid.pop(uid, None)
            else:
                self._by_uid[uid] = change.after
        for change in step:
            for listener in self._removed if change.after is None else self._measured:
                listener(change.subject)


def _anchor(m: Measurement) -> tuple[type, str, int, str | None]:
    """Return what never changes about a measurement: its kind and its frame (H15)."""
    frame = m.frame
    return type(m), frame.sop_instance_uid, frame.frame_number, frame.frame_of_reference_uid
