"""The MIP of a whole PET alone, turned about the long axis of the patient."""

from __future__ import annotations

from readstation.app.reconstruction.fusion_rules import LAID_OVER
from readstation.app.reconstruction.plane_set import Direction
from readstation.app.reconstruction.reconstruction import Reconstruction

NO_PET = "The MIP of the whole volume is made of PET and NM. Lay one over the planes (Alt+F) first."


def is_whole(model: Reconstruction) -> bool:
    """Return True while the MIP of a whole PET is shown."""
    return model.is_showing and model.opening is not None and model.opening.is_whole


def toggle_whole(model: Reconstruction) -> None:
    """Ask for the MIP of all of the PET alone; asked again, for what was before."""
    base, over = model.display_set, model.fusion.display_set
    pet = base if base is not None and base.first.modality in LAID_OVER else over
    if pet is None:
        model.planes[model.active].change(notice=NO_PET)
    else:
        model.fusion.ask_alone(pet)


def turn_lines(model: Reconstruction, angle_deg: float) -> None:
    """Turn the lines in the active image; a whole MIP turns about the patient's long axis."""
    model.turn(Direction.AXIAL if is_whole(model) else model.active, angle_deg)
