"""How a display set is shown before the reader changes anything.

PET with uptake values opens in SUVbw with the first SUV preset and low values white, as readers of
PET expect; PET without them, and everything else, opens as its file says.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.value_scale import ValueScale, refusal_of
from readstation.app.viewport.viewport_state import AS_IN_FILE, ChosenWindow
from readstation.app.viewport.window.window_presets import WindowPreset
from readstation.imaging.presentation import PresentationLutShape

AS_THE_FILE_SAYS: dict[str, Any] = {
    "voi_choice": AS_IN_FILE,
    "value_scale": ValueScale.AS_STORED,
    "is_inverted": False,
}


def opening_view(
    images: Sequence[ImageDescription], presets: Sequence[WindowPreset]
) -> dict[str, Any]:
    """Return the fields of the viewport state that a display set opens with."""
    first = next((preset for preset in presets if preset.is_suv), None)
    if first is None or not images or images[0].suv_inputs is None:
        return AS_THE_FILE_SAYS
    if refusal_of(images, ValueScale.SUVBW) is not None:
        return AS_THE_FILE_SAYS
    return {
        "voi_choice": ChosenWindow(first.window, first.name),
        "value_scale": ValueScale.SUVBW,
        "is_inverted": not _is_white_for_low(images[0]),
    }


def _is_white_for_low(image: ImageDescription) -> bool:
    if image.presentation_lut_shape is not None:
        return image.presentation_lut_shape is PresentationLutShape.INVERSE
    return image.photometric_interpretation.strip().upper() == "MONOCHROME1"
