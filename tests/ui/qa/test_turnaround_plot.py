from dataclasses import replace
from datetime import timedelta
from math import log10

import pytest

from readstation.domain.finding import Urgency
from readstation.ui import theme
from readstation.ui.qa.turnaround_plot import TurnaroundPlot, points_of
from tests.app.quality.quality_desk import Day


@pytest.fixture
def signed(tmp_path):
    day = Day(tmp_path / "home")
    day.read_and_sign(minutes=30)
    return day.one()


def several(signed, count):
    def one(n):
        version = replace(signed.version, report_id=f"r{n}")
        return replace(signed, version=version, signed_at=signed.signed_at + timedelta(hours=n))

    return [one(n) for n in range(count)]


def test_a_point_stands_at_its_turnaround_and_is_hollow_if_late(signed):
    in_time, late = points_of(several(signed, 2))
    assert in_time.height == pytest.approx(log10(30))
    assert late.height == pytest.approx(log10(90))
    assert (in_time.is_late, late.is_late) == (False, True)
    assert in_time.urgency is Urgency.ROUTINE


def test_a_report_without_an_order_has_no_point(signed):
    assert points_of([replace(signed, order=None, due_at=None)]) == []


def test_too_few_points_are_not_drawn_and_the_plot_library_is_not_loaded(signed, qtbot):
    plot = TurnaroundPlot(timedelta(minutes=60))
    qtbot.addWidget(plot)
    plot.show_signoffs(several(signed, 2), "r0")
    assert not plot.isVisibleTo(None)
    assert plot._plot is None


def test_the_limit_and_every_point_are_in_view_and_the_selected_one_is_ringed(signed, qtbot, qapp):
    theme.apply(qapp)
    plot = TurnaroundPlot(timedelta(minutes=60))
    qtbot.addWidget(plot)
    plot.show_signoffs(several(signed, 4), "r2")
    assert not plot.isHidden()
    bottom, top = plot._plot.viewRange()[1]
    assert bottom < log10(30) < log10(60) < log10(210) < top
    assert [spot.pos().y() for spot in plot._ring.points()] == [pytest.approx(log10(150))]
    chosen = []
    plot.chosen.connect(chosen.append)
    plot._marks.sigClicked.emit(plot._marks, plot._marks.points()[1:2], None)
    assert chosen == ["r1"]
