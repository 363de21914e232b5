"""Every command of the program. A key used twice in one place is refused."""

from __future__ import annotations

from collections.abc import Mapping

from readstation.app.commands import NO_KEYS, Command, CommandRegistry, Context, Keys
from readstation.ui.calls.calls_commands import CALLS_COMMANDS
from readstation.ui.display.display_commands import DISPLAY_COMMANDS
from readstation.ui.qa.qa_commands import QUALITY_COMMANDS
from readstation.ui.report.report_commands import REPORT_COMMANDS
from readstation.ui.second_read.second_read_commands import SECOND_READ_COMMANDS
from readstation.ui.settings.settings_commands import SETTINGS_COMMANDS
from readstation.ui.window_commands import WINDOW_COMMANDS
from readstation.ui.worklist.worklist_commands import WORKLIST_COMMANDS

FIRST_COMMANDS: tuple[Command, ...] = (
    *WINDOW_COMMANDS,
    *WORKLIST_COMMANDS,
    *REPORT_COMMANDS,
    *CALLS_COMMANDS,
    *SECOND_READ_COMMANDS,
    *QUALITY_COMMANDS,
    *DISPLAY_COMMANDS,
    *SETTINGS_COMMANDS,
)
IMAGE_CONTEXTS = frozenset(
    {Context.READING, Context.IMAGES, Context.VIEWPORT, Context.RECONSTRUCTION}
)


def image_commands() -> tuple[Command, ...]:
    """Return the commands of the reading screen; their models load numpy and OpenCV."""
    from readstation.ui.reading.reading_commands import READING_COMMANDS  # noqa: PLC0415
    from readstation.ui.reconstruction.reconstruction_commands import (  # noqa: PLC0415
        RECONSTRUCTION_COMMANDS,
    )
    from readstation.ui.viewport.viewport_commands import VIEWPORT_COMMANDS  # noqa: PLC0415

    return (*READING_COMMANDS, *VIEWPORT_COMMANDS, *RECONSTRUCTION_COMMANDS)


def all_commands(own_keys: Mapping[str, Keys] = NO_KEYS) -> CommandRegistry:
    """Return the registry of the program; those of the images join when they are first wanted."""
    return CommandRegistry(
        FIRST_COMMANDS, late=IMAGE_CONTEXTS, later=image_commands, own_keys=own_keys
    )
