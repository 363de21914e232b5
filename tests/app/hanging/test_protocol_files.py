"""Files of hanging protocols: what is wrong in one is told with its place."""

import pytest

from readstation.app.hanging.protocol_toml import parse_protocols
from readstation.domain.errors import SettingError
from readstation.domain.hanging import Anchor, Orientation, Quadrant, Scope, Window, Zoom

GOOD = """
[[protocol]]
id = "one"
title = "One"
for = { modalities = "mg", description = ["diag*"], views = ["r cc"] }
[[protocol.stage]]
title = "First"
layout = "1x2"
zoom = "same scale"
anchor = "chest wall"
boxes = [
  { laterality = "R", view = "cc", window = [40, 400], orientation = "breast" },
  { show = "prior 2", like = 1, zoom = "quadrant", quadrant = "lower left", link = false },
]
"""


def test_a_file_gives_what_it_says() -> None:
    (protocol,) = parse_protocols(GOOD, "a.toml", is_own=True)
    stage = protocol.stages[0]
    first, second = stage.boxes
    assert (protocol.protocol_id, protocol.title, protocol.is_own) == ("one", "One", True)
    assert protocol.study.modalities == {"MG"}
    assert protocol.study.views == {"R CC"}
    assert (stage.rows, stage.columns) == (1, 2)
    assert first.wants.views == {"CC"}
    assert first.look.window == Window(center=40.0, width=400.0)
    assert (first.look.zoom, first.look.anchor) == (Zoom.SAME_SCALE, Anchor.CHEST_WALL)
    assert first.look.orientation is Orientation.BREAST
    assert (second.scope, second.prior_number, second.like) == (Scope.PRIOR, 2, 1)
    assert (second.look.zoom, second.look.quadrant) == (Zoom.QUADRANT, Quadrant.LOWER_LEFT)
    assert not second.look.link


@pytest.mark.parametrize(
    ("right", "wrong", "place", "remedy"),
    [
        ('id = "one"', 'id = "One!"', "a.toml, protocol 1", "small letters"),
        ('title = "One"', "", "protocol “one”: “title” is missing", "Add title"),
        ('title = "One"', 'titel = "One"', "“title” is missing", "Add"),
        ('title = "One"', 'title = "One"\ncolour = 1', "“colour” is not known", "spelling"),
        ('title = "First"', 'title = "a\\nb"', "protocol “one”, stage 1: “title”", "one line"),
        ('layout = "1x2"', 'layout = "5x9"', "stage 1: “layout”", "at most 12 boxes"),
        ('layout = "1x2"', 'layout = "2x2"', "stage 1: 2 boxes are stated", "2x2 has 4 boxes"),
        ('zoom = "same scale"', 'zoom = "fitt"', "“zoom” cannot be 'fitt'", "fit, same scale, 1:1"),
        ('laterality = "R"', 'laterality = "Q"', "box 1: “laterality”", "one of: R, L, B"),
        ("like = 1", "like = 2", "Box 2 is to be like box 2", "earlier box"),
        ('"prior 2"', '"later"', "box 2: “show”", "oldest prior"),
        ("[40, 400]", "[40, 0]", "box 1: “window”", "center, width"),
        ("[40, 400]", "[40, inf]", "box 1: “window”", "center, width"),
        ('["diag*"]', '["(a+)+$"]', "“for”: “description”", "letters and digits"),
        ("link = false", "link = 0", "box 2: “link”", "true or false"),
        ("boxes = [", "boxes = []\nother = [", "stage 1: “boxes”", "at least one entry"),
        ('for = { modalities = "mg"', 'for = { modality = "mg"', "“modality” is not known", ""),
        ("[[protocol]]", "[[protocol", "a.toml cannot be read", "Correct that line"),
        ("[[protocol]]", "[[protocoll]]", "a.toml", ""),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_may_stand_there(
    right: str, wrong: str, place: str, remedy: str
) -> None:
    assert right in GOOD
    with pytest.raises(SettingError) as refused:
        parse_protocols(GOOD.replace(right, wrong, 1), "a.toml", is_own=False)
    assert place in refused.value.message
    assert remedy in refused.value.remedy
    assert refused.value.remedy


def test_two_protocols_of_one_file_have_two_ids() -> None:
    with pytest.raises(SettingError, match="id of two protocols"):
        parse_protocols(GOOD + GOOD, "a.toml", is_own=False)
