"""Synthetic frames and their descriptions."""

import numpy as np
import pytest

from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.window.window_presets import NO_PRESETS
from readstation.domain.calibration import Calibration, SpacingSource
from readstation.imaging.frame import StoredFrame
from readstation.imaging.modality_lut import ModalityTransform
from readstation.imaging.plane import ImagePlane
from readstation.imaging.voi import VoiWindow

ROWS, COLUMNS = 20, 30


def described(number=1, series=1, **values):
    given = {
        "study_instance_uid": "1.1",
        "series_instance_uid": f"1.1.{series}",
        "sop_instance_uid": f"1.1.{series}.{number}",
        "modality": "CT",
        "rows": ROWS,
        "columns": COLUMNS,
        "vois": (VoiWindow(40, 400),),
        "modality_transform": ModalityTransform(1, -1024, is_stated=True),
        "calibration": Calibration(0.5, 0.5, SpacingSource.PATIENT),
    }
    return ImageDescription(**{**given, **values})


def stored(value=0):
    return StoredFrame(np.full((ROWS, COLUMNS), value, np.int16), "MONOCHROME2", 16, True)


def axial(z, frame_of_reference_uid="9.9", **values):
    row, column = values.get("row", (1.0, 0.0, 0.0)), values.get("column", (0.0, 1.0, 0.0))
    return ImagePlane((0.0, 0.0, z), row, column, 0.5, 0.5, frame_of_reference_uid)


def shown(model, descriptions, value=0):
    """Let the model show a display set whose pixels come at once."""
    model.on_frame_wanted(lambda token, _: model.show_frame(token, stored(value)))
    model.set_display_set(descriptions)
    return model


@pytest.fixture
def make_viewport():
    def make(descriptions, presets=NO_PRESETS, value=0):
        model = ViewportModel(presets)
        model.resize(300, 200)
        return shown(model, descriptions, value)

    return make
