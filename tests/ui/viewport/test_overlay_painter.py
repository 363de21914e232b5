"""Words over an image: whole where there is room, named where there is not, never on each other."""

from dataclasses import replace
from itertools import combinations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF, QImage, QPainter

from readstation.app.viewport.overlay_text import (
    Caution,
    OverlayBadge,
    OverlayText,
    overlay_text,
)
from readstation.app.viewport.scale_bar import scale_bar
from readstation.app.viewport.viewport_state import Role
from readstation.imaging.orientation import EdgeLetters, edge_letters
from readstation.ui import theme
from readstation.ui.start_window import make_application
from readstation.ui.viewport.overlay_painter import READ_KEY, Overlay, OverlayPainter
from tests.ui.viewport.box_states import DISPLAYS, NOTES, REFUSED, SIZES, STATES

SLACK = 1.0


class Recorder:
    """A painter that also keeps every text with the place it was drawn in."""

    def __init__(self, painter: QPainter) -> None:
        self._painter = painter
        self.drawn: list[tuple[str, QRectF]] = []

    def __getattr__(self, name: str):
        return getattr(self._painter, name)

    def drawText(self, box: QRectF, flags: int, text: str) -> None:
        inked = QFontMetricsF(self._painter.font()).boundingRect(box, flags, text)
        self.drawn.append((text, inked))
        self._painter.drawText(box, flags, text)

    @property
    def words(self) -> str:
        return " | ".join(text for text, _ in self.drawn)


class Direct:
    """A surface that paints at once; nothing is named twice."""

    def __init__(self, painter: Recorder) -> None:
        self._painter = painter
        self._keys: set[object] = set()

    def put(self, key, prepare) -> None:
        assert key not in self._keys
        self._keys.add(key)
        prepare().paint(self._painter)

    def put_group(self, key, put_all) -> None:
        assert key not in self._keys
        self._keys.add(key)
        put_all()


def paint(overlay: Overlay, size: tuple[int, int]) -> Recorder:
    make_application()
    theme.tokens()
    canvas = QImage(*size, QImage.Format.Format_RGB32)
    canvas.fill(0)
    painter = QPainter(canvas)
    recorder = Recorder(painter)
    OverlayPainter(Direct(recorder)).paint(overlay, *size, 1.0)
    painter.end()
    return recorder


def of_state(name: str, size: tuple[int, int]) -> Overlay:
    model = STATES[name]()
    model.resize(*size)
    d, is_there = model.description, model.frame is not None
    letters = (
        edge_letters(model.state.orientation, d.plane, ("", "")) if is_there else EdgeLetters()
    )
    return Overlay(
        overlay_text(
            model,
            link_status="linked by position",
            display=DISPLAYS.get(name),
        ),
        letters if is_there else EdgeLetters(),
        scale_bar(model) if is_there else None,
        Role.CURRENT,
        model.state.is_overlay_visible,
        model.state.notice,
        model.refusal,
        is_refusal=bool(model.refusal),
    )


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", STATES)
def test_no_words_lie_on_others_or_outside_the_box(qapp, name, size):
    recorder = paint(of_state(name, size), size)
    inside = QRectF(0, 0, *size)
    for text, box in recorder.drawn:
        assert inside.contains(box), f"{text!r} leaves the box"
    for (one, here), (other, there) in combinations(recorder.drawn, 2):
        common = here.intersected(there)
        is_apart = common.width() <= SLACK or common.height() <= SLACK
        assert is_apart, f"{one!r} lies on {other!r}"


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", STATES)
def test_name_and_identifier_are_always_there(qapp, name, size):
    words = paint(of_state(name, size), size).words
    assert words.startswith("DEMO, Alpha | DEMO-0001 (DEMO)")


def test_a_note_is_read_in_full_where_there_is_room(qapp):
    words = paint(of_state("one_note", SIZES[0]), SIZES[0]).words
    assert NOTES[0] in words


@pytest.mark.parametrize("size", SIZES[:2], ids=str)
def test_more_notes_than_fit_are_counted_and_say_where_to_read_them(qapp, size):
    words = paint(of_state("three_notes_and_loss", size), size).words
    assert f"3 NOTES: {READ_KEY}" in words
    assert "LOSSY 18.2:1 JPEG" in words


def test_a_box_for_one_badge_counts_the_others(qapp):
    words = paint(of_state("three_notes_and_loss", SIZES[2]), SIZES[2]).words
    assert "+3" in words


def test_turned_left_to_right_is_said_before_all_else_where_there_is_little_room(qapp):
    for size in (SIZES[2], (150, 150)):
        assert "FLIPPED +8" in paint(of_state("everything", size), size).words


@pytest.mark.parametrize("size", [(340, 250), (230, 160), (640, 480)], ids=str)
def test_badges_never_reach_the_upper_half_with_the_name_in_it(qapp, size):
    overlay = replace(of_state("everything", size), notice="")
    drawn = paint(overlay, size).drawn
    badges = [place for text, place in drawn if text in ("FLIPPED", "SIMULATED") or "MORE" in text]
    assert len(badges) >= 2
    assert all(place.top() >= size[1] / 2 for place in badges)


@pytest.mark.parametrize("name", ["presented_modified", "everything"])
def test_a_state_that_is_not_shown_as_saved_says_so_in_a_narrow_box_too(qapp, name):
    (badge,) = (b for b in of_state(name, (500, 400)).text.badges if "TUMOUR" in b.text)
    assert badge.short.startswith(("Modified", "Not this image"))


def test_a_note_of_one_endless_word_is_counted_and_does_not_run_over_the_image(qapp):
    text = OverlayText((), (), (), (), (OverlayBadge("W" * 10_000, Caution.NOTE),))
    drawn = paint(Overlay(text, EdgeLetters()), SIZES[0]).drawn
    assert [words for words, _ in drawn if words] == [f"1 NOTE: {READ_KEY}"]


def test_a_message_of_one_endless_word_names_where_to_read_it(qapp):
    overlay = Overlay(OverlayText((), (), (), (), ()), EdgeLetters(), message="W" * 10_000)
    assert [w for w, _ in paint(overlay, SIZES[0]).drawn if w] == [f"… ({READ_KEY})"]


def test_a_refusal_is_read_in_full_with_its_remedy(qapp):
    for size in SIZES[:2]:
        assert REFUSED in paint(of_state("refused", size), size).words


def test_a_refusal_too_long_for_the_box_ends_with_where_to_read_it(qapp):
    words = paint(of_state("refused", SIZES[2]), SIZES[2]).words
    assert "This frame cannot be displayed." in words
    assert f"… ({READ_KEY})" in words


def test_many_badges_never_push_out_the_first(qapp):
    badges = (OverlayBadge("LOSSY", Caution.LOSSY), *[OverlayBadge("x" * 300, Caution.NOTE)] * 40)
    overlay = Overlay(OverlayText(("A",), (), (), (), badges), EdgeLetters())
    words = paint(overlay, SIZES[0]).words
    assert "LOSSY" in words
    assert "40 NOTES" in words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("overlay_hidden", "OVERLAYS HIDDEN"),
        ("shutter_off", "SHUTTER OFF"),
        ("presented", "Presentation state TUMOUR BOARD"),
        ("presented_modified", "modified: window"),
        ("presented_graphics", "graphics only"),
        ("verified", "10-bit display, GSDF verified 2026-11-20"),
        ("check_failed", "8-bit display, check failed"),
        ("uptake", "SUVbw g/ml"),
        ("uptake_refused", "No SUV: "),
        ("voi_lut", "LUT HIGH CONTRAST"),
        ("sigmoid", "W 400 L 40 sigmoid SOFT"),
    ],
)
def test_each_state_says_so(qapp, name, words):
    assert words in paint(of_state(name, SIZES[0]), SIZES[0]).words


@pytest.mark.parametrize("name", ["overlay", "shutter", "plain"])
def test_what_is_as_it_should_be_needs_no_badge(qapp, name):
    words = paint(of_state(name, SIZES[0]), SIZES[0]).words
    assert "HIDDEN" not in words
    assert "OFF" not in words


AWAY = {"left": 1, "right": -1}


@pytest.mark.parametrize("size", [s for s in SIZES if s[0] >= 220], ids=str)
@pytest.mark.parametrize("wall", AWAY)
@pytest.mark.parametrize("name", STATES)
def test_over_a_mammogram_words_stand_away_from_the_chest_wall(qapp, name, wall, size):
    letters = EdgeLetters("P", "A", "R", "L") if wall == "left" else EdgeLetters("A", "P", "R", "L")
    usual = replace(of_state(name, size), notice="", message="")
    recorder = paint(replace(usual, letters=letters, chest_wall=wall), size)
    for text, box in recorder.drawn:
        toward = (size[0] / 2 - box.center().x()) * AWAY[wall]
        assert toward <= size[0] / 4, f"{text!r} stands at the chest wall"
    for (one, here), (other, there) in combinations(recorder.drawn, 2):
        common = here.intersected(there)
        is_apart = common.width() <= SLACK or common.height() <= SLACK
        assert is_apart, f"{one!r} lies on {other!r}"


def test_over_a_mammogram_nothing_that_stood_in_the_corners_is_lost(qapp):
    usual = of_state("everything", SIZES[0])
    at_one_edge = paint(replace(usual, chest_wall="left"), SIZES[0])
    said = {text for text, _ in at_one_edge.drawn}
    left_out = {text for text, _ in paint(usual, SIZES[0]).drawn} - said
    assert left_out <= {usual.letters.left}
