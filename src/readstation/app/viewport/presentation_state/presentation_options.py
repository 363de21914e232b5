"""Every presentation state the reader can choose for the images of one box."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.overlay_text import visible_text
from readstation.app.viewport.presentation_state.presented_frame import applies_to, states_for
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.imaging.presentation_state import PresentationState

WITHOUT = "None: as the image is stored"
UNNAMED = "Without a label"
NO_STATES = "There is no presentation state for these images."


@dataclass(frozen=True, slots=True)
class PresentationOption:
    """One state, or none; `frame_index` is where it applies if not to the image that is shown."""

    name: str
    description: str = ""
    made: str = ""
    where: str = ""
    presentation: PresentationState | None = None
    frame_index: int | None = None
    is_current: bool = False


def presentation_options(
    model: ViewportModel, states: Iterable[PresentationState]
) -> tuple[PresentationOption, ...]:
    """Return no state, then those for the image that is shown, then those for others of the set."""
    d = model.description
    if d is None:
        return ()
    states = tuple(states)
    here = states_for(states, d)
    elsewhere = _elsewhere(states, here, model.display_set)
    options = (
        *(_option(model, state) for state in here),
        *(_option(model, state, index) for state, index in elsewhere),
    )
    if not options:
        return ()
    none = PresentationOption(WITHOUT, is_current=model.state.presentation is None)
    return (none, *options)


def _elsewhere(
    states: Sequence[PresentationState],
    here: Sequence[PresentationState],
    images: Sequence[ImageDescription],
) -> Iterator[tuple[PresentationState, int]]:
    """Yield the states that are only for other images, in the order of these."""
    taken = {state.sop_instance_uid for state in here}
    left = [state for state in states if state.sop_instance_uid not in taken]
    for index, image in enumerate(images):
        for state in states_for(left, image):
            left.remove(state)
            yield state, index
        if not left:
            return


def _option(
    model: ViewportModel, state: PresentationState, frame_index: int | None = None
) -> PresentationOption:
    applied = model.state.presentation
    when = f"{state.created:%Y-%m-%d %H:%M}" if state.created else ""
    made = " · ".join(part for part in (state.content_creator_name, when) if part)
    return PresentationOption(
        name=visible_text(state.content_label.strip()) or UNNAMED,
        description=visible_text(state.content_description.strip()),
        made=visible_text(made),
        where=f"Im {frame_index + 1}" if frame_index is not None else "",
        presentation=state,
        frame_index=frame_index,
        is_current=applied is not None and applied.state == state,
    )


def state_words(model: ViewportModel, states: Iterable[PresentationState]) -> str:
    """Say how many states there are for the images of the box; empty without any."""
    images = model.display_set
    if not images:
        return ""
    of_study = [s for s in states if s.study_instance_uid == images[0].study_instance_uid]
    count = sum(any(applies_to(state, image) for image in images) for state in of_study)
    if not count:
        return ""
    return "1 presentation state" if count == 1 else f"{count} presentation states"
