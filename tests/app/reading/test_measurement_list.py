"""The list of measurements: lesions together, newest first, only what can be gone to."""

from datetime import date

from readstation.app.reading.measurement_list import measurement_rows
from readstation.app.viewport.measurement_words import words_of
from readstation.domain.measurement import ImagePoint, Length, Tracking
from tests.app.viewport.conftest import described

NOW, BEFORE = (described(n, study_date=date(2026 - n, 1, 2)) for n in (1, 2))


def length(uid, image, lesion="", name="", maker=""):
    tracking = Tracking(lesion, name)
    points, spacing = (ImagePoint(0, 0), ImagePoint(0, 20)), image.calibration
    return Length(uid, image.frame_key, *points, spacing, tracking=tracking, maker=maker)


def rows(*measurements):
    return measurement_rows(measurements, (NOW, BEFORE), words_of, lambda m: not m.maker)


def test_measurements_of_one_lesion_stand_together_under_its_name_newest_first():
    found = rows(
        length("c", NOW),
        length("b", BEFORE, "2.25.1"),
        length("z", NOW, "2.25.2", "abc"),
        length("a", NOW, "2.25.1", "Node" + chr(0x202E)),
    )
    assert [row.measurement_uid for row in found] == ["z", "a", "b", "c"]
    assert found[1].lesion == found[2].lesion
    assert found[1].lesion.isprintable()
    assert found[3].lesion == "Unnamed"
    assert found[2].where.startswith("2024-01-02")


def test_what_is_on_no_image_here_is_not_listed_and_others_are_marked():
    elsewhere = described(9)
    found = rows(length("a", elsewhere), length("b", NOW, maker="Other"))
    assert [(row.measurement_uid, row.is_own) for row in found] == [("b", False)]
    assert found[0].said == "10.0 mm, by Other"
