"""One table of a protocol file; whatever is wrong in it is told with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from readstation.domain.errors import SettingError
from readstation.domain.hanging_words import is_usable_phrase

MAX_TEXT = 120
T = TypeVar("T")


class UnusableValueError(Exception):
    """A value is not what is asked for; says what is."""


class TomlPlace:
    """Takes values out of a table; what nobody took is a spelling mistake."""

    def __init__(self, table: object, file_name: str, place: str = "") -> None:
        self.file_name, self.place = file_name, place
        if not isinstance(table, dict):
            raise self.refusal("This is not a table.", "Write it as { name = value }.")
        self._left: dict[str, Any] = dict(table)

    def refusal(self, what: str, remedy: str) -> SettingError:
        where = f"{self.file_name}, {self.place}" if self.place else self.file_name
        return SettingError(f"{where}: {what}", remedy)

    def take(self, name: str, convert: Callable[[Any], T], default: T | None = None) -> T:
        """Return a converted value; without one the default, or a refusal where there is none."""
        if name not in self._left:
            if default is None:
                raise self.refusal(f"“{name}” is missing.", f"Add {name} = … here.")
            return default
        value = self._left.pop(name)
        try:
            return convert(value)
        except UnusableValueError as error:
            raise self.refusal(f"“{name}” cannot be {value!r}.", f"Write {error}.") from error

    def has(self, name: str) -> bool:
        return name in self._left

    def tables(self, name: str, called: str) -> Iterable[TomlPlace]:
        """Yield the tables of a list, each with its number in its place."""
        entries = self.take(name, _some)
        for number, entry in enumerate(entries, start=1):
            before = f"{self.place}, " if self.place else ""
            yield TomlPlace(entry, self.file_name, f"{before}{called} {number}")

    def table(self, name: str) -> TomlPlace:
        before = f"{self.place}, " if self.place else ""
        return TomlPlace(self._left.pop(name, {}), self.file_name, f"{before}“{name}”")

    def finish(self) -> None:
        for name in self._left:
            raise self.refusal(f"“{name}” is not known.", "Correct its spelling or remove it.")


def _some(value: Any) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise UnusableValueError("a list with at least one entry")
    return value


def text(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value.strip()) <= MAX_TEXT:
        raise UnusableValueError(f"a text of at most {MAX_TEXT} letters")
    if not value.isprintable():
        raise UnusableValueError("a text of one line")
    return value.strip()


def flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise UnusableValueError("true or false")
    return value


def between(least: int, most: int) -> Callable[[Any], int]:
    def convert(value: Any) -> int:
        if type(value) is not int or not least <= value <= most:
            raise UnusableValueError(f"a whole number from {least} to {most}")
        return value

    return convert


def one_of(options: Iterable[T], words: Callable[[T], str]) -> Callable[[Any], T]:
    """Return what reads one of some named values."""
    by_words = {words(option): option for option in options}

    def convert(value: Any) -> T:
        if not isinstance(value, str) or value not in by_words:
            raise UnusableValueError("one of: " + ", ".join(by_words))
        return by_words[value]

    return convert


def texts(value: Any) -> tuple[str, ...]:
    entries = value if isinstance(value, list) else [value]
    return tuple(text(entry) for entry in entries)


def codes(value: Any) -> frozenset[str]:
    return frozenset(entry.upper() for entry in texts(value))


def names(value: Any) -> frozenset[str]:
    return frozenset(entry.casefold() for entry in texts(value))


def phrases(value: Any) -> tuple[str, ...]:
    found = texts(value)
    if not all(is_usable_phrase(entry) for entry in found):
        raise UnusableValueError(
            "words of letters and digits; * at either end of a word stands for any letters"
        )
    return found
