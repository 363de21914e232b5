"""What a box says about linked scroll when a stack hangs beside another."""

from dataclasses import replace

import pytest

from readstation.app.reading.link_words import NOT_LINKED, link_where_positions_agree, link_words
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.linking import LinkGroup
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.imaging.plane import ImagePlane

SPACE, OTHER_SPACE = "2.25.1", "2.25.2"


def a_plane(z_mm: float, space: str) -> ImagePlane:
    return ImagePlane((0, 0, z_mm), (1, 0, 0), (0, 1, 0), 1.0, 1.0, space)


def boxes(*stacks: tuple[str, int]) -> tuple[list[ViewportModel], LinkGroup]:
    links, models = LinkGroup(), []
    for number, (space, count) in enumerate(stacks):
        model = ViewportModel()
        links.add(model)
        head = ImageDescription(f"{number}", f"{number}.1", "", modality="CT", rows=4, columns=4)
        model.set_display_set(
            [
                replace(
                    head,
                    sop_instance_uid=f"{number}.1.{i}",
                    plane=a_plane(5.0 * i, space) if space else None,
                )
                for i in range(count)
            ]
        )
        models.append(model)
    link_where_positions_agree(models, links)
    return models, links


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ((SPACE, 3), "linked by position"),
        ((OTHER_SPACE, 3), NOT_LINKED),
        ((OTHER_SPACE, 1), ""),
        (("", 3), ""),
        ((SPACE, 0), ""),
    ],
)
def test_the_second_box_says_how_it_scrolls_with_the_first(second, words) -> None:
    models, links = boxes((SPACE, 3), second)
    assert link_words(models[1], models, links) == words


def test_the_first_box_says_nothing_where_it_is_not_linked() -> None:
    models, links = boxes((SPACE, 3), (OTHER_SPACE, 3))
    assert link_words(models[0], models, links) == ""


def test_no_filled_box_is_no_failure() -> None:
    models, links = boxes((SPACE, 0))
    assert link_words(models[0], models, links) == ""
