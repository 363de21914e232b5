"""A station with a real database, a clock that tests move, and quick password hashes."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from readstation.adapters.db.database import open_database
from readstation.adapters.system.passwords import Argon2Passwords, Cost
from readstation.app.station import Station
from readstation.domain.policy import Policy
from readstation.domain.reader import Role, User
from readstation.resource_files import resources

PASSWORD = "several words in a row"


@dataclass
class MovedClock:
    """Stands still until a test moves it."""

    moment: datetime = field(default_factory=lambda: datetime(2026, 3, 1, 12, tzinfo=UTC))

    def now(self) -> datetime:
        return self.moment

    def move(self, by: timedelta) -> None:
        self.moment += by


class NoImages:
    """Stands where a test needs no images."""

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"this test needs no images, yet asked for {name}")


@pytest.fixture
def clock() -> MovedClock:
    """A clock that tests move."""
    return MovedClock()


@pytest.fixture
def station(tmp_path: Path, clock: MovedClock) -> Station:
    """A new workspace without accounts."""
    return Station(
        home=tmp_path / "home",
        station_name="test",
        unit_of_work=open_database(tmp_path / "home").unit_of_work,
        images=NoImages(),
        frames=NoImages(),
        clock=clock,
        passwords=Argon2Passwords(Cost(64, 1)),
        policy=Policy(),
        resources=resources(),
    )


@pytest.fixture
def with_reader(station: Station) -> Station:
    """The same with one reader, whose password is PASSWORD."""
    with station.unit_of_work() as work:
        reader = User("anna", "Anna Reader", frozenset({Role.READER}))
        work.users.put(reader, station.passwords.hash(PASSWORD))
        work.commit()
    return station
