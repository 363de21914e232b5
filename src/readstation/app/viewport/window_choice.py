"""How the reader's keys choose among the file's windows and the presets."""

from __future__ import annotations

from readstation.app.viewport.frame_rendering import file_vois_of
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import AS_IN_FILE, FileVoi


def apply_preset(model: ViewportModel, key: int) -> None:
    """Apply the preset of a number key; 0 goes through the file's own windows."""
    if key == 0:
        use_file_voi(model)
        return
    for preset in model.presets:
        if preset.key == key:
            model.set_window(preset.window, preset.name)
            return
    model.change(notice=f"No window preset {key} for this kind of image.")


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
