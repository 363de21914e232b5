"""The same lesion on two dates: its change in words, and its place on the other image."""

from dataclasses import replace
from datetime import date

import pytest

from readstation.app.reading.lesions import LesionDates, as_same_lesion, copied
from readstation.app.viewport.measuring import CannotMeasureError
from readstation.domain.calibration import UNCALIBRATED, Calibration, SpacingSource
from readstation.domain.lesion import change_in_words, change_since
from readstation.domain.measurement import (
    Bidirectional,
    EllipseRoi,
    ImagePoint,
    Length,
    Quoted,
    Tracking,
)
from tests.app.viewport.conftest import axial, described, stored

P = ImagePoint
MM = Calibration(0.5, 0.5, SpacingSource.PATIENT)
NOW = described(1, 1, study_date=date(2026, 11, 22), plane=axial(10), calibration=MM)
OLD = described(1, 2, study_date=date(2025, 8, 1), plane=axial(10), calibration=MM)
OLDER = described(1, 3, study_date=date(2024, 2, 3), plane=axial(10), calibration=MM)
NODE = Tracking("2.25.7", "Node 1")


def length(image, columns, calibration=MM, uid="1"):
    return Length(uid, image.frame_key, P(2, 2), P(2 + columns, 2), calibration, tracking=NODE)


@pytest.mark.parametrize(
    ("before", "now", "text"),
    [
        (20, 24, "+2.0 mm, +20 %"),
        (24, 18, "-3.0 mm, -25 %"),
        (20, 20, "±0.0 mm, ±0 %"),
        (0, 20, "+10.0 mm"),
    ],
)
def test_a_change_has_its_sign_in_mm_and_in_per_cent(before, now, text):
    assert change_in_words(length(NOW, now), length(OLD, before)) == text


def test_both_diameters_are_compared():
    before = Bidirectional("1", OLD.frame_key, P(0, 5), P(20, 5), P(9, 0), P(9, 10), MM)
    now = Bidirectional("2", NOW.frame_key, P(0, 5), P(24, 5), P(9, 0), P(9, 8), MM)
    assert change_in_words(now, before) == "+2.0 mm, +20 %, short axis -1.0 mm, -20 %"


@pytest.mark.parametrize(
    "other",
    [
        UNCALIBRATED,
        Calibration(0.5, 0.5, SpacingSource.DETECTOR),
        Calibration(0.5, 0.5, SpacingSource.USER),
    ],
)
def test_lengths_of_other_units_or_sources_are_never_compared(other):
    assert change_since(length(NOW, 20), length(OLD, 20, other)) is None
    assert change_since(length(NOW, 20, other), length(OLD, 20)) is None
    assert "not comparable" in change_in_words(length(NOW, 20), length(OLD, 20, other))
    assert change_since(length(NOW, 20, UNCALIBRATED), length(OLD, 20, UNCALIBRATED)) is None


def test_the_change_stands_on_the_later_image_since_the_last_date_before():
    every = [length(OLDER, 10, uid="1"), length(OLD, 20, uid="2"), length(NOW, 24, uid="3")]
    dates = LesionDates(lambda: every)
    dates.know([NOW, OLD, OLDER])
    oldest, old, now = map(dates.words, every)
    assert oldest == "Node 1: 5.0 mm"
    assert old == "Node 1: 10.0 mm, 2024-02-03: 5.0 mm, +5.0 mm, +100 %"
    assert now == "Node 1: 12.0 mm, 2025-08-01: 10.0 mm, +2.0 mm, +20 %"
    dates.forget()
    assert dates.words(every[2]) == "Node 1: 12.0 mm"


def test_another_lesion_and_another_kind_are_not_compared():
    other = replace(length(OLD, 10), tracking=Tracking("2.25.8", ""))
    region = EllipseRoi("4", OLD.frame_key, P(1, 1), P(5, 5), MM, None, "HU", tracking=NODE)
    dates = LesionDates(lambda: [other, region])
    dates.know([NOW, OLD])
    assert dates.words(length(NOW, 20)) == "Node 1: 10.0 mm"
    assert as_same_lesion(other, length(NOW, 20)).tracking == NODE


def test_a_copy_lies_at_the_same_place_of_the_patient_and_is_the_same_lesion():
    moved = replace(OLD, plane=replace(axial(10), position_mm=(1.0, -2.0, 10.0)))
    placed = copied(length(NOW, 10), NOW, moved, stored())
    assert placed.measurement.points == (P(0, 6), P(10, 6))
    assert placed.measurement.frame == moved.frame_key
    assert placed.measurement.tracking == NODE
    assert placed.measurement.measurement_uid != "1"
    assert placed.notice == "Copied by patient position."


def test_a_copy_follows_the_registration_between_frames_of_reference():
    other = replace(OLD, plane=axial(10, frame_of_reference_uid="8.8"))
    placed = copied(
        length(NOW, 10), NOW, other, stored(), lambda mm: (mm[0] + 1.0, mm[1] + 0.5, mm[2])
    )
    assert placed.measurement.points == (P(4, 3), P(14, 3))
    assert "by registration" in placed.notice


def test_without_positions_a_copy_takes_the_same_share_of_the_image_and_says_so():
    other = replace(OLD, plane=None, rows=40, columns=60)
    placed = copied(length(NOW, 10), NOW, other, stored())
    assert placed.measurement.points == (P(4, 4), P(24, 4))
    assert "same share of the image: check the place" in placed.notice


def test_a_place_outside_and_another_makers_measurement_are_not_copied():
    away = replace(OLD, plane=replace(axial(10), position_mm=(100.0, 0.0, 10.0)))
    with pytest.raises(CannotMeasureError, match="outside the other image"):
        copied(length(NOW, 10), NOW, away, stored())
    quoted = Quoted("1", NOW.frame_key, ((P(1, 1), P(2, 2)),), "Length 5 mm", maker="Other")
    with pytest.raises(CannotMeasureError, match="not copied"):
        copied(quoted, NOW, OLD, stored())
