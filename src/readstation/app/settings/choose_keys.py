"""Use case: other keys for a command, kept for this station."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Protocol

from readstation.app.commands import NO_KEYS, Command, CommandRegistry, Context, Keys
from readstation.domain.errors import SettingError, StoreError

WITHOUT_TYPING = frozenset(
    {Context.WORKLIST, Context.IMAGES, Context.VIEWPORT, Context.RECONSTRUCTION}
)
"""Where no text is typed, so that a plain letter can be a key."""
SAFE_WHILE_TYPING = re.compile(r"(.*\b(Ctrl|Alt|Meta)\+.+)|((Shift\+)?F\d{1,2})")
CHOOSE_OTHERS = "Press other keys."


class KeyStore(Protocol):
    """The chosen keys of one workspace, by command id."""

    def keys(self) -> Mapping[str, Keys]:
        """Return what is stored; nothing in it has been checked."""
        ...

    def save(self, keys: Mapping[str, Keys]) -> None:
        """Store all of them. Raises StoreError; nothing has changed then."""
        ...


class NoKeys:
    """Where no workspace is open the program's own keys hold."""

    def keys(self) -> Mapping[str, Keys]:
        return NO_KEYS

    def save(self, keys: Mapping[str, Keys]) -> None:  # noqa: ARG002 - see the port
        raise StoreError("This station keeps no keys.", "Open a workspace first.")


PROGRAM_KEYS: Final = NoKeys()


def choose_keys(
    registry: CommandRegistry, store: KeyStore, command_id: str, keys: Keys | None
) -> None:
    """Give a command other keys, or with None the program's own, and store that.

    Raises
    ------
    SettingError
        If the keys are another command's where both are live, or would keep text from being typed.
    StoreError
        If it could not be stored; the keys are as before.
    """
    before = registry.own_keys.get(command_id)
    try:
        _require_free(registry, registry[command_id], keys or ())
        registry.set_keys(command_id, keys)
    except ValueError as clash:  # the program's own keys were given to another command meanwhile
        raise SettingError(
            "The program's own keys are in use by another command.",
            "Give that one its own keys back first.",
        ) from clash
    try:
        store.save(registry.own_keys)
    except StoreError:
        registry.set_keys(command_id, before)
        raise


def _require_free(registry: CommandRegistry, command: Command, keys: Keys) -> None:
    for user in registry.users_of(command.id, keys):
        raise SettingError(f"{' or '.join(keys)} is taken: {user.title}.", CHOOSE_OTHERS)
    if command.context in WITHOUT_TYPING:
        return
    for key in keys:
        if SAFE_WHILE_TYPING.fullmatch(key) is None:
            raise SettingError(
                f"{key} is needed for typing where this command works.",
                "Press a function key, or keys with Ctrl or Alt.",
            )
