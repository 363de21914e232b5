"""Commands live among reformatted planes, beside those of every image box."""

from __future__ import annotations

from collections.abc import Callable

from readstation.app.commands import Command, Context
from readstation.app.reconstruction.plane_set import Direction
from readstation.app.reconstruction.reconstruction import Reconstruction

THICKNESS_STEP_MM = 2.0
TURN_STEP_DEG = 5.0


def _thicken(by_mm: float) -> Callable[[Reconstruction], None]:
    def run(model: Reconstruction) -> None:
        model.thicken(by_mm)

    return run


def _turn(by_deg: float) -> Callable[[Reconstruction], None]:
    def run(model: Reconstruction) -> None:
        model.turn(model.active, by_deg)

    return run


def _turn_about(direction: Direction) -> Callable[[Reconstruction], None]:
    def run(model: Reconstruction) -> None:
        model.turn(direction, TURN_STEP_DEG)

    return run


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
    _command("turn_left", "Turn the planes to the left", _turn(-TURN_STEP_DEG), "Alt+Left"),
    _command("turn_right", "Turn the planes to the right", _turn(TURN_STEP_DEG), "Alt+Right"),
    _command("straighten", "Planes along the patient again", Reconstruction.straighten, "Alt+0"),
    *(
        _command(
            f"turn_about_{direction.name.lower()}",
            f"Turn about the line of sight of the {direction.value.lower()} plane",
            _turn_about(direction),
            f"Alt+{number}",
        )
        for number, direction in enumerate(Direction, 1)
    ),
)
