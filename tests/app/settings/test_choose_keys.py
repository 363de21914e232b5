"""Other keys for a command: refused with a reason, stored, or as before."""

import pytest

from readstation.app.commands import Command, CommandRegistry, Context
from readstation.app.settings.choose_keys import choose_keys
from readstation.domain.errors import SettingError, StoreError


class Store:
    def __init__(self, *, is_full=False) -> None:
        self.saved, self._is_full = None, is_full

    def keys(self):
        return {}

    def save(self, keys) -> None:
        if self._is_full:
            raise StoreError("The keys could not be written.", "Free some space.")
        self.saved = dict(keys)


@pytest.fixture
def registry():
    rows = (
        ("invert", "Invert", Context.VIEWPORT, ("I",)),
        ("flip", "Flip horizontally", Context.VIEWPORT, ("H",)),
        ("sign", "Sign the report", Context.REPORT, ("F12",)),
    )
    return CommandRegistry(Command(i, t, c, lambda _: None, k) for i, t, c, k in rows)


def test_the_chosen_keys_hold_and_are_stored(registry) -> None:
    store = Store()
    choose_keys(registry, store, "invert", ("J",))
    assert registry["invert"].keys == ("J",)
    assert store.saved == {"invert": ("J",)}
    choose_keys(registry, store, "invert", None)
    assert registry["invert"].keys == ("I",)
    assert store.saved == {}


def test_keys_in_use_are_refused_and_their_user_is_named(registry) -> None:
    with pytest.raises(SettingError, match="H is taken: Flip horizontally"):
        choose_keys(registry, Store(), "invert", ("H",))
    assert registry["invert"].keys == ("I",)


@pytest.mark.parametrize("key", ["S", "Shift+S", "Return", "Space", "+", "Del", "F"])
def test_what_is_needed_for_typing_is_refused_where_text_is_typed(registry, key) -> None:
    with pytest.raises(SettingError, match="typing"):
        choose_keys(registry, Store(), "sign", (key,))


@pytest.mark.parametrize("key", ["F11", "Shift+F9", "Ctrl+J", "Alt+S", "Ctrl+Return", "Ctrl++"])
def test_function_keys_and_modified_keys_are_taken_where_text_is_typed(registry, key) -> None:
    choose_keys(registry, Store(), "sign", (key,))
    assert registry["sign"].keys == (key,)


def test_the_programs_own_keys_do_not_come_back_over_another_command(registry) -> None:
    choose_keys(registry, Store(), "invert", ("J",))
    choose_keys(registry, Store(), "flip", ("I",))
    with pytest.raises(SettingError, match="in use"):
        choose_keys(registry, Store(), "invert", None)
    assert registry["invert"].keys == ("J",)


def test_keys_that_could_not_be_stored_are_put_back(registry) -> None:
    with pytest.raises(StoreError):
        choose_keys(registry, Store(is_full=True), "invert", ("J",))
    assert registry["invert"].keys == ("I",)
    assert not registry.own_keys
