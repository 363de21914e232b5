"""Where on the screen the chest wall of a mammogram lies: words keep away from it."""

from __future__ import annotations

from readstation.imaging.orientation import EdgeLetters

MAMMOGRAPHY = "MG"
POSTERIOR = "P"
LEFT, RIGHT, NOWHERE = "left", "right", ""


def chest_wall_edge(modality: str, letters: EdgeLetters) -> str:
    """Return the edge of the box to which the breast goes back; nowhere for other images.

    It follows from where posterior is on the screen, so that a flip moves it.

    >>> chest_wall_edge("MG", EdgeLetters("P", "A", "HL", "FR"))
    'left'
    """
    is_left, is_right = POSTERIOR in letters.left, POSTERIOR in letters.right
    if modality != MAMMOGRAPHY or is_left == is_right:
        return NOWHERE
    return LEFT if is_left else RIGHT
