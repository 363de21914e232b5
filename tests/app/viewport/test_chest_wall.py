"""The chest wall is where posterior is on the screen."""

import pytest

from readstation.app.viewport.chest_wall import chest_wall_edge
from readstation.imaging.orientation import EdgeLetters


@pytest.mark.parametrize(
    ("modality", "letters", "expected"),
    [
        ("MG", EdgeLetters("A", "P", "R", "L"), "right"),
        ("MG", EdgeLetters("P", "A", "HL", "FR"), "left"),
        ("MG", EdgeLetters("P", "", "", ""), "left"),
        ("MG", EdgeLetters(), ""),
        ("MG", EdgeLetters("R", "L", "A", "P"), ""),
        ("CT", EdgeLetters("P", "A", "H", "F"), ""),
    ],
)
def test_the_letters_on_the_screen_tell_the_edge(modality, letters, expected):
    assert chest_wall_edge(modality, letters) == expected
