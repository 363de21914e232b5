import pytest

from tests.app.worklist.department import Department


@pytest.fixture
def department(tmp_path) -> Department:
    return Department(tmp_path / "home")
