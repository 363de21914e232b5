"""Cache, planner and supply against a simple model: right pixels, in order, within the budget."""

from datetime import UTC, date, datetime

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from readstation.app.jobs import JobContext
from readstation.app.reading.decoding_time import decoded_bytes
from readstation.app.reading.display_set import DisplaySet
from readstation.app.reading.frame_cache import FrameCache
from readstation.app.reading.frame_queue import How, Tier
from readstation.app.reading.held_frames import Holding, name_of
from readstation.app.reading.load_frames import Arrival, Load, load_frames, spill_frames
from readstation.app.reading.open_study import OpenedStudy
from readstation.app.reading.reading_model import ReadingModel
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.window.window_presets import NO_PRESETS
from readstation.domain.claim import ClaimTask
from readstation.domain.errors import CannotDisplayError
from readstation.domain.patient import Patient, PatientIdentity
from readstation.domain.study import Instance, Series, Study
from readstation.imaging.frame import StoredFrame

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PLAIN, JPEG_LS = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.4.80"
SIDE = 4
FRAME = SIDE * SIDE * 2
STUDIES, SERIES, LONG = 4, 2, 300


class Unchecked:
    """Read from its file, its hash not yet compared; some files have changed."""

    def __init__(self, frame: StoredFrame, is_damaged: bool = False) -> None:
        self._frame, self._is_damaged = frame, is_damaged

    @property
    def size_bytes(self) -> int:
        return self._frame.size_bytes

    def checked(self) -> StoredFrame:
        if self._is_damaged:
            raise CannotDisplayError("This frame cannot be displayed. Its file has changed.", "")
        return self._frame


def number_of(image: ImageDescription) -> int:
    """Return the value that every pixel of an image has, and no pixel of another one."""
    study, series, instance = (int(part) for part in image.sop_instance_uid.split(".")[1:])
    return study * 10_000 + series * 1000 + instance


def a_study(number: int, counts: tuple[int, ...], syntax: str) -> tuple[OpenedStudy, list]:
    uid = f"1.{number}"
    patient = Patient(PatientIdentity(f"ID{uid}"), f"DEMO^{uid}", date(1960, 1, 1), "F")
    series, sets = [], []
    for place, count in enumerate(counts):
        series_uid = f"{uid}.{place}"
        instances = tuple(
            Instance(
                f"{series_uid}.{n}",
                series_uid,
                "1.2",
                syntax,
                n,
                1,
                SIDE,
                SIDE,
                f"h{series_uid}.{n}",
            )
            for n in range(count)
        )
        series.append(Series(series_uid, uid, "CT", place, instances=instances))
        images = tuple(
            ImageDescription(
                uid,
                series_uid,
                i.sop_instance_uid,
                modality="CT",
                rows=SIDE,
                columns=SIDE,
                transfer_syntax_uid=syntax,
                series_number=place,
            )
            for i in instances
        )
        sets.append(DisplaySet(images))
    study = Study(uid, patient, f"A{uid}", NOON)
    task = ClaimTask.READ
    opened = OpenedStudy(study, None, tuple(series), task, None, "", (), None, (), frozenset())
    return opened, sets


def pixels_of(image: ImageDescription) -> StoredFrame:
    return StoredFrame(np.full((SIDE, SIDE), number_of(image), np.uint16), "MONOCHROME2", 16)


def open_study(model: ReadingModel, opened: OpenedStudy, sets: list) -> None:
    model.open(opened)
    for display_set in sets:
        model.add_sets((display_set,))
    model.finish()


def deliver(model: ReadingModel, load: Load) -> None:
    arrivals = [Arrival(w, pixels_of(w.image)) for w in load.frames]
    model.supply.take(load, arrivals)
    model.supply.end(load)


def load_all(model: ReadingModel, most: int = 10_000) -> list[Load]:
    found = []
    while (load := model.supply.next_load()) is not None:
        found.append(load)
        assert len(found) < most, "loading never comes to an end"
        deliver(model, load)
    return found


def a_model(budget_frames: int) -> tuple[ReadingModel, FrameCache]:
    cache = FrameCache(budget_frames * FRAME)
    return ReadingModel(NO_PRESETS, cache), cache


class SupplyMachine(RuleBasedStateMachine):
    """Studies are opened, scrolled and left; what was asked for arrives in any order, or never."""

    def __init__(self) -> None:
        super().__init__()
        self.cache = FrameCache(70 * FRAME)
        self.model = ReadingModel(NO_PRESETS, self.cache)
        self.studies = [
            a_study(n, (5 + 9 * n, 12, 3), PLAIN if n % 2 else JPEG_LS) for n in range(STUDIES)
        ]
        self.under_way: list[Load] = []

    @rule(number=st.integers(0, STUDIES - 1))
    def open(self, number: int) -> None:
        open_study(self.model, *self.studies[number])

    @rule()
    def leave(self) -> None:
        self.model.close()

    @rule(number=st.integers(0, STUDIES - 1))
    def read_ahead(self, number: int) -> None:
        opened, sets = self.studies[number]
        is_open = self.model.state.opened is opened
        if not is_open and not any(s in self.model.supply._open.next_sets for s in sets):
            self.model.supply.add_series(opened.series)
            self.model.supply.read_ahead(sets)

    @rule(steps=st.integers(-30, 30))
    def scroll(self, steps: int) -> None:
        self.model.active.scroll(steps)

    @rule(steps=st.sampled_from([-1, 1]))
    def change_series(self, steps: int) -> None:
        if self.model.state.opened is not None:
            self.model.step_series(steps)

    @rule(most=st.sampled_from(list(Tier)), with_background=st.booleans())
    def ask(self, most: Tier, with_background: bool) -> None:
        load = self.model.supply.next_load(most=most, with_background=with_background)
        if load is not None:
            assert load.tier <= most
            self.under_way.append(load)

    @precondition(lambda self: self.under_way)
    @rule(data=st.data(), is_damaged=st.booleans())
    def arrive(self, data, is_damaged: bool) -> None:
        load = data.draw(st.sampled_from(self.under_way))
        some = data.draw(st.lists(st.sampled_from(load.frames), min_size=1, max_size=8))
        frames = [Unchecked(pixels_of(w.image), is_damaged) for w in some]
        arrivals = [Arrival(w, f) for w, f in zip(some, frames, strict=True)]
        self.model.supply.take(load, arrivals)

    @precondition(lambda self: self.under_way)
    @rule(data=st.data(), refusal=st.sampled_from(["", "", "It is damaged."]))
    def end(self, data, refusal: str) -> None:
        load = self.under_way.pop(data.draw(st.integers(0, len(self.under_way) - 1)))
        self.model.supply.end(load, refusal)

    @invariant()
    def no_pixel_is_foreign(self) -> None:
        opened = self.model.state.opened
        for box in self.model.boxes:
            if box.frame is not None:
                assert box.description.study_instance_uid == opened.study.study_instance_uid
                assert (box.frame.stored_values == number_of(box.description)).all()

    @invariant()
    def memory_stays_within_the_budget_but_for_what_is_on_the_screen(self) -> None:
        held = self.cache.used_bytes + self.cache.reserved_bytes
        visible = [w for load in self.under_way if load.tier is Tier.VISIBLE for w in load.frames]
        excess = sum(decoded_bytes(w.image) for w in visible) + 4 * FRAME
        assert held <= self.cache.budget_bytes + excess

    @invariant()
    def what_is_counted_is_what_is_there(self) -> None:
        frames = {k: f for v in self.cache._places.values() for k, f in v.frames.items()}
        assert self.cache.used_bytes == sum(f.size_bytes for f in frames.values())
        waiting = sum(len(self.model.supply._planner._loads[load]) for load in self.under_way)
        assert self.cache.reserved_bytes == waiting * FRAME

    @invariant()
    def what_is_said_to_be_loaded_is_in_memory_and_nothing_else(self) -> None:
        supply = self.model.supply
        for display_set in (*supply._open.sets, *supply._open.next_sets):
            for image in display_set.images:
                is_loaded = supply._open.held.holding(name_of(image)) is Holding.LOADED
                is_here = supply._open.key(image) in self.cache
                assert is_loaded == is_here or supply._open.key(image) in supply._refused

    @invariant()
    def a_visible_frame_in_memory_is_shown(self) -> None:
        for box in self.model.visible_boxes:
            if box.description is not None and box.frame is None and not box.refusal:
                assert self.model.supply._open.key(box.description) not in self.cache


TestSupply = SupplyMachine.TestCase
TestSupply.settings = settings(max_examples=80, stateful_step_count=50, deadline=None)


def test_series_that_are_not_looked_at_leave_whole_and_longest_unused_first() -> None:
    model, cache = a_model(25)
    studies = [a_study(n, (10,), PLAIN) for n in range(3)]
    for opened, sets in studies:
        open_study(model, opened, sets)
        load_all(model)
    left = [
        [k.content_sha256 for k in cache._places if k.content_sha256.startswith(f"h1.{n}.")]
        for n in range(3)
    ]
    assert [len(keys) for keys in left] == [0, 10, 10]


def test_a_study_that_is_opened_again_is_there_at_once() -> None:
    model, _ = a_model(100)
    studies = [a_study(n, (10,), PLAIN) for n in range(2)]
    for opened, sets in studies:
        open_study(model, opened, sets)
        load_all(model)
    opened, sets = studies[0]
    open_study(model, opened, [DisplaySet(s.images) for s in sets])
    assert model.active.frame is not None
    assert model.supply.is_complete
    assert model.supply.next_load() is None


def test_a_series_larger_than_memory_keeps_what_is_around_the_reader() -> None:
    model, cache = a_model(400)
    opened, sets = a_study(0, (2000,), PLAIN)
    open_study(model, opened, sets)
    for index in (0, 1000, 1999, 500):
        model.active.go_to(index)
        load_all(model)
        assert cache.used_bytes <= cache.budget_bytes
        progress = model.supply.progress(sets[0])
        assert model.active.frame is not None
        near = progress.holdings[max(index - 60, 0) : index + 60]
        assert near.count(Holding.LOADED) == len(near)


def test_what_may_be_read_next_never_pushes_out_what_is_open() -> None:
    model, cache = a_model(30)
    open_study(model, *a_study(0, (20,), PLAIN))
    load_all(model)
    opened, sets = a_study(1, (20,), PLAIN)
    model.supply.add_series(opened.series)
    model.supply.read_ahead(sets)
    load_all(model)
    assert model.supply.is_complete
    assert cache.used_bytes <= cache.budget_bytes


def test_what_was_read_ahead_is_there_when_its_study_is_opened() -> None:
    model, _ = a_model(100)
    open_study(model, *a_study(0, (20,), PLAIN))
    opened, sets = a_study(1, (20,), JPEG_LS)
    model.supply.add_series(opened.series)
    model.supply.read_ahead(sets)
    load_all(model)
    open_study(model, opened, [DisplaySet(s.images) for s in sets])
    assert model.active.frame is not None
    assert model.supply.is_complete


def test_a_changed_file_is_refused_when_it_is_shown_and_not_before() -> None:
    model, _ = a_model(100)
    open_study(model, *a_study(0, (3,), PLAIN))
    while (load := model.supply.next_load()) is not None:
        arrivals = [
            Arrival(w, Unchecked(pixels_of(w.image), number_of(w.image) == 2)) for w in load.frames
        ]
        model.supply.take(load, arrivals)
        model.supply.end(load)
    model.active.go_to(2)
    assert model.active.frame is None
    assert "has changed" in model.active.refusal
    assert model.supply.next_load() is None


def test_a_file_that_turns_out_not_to_be_plain_goes_to_a_decoder() -> None:
    model, _ = a_model(100)
    open_study(model, *a_study(0, (1,), PLAIN))
    load = model.supply.next_load()
    model.supply.take(load, [Arrival(load.frames[0])])
    model.supply.end(load)
    again = model.supply.next_load()
    assert (again.frames, again.how.name) == (load.frames, "DECODE")


def test_progress_tells_what_is_loaded_refused_and_seen() -> None:
    model, _ = a_model(100)
    told = []
    model.supply.on_progress(lambda: told.append(1))
    opened, sets = a_study(0, (4,), PLAIN)
    open_study(model, opened, sets)
    load = model.supply.next_load()
    deliver(model, load)
    model.active.mark_painted(model.active.token, 1.0)
    second = model.supply.next_load()
    model.supply.take(second, [Arrival(second.frames[0], refusal="It is damaged.")])
    progress = model.supply.progress(sets[0])
    assert (progress.total, progress.loaded_count, progress.refused_count) == (4, 1, 1)
    assert progress.seen == bytes([1, 0, 0, 0])
    assert not progress.is_complete
    assert told


def test_two_files_that_claim_the_same_object_are_never_mixed_up() -> None:
    model, _ = a_model(100)
    opened, sets = a_study(0, (1,), PLAIN)
    open_study(model, opened, sets)
    deliver(model, model.supply.next_load())
    ours = model.active.description
    forged = Instance(ours.sop_instance_uid, "1.9.0", "1.2", PLAIN, 1, 1, SIDE, SIDE, "other")
    model.supply.add_series([Series("1.9.0", "1.9", "CT", 1, instances=(forged,))])
    assert model.supply.instance_of(ours).content_sha256 == "h1.0.0.0"


class Disk:
    """A scratch file that forgets nothing."""

    def __init__(self) -> None:
        self.frames = {}

    def holds(self, content_sha256: str, frame_number: int) -> bool:
        return (content_sha256, frame_number) in self.frames

    def read(self, content_sha256: str, frame_number: int):
        return self.frames.get((content_sha256, frame_number))

    def write(self, content_sha256: str, frame_number: int, frame) -> bool:
        self.frames[content_sha256, frame_number] = frame
        return True

    def close(self) -> None:
        self.frames.clear()


def test_decoded_frames_go_to_disk_when_they_leave_and_come_back_from_there() -> None:
    disk, cache = Disk(), FrameCache(15 * FRAME)
    model = ReadingModel(NO_PRESETS, cache, disk)
    spilled = []
    model.supply.on_spilled(spilled.append)
    opened, sets = a_study(0, (10,), JPEG_LS)
    open_study(model, opened, sets)
    load_all(model)
    open_study(model, *a_study(1, (10,), PLAIN))
    load = model.supply.next_load(most=Tier.THUMBNAIL)
    while load is not None and not spilled:
        deliver(model, load)
        load = model.supply.next_load()
    (frames,) = spilled
    assert len(frames) == 10
    assert cache.reserved_bytes >= 10 * FRAME, "it is in memory until it is written"
    spill_frames(disk, frames, JobContext())
    model.supply.end_spill(frames)
    open_study(model, opened, [DisplaySet(s.images) for s in sets])
    again = model.supply.next_load()
    assert again.how is How.SCRATCH
    came = []
    load_frames(None, disk, again, came.extend, JobContext())
    values = [int(arrival.frame.stored_values[0, 0]) for arrival in came]
    assert values == [number_of(arrival.wanted.image) for arrival in came]


def test_plain_frames_are_never_written_to_disk() -> None:
    model, _ = a_model(15)
    spilled = []
    model.supply.on_spilled(spilled.append)
    for number in range(3):
        open_study(model, *a_study(number, (10,), PLAIN))
        load_all(model)
    assert not spilled


def test_nothing_is_written_and_nothing_left_when_the_session_ends() -> None:
    disk = Disk()
    model = ReadingModel(NO_PRESETS, FrameCache(15 * FRAME), disk)
    spilled = []
    model.supply.on_spilled(spilled.append)
    open_study(model, *a_study(0, (10,), JPEG_LS))
    load_all(model)
    disk.frames["x", 1] = None
    model.supply.forget_pixels()
    assert (spilled, disk.frames) == ([], {})
