import pytest

from readstation.ui.qa.signoff_delegate import BADGE_ROWS, badge_rows
from readstation.ui.widgets.badge import GAP_PX, badge_width

FLAGS = tuple((f"flag number {n}", "significant") for n in range(7))


@pytest.mark.parametrize("width", [60, 130, 260, 400, 2000])
def test_no_badge_is_lost_without_being_counted(qapp, width):
    rows = badge_rows(FLAGS, width)
    shown = [text for row in rows for text, _ in row]
    hidden = [int(text.split()[0][1:]) for text in shown if text.startswith("+")]
    kept = [text for text in shown if not text.startswith("+")]
    assert len(rows) <= BADGE_ROWS
    assert len(kept) + sum(hidden) == len(FLAGS)
    assert kept == [text for text, _ in FLAGS][: len(kept)]


def test_badges_stay_inside_their_width(qapp):
    rows = badge_rows(FLAGS, 260)
    assert rows
    for row in rows:
        assert sum(badge_width(*badge) + GAP_PX for badge in row) - GAP_PX <= 260
