"""Current and prior alternate in one place or swap; what is registered is decided by what hangs."""

from dataclasses import replace
from datetime import date

import pytest

from readstation.app.reading.compare import NO_COUNTERPART, alternate, swap
from readstation.app.reading.frame_cache import FrameCache
from readstation.app.reading.held_frames import Holding, name_of
from readstation.app.reading.layout import Layout
from readstation.app.reading.pairs_to_register import PairsToRegister
from readstation.app.reading.reading_model import ReadingModel
from readstation.app.reading.time_words import interval_in_words
from readstation.app.viewport.link_book import pair_of
from readstation.app.viewport.link_kind import Hindrance, LinkKind
from readstation.app.viewport.viewport_state import ChosenWindow, Role
from readstation.app.viewport.window.window_presets import NO_PRESETS
from readstation.imaging.plane import ImagePlane
from readstation.imaging.registration import Doubt, Registration
from readstation.imaging.rigid_transform import RigidTransform
from readstation.imaging.voi import VoiWindow
from tests.app.reading.test_frame_supply import PLAIN, a_study

COUNT = 12


def placed(display_set, uid, spacing=0.5):
    images = tuple(
        replace(
            image,
            plane=ImagePlane((0, 0, 5.0 * n), (1, 0, 0), (0, 1, 0), spacing, spacing, uid),
            rows=200,
            columns=200,
        )
        for n, image in enumerate(display_set.images)
    )
    return type(display_set)(images)


def reading(*, prior_uid="8.8", spacing=0.5, count=COUNT) -> ReadingModel:
    """Return a model with a current study and its prior side by side."""
    opened, sets = a_study(1, (COUNT,), PLAIN)
    before, prior_sets = a_study(2, (count,), PLAIN)
    model = ReadingModel(NO_PRESETS, FrameCache(10**8))
    model.open(opened)
    model.add_sets([placed(sets[0], "9.9")])
    model.open_prior(before.study, before.series)
    model.add_sets([placed(prior_sets[0], prior_uid, spacing)])
    model.set_layout(Layout.TWO)
    model.assign(0, model.state.sets[0])
    model.assign(1, model.state.sets[1])
    for box in model.boxes[:2]:
        box.resize(300, 300)
    model.activate(0)
    return model


def complete(model) -> None:
    for display_set in model.state.sets:
        for image in display_set.images:
            model.supply._open.held.mark(name_of(image), Holding.LOADED)


def shift(model, z=0.0, x=0.0, doubt=None) -> None:
    pair = pair_of(model.state.sets[0].first, model.state.sets[1].first)
    found = RigidTransform(translation_mm=(x, 0.0, z)) if doubt is None else None
    model.links.book.take(pair, Registration(found, doubt))


def test_alternating_keeps_place_scale_window_and_orientation() -> None:
    model = reading(spacing=0.8)
    shift(model, z=10.0, x=4.0)
    box = model.active
    box.go_to(3)
    box.set_window(VoiWindow(-600, 1500))
    box.orient(box.state.orientation.flipped_horizontally())
    box.zoom_by(2.0, 100, 100)
    here = box.description.plane.to_patient(box.transform.center_column, box.transform.center_row)
    mm_per_px = 0.5 / box.state.zoom
    orientation = box.state.orientation
    alternate(model)
    assert box.state.role is Role.PRIOR
    there = box.description.plane.to_patient(box.transform.center_column, box.transform.center_row)
    assert there == pytest.approx((here[0] + 4, here[1], here[2] + 10))
    assert 0.8 / box.state.zoom == pytest.approx(mm_per_px)
    assert box.state.voi_choice == ChosenWindow(VoiWindow(-600, 1500))
    assert box.state.orientation == orientation
    alternate(model)
    assert (box.state.role, box.state.frame_index) == (Role.CURRENT, 3)


def test_without_a_known_relation_the_same_image_number_is_shown() -> None:
    model = reading()
    model.active.go_to(5)
    alternate(model)
    assert (model.active.state.role, model.active.state.frame_index) == (Role.PRIOR, 5)


def test_alternating_in_a_single_box_finds_the_matching_prior() -> None:
    model = reading()
    model.set_layout(Layout.ONE)
    alternate(model)
    assert model.active.state.role is Role.PRIOR
    alternate(model)
    assert model.active.state.role is Role.CURRENT


def test_without_a_prior_the_reader_is_told() -> None:
    opened, sets = a_study(1, (COUNT,), PLAIN)
    model = ReadingModel(NO_PRESETS, FrameCache(10**8))
    model.open(opened)
    model.add_sets(sets)
    model.assign(0, sets[0])
    alternate(model)
    assert model.active.state.notice == NO_COUNTERPART
    swap(model)
    assert "no current study and prior side by side" in model.active.state.notice


def test_swapping_twice_is_as_before() -> None:
    model = reading()
    one, other = model.visible_boxes
    one.go_to(2)
    other.go_to(7)
    other.set_window(VoiWindow(10, 20))
    before = [(b.display_set, b.state.frame_index, b.state.voi_choice) for b in (one, other)]
    swap(model)
    assert [b.state.role for b in (one, other)] == [Role.PRIOR, Role.CURRENT]
    assert [
        (b.display_set, b.state.frame_index, b.state.voi_choice) for b in (other, one)
    ] == before
    swap(model)
    assert [
        (b.display_set, b.state.frame_index, b.state.voi_choice) for b in (one, other)
    ] == before


# What is registered


def test_a_pair_is_registered_once_its_pixels_are_there_and_linked_when_it_is_found() -> None:
    model = reading()
    pairs = PairsToRegister(model)
    assert pairs.next() is None
    complete(model)
    wanted = pairs.next()
    assert [len(stack) for stack in (wanted.fixed, wanted.moving)] == [COUNT, COUNT]
    assert pairs.next() is None
    one, other = model.visible_boxes
    assert model.links.link_between(one, other).hindrance is Hindrance.REGISTERING
    pairs.take(wanted.pair, Registration(RigidTransform(translation_mm=(0, 0, 5.0))))
    assert model.links.link_between(one, other).kind is LinkKind.REGISTERED
    assert one.state.is_linked
    assert other.state.is_linked
    one.go_to(4)
    assert other.state.frame_index == 5


def test_a_reader_who_unlinked_is_not_linked_again() -> None:
    model = reading()
    model.links.link_at_this_level(model.active)
    model.links.toggle(model.active)
    shift(model)
    complete(model)
    assert PairsToRegister(model).next() is None
    pairs = PairsToRegister(model)
    pairs.take(pair_of(*(s.first for s in model.state.sets)), Registration(RigidTransform()))
    assert not model.active.state.is_linked


def test_what_was_found_before_is_not_looked_for_again() -> None:
    model = reading()
    complete(model)
    shift(model)
    assert PairsToRegister(model).next() is None


def test_a_stopped_registration_leaves_no_mark() -> None:
    model = reading()
    complete(model)
    pairs = PairsToRegister(model)
    wanted = pairs.next()
    pairs.give_up(wanted.pair)
    one, other = model.visible_boxes
    assert model.links.link_between(one, other).hindrance is Hindrance.OTHER_SPACE
    assert PairsToRegister(model).next() is not None


@pytest.mark.parametrize(("uid", "count"), [("9.9", COUNT), ("8.8", 3)])
def test_one_frame_of_reference_and_single_slices_need_no_registration(uid, count) -> None:
    model = reading(prior_uid=uid, count=count)
    complete(model)
    assert PairsToRegister(model).next() is None


def test_a_pair_without_overlap_stays_unlinked() -> None:
    model = reading()
    complete(model)
    pairs = PairsToRegister(model)
    wanted = pairs.next()
    pairs.take(wanted.pair, Registration(None, Doubt.NO_OVERLAP))
    assert not any(box.state.is_linked for box in model.visible_boxes)
    assert pairs.next() is None


def test_intervals_are_said_in_words() -> None:
    now = date(2026, 11, 21)
    said = [interval_in_words(day, now) for day in (now, date(2026, 11, 20), date(2026, 10, 1))]
    assert said == ["same day", "1 day earlier", "51 days earlier"]
    assert interval_in_words(date(2026, 8, 21), now) == "3 months earlier"
    assert interval_in_words(date(2020, 11, 21), now) == "6 years earlier"
    assert interval_in_words(date(2026, 11, 23), now) == "2 days later"
