"""Commands that act on the viewport in focus. `C` calls, so cine is on Shift+C."""

from __future__ import annotations

from collections.abc import Callable

from readstation.app.commands import Command, Context
from readstation.app.viewport.lesion_names import ask_for_name
from readstation.app.viewport.questions import ask_about, remove_selected, say_step, withdraw
from readstation.app.viewport.tool_table import TOOL_ROWS
from readstation.app.viewport.viewport_links import Aspect
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import Tool
from readstation.app.viewport.window.window_choice import apply_preset, next_value_scale

FAR_STEP = 10
ZOOM_STEP = 1.25
LINK_KEYS = ((Aspect.WINDOW, "Alt+W"), (Aspect.ZOOM, "Alt+Z"), (Aspect.PAN, "Alt+P"))
EVERY_PRESET = range(10)


def next_image(viewport: ViewportModel) -> None:
    viewport.scroll(1)


def previous_image(viewport: ViewportModel) -> None:
    viewport.scroll(-1)


def far_next_image(viewport: ViewportModel) -> None:
    viewport.scroll(FAR_STEP)


def far_previous_image(viewport: ViewportModel) -> None:
    viewport.scroll(-FAR_STEP)


def first_image(viewport: ViewportModel) -> None:
    viewport.go_to(0)


def last_image(viewport: ViewportModel) -> None:
    viewport.go_to(len(viewport.display_set) - 1)


def zoom_in(viewport: ViewportModel) -> None:
    width, height = viewport.viewport_size_px
    viewport.zoom_by(ZOOM_STEP, width / 2, height / 2)


def zoom_out(viewport: ViewportModel) -> None:
    width, height = viewport.viewport_size_px
    viewport.zoom_by(1 / ZOOM_STEP, width / 2, height / 2)


def rotate_right(viewport: ViewportModel) -> None:
    viewport.orient(viewport.state.orientation.turned(1))


def rotate_left(viewport: ViewportModel) -> None:
    viewport.orient(viewport.state.orientation.turned(-1))


def flip_horizontally(viewport: ViewportModel) -> None:
    viewport.orient(viewport.state.orientation.flipped_horizontally())


def flip_vertically(viewport: ViewportModel) -> None:
    viewport.orient(viewport.state.orientation.flipped_vertically())


def toggle_link(viewport: ViewportModel) -> None:
    if viewport.link_group is not None:
        viewport.link_group.toggle(viewport)


def link_at_this_level(viewport: ViewportModel) -> None:
    if viewport.link_group is not None:
        viewport.link_group.link_at_this_level(viewport)


def undo_alignment(viewport: ViewportModel) -> None:
    if viewport.link_group is not None:
        viewport.link_group.undo_alignment(viewport)


def toggle_reference_lines(viewport: ViewportModel) -> None:
    if viewport.link_group is not None:
        viewport.link_group.guides.toggle_lines()


def _link(aspect: Aspect) -> Callable[[ViewportModel], None]:
    def toggle(viewport: ViewportModel) -> None:
        if viewport.link_group is not None:
            viewport.link_group.views.toggle(aspect, viewport)

    return toggle


def toggle_cine(viewport: ViewportModel) -> None:
    is_playing = not viewport.state.is_cine_playing and len(viewport.display_set) > 1
    viewport.change(is_cine_playing=is_playing)


def toggle_measurements(viewport: ViewportModel) -> None:
    viewport.change(are_measurements_visible=not viewport.state.are_measurements_visible)


def toggle_overlay(viewport: ViewportModel) -> None:
    viewport.change(is_overlay_visible=not viewport.state.is_overlay_visible)


def toggle_overlay_planes(viewport: ViewportModel) -> None:
    state = viewport.state
    viewport.change(are_overlay_planes_visible=not state.are_overlay_planes_visible)


def toggle_shutter(viewport: ViewportModel) -> None:
    viewport.change(is_shutter_applied=not viewport.state.is_shutter_applied)


def undo(viewport: ViewportModel) -> None:
    """Take the last change of a measurement back, and show where it was."""
    say_step(viewport, viewport.measurements.undo(), "Undone")


def redo(viewport: ViewportModel) -> None:
    say_step(viewport, viewport.measurements.redo(), "Done again")


def _choose(tool: Tool) -> Callable[[ViewportModel], None]:
    def choose(viewport: ViewportModel) -> None:
        viewport.choose_tool(tool)

    return choose


def _preset(key: int) -> Callable[[ViewportModel], None]:
    def apply(viewport: ViewportModel) -> None:
        apply_preset(viewport, key)

    return apply


def _command(
    name: str, title: str, run: Callable[[ViewportModel], object], *keys: str, icon: str = ""
) -> Command:
    return Command(f"viewport.{name}", title, Context.VIEWPORT, run, keys, icon)


VIEWPORT_COMMANDS: tuple[Command, ...] = (
    _command("next_image", "Next image", next_image, "Down"),
    _command("previous_image", "Previous image", previous_image, "Up"),
    _command("far_next_image", "Ten images on", far_next_image, "Shift+Down"),
    _command("far_previous_image", "Ten images back", far_previous_image, "Shift+Up"),
    _command("first_image", "First image", first_image, "Home"),
    _command("last_image", "Last image", last_image, "End"),
    *(
        _command(
            f"tool_{row.tool.name.lower()}",
            f"{row.name} tool",
            _choose(row.tool),
            *row.keys,
            icon=row.icon,
        )
        for row in TOOL_ROWS
    ),
    *(
        _command(
            f"window_preset_{key}",
            f"Window preset {key}" if key else "Window as in the file",
            _preset(key),
            str(key),
        )
        for key in EVERY_PRESET
    ),
    _command(
        "value_scale",
        "Next unit of PET values: SUVbw, SUVlbm, SUVbsa, stored",
        next_value_scale,
        "U",
    ),
    _command("invert", "Invert", ViewportModel.toggle_invert, "I", icon="contrast"),
    _command("rotate_right", "Rotate right", rotate_right, "R", icon="rotate-cw"),
    _command("rotate_left", "Rotate left", rotate_left, "Shift+R"),
    _command(
        "flip_horizontally",
        "Flip left and right",
        flip_horizontally,
        "H",
        icon="flip-horizontal-2",
    ),
    _command(
        "flip_vertically", "Flip top and bottom", flip_vertically, "V", icon="flip-vertical-2"
    ),
    _command("fit", "Fit to box", ViewportModel.fit, "F"),
    _command("one_to_one", "One image pixel per screen pixel", ViewportModel.one_to_one, "="),
    _command("zoom_in", "Zoom in", zoom_in, "+"),
    _command("zoom_out", "Zoom out", zoom_out, "-"),
    _command("reset", "Reset window, zoom and orientation", ViewportModel.reset, "Space"),
    _command("cine", "Play or stop cine", toggle_cine, "Shift+C", icon="play"),
    _command("link", "Link scrolling by position", toggle_link, "K", icon="link"),
    _command("link_at_this_level", "Link at this level", link_at_this_level, "Shift+K"),
    _command("undo_alignment", "Take back Link at this level", undo_alignment, "Ctrl+Shift+K"),
    *(
        _command(f"link_{aspect.name.lower()}", f"Link {aspect.value}", _link(aspect), key)
        for aspect, key in LINK_KEYS
    ),
    _command("reference_lines", "Show or hide reference lines", toggle_reference_lines, "G"),
    _command(
        "remove_measurement",
        "Remove selected measurement",
        remove_selected,
        "Delete",
        icon="trash-2",
    ),
    _command("undo", "Undo", undo, "Ctrl+Z"),
    _command("redo", "Redo", redo, "Ctrl+Shift+Z", "Ctrl+Y"),
    _command("edit_words", "Change the words of the selected measurement", ask_about, "Return"),
    _command(
        "name_lesion", "Name the lesion of the selected measurement", ask_for_name, "Shift+Return"
    ),
    _command("withdraw", "Leave what is being drawn", withdraw, "Esc"),
    _command("measurements", "Show or hide measurements", toggle_measurements, "M"),
    _command("overlay", "Show or hide image text", toggle_overlay, "T"),
    _command("overlay_planes", "Show or hide overlays", toggle_overlay_planes, "Shift+T"),
    _command("shutter", "Apply or lift the display shutter", toggle_shutter, "Shift+U"),
)
