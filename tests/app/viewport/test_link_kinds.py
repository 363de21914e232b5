"""Every kind of link, what it says, and where its slices come to lie."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readstation.app.viewport.link_book import LinkBook, Space, pair_of
from readstation.app.viewport.link_kind import Hindrance, LinkKind
from readstation.app.viewport.linking import LinkGroup
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.imaging.plane import ImagePlane
from readstation.imaging.registration import Doubt, Registration
from readstation.imaging.rigid_transform import RigidTransform
from tests.app.viewport.conftest import axial, described, shown
from tests.app.viewport.test_linking import linked, stack

OTHER = "8.8"


def registered(group, a, b, transform, doubt=None):
    pair = pair_of(a.display_set[0], b.display_set[0])
    group.book.take(pair, Registration(transform, doubt))


def wide_stack(series, places, frame_of_reference_uid="9.9"):
    """Slices of 150 by 100 mm."""
    return [
        described(n, series, rows=200, columns=300, plane=axial(z, frame_of_reference_uid))
        for n, z in enumerate(places)
    ]


def beside(number: int) -> ImagePlane:
    return ImagePlane((50.0, 0, number * 5.0), (1, 0, 0), (0, 1, 0), 0.5, 0.5, "9.9")


def height(model) -> float:
    return model.description.plane.position_mm[2]


def test_a_registered_prior_is_followed_by_the_transform_and_its_offset_is_said() -> None:
    group, (a, b) = linked(stack(1, range(0, 100, 5)), stack(2, range(500, 600, 5), OTHER))
    registered(group, a, b, RigidTransform(translation_mm=(3.0, 4.0, 512.0)))
    group.toggle(a)
    assert group.link_between(a, b).kind is LinkKind.REGISTERED
    a.go_to(6)
    assert height(b) == 540
    assert group.status(b) == "registered, offset 512.0 mm 0.0°"
    b.go_to(3)
    assert height(a) == 5


def test_the_way_back_is_the_inverse() -> None:
    group, (a, b) = linked(stack(1, range(0, 100, 5)), stack(2, range(0, 100, 5), OTHER))
    transform = RigidTransform.about((1, 0, 0), 3, (7, 5, 50), (0, 0, 10))
    registered(group, a, b, transform)
    there, back = group.link_between(a, b).transform, group.link_between(b, a).transform
    assert there == transform
    assert back == transform.inverse


@settings(max_examples=40)
@given(
    st.floats(-12, 12),
    st.tuples(st.floats(-30, 30), st.floats(-30, 30), st.floats(-40, 40)),
    st.sampled_from([1.0, 2.5, 5.0]),
    st.sampled_from([(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.3, 0.3, 0.9)]),
)
def test_turned_stacks_follow_to_the_slice_nearest_to_the_moved_centre(
    angle, shift, spacing, axis
) -> None:
    """Half a slice at most, wherever the point lies between the slices."""
    transform = RigidTransform.about(axis, angle, (75, 50, 60), shift)
    places = [i * spacing for i in range(int(200 / spacing))]
    group, (a, b) = linked(
        wide_stack(1, range(0, 120, 4)), wide_stack(2, [z - 40 for z in places], OTHER)
    )
    registered(group, a, b, transform)
    group.toggle(a)
    for index in range(1, 30):
        a.go_to(index)
        d = a.description
        point = transform.apply(d.plane.to_patient(d.columns / 2, d.rows / 2))
        if -40 <= point[2] <= places[-1] - 40:
            assert abs(b.description.plane.to_image(point)[2]) <= spacing / 2 + 1e-6


def test_a_registration_that_is_not_certain_is_not_used() -> None:
    group, (a, b) = linked(stack(1, range(10)), stack(2, range(10), OTHER))
    registered(group, a, b, None, Doubt.AMBIGUOUS)
    group.toggle(a)
    assert a.state.notice.startswith("Not linked. The registration of the two studies is not cert")


def test_no_overlap_of_two_studies_is_said() -> None:
    group, (a, b) = linked(stack(1, range(10)), stack(2, range(10), OTHER))
    registered(group, a, b, None, Doubt.NO_OVERLAP)
    group.toggle(a)
    assert (
        a.state.notice == "Not linked. No overlap: these series show different parts of the body."
    )


@pytest.mark.parametrize(
    "there",
    [stack(2, range(300, 400, 5)), [described(n, 2, plane=beside(n)) for n in range(20)]],
    ids=["further up", "beside it"],
)
def test_unrelated_anatomy_of_one_frame_of_reference_is_not_linked(there) -> None:
    group, (a, b) = linked(stack(1, range(0, 100, 5)), there)
    group.toggle(a)
    assert group.link_between(a, b).hindrance is Hindrance.NO_OVERLAP
    assert not b.state.is_linked


def test_the_reader_corrects_a_registration_and_takes_it_back() -> None:
    group, (a, b) = linked(stack(1, range(0, 100, 5)), stack(2, range(0, 100, 5), OTHER))
    registered(group, a, b, RigidTransform())
    group.toggle(a)
    a.go_to(8)
    assert height(b) == 40
    group.clear()
    b.go_to(9)
    group.link_at_this_level(a)
    assert group.link_between(a, b).kind is LinkKind.CORRECTED
    a.go_to(2)
    assert height(b) == 15
    assert group.status(b) == "aligned by reader, offset 5.0 mm 0.0°"
    group.undo_alignment(a)
    a.go_to(3)
    assert (height(b), group.link_between(a, b).kind) == (15, LinkKind.REGISTERED)
    group.undo_alignment(a)
    assert a.state.notice == "Nothing was aligned."


def test_a_correction_holds_for_all_series_of_the_two_studies() -> None:
    group, (a, b, c) = linked(
        stack(1, range(0, 100, 5)),
        stack(2, range(0, 100, 5), OTHER),
        stack(3, range(0, 100, 5), OTHER),
    )
    b.go_to(4)
    c.go_to(4)
    group.link_at_this_level(a)
    c.set_display_set(stack(4, range(0, 100, 1), OTHER))
    a.go_to(5)
    assert (height(b), height(c)) == (45, 45)


def test_leaving_the_study_forgets_what_was_aligned_but_not_what_was_registered() -> None:
    group, (a, b) = linked(stack(1, range(10)), stack(2, range(10), OTHER))
    registered(group, a, b, RigidTransform())
    b.go_to(3)
    group.link_at_this_level(a)
    group.clear()
    assert group.link_between(a, b).kind is LinkKind.REGISTERED


@pytest.mark.parametrize(
    ("transform", "kind"),
    [(RigidTransform(), LinkKind.CORRECTED), (None, LinkKind.ALIGNED)],
    ids=["registered", "refused"],
)
def test_an_alignment_corrects_only_what_was_known_before(transform, kind) -> None:
    group, (a, b) = linked(stack(1, range(0, 100, 5)), stack(2, range(0, 100, 5), OTHER))
    registered(group, a, b, transform, None if transform else Doubt.AMBIGUOUS)
    b.go_to(3)
    group.link_at_this_level(a)
    assert group.link_between(a, b).kind is kind


def test_images_without_geometry_follow_by_number() -> None:
    group, (a, b) = linked(
        [described(n, 1) for n in range(10)], [described(n, 2) for n in range(12)]
    )
    group.toggle(a)
    assert (group.link_between(a, b).index_shift, group.link_between(b, a).index_shift) == (0, 0)
    a.go_to(4)
    assert (b.state.frame_index, group.status(b)) == (4, "linked by image number")
    group.toggle(a)
    b.go_to(7)
    group.link_at_this_level(a)
    a.go_to(2)
    assert b.state.frame_index == 5
    b.go_to(6)
    assert a.state.frame_index == 3


def test_images_of_two_modalities_without_geometry_are_not_linked() -> None:
    group, (a, b) = linked(
        [described(n, 1) for n in range(10)], [described(n, 2, modality="US") for n in range(10)]
    )
    group.toggle(a)
    assert group.link_between(a, b).hindrance is Hindrance.OTHER_MODALITY


def test_unlinking_by_the_reader_lasts_until_the_study_is_left() -> None:
    group, (a, _) = linked(stack(1, range(5)), stack(2, range(5)))
    group.toggle(a)
    assert group.is_wanted
    group.toggle(a)
    assert not group.is_wanted
    group.clear()
    assert group.is_wanted


def test_a_registration_of_one_patients_studies_is_not_anothers() -> None:
    """Some archives give everybody the same frame of reference; studies are part of the name."""
    book = LinkBook()
    one, other = Space("1.1", "9"), Space("1.2", "9.1")
    book.take((one, other), Registration(RigidTransform()))
    assert book.registration((Space("1.3", "9"), other)) is None
    assert book.registration((other, one)) is not None


def test_a_registration_runs_from_its_begin_to_its_answer_whichever_way_it_is_asked() -> None:
    book, there = LinkBook(), (Space("1.1", "9"), Space("1.2", "9.1"))
    back = there[::-1]
    assert not book.is_running(there)
    book.begin(there)
    assert book.is_running(there)
    assert book.is_running(back)
    book.take(there, Registration(RigidTransform()))
    assert not book.is_running(there)
    assert not book.is_running(back)


def test_series_without_frame_of_reference_are_each_alone() -> None:
    model = shown(ViewportModel(), stack(1, range(5), ""))
    other = shown(ViewportModel(), stack(2, range(5), ""))
    group = LinkGroup()
    for each in (model, other):
        group.add(each)
    group.toggle(model)
    assert "different frames of reference" in model.state.notice
    assert axial(0, "").frame_of_reference_uid == ""
