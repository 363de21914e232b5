import pytest

from tests.app.quality.quality_desk import Day


@pytest.fixture
def day(tmp_path):
    """A station with a real database, one study, two readers and a reviewer."""
    return Day(tmp_path / "home")
