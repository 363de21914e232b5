"""An arrangement on the screen as a hanging protocol: no text is edited for it."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from readstation.app.hanging.hung_orientation import hung_orientation
from readstation.app.reading.reading_model import ReadingModel
from readstation.app.viewport.value_scale import ValueScale
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import ChosenWindow
from readstation.domain.errors import ReadStationError
from readstation.domain.hanging import (
    ANY_SET,
    PLAIN_LOOK,
    WINDOW_OF_FILE,
    BoxLook,
    HangingCase,
    HangingProtocol,
    ImageBox,
    Orientation,
    Scope,
    SetFacts,
    SetSelector,
    Stage,
    StudyFacts,
    StudySelector,
    Window,
    Zoom,
)
from readstation.domain.hanging_match import best_for, is_wanted
from readstation.domain.hanging_words import is_usable_phrase, words_of
from readstation.imaging.voi import VoiWindow

NOTHING_TO_SAVE = "There is no arrangement to save."
HANG_FIRST = "Open a study and put images of it into the boxes first."
MOST_PRIORS = 9
MAX_TITLE, MAX_SLUG = 60, 40
MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class Arranged:
    """One visible box: what it shows, of which study, and how."""

    facts: SetFacts
    study_instance_uid: str
    look: BoxLook


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The boxes row by row; None for an empty one."""

    rows: int
    columns: int
    boxes: tuple[Arranged | None, ...]


def arrangement_of(model: ReadingModel) -> Arrangement:
    """Return what is on the screen now.

    Raises
    ------
    ReadStationError
        If no box shows anything.
    """
    desk, layout = model.hanging, model.state.layout
    plan = (*desk.plan.boxes, *[None] * layout.box_count)
    found: list[Arranged | None] = []
    shown = model.state.shown[: layout.box_count]
    for box, display_set, hung in zip(model.visible_boxes, shown, plan, strict=False):
        facts = desk.facts_of(display_set) if display_set is not None else None
        if display_set is None or facts is None:
            found.append(None)
            continue
        is_as_hung = hung is not None and hung.display_set is display_set
        base = hung.look if hung is not None and is_as_hung else PLAIN_LOOK
        look = _look(box, facts, base, is_untouched=model.looks.look_of(box) is not None)
        found.append(Arranged(facts, display_set.study_instance_uid, look))
    if not any(found):
        raise ReadStationError(NOTHING_TO_SAVE, HANG_FIRST)
    return Arrangement(layout.rows, layout.columns, tuple(found))


def captured(
    arrangement: Arrangement, case: HangingCase, title: str, study: StudySelector
) -> HangingProtocol:
    """Return a protocol that hangs the studies of `case` as they are arranged."""
    boxes: list[ImageBox] = []
    shown: list[SetFacts] = []
    for arranged in arrangement.boxes:
        if arranged is not None:
            boxes.append(_box(arranged, case, shown, boxes))
            shown.append(arranged.facts)
    is_whole = len(boxes) == arrangement.rows * arrangement.columns
    rows, columns = (arrangement.rows, arrangement.columns) if is_whole else (0, 0)
    boxes = _numbered(boxes, arrangement, case)
    stage = Stage(title, rows, columns, tuple(boxes), needs_all=True)
    return HangingProtocol(protocol_id_of(title), title, study, (stage,), is_own=True)


def protocol_id_of(title: str) -> str:
    """Return the identifier, and file name, of a protocol that a reader calls so.

    Examples
    --------
    >>> protocol_id_of("My chest, 2 priors"), protocol_id_of("胸部")
    ('own_my_chest_2_priors', 'own_0bc59f06')
    """
    kept = "".join(c if c.isascii() and c.isalnum() else " " for c in title.casefold())
    slug = "_".join(kept.split())[:MAX_SLUG].strip("_")
    return f"own_{slug or format(zlib.crc32(title.encode()), '08x')}"


def _box(
    arranged: Arranged, case: HangingCase, shown: Sequence[SetFacts], boxes: Sequence[ImageBox]
) -> ImageBox:
    facts, study = arranged.facts, _study(case, arranged.study_instance_uid)
    box = ImageBox(
        Scope.CURRENT if study is case.current else Scope.PRIOR,
        wants=_wants(facts),
        is_again=facts in shown,
        look=arranged.look,
    )
    free = [s for s in study.sets if box.is_again or s not in shown]
    if box.scope is Scope.PRIOR:
        for place, example in enumerate(shown):
            alike = replace(box, like=place + 1)
            is_pair = boxes[place].scope is Scope.CURRENT and is_wanted(box.wants, example)
            if is_pair and best_for(alike, free, example) == facts:
                return alike
    return replace(box, prefers=_descriptions(facts))


def _study(case: HangingCase, uid: str) -> StudyFacts:
    studies = (case.current, *case.priors)
    return next(study for study in studies if study.study_instance_uid == uid)


def _wants(facts: SetFacts) -> SetSelector:
    return SetSelector(
        modalities=frozenset({facts.modality}) if facts.modality else frozenset(),
        laterality=facts.laterality,
        views=frozenset({facts.view}) if facts.view else frozenset(),
        planes=frozenset({facts.plane}) if facts.plane else frozenset(),
    )


def _descriptions(facts: SetFacts) -> tuple[SetSelector, ...]:
    """Return what tells this set from its neighbours, the most exact first."""
    words = sorted(words_of(facts.series_description))[:MOST_WORDS]
    phrase, kernel, count = " ".join(words), facts.kernel, facts.image_count
    named = SetSelector(description=(phrase,), kernel=kernel)
    if not is_usable_phrase(phrase):
        named = SetSelector(kernel=kernel)
    every = (
        replace(named, least_images=count, most_images=count),
        named,
        SetSelector(kernel=kernel),
    )
    return tuple(dict.fromkeys(each for each in every if each != ANY_SET))


def _numbered(
    boxes: Sequence[ImageBox], arrangement: Arrangement, case: HangingCase
) -> list[ImageBox]:
    """Return the boxes with the number of their prior among those that fit the boxes at all."""
    asked = [box for box in boxes if box.scope is Scope.PRIOR]
    fitting = [p for p in case.priors if any(best_for(box, p.sets) for box in asked)]
    numbers = {p.study_instance_uid: place for place, p in enumerate(fitting, start=1)}
    uids = [arranged.study_instance_uid for arranged in arrangement.boxes if arranged is not None]
    return [
        replace(box, prior_number=min(numbers.get(uid, 1), MOST_PRIORS))
        if box.scope is Scope.PRIOR
        else box
        for box, uid in zip(boxes, uids, strict=True)
    ]


def _look(box: ViewportModel, facts: SetFacts, base: BoxLook, *, is_untouched: bool) -> BoxLook:
    is_linked = box.state.is_linked or len(box.display_set) == 1
    look = replace(base, window=_window(box, base), link=is_linked)
    if is_untouched:
        return look
    zoom = {None: Zoom.FIT, 1.0: Zoom.ONE_TO_ONE}.get(box.state.zoom, Zoom.SAME_SCALE)
    return replace(look, zoom=zoom, orientation=_orientation(box, facts))


def _window(box: ViewportModel, base: BoxLook) -> Window:
    choice = box.state.voi_choice
    if not isinstance(choice, ChosenWindow):
        return WINDOW_OF_FILE
    if any(preset.name == choice.name for preset in box.presets):
        is_opening = not base.window.is_stated and box.state.value_scale is not ValueScale.AS_STORED
        return WINDOW_OF_FILE if is_opening else Window(preset=choice.name)
    window = choice.window
    is_plain = isinstance(window, VoiWindow) and box.state.value_scale is ValueScale.AS_STORED
    return Window(center=window.center, width=window.width) if is_plain else WINDOW_OF_FILE


def _orientation(box: ViewportModel, facts: SetFacts) -> Orientation:
    """Return the rule that turns the image as it is turned now; as stored where none does."""
    d = box.description
    for rule in (Orientation.AS_STORED, Orientation.BREAST, Orientation.STANDARD):
        if d is None:
            break
        turned = hung_orientation(
            rule, d, side=facts.laterality, view=facts.view, plane=facts.plane
        )
        is_needed = rule is not Orientation.AS_STORED or facts.modality != "MG"
        if turned == box.state.orientation and is_needed:
            return rule
    return Orientation.AS_STORED
