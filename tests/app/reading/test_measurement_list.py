"""The list of measurements: lesions together over their dates, only what can be gone to."""

from datetime import UTC, date, datetime

from readstation.app.reading.lesions import LesionDates
from readstation.app.reading.measurement_list import course_text, measurement_rows
from readstation.app.viewport.measurement_book import MeasurementBook
from readstation.domain.measurement import Bidirectional, ImagePoint, Length, TextMark, Tracking
from readstation.domain.patient import Patient, PatientIdentity
from readstation.domain.study import FrameKey, Study
from tests.app.viewport.conftest import described

NOW, BEFORE = (
    described(n, study_date=date(2026 - n, 1, 2), study_instance_uid=f"1.{n}") for n in (1, 2)
)
PATIENT = Patient(PatientIdentity("P", "I"), "TEST", None, "F")
LONG_AGO = Study("1.3", PATIENT, "A", datetime(2020, 5, 6, 12, tzinfo=UTC))
GONE = FrameKey("1.3.1.1")


def length(uid, frame, lesion="", name="", maker="", columns=20):
    tracking = Tracking(lesion, name)
    points, spacing = (ImagePoint(0, 0), ImagePoint(columns, 0)), NOW.calibration
    return Length(uid, frame, *points, spacing, tracking=tracking, maker=maker)


def rows(*measurements, earlier=()):
    book = MeasurementBook()
    book.load(m for m in measurements if not m.maker)
    book.show_others([m for m in measurements if m.maker])
    book.show_others(earlier)
    lesions = LesionDates(lambda: book)
    lesions.know((NOW, BEFORE))
    lesions.know_earlier(LONG_AGO, earlier)
    return measurement_rows(book, lesions, (NOW, BEFORE), "1.1")


def test_measurements_of_one_lesion_stand_together_under_its_name_newest_first():
    found = rows(
        length("c", NOW.frame_key),
        length("b", BEFORE.frame_key, "2.25.1"),
        length("z", NOW.frame_key, "2.25.2", "abc"),
        length("a", NOW.frame_key, "2.25.1", "Node" + chr(0x202E)),
    )
    assert [row.measurement_uid for row in found] == ["z", "a", "b", "c"]
    assert found[1].lesion == found[2].lesion
    assert found[1].lesion.isprintable()
    assert found[3].lesion == "Unnamed"
    assert (found[2].day, found[2].is_current, found[1].is_current) == ("2024-01-02", False, True)


def test_what_is_on_no_image_here_is_not_listed_and_others_are_marked():
    elsewhere = described(9)
    found = rows(length("a", elsewhere.frame_key), length("b", NOW.frame_key, maker="Other"))
    assert [(row.measurement_uid, row.is_own) for row in found] == [("b", False)]
    assert found[0].said == "10.0 mm, by Other"


def test_a_lesion_of_three_dates_tells_each_change_also_from_a_prior_that_is_not_open():
    found = rows(
        length("now", NOW.frame_key, "2.25.1", "L1", columns=24),
        length("before", BEFORE.frame_key, "2.25.1", "L1", columns=16),
        earlier=(length("first", GONE, "2.25.1", "L1", columns=20),),
    )
    assert [(row.day, row.said, row.changes, row.where) for row in found] == [
        ("2025-01-02", "12.0 mm", ("+4.0 mm, +50 %", "+2.0 mm, +20 %", "+4.0 mm, +50 %"), "1 · CT"),
        ("2024-01-02", "8.0 mm · nadir", ("-2.0 mm, -20 %",) * 3, "1 · CT"),
        ("2020-05-06", "10.0 mm", ("", "baseline", ""), "prior not open"),
    ]
    assert course_text(found[0]).startswith("L1: 2020-05-06 10.0 mm, 2024-01-02 8.0 mm (-2.0 mm")


def test_the_largest_of_a_date_counts_and_the_others_say_so():
    found = rows(
        length("small", NOW.frame_key, "2.25.1", columns=10),
        length("large", NOW.frame_key, "2.25.1", columns=30),
        length("old", BEFORE.frame_key, "2.25.1", columns=20),
    )
    said = {row.measurement_uid: (row.said, row.changes[0]) for row in found}
    assert said["large"] == ("15.0 mm", "+5.0 mm, +50 %")
    assert said["small"] == ("5.0 mm · a larger one counts for this date", "")


def test_two_axes_are_two_rows_and_words_have_no_course():
    p, key = ImagePoint, NOW.frame_key
    node = Bidirectional("b", key, p(0, 0), p(20, 0), p(5, 0), p(5, 10), NOW.calibration)
    found = rows(node, TextMark("t", key, p(1, 1), "artefact"))
    assert sorted((row.said, row.course is None) for row in found) == [
        ("artefact", True),
        ("long axis 10.0 mm", False),
        ("short axis 5.0 mm", False),
    ]
