"""A finding's card stays inside its panel, however much a measurement has to say."""

from readstation.domain.finding import Finding, MeasurementLink
from readstation.domain.study import FrameKey
from readstation.ui.report.finding_card import FindingCard
from readstation.ui.start_window import make_application

PANEL_PX = 452
SAID = "Left lung mass: 62.3 mm, 2026-05-22: 47.9 mm, +14.4 mm, +30 %, short axis +2.0 mm, +9 %"


def test_the_change_of_a_lesion_does_not_make_the_card_wider_than_its_panel(qtbot) -> None:
    make_application()
    link = MeasurementLink("m", FrameKey("1.2", 1), SAID)
    card = FindingCard(Finding("f", "Mass.", measurements=(link, link)))
    qtbot.addWidget(card)
    card.show()
    assert card.minimumSizeHint().width() < PANEL_PX
    words = card.measurements.itemAt(0).widget().text()
    assert words.replace("\n", " ") == SAID
