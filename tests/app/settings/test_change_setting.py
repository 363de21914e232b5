"""Settings change on record, or not at all."""

import json
from dataclasses import replace

import pytest

from readstation.app.settings.change_setting import change_setting
from readstation.domain.audit import AuditAction
from readstation.domain.errors import NotPermittedError, SettingError, StoreError
from readstation.domain.settings import GRAPHICS, MEMORY_PERCENT, SETTINGS
from tests.reading_workspace import open_reading_workspace


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    made = open_reading_workspace(
        tmp_path_factory.mktemp("w") / "home", tmp_path_factory.mktemp("f")
    )
    yield made
    made.workspace.close()


def changes(station) -> list[dict]:
    with station.unit_of_work() as work:
        events = [row.event for row in work.audit.rows()]
    return [json.loads(e.detail) for e in events if e.action is AuditAction.SETTING_CHANGED]


def test_an_answer_is_stored_and_recorded_once(opened) -> None:
    before = len(changes(opened.station))
    for _ in range(2):
        values = change_setting(opened.station, opened.session(), MEMORY_PERCENT, 30)
        assert values.of(MEMORY_PERCENT) == 30
    found = changes(opened.station)[before:]
    assert found == [{"setting": MEMORY_PERCENT.key, "from": 40, "to": 30}]


def test_what_cannot_be_stored_is_not_recorded(opened) -> None:
    class FullDisk:
        values = opened.station.settings.values

        def save(self, _setting, _value):
            raise StoreError("The setting could not be written.", "")

    before = changes(opened.station)
    with pytest.raises(StoreError):
        change_setting(
            replace(opened.station, settings=FullDisk()), opened.session(), GRAPHICS, "off"
        )
    with pytest.raises(SettingError):
        change_setting(opened.station, opened.session(), GRAPHICS, "perhaps")
    assert changes(opened.station) == before


def test_without_its_record_a_setting_stays_as_it_was(opened):
    class Lost:
        """A unit of work whose commit does not reach the disk."""

        def __init__(self):
            self._work = opened.station.unit_of_work()

        def __enter__(self):
            self.audit = self._work.__enter__().audit
            return self

        def __exit__(self, *problem):
            return self._work.__exit__(*problem)

        def commit(self):
            raise StoreError("The disk is full.", "")

    before = opened.station.settings.values().of(GRAPHICS)
    with pytest.raises(StoreError):
        change_setting(
            replace(opened.station, unit_of_work=Lost), opened.session(), GRAPHICS, "off"
        )
    assert opened.station.settings.values().of(GRAPHICS) == before == "automatic"


def test_who_may_not_is_refused(opened) -> None:
    session = opened.session()
    stranger = replace(session, user=replace(session.user, roles=frozenset()))
    with pytest.raises(NotPermittedError):
        change_setting(opened.station, stranger, GRAPHICS, "off")


def test_every_setting_offers_its_default_and_takes_what_it_offers() -> None:
    for setting in SETTINGS:
        offered = [choice.value for choice in setting.choices]
        assert setting.default in offered
        assert [setting.checked(value) for value in offered] == offered
    assert len({setting.key for setting in SETTINGS}) == len(SETTINGS)
