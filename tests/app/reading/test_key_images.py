"""Key images on a real database: who may mark what, and what is on record."""

import json

import pytest

from readstation.app.handoff.answer_handoff import open_handoff
from readstation.app.reading.filed_key_images import FiledMarks, marks_here
from readstation.app.reading.key_image_book import KeyImageBook, Star, frames_of, image_words
from readstation.app.reading.key_images import key_images_of, toggle_key_image
from readstation.app.reading.key_object_selection import FiledSelection
from readstation.app.viewport.image_description import ImageDescription
from readstation.domain.audit import AuditAction
from readstation.domain.errors import ClaimLostError, NotPermittedError, RefusedStepError
from readstation.domain.finding import Finding, MeasurementLink
from readstation.domain.key_image import KeyImage, SelectionPurpose
from readstation.domain.report_text import _finding
from readstation.domain.study import FrameKey
from readstation.imaging.graphic_annotation import ImageReference
from tests.reading_room import NOON, OTHER_STUDY, STUDY, open_room

FRAME = FrameKey(f"{STUDY}.1.1", 1)


@pytest.fixture
def room(tmp_path):
    opened = open_room(tmp_path / "home")
    yield opened
    opened.database.close()


def marks(room, who="first"):
    return [(k.author_id, k.frame) for k in key_images_of(room.station, room.session(who), STUDY)]


def test_a_mark_is_stored_with_author_and_time_and_is_in_the_audit(room):
    marked = toggle_key_image(room.station, room.session("first"), room.claim(), FRAME)
    assert marked == (KeyImage(STUDY, FRAME, "first", NOON),)
    assert key_images_of(room.station, room.session("first"), STUDY) == marked
    event = room.audit()[-1]
    assert (event.action, event.actor_id) == (AuditAction.KEY_IMAGE_MARKED, "first")
    assert event.study_instance_uid == STUDY
    assert json.loads(event.detail) == {"sop_instance_uid": f"{STUDY}.1.1", "frame_number": 1}


def test_the_second_press_takes_the_mark_away(room):
    claim = room.claim()
    toggle_key_image(room.station, room.session("first"), claim, FRAME)
    assert toggle_key_image(room.station, room.session("first"), claim, FRAME) == ()
    assert marks(room) == []
    assert room.audit()[-1].action is AuditAction.KEY_IMAGE_UNMARKED


@pytest.mark.parametrize(
    "frame", [FrameKey(f"{OTHER_STUDY}.1.1", 1), FrameKey(f"{STUDY}.1.1", 2), FrameKey("9", 1)]
)
def test_an_image_of_another_study_or_that_does_not_exist_is_refused(room, frame):
    before = room.audit()
    with pytest.raises(RefusedStepError, match="not of the study"):
        toggle_key_image(room.station, room.session("first"), room.claim(), frame)
    assert marks(room) == []
    assert room.audit() == before


def test_only_the_owner_of_the_study_marks(room):
    claim = room.claim()
    with pytest.raises(NotPermittedError):
        toggle_key_image(room.station, room.session("quality"), claim, FRAME)
    with pytest.raises(ClaimLostError):
        toggle_key_image(room.station, room.session("second"), claim, FRAME)
    room.clock.turn(hours=9)
    room.claim("second")
    with pytest.raises(ClaimLostError):
        toggle_key_image(room.station, room.session("first"), claim, FRAME)
    assert marks(room) == []


def test_a_blind_second_reader_sees_and_removes_none_of_the_first_ones(room):
    toggle_key_image(room.station, room.session("first"), room.claim(), FRAME)
    handoff = room.ask()
    _handoff, claim = open_handoff(room.station, room.session("second"), handoff.handoff_id)
    assert marks(room, "second") == []
    toggle_key_image(room.station, room.session("second"), claim, FRAME)
    assert marks(room, "second") == [("second", FRAME)]
    toggle_key_image(room.station, room.session("second"), claim, FRAME)
    assert marks(room, "first") == [("first", FRAME)]


def test_the_book_goes_round_and_names_a_frame_once():
    images = [
        ImageDescription("1", "1.1", f"1.1.{n}", series_description="AXIAL", instance_number=n)
        for n in (1, 2, 3)
    ]
    book = KeyImageBook()
    told = []
    book.on_change(lambda: told.append(book.frames))
    assert book.after(images[0]) is None
    keys = [image.frame_key for image in images]
    book.load([KeyImage("1", f, who, NOON) for f in keys[1:] for who in ("first", "second")])
    book.load([KeyImage("1", f, "first", NOON) for f in keys[1:]])
    assert told == [tuple(keys[1:])]
    assert [book.has(image) for image in (*images, None)] == [False, True, True, False]
    assert [book.after(image) for image in images] == [keys[1], keys[2], keys[1]]


def test_a_key_image_is_named_in_one_line_with_its_frame():
    image = ImageDescription(
        "1", "1.1", "1.1.1", series_description="A\nB", frame_number=4, number_of_frames=9
    )
    words = image_words(image)
    assert words.isprintable()
    assert words.endswith("B, image 4, frame 4")


def test_the_report_quotes_a_key_image_and_a_measurement_each_by_its_own_word():
    links = (
        MeasurementLink.to_key_image(FRAME, "AXIAL, image 3"),
        MeasurementLink("m", FRAME, "4 mm"),
    )
    lines = _finding(1, Finding("f", "Nodule.", measurements=links)).splitlines()
    assert lines[-2:] == ["Key image: AXIAL, image 3", "Measured: 4 mm"]


def selection(purpose=SelectionPurpose.KEY, title="Of Interest", images=(), **more):
    return FiledSelection(
        STUDY, f"{STUDY}.7", f"{STUDY}.7.1", purpose, title, maker="Other", images=images, **more
    )


def test_of_a_file_only_images_that_exist_here_are_marked_and_the_rest_is_counted():
    named = (
        ImageReference("a"),
        ImageReference("b", (1, 3, 9)),
        ImageReference("elsewhere"),
        ImageReference("b", (2,)),
    )
    marks = marks_here(selection(images=named, other_objects=2), {"a": 1, "b": 3})
    assert frames_of(marks) == tuple(FrameKey(*f) for f in (("a", 1), ("b", 1), ("b", 3), ("b", 2)))
    assert marks.left_out == (
        "2 of its images not here: Of Interest.",
        "2 of its objects not shown, no images: Of Interest.",
    )


def test_a_rejected_image_is_no_key_image_and_its_warning_goes_before_every_star():
    images = [ImageDescription("1", "1.1", f"1.1.{n}", instance_number=n) for n in (1, 2, 3)]
    first, second, third = (image.frame_key for image in images)
    book = KeyImageBook()
    reason = selection(SelectionPurpose.REJECTED, "Rejected", reasons=("Positioning",))
    interest = selection(description="<b>" + chr(0x202E))
    book.load([KeyImage("1", second, "first", NOON)])
    book.load_filed(
        [
            FiledMarks(reason, (ImageReference("1.1.1"),)),
            FiledMarks(interest, (ImageReference("1.1.1"), ImageReference("1.1.3", (1,)))),
        ]
    )
    assert book.stars_of(images) == ((0, Star.REJECTED), (1, Star.OWN), (2, Star.FILED))
    assert book.all_frames == (second, first, third)
    said = book.standing(images[0])
    assert said.star is Star.REJECTED
    assert said.words.startswith("REJECTED, no key image: Rejected, Positioning (file by Other)")
    assert said.words.isprintable()
    assert book.standing(images[1]).words == "Key image, marked here"
    book.clear()
    assert [book.standing(image) for image in images] == [None] * 3
    assert book.stars_of(images) == ()
