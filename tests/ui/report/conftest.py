import pytest

from tests.app.report.report_station import make_desk
from tests.ui.report.panel_parts import PanelDesk


@pytest.fixture
def panel_desk(qtbot, tmp_path):
    """A panel beside nothing, on a real database."""
    desk = PanelDesk(qtbot, make_desk(tmp_path / "home"))
    yield desk
    desk.stop()
