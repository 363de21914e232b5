"""The presentation states of the studies that are open, each under its study."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from readstation.imaging.presentation_state import PresentationState


class PresentationBook:
    """Holds what was read; `refusals_of` says what could not be."""

    def __init__(self) -> None:
        self._states: dict[str, dict[str, PresentationState]] = {}
        self._refusals: dict[str, list[str]] = {}
        self._listeners: list[Callable[[], None]] = []

    def on_change(self, listener: Callable[[], None]) -> None:
        self._listeners.append(listener)

    def add(
        self,
        study_instance_uid: str,
        states: Iterable[PresentationState],
        refusals: Iterable[str] = (),
    ) -> None:
        """Take the states of one study; a state of another study is left out (H01)."""
        of_study = self._states.setdefault(study_instance_uid, {})
        for state in states:
            if state.study_instance_uid == study_instance_uid:
                of_study[state.sop_instance_uid] = state
        self._refusals.setdefault(study_instance_uid, []).extend(refusals)
        self._tell()

    def of_study(self, study_instance_uid: str) -> tuple[PresentationState, ...]:
        return tuple(self._states.get(study_instance_uid, {}).values())

    def refusals_of(self, study_instance_uid: str) -> tuple[str, ...]:
        """Return one sentence for each state of the study that cannot be applied."""
        return tuple(self._refusals.get(study_instance_uid, ()))

    def clear(self) -> None:
        self._states.clear()
        self._refusals.clear()
        self._tell()

    def _tell(self) -> None:
        for listener in list(self._listeners):
            listener()
