"""Real priors of other frames of reference: registered and linked, or said to have no overlap."""

import json
import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pydicom
import pytest

from readstation.app.jobs import JobCancelled, JobContext
from readstation.app.reading.display_set import DisplaySet
from readstation.app.reading.link_words import link_where_positions_agree, link_words
from readstation.app.reading.register_series import (
    can_be_registered,
    register_series,
    slices_to_register,
)
from readstation.app.viewport.link_book import pair_of
from readstation.app.viewport.linking import LinkGroup
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.imaging.registration import Doubt
from readstation.imaging.rigid_transform import RigidTransform
from tests.real_studies import (
    CURRENT_CHEST,
    LIVER,
    PRIOR_CHEST,
    VOLUNTEER,
    VOLUNTEER_AGAIN,
    display_set,
    every_series,
    stack,
    workspace_of,
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def opened(shared_data, tmp_path_factory):
    """Display sets and stacks of real studies by folder, and where pixels come from."""
    folders = [CURRENT_CHEST, PRIOR_CHEST, VOLUNTEER, VOLUNTEER_AGAIN, LIVER]
    with workspace_of(tmp_path_factory.mktemp("home"), shared_data, folders) as workspace:
        series = every_series(workspace)
        found = {}
        for folder in folders:
            uid = _series_uid(shared_data / folder)
            shown = display_set(workspace, series[uid])
            found[folder] = (shown, stack(series[uid], shown))
        yield workspace.station.frames, found


@pytest.fixture(scope="module")
def registered(opened):
    """Register two folders, once per pair."""
    source, found = opened
    known = {}

    def registration(one: str, other: str):
        if (one, other) not in known:
            job = JobContext()
            known[one, other] = register_series(source, found[one][1], found[other][1], job)
        return known[one, other]

    return registration


@pytest.fixture(scope="module")
def truth(shared_data) -> RigidTransform:
    text = (shared_data / PRIOR_CHEST / "TRUTH.json").read_text(encoding="utf-8")
    stated = json.loads(text)["prior_world = R*(current_world - c) + c + t"]
    turn, centre, shift = (np.array(stated[key]) for key in ("R", "c", "t"))
    rows = tuple(tuple(float(x) for x in row) for row in turn)
    return RigidTransform(rows, tuple(float(x) for x in centre - turn @ centre + shift))


def _series_uid(folder: Path) -> str:
    first = min(folder.glob("*.dcm"))
    return str(pydicom.dcmread(first, stop_before_pixels=True).SeriesInstanceUID)


def corners(shown: DisplaySet):
    for image in (shown.images[0], shown.images[-1]):
        for column in (0.0, float(image.columns)):
            for row in (0.0, float(image.rows)):
                yield image.plane.to_patient(column, row)


def side_by_side(*sets: DisplaySet) -> tuple[LinkGroup, list[ViewportModel]]:
    links, models = LinkGroup(), []
    for shown in sets:
        model = ViewportModel()
        model.set_display_set(shown.images)
        links.add(model)
        models.append(model)
    return links, models


def test_the_simulated_prior_is_found_within_half_a_millimetre_and_a_tenth_of_a_degree(
    opened, registered, truth
) -> None:
    current = opened[1][CURRENT_CHEST][0]
    found = registered(CURRENT_CHEST, PRIOR_CHEST)
    assert found.doubt is None
    errors = [math.dist(found.transform.apply(p), truth.apply(p)) for p in corners(current)]
    assert max(errors) < 0.5
    assert found.transform.then(truth.inverse).angle_deg < 0.1
    assert found.disagreement_mm < 0.5


def test_linked_scroll_is_never_further_off_than_half_a_slice(opened, registered, truth) -> None:
    """Compared with the transform the prior was made with, at every slice, both ways."""
    (current, _), (prior, _) = (opened[1][each] for each in (CURRENT_CHEST, PRIOR_CHEST))
    links, (a, b) = side_by_side(current, prior)
    found = registered(CURRENT_CHEST, PRIOR_CHEST)
    links.book.take(pair_of(current.first, prior.first), found)
    link_where_positions_agree([a, b], links)
    for source, target, true in ((a, b, truth), (b, a, truth.inverse)):
        places = [d.plane.position_mm[2] for d in target.display_set]
        half = max(abs(x - y) for x, y in pairwise(places)) / 2
        for index in reversed(range(len(source.display_set))):
            source.go_to(index)
            d = source.description
            z = true.apply(d.plane.to_patient(d.columns / 2, d.rows / 2))[2]
            if min(places) - half <= z <= max(places) + half:
                assert abs(target.description.plane.position_mm[2] - z) <= half + 0.05
    assert links.status(b).startswith("registered, offset ")
    assert "2.0°" in links.status(b)


def test_the_same_volunteer_links_across_frames_of_reference(opened, registered) -> None:
    (first, _), (again, _) = (opened[1][each] for each in (VOLUNTEER, VOLUNTEER_AGAIN))
    links, (a, b) = side_by_side(first, again)
    assert link_words(b, [a, b], links).startswith("not linked: different frames of reference")
    found, back = registered(VOLUNTEER, VOLUNTEER_AGAIN), registered(VOLUNTEER_AGAIN, VOLUNTEER)
    assert (found.doubt, back.doubt) == (None, None)
    both = found.transform.then(back.transform)
    points = list(corners(first))
    assert max(math.dist(both.apply(p), p) for p in points) < 2.5
    links.book.take(pair_of(first.first, again.first), found)
    link_where_positions_agree([a, b], links)
    assert "registered, offset" in link_words(b, [a, b], links)
    a.go_to(len(first.images) // 2)
    middle = b.state.frame_index
    a.scroll(6)
    assert abs(b.state.frame_index - middle) in range(4, 9)


@pytest.mark.parametrize("other", [LIVER])
def test_another_part_of_the_body_is_said_to_have_no_overlap(opened, registered, other) -> None:
    (first, _), (liver, _) = (opened[1][each] for each in (VOLUNTEER, other))
    found = registered(VOLUNTEER, other)
    assert (found.transform, found.doubt) == (None, Doubt.NO_OVERLAP)
    links, (a, b) = side_by_side(first, liver)
    links.book.take(pair_of(first.first, liver.first), found)
    link_where_positions_agree([a, b], links)
    assert not a.state.is_linked
    assert link_words(b, [a, b], links) == "not linked: no overlap; Shift+K links at this level"
    links.toggle(a)
    assert "No overlap" in a.state.notice


def test_the_top_of_one_chest_and_the_bottom_of_the_other_have_no_overlap(opened) -> None:
    source, found = opened
    current, prior = found[CURRENT_CHEST][1], found[PRIOR_CHEST][1]
    result = register_series(source, current[-24:], prior[:24], JobContext())
    assert (result.transform, result.doubt) == (None, Doubt.NO_OVERLAP)


def test_ct_and_mr_are_not_registered(opened) -> None:
    assert not can_be_registered(opened[1][CURRENT_CHEST][0], opened[1][LIVER][0])
    assert can_be_registered(opened[1][CURRENT_CHEST][0], opened[1][PRIOR_CHEST][0])


def test_single_slices_are_not_registered(opened) -> None:
    chest = opened[1][CURRENT_CHEST][0]
    assert slices_to_register(DisplaySet(chest.images[:1])) == ()
    no_plane = tuple(replace(image, plane=None) for image in chest.images)
    assert slices_to_register(DisplaySet(no_plane)) == ()


def test_a_registration_stops_when_it_is_cancelled(opened) -> None:
    source, found = opened
    job = JobContext()
    calls = []

    def report(done: int, total: int, text: str) -> None:
        calls.append(done)
        if len(calls) == 150:
            job.cancel()

    job.report = report
    with pytest.raises(JobCancelled):
        register_series(source, found[CURRENT_CHEST][1], found[PRIOR_CHEST][1], job)
    assert len(calls) == 150
