"""Window, zoom and pan are linked each by itself, in millimetres of the patient."""

import pytest

from readstation.app.viewport.link_book import pair_of
from readstation.app.viewport.linking import LinkGroup
from readstation.app.viewport.viewport_links import Aspect
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.imaging.plane import ImagePlane
from readstation.imaging.registration import Registration
from readstation.imaging.rigid_transform import RigidTransform
from readstation.imaging.voi import VoiWindow
from tests.app.viewport.conftest import described, shown

WINDOW = VoiWindow(-600, 1500)


def stack(series=1, spacing=0.5, uid="9.9", **values):
    return [
        described(
            n,
            series,
            plane=ImagePlane((0, 0, 2.0 * n), (1, 0, 0), (0, 1, 0), spacing, spacing, uid),
            **values,
        )
        for n in range(6)
    ]


def grouped(*display_sets):
    group, models = LinkGroup(), []
    for descriptions in display_sets:
        model = ViewportModel()
        model.resize(300, 200)
        group.add(model)
        models.append(shown(model, descriptions))
    return group, models


def middle_mm(model):
    t = model.transform
    return model.description.plane.to_patient(t.center_column, t.center_row)


def views(model):
    return model.state.voi_choice, model.state.zoom, model.state.center


@pytest.mark.parametrize("aspect", list(Aspect))
def test_only_what_is_switched_on_is_carried(aspect) -> None:
    group, (a, b) = grouped(stack(), stack(2))
    before = views(b)
    group.views.toggle(aspect, a)
    a.set_window(WINDOW)
    a.set_transform(a.transform.zoomed(2.0, 10, 10))
    changed = [x != y for x, y in zip(views(b), before, strict=True)]
    assert changed == [aspect is each for each in Aspect]


def test_nothing_is_carried_from_the_start_and_nothing_after_switching_off() -> None:
    group, (a, b) = grouped(stack(), stack(2))
    before = views(b)
    a.set_window(WINDOW)
    group.views.toggle(Aspect.WINDOW, b)
    group.views.toggle(Aspect.WINDOW, b)
    a.set_window(VoiWindow(40, 80))
    assert views(b) == before


def test_switching_on_takes_the_view_over_at_once() -> None:
    group, (a, b) = grouped(stack(), stack(2))
    a.set_window(WINDOW)
    group.views.toggle(Aspect.WINDOW, a)
    assert b.state.voi_choice == a.state.voi_choice
    assert group.views.words == "window linked"
    group.clear()
    assert group.views.words == ""


def test_a_millimetre_is_equally_large_on_both() -> None:
    group, (a, b) = grouped(stack(spacing=0.5), stack(2, spacing=0.8))
    group.views.toggle(Aspect.ZOOM, a)
    a.zoom_by(3.0, 50, 50)
    assert b.state.zoom / 0.8 == pytest.approx(a.state.zoom / 0.5)
    a.fit()
    assert b.state.zoom is None


def test_panning_keeps_the_same_point_of_the_patient_in_the_middle() -> None:
    group, (a, b) = grouped(stack(spacing=0.5), stack(2, spacing=0.8, uid="8.8"))
    transform = RigidTransform(translation_mm=(2.0, -1.0, 0.0))
    group.book.take(pair_of(a.display_set[0], b.display_set[0]), Registration(transform))
    group.views.toggle(Aspect.PAN, a)
    a.set_transform(a.transform.panned(40, -25))
    assert middle_mm(b) == pytest.approx(transform.apply(middle_mm(a)))


def test_images_without_position_show_the_same_share() -> None:
    group, (a, b) = grouped([described(1, 1)], [described(1, 2)])
    group.views.toggle(Aspect.PAN, a)
    a.set_transform(a.transform.panned(40, -25))
    assert b.state.center == a.state.center


def test_another_modality_keeps_its_own_view() -> None:
    group, (a, b) = grouped(stack(), stack(2, modality="MR"))
    before = views(b)
    for aspect in Aspect:
        group.views.toggle(aspect, a)
    a.set_window(WINDOW)
    a.zoom_by(2.0, 10, 10)
    assert views(b) == before


def test_scrolling_and_other_images_carry_nothing() -> None:
    group, (a, b) = grouped(stack(), stack(2))
    for aspect in Aspect:
        group.views.toggle(aspect, a)
    before = views(b)
    a.go_to(3)
    assert views(b) == before
