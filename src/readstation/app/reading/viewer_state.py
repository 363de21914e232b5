"""How the images stood when a study was handed over, as JSON, and back again."""

from __future__ import annotations

import json
from typing import Any

from readstation.app.reading.layout import Layout
from readstation.app.reading.reading_model import ReadingModel
from readstation.app.viewport.presentation_state.presented_frame import Extent
from readstation.app.viewport.value_scale import ValueScale
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import (
    AS_IN_FILE,
    AS_IN_PRESENTATION_STATE,
    ChosenWindow,
)
from readstation.app.viewport.window.window_choice import choose_value_scale
from readstation.domain.errors import ReadStationError
from readstation.domain.measurement import ImagePoint
from readstation.imaging.orientation import DisplayOrientation
from readstation.imaging.voi import VoiLutFunction, VoiWindow

FORMAT = 1
UNREADABLE = "The view that was handed over cannot be restored."


def viewer_state(model: ReadingModel) -> str:
    """Return layout, images, windows and orientation of every visible box."""
    return json.dumps(
        {
            "format": FORMAT,
            "layout": model.state.layout.code,
            "active_box": model.state.active_box,
            "boxes": [_box(box) for box in model.visible_boxes],
        }
    )


def restore_viewer_state(model: ReadingModel, stored: str) -> None:
    """Show what was handed over; a box whose images are not here stays as it is.

    Raises
    ------
    ReadStationError
        If the stored text is not a view of this program.
    """
    try:
        view = json.loads(stored)
        layout = Layout.of_code(str(view["layout"]))
        boxes = list(view.get("boxes", ()))
        active = int(view.get("active_box", 0))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReadStationError(UNREADABLE, "Arrange the images as you need them.") from error
    model.set_layout(layout)
    for index, stored_box in enumerate(boxes[: layout.box_count]):
        _restore_box(model, index, stored_box)
    if 0 <= active < layout.box_count:
        model.activate(active)


def _box(box: ViewportModel) -> dict[str, Any] | None:
    image, state = box.description, box.state
    if image is None:
        return None
    found: dict[str, Any] = {
        "series_instance_uid": image.series_instance_uid,
        "sop_instance_uid": image.sop_instance_uid,
        "frame_number": image.frame_number,
        "is_inverted": state.is_inverted,
        "value_scale": state.value_scale.value,
        "quarter_turns": state.orientation.quarter_turns,
        "is_mirrored": state.orientation.is_mirrored,
        "zoom": state.zoom,
    }
    if state.center is not None:
        found["center"] = [state.center.column, state.center.row]
    if state.presentation is not None:
        found["presentation_state"] = state.presentation.state.sop_instance_uid
        found["presentation_extent"] = state.presentation.extent.name
        found["is_window_of_presentation"] = state.voi_choice == AS_IN_PRESENTATION_STATE
    if isinstance(state.voi_choice, ChosenWindow):
        window = state.voi_choice.window
        found["window"] = [window.center, window.width, window.function.value]
        found["window_name"] = state.voi_choice.name
    return found


def _restore_box(model: ReadingModel, index: int, stored: Any) -> None:
    if not isinstance(stored, dict):
        return
    uid, number = stored.get("sop_instance_uid"), stored.get("frame_number", 1)
    for display_set in model.state.sets:
        if any(image.sop_instance_uid == uid for image in display_set.images):
            if model.state.shown[index] is not display_set:
                model.assign(index, display_set)
            break
    else:
        return
    box = model.boxes[index]
    box.go_to_frame(str(uid), int(number))
    try:
        _restore_presentation(model, box, stored)
        _restore_look(box, stored)
    except (ValueError, TypeError, KeyError) as error:
        raise ReadStationError(UNREADABLE, "Arrange the images as you need them.") from error


def _restore_presentation(model: ReadingModel, box: ViewportModel, stored: dict[str, Any]) -> None:
    """Apply the presentation state that was applied; a reader who may not see it has none."""
    image = box.description
    if "presentation_state" not in stored or image is None:
        return
    for state in model.presentations.of_study(image.study_instance_uid):
        if state.sop_instance_uid == stored["presentation_state"]:
            box.present(state, Extent[stored["presentation_extent"]])


def _restore_look(box: ViewportModel, stored: dict[str, Any]) -> None:
    turns, is_mirrored = int(stored["quarter_turns"]), bool(stored["is_mirrored"])
    box.orient(DisplayOrientation(turns, is_mirrored))
    zoom = stored.get("zoom")
    center = stored.get("center")
    box.change(
        is_inverted=bool(stored["is_inverted"]),
        zoom=float(zoom) if zoom is not None else None,
        center=ImagePoint(float(center[0]), float(center[1])) if center else None,
    )
    if "window" in stored:
        level, width, function = stored["window"]
        window = VoiWindow(float(level), float(width), VoiLutFunction(function))
        scale = ValueScale(stored.get("value_scale", ""))
        if choose_value_scale(box, scale):  # a window means nothing in another unit
            box.set_window(window, str(stored.get("window_name", "")))
    else:
        choose_value_scale(box, ValueScale(stored.get("value_scale", "")))
        is_of_state = stored.get("is_window_of_presentation") and box.state.presentation
        box.choose_voi(AS_IN_PRESENTATION_STATE if is_of_state else AS_IN_FILE)
