"""Commands have keys of their own; a station may give them others, never one key to two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.app.commands import Command, CommandRegistry, Context


def command(id_, context, *keys):
    return Command(id_, id_.capitalize(), context, lambda _: None, keys)


COMMANDS = (
    command("invert", Context.VIEWPORT, "I"),
    command("flip", Context.VIEWPORT, "H"),
    command("sign", Context.REPORT, "F12"),
    command("help", Context.WINDOW, "F1"),
)
IDS = [c.id for c in COMMANDS]


def keys_of(registry):
    return {c.id: c.keys for c in registry}


def test_chosen_keys_hold_instead_of_the_programs_own() -> None:
    registry = CommandRegistry(COMMANDS, own_keys={"invert": ("J",), "gone": ("G",)})
    assert keys_of(registry)["invert"] == ("J",)
    assert registry.own_keys == {"invert": ("J",)}
    assert not registry.refused_keys


def test_two_commands_may_swap_their_keys() -> None:
    registry = CommandRegistry(COMMANDS, own_keys={"invert": ("H",), "flip": ("I",)})
    assert keys_of(registry)["flip"] == ("I",)
    assert not registry.refused_keys


def test_a_choice_that_clashes_is_left_out_and_named() -> None:
    registry = CommandRegistry(COMMANDS, own_keys={"invert": ("F1",), "flip": ("J",)})
    assert keys_of(registry)["invert"] == ("I",)
    assert keys_of(registry)["flip"] == ("J",)
    assert registry.refused_keys == {"invert"}


def test_the_same_key_in_two_places_that_are_never_live_together_is_no_clash() -> None:
    registry = CommandRegistry(COMMANDS)
    registry.set_keys("sign", ("I",))
    assert not list(registry.clashes())


def test_late_commands_take_their_chosen_keys_too() -> None:
    late = (command("probe", Context.IMAGES, "X"),)
    registry = CommandRegistry(
        COMMANDS, late=frozenset({Context.IMAGES}), later=lambda: late, own_keys={"probe": ("Q",)}
    )
    (probe,) = registry.in_context(Context.IMAGES)
    assert probe.keys == ("Q",)


def test_whoever_listens_hears_of_new_keys() -> None:
    registry, heard = CommandRegistry(COMMANDS), []
    stop = registry.on_keys_changed(heard.append)
    registry.set_keys("invert", ("J",))
    stop()
    registry.set_keys("invert", None)
    assert [c.keys for c in heard] == [("J",)]
    assert keys_of(registry)["invert"] == ("I",)


@given(
    st.lists(
        st.tuples(st.sampled_from(IDS), st.none() | st.lists(st.sampled_from("IHJX"), max_size=2))
    )
)
def test_no_order_of_changes_ever_gives_one_key_to_two(changes) -> None:
    registry = CommandRegistry(COMMANDS)
    for id_, keys in changes:
        before = keys_of(registry)
        try:
            registry.set_keys(id_, None if keys is None else tuple(keys))
        except ValueError:
            assert keys_of(registry) == before
        assert not list(registry.clashes())


@given(st.dictionaries(st.sampled_from(IDS), st.lists(st.sampled_from(["I", "H", "F1", "J"]))))
def test_no_file_ever_gives_one_key_to_two(own) -> None:
    registry = CommandRegistry(COMMANDS, own_keys={i: tuple(keys) for i, keys in own.items()})
    assert not list(registry.clashes())
    with pytest.raises(KeyError):
        registry["gone"]
