"""Every window the reader can choose for an image: the file's, the presets, an automatic one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from readstation.app.viewport.frame_rendering import automatic_voi_of, file_vois_of, voi_of
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.overlay_text import visible_text, window_text
from readstation.app.viewport.presentation_state.applied_presentation import in_full_effect
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import (
    AS_IN_PRESENTATION_STATE,
    ChosenWindow,
    FileVoi,
    VoiChoice,
)
from readstation.app.viewport.window.window_choice import fits_scale
from readstation.imaging.frame import StoredFrame
from readstation.imaging.voi import Voi, VoiWindow

BY_HAND, OF_FILE, OF_PRESET, AUTOMATIC = "yours", "file", "preset", "automatic"
OF_STATE = "state"
FROM_THIS_IMAGE = "This image"
NO_WINDOW = "This image has no window to choose: it is shown in its own colours."
NO_IMAGE = "There is no image whose window could be chosen."


@dataclass(frozen=True, slots=True)
class WindowOption:
    """One window: what it is called, its width and level or LUT, where it is from, its key."""

    name: str
    values: str
    source: str
    choice: VoiChoice
    key: str = ""
    is_current: bool = False


TELLING = 100
"""From there on decimals say nothing in a list; the corner of the image keeps them."""


def window_options(model: ViewportModel) -> tuple[WindowOption, ...]:
    """Return what can be chosen for the image in `model`; nothing for colour or without pixels."""
    d = model.description
    frame = model.frame
    if d is None or d.is_colour or frame is None:
        return ()
    automatic = _automatic(model, d, frame)
    own = (*_by_hand(model), *_of_presentation(model, d), *_of_file(model, d))
    options = (*own, *_presets(model), automatic)
    return tuple(_marked(model, options))


def why_no_window(model: ViewportModel) -> str:
    """Return why there is nothing to choose."""
    d = model.description
    return NO_WINDOW if d is not None and d.is_colour else NO_IMAGE


def _by_hand(model: ViewportModel) -> Iterator[WindowOption]:
    choice = model.state.voi_choice
    if isinstance(choice, ChosenWindow) and not choice.name:
        yield _option("Your window", choice.window, BY_HAND, choice)


def _of_presentation(model: ViewportModel, d: ImageDescription) -> Iterator[WindowOption]:
    if in_full_effect(model.state, d) is None:
        return
    state = replace(model.state, voi_choice=AS_IN_PRESENTATION_STATE)
    voi = voi_of(d, state, None)
    if voi is not None:
        name = voi.explanation or "Presentation state"
        yield _option(name, voi, OF_STATE, AS_IN_PRESENTATION_STATE)


def _of_file(model: ViewportModel, d: ImageDescription) -> Iterator[WindowOption]:
    for index, voi in enumerate(file_vois_of(d, model.state)):
        name = voi.explanation or f"Window {index + 1} of the file"
        yield _option(name, voi, OF_FILE, FileVoi(index), "" if index else "0")


def _presets(model: ViewportModel) -> Iterator[WindowOption]:
    for preset in model.presets:
        if not fits_scale(preset, model.state.value_scale):
            continue
        choice = ChosenWindow(preset.window, preset.name)
        yield _option(preset.name, preset.window, OF_PRESET, choice, str(preset.key))


def _automatic(model: ViewportModel, d: ImageDescription, frame: StoredFrame) -> WindowOption:
    """Return the window from the values of this image; it is the file's own where it has none."""
    window = automatic_voi_of(d, frame, model.state)
    if file_vois_of(d, model.state) and isinstance(window, VoiWindow):
        return _option(FROM_THIS_IMAGE, window, AUTOMATIC, ChosenWindow(window, AUTOMATIC))
    shown = model.voi if model.is_window_automatic and model.voi is not None else window
    return _option(FROM_THIS_IMAGE, shown, AUTOMATIC, FileVoi(), "0")


def _option(name: str, voi: Voi, source: str, choice: VoiChoice, key: str = "") -> WindowOption:
    return WindowOption(visible_text(name.strip()), _values(voi), source, choice, key)


def _values(voi: Voi) -> str:
    """Return width and level in as many digits as tell one window from another in a list."""
    if not isinstance(voi, VoiWindow):
        return window_text(voi)
    width, center = (round(v, 1 if abs(v) < TELLING else None) for v in (voi.width, voi.center))
    is_tiny = 0 < voi.width < 1
    return window_text(voi if is_tiny else replace(voi, width=width, center=center))


def _marked(model: ViewportModel, options: tuple[WindowOption, ...]) -> Iterator[WindowOption]:
    """Mark the one in use; a frame with fewer windows than its neighbour uses its last."""
    chosen, d = model.state.voi_choice, model.description
    vois = file_vois_of(d, model.state) if d is not None else ()
    if isinstance(chosen, FileVoi):
        chosen = FileVoi(min(chosen.index, max(len(vois) - 1, 0)))
    for option in options:
        yield replace(option, is_current=option.choice == chosen)
