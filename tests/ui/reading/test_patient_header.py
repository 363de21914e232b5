"""Who and what is open is readable in full where the window has the room for it."""

import pytest

from readstation.ui.reading.patient_header import PatientHeader
from readstation.ui.start_window import make_application
from tests.ui.reading.test_prior_row import MANY, opened

WIDE_PX = 1740


@pytest.fixture
def header(qtbot):
    make_application()
    header = PatientHeader()
    qtbot.addWidget(header)
    header.resize(WIDE_PX, header.height())
    header.show()
    return header


def is_whole(label) -> bool:
    return label.width() >= label.fontMetrics().horizontalAdvance(label.text())


def test_nothing_is_cut_while_room_is_empty_beside_it(header, qtbot):
    header.show_study(opened(MANY[0]))
    header.study.say("MAMMOGRAPHY SCREENING (SIMULATED), BOTH BREASTS")
    header.order.say("Screening, compare with two years ago, ordered by Dr. Demo Nutmeg, 555-0161")
    words = (header.name, header.identity, header.study, header.order)
    qtbot.waitUntil(lambda: all(is_whole(label) for label in words), timeout=2_000)


def test_the_date_of_the_study_stands_beside_its_name(header):
    study = opened().study
    header.show_study(opened())
    assert header.when.text() == f"{study.study_date_time:%Y-%m-%d %H:%M}"
    header.clear()
    assert header.when.text() == ""
