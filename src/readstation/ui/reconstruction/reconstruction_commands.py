"""Commands live among reformatted planes, beside those of every image box."""

from __future__ import annotations

from collections.abc import Callable

from readstation.app.commands import Command, Context
from readstation.app.reconstruction.fusion import OPACITY_STEP
from readstation.app.reconstruction.plane_set import Direction
from readstation.app.reconstruction.reconstruction import Reconstruction
from readstation.app.reconstruction.whole_mip import toggle_whole, turn_lines

THICKNESS_STEP_MM = 2.0
TURN_STEP_DEG = 5.0


def _thicken(by_mm: float) -> Callable[[Reconstruction], None]:
    def run(model: Reconstruction) -> None:
        model.thicken(by_mm)

    return run


def _turn(by_deg: float) -> Callable[[Reconstruction], None]:
    def run(model: Reconstruction) -> None:
        turn_lines(model, by_deg)

    return run


def _turn_about(direction: Direction) -> Callable[[Reconstruction], None]:
    def run(model: Reconstruction) -> None:
        model.turn(direction, TURN_STEP_DEG)

    return run


def _make_opaque(by: float) -> Callable[[Reconstruction], None]:
    def run(model: Reconstruction) -> None:
        model.fusion.make_opaque(by)

    return run


def _scroll_slab(steps: int) -> Callable[[Reconstruction], None]:
    def run(model: Reconstruction) -> None:
        model.scroll_slab(steps)

    return run


def next_table(model: Reconstruction) -> None:
    model.fusion.next_table()


def next_layer_window(model: Reconstruction) -> None:
    model.fusion.next_window()


def toggle_opacity(model: Reconstruction) -> None:
    model.fusion.toggle_opacity()


def _command(
    name: str, title: str, run: Callable[[Reconstruction], object], key: str, icon: str = ""
) -> Command:
    return Command(f"reconstruction.{name}", title, Context.RECONSTRUCTION, run, (key,), icon)


RECONSTRUCTION_COMMANDS: tuple[Command, ...] = (
    _command("thicker", "Thicker slab", _thicken(THICKNESS_STEP_MM), "Alt+Up"),
    _command("thinner", "Thinner slab", _thicken(-THICKNESS_STEP_MM), "Alt+Down"),
    _command(
        "next_projection",
        "Next projection of the slab: MIP, MinIP, mean",
        Reconstruction.next_projection,
        "Alt+S",
    ),
    _command("next_slab", "On by a whole slab", _scroll_slab(1), "Alt+PgDown"),
    _command("previous_slab", "Back by a whole slab", _scroll_slab(-1), "Alt+PgUp"),
    _command("turn_left", "Turn the lines to the left", _turn(-TURN_STEP_DEG), "Alt+Left"),
    _command("turn_right", "Turn the lines to the right", _turn(TURN_STEP_DEG), "Alt+Right"),
    _command("straighten", "Planes along the patient again", Reconstruction.straighten, "Alt+0"),
    _command("reset", "Thin, straight and to the middle", Reconstruction.reset, "Alt+Home"),
    _command("cubic", "Cubic or linear sampling when still", Reconstruction.toggle_cubic, "Alt+I"),
    *(
        _command(
            f"turn_about_{direction.name.lower()}",
            f"Turn about the {direction.value.lower()} line of sight",
            _turn_about(direction),
            f"Alt+{number}",
        )
        for number, direction in enumerate(Direction, 1)
    ),
    _command(
        "next_layer",
        "Lay the next PET over the planes, or none",
        Reconstruction.next_layer,
        "Alt+F",
    ),
    _command("more_opaque", "More of the PET", _make_opaque(OPACITY_STEP), "Alt+."),
    _command("less_opaque", "Less of the PET", _make_opaque(-OPACITY_STEP), "Alt+,"),
    _command("toggle_opacity", "Planes alone, both, PET alone", toggle_opacity, "Alt+B"),
    _command(
        "next_layer_window",
        "PET window; Shift+drag: any",
        next_layer_window,
        "Alt+V",
    ),
    _command(
        "whole",
        "MIP of whole PET; drag turns",
        toggle_whole,
        "Alt+O",
    ),
    _command("next_table", "Next colour table", next_table, "Alt+C"),
)
