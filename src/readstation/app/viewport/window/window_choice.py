"""How the reader's keys choose among the file's windows and the presets."""

from __future__ import annotations

from dataclasses import replace

from readstation.app.viewport.frame_rendering import file_vois_of
from readstation.app.viewport.value_scale import (
    GRAMS_PER_ML,
    ValueScale,
    refusal_of,
    scale_factor,
    scaled_voi,
)
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import AS_IN_FILE, ChosenWindow, FileVoi, VoiChoice
from readstation.app.viewport.window.window_presets import WindowPreset
from readstation.imaging.voi import VoiWindow


def apply_preset(model: ViewportModel, key: int) -> None:
    """Apply the preset of a number key; 0 goes through the file's own windows."""
    if key == 0:
        use_file_voi(model)
        return
    for preset in model.presets:
        if preset.key == key:
            _apply(model, preset)
            return
    model.change(notice=f"No window preset {key} for this kind of image.")


def fits_scale(preset: WindowPreset, scale: ValueScale) -> bool:
    """Return True if the preset's numbers mean values in `scale`: never SUV over Bq/ml."""
    return scale in GRAMS_PER_ML if preset.is_suv else scale is ValueScale.AS_STORED


def _apply(model: ViewportModel, preset: WindowPreset) -> None:
    if not fits_scale(preset, model.state.value_scale):
        wanted = ValueScale.SUVBW if preset.is_suv else ValueScale.AS_STORED
        if not choose_value_scale(model, wanted):
            return
    model.change(voi_choice=ChosenWindow(preset.window, preset.name), notice="")


def choose_value_scale(model: ViewportModel, scale: ValueScale) -> bool:
    """Show values in another scale, the picture unchanged; refused with a notice if not stated."""
    refusal = refusal_of(model.display_set, scale)
    if refusal is not None:
        model.change(notice=f"No {scale.value}: {refusal.message} {refusal.remedy}")
        return False
    d, state = model.description, model.state
    if d is None or scale is state.value_scale:
        return True
    choice: VoiChoice = state.voi_choice
    if isinstance(choice, ChosenWindow):
        ratio = scale_factor(d, scale) / scale_factor(d, state.value_scale)
        window = scaled_voi(choice.window, ratio)
        choice = AS_IN_FILE
        if isinstance(window, VoiWindow):  # its name spoke of the other unit: SUV 0-6 in Bq/ml
            choice = ChosenWindow(replace(window, explanation=""))
    model.change_scale(scale, choice)
    return True


def next_value_scale(model: ViewportModel) -> None:
    """Go on to the next scale that this series states; the last refusal is the notice."""
    scales, notice = list(ValueScale), ""
    start = scales.index(model.state.value_scale)
    for step in range(1, len(scales) + 1):
        scale = scales[(start + step) % len(scales)]
        if choose_value_scale(model, scale):
            model.change(notice=notice)
            return
        notice = model.state.notice


def use_file_voi(model: ViewportModel) -> None:
    """Use the file's window; again: its next one, or an automatic one for this very frame."""
    choice, d = model.state.voi_choice, model.description
    if d is None:
        return
    vois = file_vois_of(d, model.state)
    if vois and isinstance(choice, FileVoi):
        model.change(voi_choice=FileVoi((choice.index + 1) % len(vois)))
        return
    if not vois:
        model.derive_window()
    model.change(voi_choice=AS_IN_FILE)
    model.touch()
