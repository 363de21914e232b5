"""Named windows per modality, from resources/window_presets.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from typing import Any

from readstation.domain.errors import SettingError
from readstation.imaging.voi import VoiLutFunction, VoiWindow, WindowError

SUV_UNIT = "SUV"


@dataclass(frozen=True, slots=True)
class WindowPreset:
    """One named window and the number key that chooses it."""

    key: int
    name: str
    window: VoiWindow
    is_suv: bool = False  # for uptake values in g/ml, never for Bq/ml
    body_part_examined: str = ""


@dataclass(frozen=True, slots=True)
class WindowPresets:
    """The presets of every modality."""

    by_modality: dict[str, tuple[WindowPreset, ...]] = field(default_factory=dict)

    def of(self, modality: str, body_part_examined: str = "") -> tuple[WindowPreset, ...]:
        """Return the presets of a modality by key; one for the body part hides the general one."""
        found: dict[int, WindowPreset] = {}
        for preset in self.by_modality.get(modality, ()):
            is_for_part = preset.body_part_examined == body_part_examined.upper()
            if is_for_part or not (preset.body_part_examined or preset.key in found):
                found[preset.key] = preset
        return tuple(found[key] for key in sorted(found))


NO_PRESETS = WindowPresets()


def parse_window_presets(text: str) -> WindowPresets:
    """Read presets from TOML.

    Raises
    ------
    SettingError
        If the text is not TOML or an entry has no usable value.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise _refusal(f"line or value not readable: {fault}") from fault
    return WindowPresets({modality: _presets(modality, tables[modality]) for modality in tables})


def _presets(modality: str, entries: object) -> tuple[WindowPreset, ...]:
    if not isinstance(entries, list):
        raise _refusal(f"{modality} is not a list of presets")
    return tuple(_preset(modality, entry) for entry in entries)


def _preset(modality: str, entry: Any) -> WindowPreset:
    try:
        key, name = int(entry["key"]), str(entry["name"])
        is_suv = entry.get("unit", "") == SUV_UNIT
        # LINEAR would take one unit off the width (C.11.2.1.2): right for HU, wrong for SUV.
        function = VoiLutFunction.LINEAR_EXACT if is_suv else VoiLutFunction.LINEAR
        window = VoiWindow(float(entry["level"]), float(entry["width"]), function, name)
    except (KeyError, TypeError, ValueError, WindowError) as fault:
        raise _refusal(f"an entry of {modality} lacks a key, name, width or level") from fault
    if key not in range(1, 10) or not name:
        raise _refusal(f"an entry of {modality} needs a name and a key from 1 to 9")
    return WindowPreset(key, name, window, is_suv, str(entry.get("body_part", "")).upper())


def _refusal(reason: str) -> SettingError:
    return SettingError(
        f"The window presets cannot be read: {reason}.",
        remedy="Correct window_presets.toml, or remove it to use the shipped presets.",
    )
