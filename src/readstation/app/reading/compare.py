"""Current and prior against each other: alternated in one place, or swapped."""

from __future__ import annotations

from readstation.app.reading.display_set import DisplaySet
from readstation.app.reading.layout import best_match
from readstation.app.reading.reading_model import ReadingModel
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.linking import LinkGroup
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import ChosenWindow, Role, ViewportState
from readstation.domain.measurement import ImagePoint
from readstation.imaging.stack_order import PlaneStack
from readstation.imaging.view_transform import ViewTransform

NO_COUNTERPART = "There is no prior to alternate with."


def alternate(model: ReadingModel) -> None:
    """Show the other study in the active box, at the same place, as large, in the same window."""
    box, index = model.active, model.state.active_box
    other = counterpart(model, index)
    if other is None:
        box.change(notice=NO_COUNTERPART)
        return
    before, image, view = box.state, box.description, box.transform
    model.assign(index, other)
    if image is not None and view is not None:
        _show_same_place(box, model.links, image, before, view)
    if before.is_linked:
        model.links.link(box, model.visible_boxes, is_asked=False)


def swap(model: ReadingModel) -> None:
    """Let current and prior change places, each as it stands."""
    here = model.state.active_box
    there = _beside(model, here)
    sets = model.state.shown
    mine, theirs = sets[here], sets[there] if there is not None else None
    if there is None or mine is None or theirs is None:
        model.active.change(notice="There is no current study and prior side by side to swap.")
        return
    one, other = model.boxes[here], model.boxes[there]
    kept, kept_other = one.state, other.state
    with model.at_once():
        model.assign(here, theirs)
        model.assign(there, mine)
        _stand(one, kept_other)
        _stand(other, kept)
        one.change(is_linked=kept_other.is_linked)
        other.change(is_linked=kept.is_linked)
        model.activate(there)


def counterpart(model: ReadingModel, box_index: int) -> DisplaySet | None:
    """Return what a box shows in turn with its own images: those hung beside it come first."""
    shown = model.state.shown[box_index]
    if shown is None:
        return None
    there = _beside(model, box_index)
    if there is not None:
        return model.state.shown[there]
    mine = model.role_of(shown)
    others = [s for s in model.state.sets if model.role_of(s) is not mine]
    prior = model.state.prior
    if mine is Role.CURRENT and prior is not None:
        uid = prior.study_instance_uid
        others = [s for s in others if s.study_instance_uid == uid] or others
    return best_match(shown, others)


def _beside(model: ReadingModel, box_index: int) -> int | None:
    """Return the first visible box with the other study."""
    shown = model.state.shown
    mine = shown[box_index]
    if mine is None:
        return None
    for index in range(len(model.visible_boxes)):
        other = shown[index]
        if other is not None and model.role_of(other) is not model.role_of(mine):
            return index
    return None


def _show_same_place(
    box: ViewportModel,
    links: LinkGroup,
    image: ImageDescription,
    before: ViewportState,
    view: ViewTransform,
) -> None:
    """Scroll, zoom and pan the new images to what the old ones showed."""
    known = links.known(image, box.display_set[0])
    planes = [d.plane for d in box.display_set if d.plane is not None]
    transform = known.transform
    if image.plane is None or transform is None or len(planes) != len(box.display_set):
        box.go_to(before.frame_index)
        share = (view.center_column / image.columns, view.center_row / image.rows)
        there = box.display_set[box.state.frame_index]
        center = ImagePoint(share[0] * there.columns, share[1] * there.rows)
        zoom = view.zoom * image.columns / there.columns
    else:
        point = image.plane.to_patient(view.center_column, view.center_row)
        moved = transform.apply(point)
        box.go_to(PlaneStack(planes).nearest(moved)[0])
        plane = planes[box.state.frame_index]
        column, row, _ = plane.to_image(moved)
        center = ImagePoint(column, row)
        zoom = view.zoom * plane.column_spacing_mm / image.plane.column_spacing_mm
    window = before.voi_choice
    same = image.modality == box.display_set[0].modality and isinstance(window, ChosenWindow)
    box.change(
        zoom=zoom,
        center=center,
        orientation=before.orientation,
        is_inverted=before.is_inverted,
        voi_choice=window if same else box.state.voi_choice,
    )


def _stand(box: ViewportModel, as_before: ViewportState) -> None:
    """Show images as they stood in the other box."""
    box.go_to(as_before.frame_index, by_link=True)
    box.change(
        zoom=as_before.zoom,
        center=as_before.center,
        orientation=as_before.orientation,
        is_inverted=as_before.is_inverted,
        voi_choice=as_before.voi_choice,
        value_scale=as_before.value_scale,
    )
