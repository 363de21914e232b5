"""What the users of a station may set for themselves, as data: one row is one question."""

from __future__ import annotations

from collections.abc import Mapping

from readstation.domain.errors import SettingError
from readstation.domain.late_dataclass import dataclass

SettingValue = int | str


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer and its words."""

    value: SettingValue
    words: str


@dataclass(frozen=True, slots=True)
class Setting:
    """One question. `key` is table and name in the settings file.

    A whole number between `least` and `most` is right too, offered or not, where these are given.
    """

    key: str
    title: str
    detail: str
    default: SettingValue
    choices: tuple[Choice, ...]
    least: int = 0
    most: int = 0
    unit: str = ""

    def checked(self, value: object) -> SettingValue:
        """Return `value` if it answers this question.

        Raises
        ------
        SettingError
            Names the question and what may be answered.
        """
        for choice in self.choices:
            if type(value) is type(choice.value) and value == choice.value:
                return choice.value
        if type(value) is int and self.least <= value <= self.most and self.most:
            return value
        raise SettingError(f"“{self.title}” has no usable value.", self.remedy)

    @property
    def remedy(self) -> str:
        """What may be answered, as a sentence."""
        if self.most:
            return f"Choose a whole number from {self.least} to {self.most}{self.unit}."
        return f"Choose {' or '.join(str(choice.value) for choice in self.choices)}."

    def words_for(self, value: SettingValue) -> str:
        """Return how an answer is said."""
        offered = (choice.words for choice in self.choices if choice.value == value)
        return next(offered, f"{value}{self.unit}")


MEMORY_PERCENT = Setting(
    "memory.percent_for_images",
    "Memory for images",
    "How much of this machine's memory decoded images may take. With more, more studies are"
    " ready before they are opened; the rest of the machine has less.",
    40,
    tuple(Choice(percent, f"{percent} %") for percent in (20, 30, 40, 50, 60, 70)),
    least=5,
    most=80,
    unit=" %",
)
WINDOW_DRAG = Setting(
    "viewing.window_drag_down",
    "Dragging down with the window tool",
    "Viewers differ in this. Dragging to the right always widens the window.",
    "raises",
    (Choice("raises", "raises the level: darker"), Choice("lowers", "lowers the level: brighter")),
)
PRIOR_ROWS = Setting(
    "viewing.prior_rows",
    "Prior mammograms",
    "Where a hanging protocol shows current and prior in rows, the prior goes here.",
    "above",
    (Choice("above", "above the current ones"), Choice("below", "below the current ones")),
)
GRAPHICS = Setting(
    "graphics.use",
    "Graphics processor",
    "Used only where a real one is found and its pixels equal those of the CPU, value for value.",
    "automatic",
    (Choice("automatic", "use it where it passes the check"), Choice("off", "never use it")),
)

SETTINGS: tuple[Setting, ...] = (MEMORY_PERCENT, WINDOW_DRAG, GRAPHICS, PRIOR_ROWS)


@dataclass(frozen=True, slots=True)
class SettingValues:
    """What the settings file says, by key; nothing in it has been checked."""

    stored: Mapping[str, object]
    failure: str = ""
    """Why nothing could be read, in the reader's words; the defaults hold then."""

    def of(self, setting: Setting) -> SettingValue:
        """Return the answer in force: the default where the stored one makes no sense."""
        try:
            return setting.checked(self.stored.get(setting.key, setting.default))
        except SettingError:
            return setting.default

    def problem_of(self, setting: Setting) -> str:
        """Return what is wrong with the stored answer; empty if nothing is."""
        if setting.key not in self.stored:
            return ""
        try:
            setting.checked(self.stored[setting.key])
        except SettingError as error:
            used = setting.words_for(setting.default)
            return f"{error.message} {error.remedy} Until then: {used}."
        return ""


DEFAULT_SETTINGS = SettingValues({})
