"""Every state an image box can be in, for tests and for pictures to look at.

python -m tests.ui.viewport.box_states FOLDER     # one picture per state and size
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from readstation.app.viewport.image_description import (
    DecoderFacts,
    ImageDescription,
    LossyCompression,
    PatientBanner,
)
from readstation.app.viewport.presentation_state.presented_frame import Extent
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import Role
from readstation.app.viewport.window.window_presets import (
    NO_PRESETS,
    WindowPresets,
    parse_window_presets,
)
from readstation.domain.calibration import Calibration, SpacingSource
from readstation.domain.display import DisplayStatus
from readstation.domain.suv_inputs import SuvInputs
from readstation.imaging.frame import PixelPadding, StoredFrame
from readstation.imaging.graphic_annotation import (
    Annotation,
    Graphic,
    GraphicType,
    ImageReference,
    TextAnchor,
    TextObject,
)
from readstation.imaging.modality_lut import ModalityTransform
from readstation.imaging.overlay_plane import OverlayPlane
from readstation.imaging.plane import ImagePlane
from readstation.imaging.presentation_state import (
    PresentationState,
    PresentationStateKind,
    SoftcopyVoi,
)
from readstation.imaging.shutter import CircularShutter, DisplayShutter
from readstation.imaging.voi import VoiLut, VoiLutFunction, VoiWindow
from readstation.resource_files import resources
from readstation.ui.displays import Displays

SUV_PRESETS = parse_window_presets(
    (resources() / "window_presets.toml").read_text(encoding="utf-8")
)
ROWS = COLUMNS = 256
SIZES = ((700, 560), (360, 300), (200, 160))
REFUSED = (
    "This frame cannot be displayed. The compressed image contradicts its header: the codestream "
    "says 512 x 512, the file 512 x 480. Ask for the image to be sent again from the modality or "
    "archive."
)
NOTES = (
    "The pixel data are 6 bytes longer than the image needs; the rest is not shown.",
    "The file has no file meta information; its transfer syntax was found by trying.",
    "A window of this image is not usable and is left out.",
)


def description(**values: object) -> ImageDescription:
    """Return a chest CT with everything that is ever written over it."""
    given: dict[str, object] = {
        "study_instance_uid": "1.1",
        "series_instance_uid": "1.1.1",
        "sop_instance_uid": "1.1.1.1",
        "modality": "CT",
        "banner": PatientBanner("DEMO^Alpha", "DEMO-0001", "DEMO", date(1968, 3, 14), "M"),
        "study_date": date(2026, 11, 22),
        "study_datetime": datetime(2026, 11, 22, 3, 18),
        "study_description": "CT CHEST WITHOUT CONTRAST",
        "institution_name": "READSTATION DEMO HOSPITAL",
        "series_number": 1,
        "series_description": "AXIAL 5 MM SOFT",
        "rows": ROWS,
        "columns": COLUMNS,
        "is_signed": True,
        "vois": (VoiWindow(60, 350),),
        "modality_transform": ModalityTransform(1, -1024, "HU", is_stated=True),
        "plane": ImagePlane((0.0, 0.0, -214.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), 1.4, 1.4, "9.9"),
        "calibration": Calibration(1.4, 1.4, SpacingSource.PATIENT),
        "slice_thickness_mm": 5.0,
        "convolution_kernel": "B",
        "kvp": 120.0,
        "x_ray_tube_current_ma": 188.0,
        "decoder": DecoderFacts("imagecodecs OpenJPEG", "(openjpeg 2.5.4)", 4),
    }
    return ImageDescription(**{**given, **values})  # type: ignore[arg-type]


def phantom() -> StoredFrame:
    """Return a disc of soft tissue with bone in air, plainly no patient."""
    y, x = np.indices((ROWS, COLUMNS)) - ROWS / 2
    values = np.where(np.hypot(x / 110, y / 80) < 1, 1064, 24)
    values = np.where(np.hypot(x, y - 50) < 16, 1500, values)
    values = np.where(np.hypot(abs(x) - 50, y / 1.4) < 34, 180, values)
    return StoredFrame(values.astype(np.int16), "MONOCHROME2", 16, is_signed=True)


def white() -> StoredFrame:
    return StoredFrame(np.full((ROWS, COLUMNS), 3000, np.int16), "MONOCHROME2", 16, is_signed=True)


def model_of(
    d: ImageDescription,
    frame: StoredFrame | None = None,
    *,
    refused: str = "",
    presets: WindowPresets = NO_PRESETS,
) -> ViewportModel:
    """Return a model that shows `frame`, or says why it cannot."""
    model = ViewportModel(presets, Role.CURRENT)

    def answer(token: object, _image: object) -> None:
        if refused:
            model.show_refusal(token, refused)  # type: ignore[arg-type]
        else:
            model.show_frame(token, frame or phantom())  # type: ignore[arg-type]

    model.on_frame_wanted(answer)
    model.set_display_set([d] * 50)
    model.go_to(12)
    return model


def _explained(voi: VoiWindow | VoiLut) -> ViewportModel:
    return model_of(description(vois=(voi,)))


def _turned() -> ViewportModel:
    model = model_of(description(is_simulated=True))
    model.orient(model.state.orientation.turned(1).flipped_horizontally())
    model.toggle_invert()
    return model


def _without_words() -> ViewportModel:
    model = model_of(description(notes=NOTES[:1]))
    model.change(is_overlay_visible=False)
    return model


def _noticed() -> ViewportModel:
    model = model_of(description())
    model.change(notice="No window preset 9 for this kind of image.")
    return model


def _with_overlay(*, is_visible: bool) -> ViewportModel:
    graphic = np.zeros((ROWS, COLUMNS), np.bool_)
    rows, columns = np.indices(graphic.shape)
    graphic |= abs(np.hypot(columns - 180, rows - 130) - 22) < 0.8
    plane = OverlayPlane(graphic, label="LESION", description="Marked on the scanner")
    model = model_of(description(), replace(phantom(), overlays=(plane,)))
    model.change(are_overlay_planes_visible=is_visible)
    return model


def _with_shutter(*, is_applied: bool) -> ViewportModel:
    shutter = DisplayShutter((CircularShutter(ROWS // 2, COLUMNS // 2, 100),))
    model = model_of(description(shutter=shutter))
    model.change(is_shutter_applied=is_applied)
    return model


def _uptake() -> ViewportModel:
    inputs = SuvInputs(
        units="BQML",
        corrected_image=("DECY", "ATTN"),
        decay_correction="START",
        patient_weight_kg=70.0,
        number_of_injections=1,
        radionuclide_total_dose_bq=350e6,
        radionuclide_half_life_s=6586.2,
        radionuclide_code_value="C-111A1",
        radiopharmaceutical_start_datetime=SCANNED - timedelta(hours=1),
        series_datetime=SCANNED,
        acquisition_datetime=SCANNED,
    )
    transform = ModalityTransform(10.0, 0.0, is_stated=True)
    pet = description(modality="PT", units="BQML", modality_transform=transform, vois=())
    return model_of(replace(pet, suv_inputs=inputs), presets=SUV_PRESETS)


def _uptake_refused() -> ViewportModel:
    inputs = SuvInputs(units="BQML", corrected_image=("ATTN",))
    pet = description(modality="PT", units="BQML", vois=(), suv_inputs=inputs)
    return model_of(pet, presets=SUV_PRESETS)


def _presented(*, extent: Extent, is_modified: bool = False) -> ViewportModel:
    circle = Graphic(GraphicType.CIRCLE, ((180.0, 130.0), (202.0, 130.0)))
    words = TextObject("Here?", anchor=TextAnchor((206.0, 118.0), is_visible=True))
    model = model_of(description())
    d = model.description
    assert d is not None
    state = PresentationState(
        PresentationStateKind.GRAYSCALE,
        "1.9",
        d.study_instance_uid,
        patient_id=d.banner.patient_id,
        content_label="TUMOUR BOARD",
        content_creator_name="Dr. Demo Reader-Two",
        references=(ImageReference(d.sop_instance_uid),),
        modality_transform=d.modality_transform,
        vois=(SoftcopyVoi(VoiWindow(40, 400, explanation="SOFT")),),
        annotations=(Annotation("LAYER", (circle,), (words,)),),
    )
    model.present(state, extent)
    if is_modified:
        model.set_window(VoiWindow(-600, 1500), "Lung")
    return model


def _everything() -> ViewportModel:
    """Return a box with every reason for caution at once, and a refused action."""
    shutter = DisplayShutter((CircularShutter(ROWS // 2, COLUMNS // 2, 100),))
    d = description(notes=NOTES, compression=LOSSY, is_simulated=True, shutter=shutter)
    plane = OverlayPlane(np.eye(ROWS, dtype=np.bool_), label="LESION")
    model = model_of(d, replace(phantom(), overlays=(plane,)))
    model.orient(model.state.orientation.turned(1).flipped_horizontally())
    state = PresentationState(
        PresentationStateKind.GRAYSCALE, "1.9", d.study_instance_uid, content_label="TUMOUR BOARD"
    )
    model.present(state)
    model.change(is_shutter_applied=False, are_overlay_planes_visible=False)
    model.change(notice="No window preset 9 for this kind of image.")
    return model


SCANNED = datetime(2026, 11, 22, 3, 18)
LOSSY = LossyCompression(True, 18.2, "ISO_10918_1", (18.2,), ("ISO_10918_1",))
STATES: dict[str, Callable[[], ViewportModel]] = {
    "plain": lambda: model_of(description()),
    "white": lambda: model_of(description(notes=NOTES[:1]), white()),
    "refused": lambda: model_of(description(), refused=REFUSED),
    "refused_with_note": lambda: model_of(description(notes=NOTES[:1]), refused=REFUSED),
    "one_note": lambda: model_of(description(notes=NOTES[:1])),
    "three_notes_and_loss": lambda: model_of(description(notes=NOTES, compression=LOSSY)),
    "lossy": lambda: model_of(description(compression=LOSSY)),
    "turned_inverted_simulated": _turned,
    "words_hidden": _without_words,
    "window_explained": lambda: _explained(VoiWindow(40, 80, explanation="BRAIN")),
    "sigmoid": lambda: _explained(VoiWindow(40, 400, VoiLutFunction.SIGMOID, "SOFT")),
    "exact": lambda: _explained(VoiWindow(40, 400, VoiLutFunction.LINEAR_EXACT, "SOFT")),
    "voi_lut": lambda: _explained(VoiLut(0, 12, tuple(range(4096)), "HIGH CONTRAST")),
    "padding": lambda: model_of(description(pixel_padding=PixelPadding(-2000, -2000))),
    "notice": _noticed,
    "everything": _everything,
    "overlay": lambda: _with_overlay(is_visible=True),
    "overlay_hidden": lambda: _with_overlay(is_visible=False),
    "shutter": lambda: _with_shutter(is_applied=True),
    "shutter_off": lambda: _with_shutter(is_applied=False),
    "uptake": _uptake,
    "uptake_refused": _uptake_refused,
    "presented": lambda: _presented(extent=Extent.WHOLE),
    "presented_modified": lambda: _presented(extent=Extent.WHOLE, is_modified=True),
    "presented_graphics": lambda: _presented(extent=Extent.GRAPHICS),
    "verified": lambda: model_of(description()),
    "check_failed": lambda: model_of(description()),
    "detector_spacing": lambda: model_of(
        replace(
            description(modality="DX", laterality="L", view_position="PA"),
            plane=None,
            calibration=Calibration(0.14, 0.14, SpacingSource.DETECTOR),
        )
    ),
}


@dataclass(frozen=True)
class Stated:
    """A display of which this is known."""

    status: DisplayStatus
    badge: str
    short_badge: str


DISPLAYS = {
    "verified": Stated(
        DisplayStatus.VERIFIED, "10-bit display, GSDF verified 2026-11-20", "10-bit, verified"
    ),
    "check_failed": Stated(DisplayStatus.FAILED, "8-bit display, check failed", "check failed"),
}
"""Where it is not a display that nobody checked."""


class StatedDisplays(Displays):
    """Displays of which one thing is known."""

    def __init__(self, stated: Stated) -> None:
        super().__init__()
        self._stated = stated

    def standing(self, _widget: object) -> Any:
        return self._stated


def main(folder: Path) -> None:
    """Save one picture per state and size."""
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415 - not needed by the tests

    from readstation.ui import theme  # noqa: PLC0415
    from readstation.ui.viewport.viewport_view import ViewportView  # noqa: PLC0415

    application = QApplication([])
    theme.apply(application)
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in STATES.items():
        for width, height in SIZES:
            stated = StatedDisplays(DISPLAYS[name]) if name in DISPLAYS else None
            view = ViewportView(make(), displays=stated)
            view.resize(width, height)
            view.grab().save(str(folder / f"{name}_{width}.png"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
