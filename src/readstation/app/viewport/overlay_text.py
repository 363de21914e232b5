"""The words over an image: who, when, how it is shown, and every reason for caution."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import lru_cache

from readstation.app.viewport.frame_marks import mark_badges
from readstation.app.viewport.image_description import (
    ImageDescription,
    LossyCompression,
    PatientBanner,
)
from readstation.app.viewport.measuring import value_unit
from readstation.app.viewport.presentation_state.applied_presentation import status_of
from readstation.app.viewport.value_scale import is_suv, suv_refusal_note
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import ChosenWindow, PresentationVoi
from readstation.domain.display import DisplayStanding, DisplayStatus
from readstation.domain.patient import shown_name
from readstation.domain.transfer_syntax import is_lossy_syntax
from readstation.imaging.voi import Voi, VoiLut, VoiLutFunction, VoiWindow

UNKNOWN_NAME = "No patient name"
NUCLEAR_MODALITIES = frozenset({"PT", "NM"})
UNKNOWN_ID = "No patient ID"
DISPLAY_NOT_VERIFIED = "8-bit display, not verified"
VISIBLE_CONTROL = "\N{REPLACEMENT CHARACTER}"
JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"  # spelling of Persian and Indic names
# Lossy Image Compression Method (0028,2114), C.7.6.1.1.5.1
LOSSY_METHODS = {
    "ISO_10918_1": "JPEG",
    "ISO_14495_1": "JPEG-LS",
    "ISO_15444_1": "JPEG 2000",
    "ISO_15444_15": "HTJ2K",
    "ISO_18181_1": "JPEG XL",
    "ISO_13818_2": "MPEG2",
    "ISO_14496_10": "H.264",
    "ISO_23008_2": "HEVC",
}

FUNCTION_WORDS = {
    VoiLutFunction.LINEAR: "",
    VoiLutFunction.LINEAR_EXACT: "exact",
    VoiLutFunction.SIGMOID: "sigmoid",
}


class Caution(Enum):
    """Why a badge is there; the painter gives each its colour."""

    LOSSY = "lossy"
    SIMULATED = "simulated"
    FLIPPED = "flipped"
    PRESENTATION = "presentation state"
    DISPLAY = "display"
    HIDDEN = "hidden"
    DISPLAY_FAULT = "display check due or failed"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class OverlayBadge:
    """One short warning in capitals; `short` is for a box too narrow for `text`."""

    text: str
    caution: Caution
    short: str = ""


@dataclass(frozen=True, slots=True)
class OverlayText:
    """Lines for the four corners, most important first, and the badges."""

    top_left: tuple[str, ...]
    top_right: tuple[str, ...]
    bottom_left: tuple[str, ...]
    bottom_right: tuple[str, ...]
    badges: tuple[OverlayBadge, ...]


def visible_text(text: str) -> str:
    """Return text in which control and direction characters show as marks.

    Examples
    --------
    >>> visible_text("Doe" + chr(0x202E) + "enaJ") == "Doe" + VISIBLE_CONTROL + "enaJ"
    True
    """
    if text.isprintable():
        return text
    return "".join(VISIBLE_CONTROL if _is_invisible(c) else c for c in text)


def _is_invisible(character: str) -> bool:
    is_control = unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return is_control and character not in JOINERS


def overlay_text(
    model: ViewportModel,
    *,
    link_status: str = "",
    cine: str = "",
    display: DisplayStanding | None = None,
) -> OverlayText:
    """Put together the words for the frame the model wants to show, on such a display."""
    d = model.description
    if d is None:
        return OverlayText((), (), (), (), ())
    return OverlayText(
        top_left=_identity(d.banner),
        top_right=_fixed_lines(d.institution_name, d.study_description, _when(d), _technique(d)),
        bottom_left=_lines(
            scale_line(model),
            window_line(model),
            _zoom_line(model),
            _place_line(model),
            link_status,
            cine,
        ),
        bottom_right=_fixed_lines(_series_line(d), _view_line(d), _slice_line(d)),
        badges=(*_badges(model, d), display_badge(display)),
    )


def identity_lines(description: ImageDescription) -> tuple[str, str, str]:
    """Return name, ID with issuer, and birth date with sex."""
    return _identity_of(description.banner)


def _identity_of(b: PatientBanner) -> tuple[str, str, str]:
    identifier = b.patient_id or UNKNOWN_ID
    if b.issuer_of_patient_id:
        identifier = f"{identifier} ({b.issuer_of_patient_id})"
    born = b.patient_birth_date.isoformat() if b.patient_birth_date else ""
    name = shown_name(b.patient_name) if b.patient_name.strip("^= ") else UNKNOWN_NAME
    return (name, identifier, _joined(born, b.patient_sex))


@lru_cache(maxsize=64)
def _identity(banner: PatientBanner) -> tuple[str, ...]:
    return _lines(*_identity_of(banner))


def is_lossy(description: ImageDescription) -> bool:
    """Return True if the attributes or the transfer syntax say that detail was lost (H11)."""
    return description.compression.is_lossy or is_lossy_syntax(description.transfer_syntax_uid)


def lossy_label(description: ImageDescription) -> str:
    """Return `LOSSY` with ratio and method if the attributes or the transfer syntax say so."""
    return _lossy_words(description.compression) if is_lossy(description) else ""


@lru_cache(maxsize=64)
def _lossy_words(c: LossyCompression) -> str:
    ratio = f"{c.ratio:.3g}:1" if c.ratio and c.ratio > 0 else ""
    method = LOSSY_METHODS.get(c.method.strip().upper(), c.method.strip())
    return " ".join(part for part in ("LOSSY", ratio, method) if part)


def window_text(voi: Voi | None) -> str:
    """Return width and level as the reader knows them, and the function if it is no ramp.

    >>> from readstation.imaging.voi import VoiWindow
    >>> window_text(VoiWindow(40, 400, VoiLutFunction.SIGMOID))
    'W 400 L 40 sigmoid'
    """
    if voi is None:
        return ""
    if isinstance(voi, VoiLut):
        return "LUT"
    function = FUNCTION_WORDS[voi.function]
    return f"W {voi.width:.6g} L {voi.center:.6g} {function}".rstrip()


def window_line(model: ViewportModel) -> str:
    """Return the window in use with its function, its name or explanation, and inversion."""
    d = model.description
    if d is None or d.is_colour:
        return ""
    inverted = "inverted" if model.state.is_inverted else ""
    parts = (window_words(model), window_name(model), inverted)
    return " ".join(part for part in parts if part)


def window_words(model: ViewportModel) -> str:
    """Return width and level of the window in use; uptake values with three digits."""
    d, voi = model.description, model.voi
    if d is None or not isinstance(voi, VoiWindow) or not is_suv(d, model.state.value_scale):
        return window_text(voi)
    return f"W {voi.width:.3g} L {voi.center:.3g}"


def scale_line(model: ViewportModel) -> str:
    """Return the unit of the values shown: nuclear medicine comes in many."""
    d = model.description
    if d is None or d.is_colour or d.modality not in NUCLEAR_MODALITIES:
        return ""
    return value_unit(d, model.state.value_scale)


def window_name(model: ViewportModel) -> str:
    """Return what the window in use is called: by its preset, by the file, or as automatic."""
    choice = model.state.voi_choice
    if isinstance(choice, ChosenWindow):
        return choice.name
    if model.is_window_automatic:
        return "auto"
    unnamed = "presentation state" if isinstance(choice, PresentationVoi) else "file"
    return getattr(model.voi, "explanation", "") or unnamed


def _zoom_line(model: ViewportModel) -> str:
    transform = model.transform
    if transform is None:
        return ""
    zoom = transform.zoom
    fit = " fit" if model.state.zoom is None else ""
    turned = model.state.orientation.rotation_deg
    rotation = f"rotated {turned}°" if turned else ""
    return _joined("Zoom 1:1" if zoom == 1 else f"Zoom {zoom:.2f}{fit}", rotation)


def _place_line(model: ViewportModel) -> str:
    d, count = model.description, len(model.display_set)
    if d is None:
        return ""
    position = f"{d.plane.position_on_normal_mm:.1f} mm" if d.plane else ""
    return _joined(f"Image {model.state.frame_index + 1}/{count}", position, _beside(model))


def _beside(model: ViewportModel) -> str:
    """Say where images are missing or come twice, on the images beside that place."""
    stack, index = model.stack, model.state.frame_index
    if stack is None:
        return ""
    words = (
        "gap before" if index - 1 in stack.gaps else "",
        "gap after" if index in stack.gaps else "",
        "same place again" if index - 1 in stack.duplicates else "",
    )
    return ", ".join(word for word in words if word)


def _stack_badge(model: ViewportModel) -> tuple[str, Caution, str]:
    """Name what is irregular about the slices shown, in few words; empty where nothing is."""
    words = model.stack.words if model.stack is not None else ""
    return (f"SLICES: {words}" if words else "", Caution.NOTE, "SLICES")


def _when(d: ImageDescription) -> str:
    moment = d.acquisition_datetime or d.study_datetime
    if moment is not None:
        return _moment_words(moment)
    return d.study_date.isoformat() if d.study_date else ""


@lru_cache(maxsize=64)
def _moment_words(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _technique(d: ImageDescription) -> str:
    parts = (
        (d.kvp, "{:.4g} kV"),
        (d.x_ray_tube_current_ma, "{:.4g} mA"),
        (d.repetition_time_ms, "TR {:.4g}"),
        (d.echo_time_ms, "TE {:.4g}"),
        (d.magnetic_field_strength_t, "{:.2g} T"),
    )
    return _joined(*(shape.format(value) for value, shape in parts if value is not None))


def _series_line(d: ImageDescription) -> str:
    number = f"Series {d.series_number}" if d.series_number is not None else ""
    return _joined(number, d.series_description)


def _view_line(d: ImageDescription) -> str:
    view = " ".join(part for part in (d.laterality, d.view_position) if part)
    return _joined("" if view == d.series_description else view, d.contrast_bolus_agent)


def _slice_line(d: ImageDescription) -> str:
    thickness = f"{d.slice_thickness_mm:.4g} mm" if d.slice_thickness_mm else ""
    return _joined(thickness, d.convolution_kernel)


def _presentation_badge(
    model: ViewportModel, d: ImageDescription
) -> tuple[tuple[str, Caution, str], ...]:
    status = status_of(model.state, d)
    if status is None:
        return ()
    return ((status.text, Caution.PRESENTATION, visible_text(status.short_text)),)


def display_badge(display: DisplayStanding | None) -> OverlayBadge:
    """Say what is known of the display: quiet unless a check has failed or is due."""
    if display is None:
        return OverlayBadge(DISPLAY_NOT_VERIFIED, Caution.DISPLAY)
    is_fault = display.status in {DisplayStatus.FAILED, DisplayStatus.DUE}
    caution = Caution.DISPLAY_FAULT if is_fault else Caution.DISPLAY
    return OverlayBadge(visible_text(display.badge), caution, display.short_badge)


def _badges(model: ViewportModel, d: ImageDescription) -> tuple[OverlayBadge, ...]:
    is_flipped = model.state.orientation.is_mirrored
    badges = (
        (lossy_label(d), Caution.LOSSY, "LOSSY"),
        ("SIMULATED" if d.is_simulated else "", Caution.SIMULATED, ""),
        ("FLIPPED" if is_flipped else "", Caution.FLIPPED, ""),
        *_presentation_badge(model, d),
        (model.layer.words if model.layer else "", Caution.PRESENTATION, "FUSED"),
        *((text, Caution.HIDDEN, "") for text in mark_badges(d, model.frame, model.state)),
        *((note, Caution.NOTE, "NOTE") for note in d.notes),
        (suv_refusal_note(d), Caution.NOTE, "NO SUV"),
        _stack_badge(model),
    )
    return tuple(
        OverlayBadge(visible_text(text), caution, short) for text, caution, short in badges if text
    )


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


@lru_cache(maxsize=512)
def _fixed_lines(*lines: str) -> tuple[str, ...]:
    """Return lines that stay from frame to frame, or come again."""
    return _lines(*lines)


def _lines(*lines: str) -> tuple[str, ...]:
    return tuple(visible_text(line) for line in lines if line.strip())
