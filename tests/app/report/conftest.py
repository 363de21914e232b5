import pytest

from tests.app.report.report_station import make_desk


@pytest.fixture
def desk(tmp_path):
    """A station with a real database, one study and four people."""
    return make_desk(tmp_path / "home")
