"""A preview fits its place, and nothing of the last one stays."""

import numpy as np
import pytest

from readstation.ui.widgets.picture import HEIGHT_PX, Picture, image_of


@pytest.fixture
def picture(qtbot):
    made = Picture()
    qtbot.addWidget(made)
    made.resize(260, 240)
    made.show()
    return made


def test_gray_and_colour_pixels_keep_their_values():
    gray = np.array([[0, 128, 255]], dtype=np.uint8)
    assert [image_of(gray).pixelColor(x, 0).red() for x in range(3)] == [0, 128, 255]
    colour = np.array([[[255, 0, 10]]], dtype=np.uint8)
    assert image_of(colour).pixelColor(0, 0).getRgb()[:3] == (255, 0, 10)


def test_a_picture_keeps_its_shape_and_never_widens_its_place(picture):
    picture.show_pixels(np.zeros((300, 600), dtype=np.uint8))
    shown = picture.picture.pixmap()
    assert (shown.width(), shown.height()) == (260, 130)
    assert picture.minimumSizeHint().width() < 260
    picture.resize(200, 240)
    assert picture.picture.pixmap().width() == 200
    picture.show_pixels(np.zeros((600, 300), dtype=np.uint8))
    assert picture.picture.pixmap().height() == HEIGHT_PX


def test_words_replace_the_picture_for_good(picture):
    picture.show_pixels(np.zeros((30, 30), dtype=np.uint8))
    picture.show_words("no preview")
    assert picture.picture.pixmap().isNull()
    picture.resize(210, 240)
    assert picture.picture.text() == "no preview"
