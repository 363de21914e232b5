"""The reading model: whose pixels are shown, what was seen, where the reader is taken."""

import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest

from readstation.app.reading.display_set import DisplaySet
from readstation.app.reading.frame_cache import FrameCache
from readstation.app.reading.layout import Layout
from readstation.app.reading.load_frames import Arrival, Load
from readstation.app.reading.open_study import OpenedStudy
from readstation.app.reading.reading_model import ReadingModel
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.viewport_state import Role
from readstation.app.viewport.window.window_presets import NO_PRESETS
from readstation.domain.claim import ClaimTask
from readstation.domain.patient import Patient, PatientIdentity
from readstation.domain.study import FrameKey, Instance, Series, Study
from readstation.imaging.frame import StoredFrame

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SIDE = 4
BUDGET = 10**9


def opened_study(uid: str, images: int = 3) -> tuple[OpenedStudy, DisplaySet]:
    patient = Patient(PatientIdentity(f"ID{uid}"), f"DEMO^{uid}", date(1960, 1, 1), "F")
    study = Study(uid, patient, f"A{uid}", NOON)
    instances = tuple(
        Instance(f"{uid}.1.{n}", f"{uid}.1", "1.2", "1.2.1", n, 1, SIDE, SIDE, f"{uid}.{n}")
        for n in range(1, images + 1)
    )
    series = Series(f"{uid}.1", uid, "CT", 1, instances=instances)
    described = tuple(
        ImageDescription(
            uid, f"{uid}.1", i.sop_instance_uid, modality="CT", rows=SIDE, columns=SIDE
        )
        for i in instances
    )
    opened = OpenedStudy(
        study, None, (series,), ClaimTask.READ, None, "", (), None, (), frozenset()
    )
    return opened, DisplaySet(described)


def pixels_of(image: ImageDescription) -> StoredFrame:
    """Return pixels whose every value names the image they belong to."""
    owner = int(image.sop_instance_uid.replace(".", "")) % 4000
    return StoredFrame(np.full((SIDE, SIDE), owner, np.uint16), "MONOCHROME2", 12)


def a_model(*studies: str, now_s: Callable[[], float] = time.monotonic) -> ReadingModel:
    model = ReadingModel(NO_PRESETS, FrameCache(BUDGET), now_s=now_s)
    for uid in studies:
        show(model, uid)
    return model


def bring(model: ReadingModel, load: Load, *images: ImageDescription) -> None:
    """Deliver a load, or only some images of it."""
    wanted = [w for w in load.frames if not images or w.image in images]
    model.supply.take(load, [Arrival(w, pixels_of(w.image)) for w in wanted])
    model.supply.end(load)


def bring_all(model: ReadingModel) -> list[str]:
    """Load until nothing is wanted; returns what came, in its order."""
    came = []
    while (load := model.supply.next_load()) is not None:
        came += [wanted.image.sop_instance_uid for wanted in load.frames]
        bring(model, load)
    return came


def show(model: ReadingModel, uid: str, images: int = 3) -> DisplaySet:
    opened, display_set = opened_study(uid, images)
    model.open(opened)
    model.add_sets((display_set,))
    model.finish()
    return display_set


def test_late_pixels_of_another_study_are_never_shown_whatever_the_order() -> None:
    """H01: switches and completions in random order; blank is allowed, foreign never."""
    rng = random.Random(20261122)
    model = ReadingModel(NO_PRESETS, FrameCache(10 * SIDE * SIDE * 2))
    under_way: list[Load] = []
    taken = 0
    for step in range(10_000):
        choice = rng.random()
        if choice < 0.1 or not model.state.opened:
            show(model, f"1.{rng.randrange(5) + 1}", images=rng.randrange(1, 5))
        elif choice < 0.3:
            model.active.scroll(rng.choice((-1, 1)))
        elif choice < 0.65 and under_way:
            bring(model, under_way.pop(rng.randrange(len(under_way))))
        elif load := model.supply.next_load():
            under_way.append(load)
        for box in model.boxes:
            wanted = box.description
            if box.frame is not None:
                taken += 1
                assert wanted is not None, step
                assert wanted.study_instance_uid == model.state.opened.study.study_instance_uid
                assert np.array_equal(box.frame.stored_values, pixels_of(wanted).stored_values)
    assert taken > 1000  # the test has shown real pixels, not only blanks


def test_opening_another_study_empties_every_box_first() -> None:
    model = a_model("1.1")
    first, ahead = model.supply.next_load(), model.supply.next_load()
    bring(model, first)
    assert model.active.frame is not None
    model.open(opened_study("1.2")[0])
    assert all(box.frame is None and not box.display_set for box in model.boxes)
    bring(model, ahead)
    assert all(box.frame is None for box in model.boxes)


def test_a_frame_that_cannot_be_decoded_is_refused_in_its_box_and_not_asked_for_again() -> None:
    model = a_model("1.1")
    load = model.supply.next_load()
    refusal = "This frame cannot be displayed: truncated."
    model.supply.take(load, [Arrival(load.frames[0], refusal=refusal)])
    model.supply.end(load)
    assert model.active.refusal == refusal
    assert load.frames[0].image.sop_instance_uid not in bring_all(model)


def test_what_was_painted_is_counted_once_and_handed_over_once() -> None:
    model = a_model("1.1")
    image = model.active.description
    bring(model, model.supply.next_load())
    for _ in range(2):
        model.active.mark_painted(model.active.token, 2.0)
    assert (model.seen.count, model.seen.total) == (1, 3)
    (record,) = model.seen.take_new("reader1", NOON)
    assert record.frame == FrameKey(image.sop_instance_uid, 1)
    assert record.diagnostic_at == NOON
    assert model.seen.take_new("reader1", NOON) == ()


def test_time_counts_while_the_image_is_on_the_screen_and_in_view() -> None:
    now_s = [100.0]
    model = a_model("1.1", now_s=lambda: now_s[0])
    bring(model, model.supply.next_load())
    model.active.mark_painted(model.active.token, 2.0)
    now_s[0] = 102.5
    model.seen.count_time(is_in_view=True)
    now_s[0] = 110.0
    model.seen.count_time(is_in_view=False)
    now_s[0] = 110.25
    model.active.scroll(1)  # gone from the screen, though the next image is still on its way
    now_s[0] = 200.0
    model.seen.count_time(is_in_view=True)
    (record,) = model.seen.take_new("reader1", NOON)
    assert record.shown_ms == 2_750


def test_a_small_picture_is_recorded_but_not_marked_as_seen() -> None:
    model = a_model("1.1")
    bring(model, model.supply.next_load())
    model.active.mark_painted(model.active.token, 0.3)
    assert model.seen.count == 0
    (record,) = model.seen.take_new("reader1", NOON)
    assert record.diagnostic_at is None


def test_a_measurement_leads_back_to_its_image() -> None:
    model = a_model("1.1")
    assert model.go_to_frame(FrameKey("1.1.1.3"))
    assert model.active.description.sop_instance_uid == "1.1.1.3"
    assert not model.go_to_frame(FrameKey("9.9.9"))


def test_a_box_tells_current_from_prior() -> None:
    model = a_model("1.1")
    _, prior = opened_study("1.9")
    model.add_sets((prior,))
    model.set_layout(Layout.TWO)
    assert [box.state.role for box in model.visible_boxes] == [Role.CURRENT, Role.PRIOR]


def test_enlarging_a_box_and_going_back_restores_what_hung_there() -> None:
    model = a_model("1.1")
    _, prior = opened_study("1.9")
    model.add_sets((prior,))
    model.set_layout(Layout.TWO)
    before = model.state.shown
    model.toggle_enlarged(1)
    assert model.state.layout == Layout.ONE
    assert model.state.shown[0] is prior
    model.toggle_enlarged(0)
    assert model.state.layout == Layout.TWO
    assert model.state.shown == before


@pytest.mark.parametrize("steps", [1, -1])
def test_stepping_through_series_stops_at_the_ends(steps: int) -> None:
    model = a_model("1.1")
    shown = model.state.shown[0]
    model.step_series(steps)
    assert model.state.shown[0] is shown


def test_a_frame_refused_ahead_is_not_asked_for_again_and_says_why_when_reached() -> None:
    model = a_model("1")
    bring(model, model.supply.next_load())
    ahead = model.supply.next_load()
    (damaged,) = ahead.frames
    model.supply.take(ahead, [Arrival(damaged, refusal="It is damaged.")])
    model.supply.end(ahead)
    assert damaged.image.sop_instance_uid == "1.1.2"
    assert bring_all(model) == ["1.1.3"]
    model.active.go_to(1)
    assert model.active.refusal == "It is damaged."
    model.active.go_to(2)
    assert model.active.frame is not None


def test_pixels_asked_for_by_an_earlier_opening_of_the_same_study_fill_its_box() -> None:
    model = a_model("1")
    early = model.supply.next_load()
    previews = []
    model.supply.on_preview(lambda s, f: previews.append((s, f)))
    again = show(model, "1")
    bring(model, early)
    assert model.active.frame is not None
    middle = DisplaySet((again.images[0],))
    model.add_sets((middle,))
    assert previews[-1][0] is middle, "its thumbnail was decoded before it was known"


def test_why_images_are_missing_is_kept_until_the_study_is_closed() -> None:
    model = a_model()
    opened, display_set = opened_study("1")
    model.open(opened)
    model.add_sets((display_set,), ("AXIAL, image 4: gone.",))
    assert model.state.refusals == ("AXIAL, image 4: gone.",)
    model.close()
    assert model.state.refusals == ()


def test_the_strip_lists_series_by_number_within_their_study() -> None:
    model = a_model()
    opened, first = opened_study("1")
    model.open(opened)
    second = DisplaySet(tuple(replace(i, series_number=2) for i in first.images))
    first = DisplaySet(tuple(replace(i, series_number=1) for i in first.images))
    model.add_sets((second,))
    model.add_sets((first,))
    assert model.state.sets == (first, second)
