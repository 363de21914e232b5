"""What the application needs of the settings file."""

from __future__ import annotations

from typing import Final, Protocol

from readstation.domain.errors import StoreError
from readstation.domain.settings import DEFAULT_SETTINGS, Setting, SettingValue, SettingValues


class SettingsStore(Protocol):
    """The settings of one workspace."""

    def values(self) -> SettingValues:
        """Return what is stored now; nothing in it has been checked."""
        ...

    def save(self, setting: Setting, value: SettingValue) -> None:
        """Store one answer. Raises SettingError or StoreError; nothing has changed then."""
        ...


class NoSettings:
    """Where no workspace is open there are defaults alone."""

    def values(self) -> SettingValues:
        return DEFAULT_SETTINGS

    def save(self, setting: Setting, value: SettingValue) -> None:  # noqa: ARG002 - see the port
        raise StoreError("This station keeps no settings.", "Open a workspace first.")


DEFAULTS_ALONE: Final = NoSettings()
