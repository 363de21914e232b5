"""The theme can be read: contrast, digits, icons."""

import itertools
import re

import pytest
from PySide6.QtGui import QFontMetricsF, QImage
from PySide6.QtWidgets import QApplication

from readstation.resource_files import resources
from readstation.ui import theme
from readstation.ui.widgets.badge import BADGE_KINDS, Badge
from readstation.ui.widgets.text import PlainLabel

KINDS = (
    "critical",
    "significant",
    "routine",
    "incidental",
    "good",
    "current",
    "prior",
)
ON_PANELS = itertools.product(
    ["text", "strong", "dim", *(f"{kind}_text" for kind in KINDS)],
    ["background", "panel", "raised", "selection"],
)
PAIRS = [
    *ON_PANELS,
    *((f"{kind}_text", f"{kind}_fill") for kind in KINDS),
    ("primary_text", "primary"),
    ("danger_text", "danger"),
]


def luminance(name: str) -> float:
    channels = (theme.colour(name).redF(), theme.colour(name).greenF(), theme.colour(name).blueF())
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out_at_least_four_and_a_half_to_one(text, ground):
    lighter, darker = sorted((luminance(text), luminance(ground)), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def test_no_text_is_smaller_than_eleven_pixels():
    assert min(theme.tokens().sizes.values()) >= 11
    sheet = (resources() / "themes" / theme.STYLE_FILE).read_text("utf-8")
    assert not re.findall(r"font-size:\s*\d", sheet), "sizes come from the tokens"


@pytest.fixture
def themed(qapp: QApplication):
    theme.apply(qapp)
    return qapp


@pytest.mark.parametrize("role", ["", "digits", "dim", "title", "section"])
def test_digits_have_one_width_so_that_clocks_do_not_jitter(themed, qtbot, role):
    label = PlainLabel("0:00", role=role)
    qtbot.addWidget(label)
    label.ensurePolished()
    metrics = QFontMetricsF(label.font())
    assert label.fontInfo().family() == "Inter"
    assert metrics.horizontalAdvance("1111") == pytest.approx(metrics.horizontalAdvance("0000"))


def test_every_icon_that_is_named_exists_and_is_tinted(themed):
    image = theme.icon("phone", "critical").pixmap(24, 24).toImage()
    painted = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    solid = {c.name() for c in painted if c.alpha() == 255}
    assert solid == {theme.tokens().colours["critical"]}
    assert theme.icon("").isNull()


def test_badges_of_different_urgency_differ_in_shape_too():
    urgencies = ("critical", "significant", "routine", "incidental")
    assert len({BADGE_KINDS[kind].shape for kind in urgencies}) == len(urgencies)


def test_a_badge_draws_its_word_and_tells_it_to_screen_readers(themed, qtbot):
    badge = Badge("STAT", "stat")
    qtbot.addWidget(badge)
    assert badge.accessibleName() == "STAT"
    assert badge.sizeHint().width() > 30
    assert not badge.grab().isNull()


@pytest.mark.parametrize("name", theme.STYLE_ICONS)
def test_the_pictures_of_the_style_sheet_are_the_symbols_in_the_colours_of_the_theme(themed, name):
    kept = QImage(str(theme.style_icon_file(name))).convertToFormat(QImage.Format.Format_ARGB32)
    made = theme.style_icon(name).toImage().convertToFormat(QImage.Format.Format_ARGB32)
    assert kept.size() == made.size()
    for x, y in itertools.product(range(kept.width()), range(kept.height())):
        had, wanted = kept.pixelColor(x, y), made.pixelColor(x, y)
        assert abs(had.alpha() - wanted.alpha()) < 32  # renderers differ a little at edges
        if wanted.alpha() == 255:
            assert had.name() == wanted.name()
