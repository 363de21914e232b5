"""Dataclasses that are finished when the first object is made.

Python's own `dataclass` compiles seven functions for each class when its module is imported: of the
seventy kinds of record that the worklist's modules know, that is a tenth of the program's start. To
whoever makes, compares or reads such records there is no difference; type checkers see Python's.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(*, frozen: bool, slots: bool) -> Callable[[type], type]:
        """As `dataclasses.dataclass(frozen=True, slots=True)`, the one kind that there is here."""
        if not (frozen and slots):
            raise TypeError("late dataclasses are frozen and have slots")
        return _late


FIRST_FEW = 16
ASKED_SELDOM = ("__dataclass_fields__", "__dataclass_params__")


class _Late:
    """Stands for what is made late, until somebody asks for it."""

    def __init__(self, name: str, finish: Callable[[], None]) -> None:
        self._name, self._finish = name, finish

    def __get__(self, instance: object, owner: type) -> Any:
        self._finish()
        return getattr(owner if instance is None else instance, self._name)


class _LateInit(_Late):
    """Makes the first objects by name; compiles what makes them once there are more of them.

    Compiling takes as long as making a hundred. Arguments that do not fit are refused by what is
    compiled, in Python's own words.
    """

    def __init__(
        self, finish: Callable[[], None], names: tuple[str, ...], given: Mapping[str, Any]
    ) -> None:
        super().__init__("__init__", finish)
        self._names, self._known, self._made = names, frozenset(names), 0
        self._defaults = {name: _default(given.get(name, MISSING)) for name in names}
        self._has_more = "__post_init__" in given

    def __get__(self, instance: object, owner: type) -> Any:
        if instance is None or self._made >= FIRST_FEW:
            return super().__get__(instance, owner)
        self._made += 1
        return partial(self._fill, instance)

    def _fill(self, made: Any, *values: Any, **named: Any) -> None:
        content = dict(zip(self._names, values, strict=False))
        is_clear = len(content) == len(values) and not content.keys() & named.keys()
        content |= named
        for name in self._names:
            if name not in content:
                default, factory = self._defaults[name]
                is_clear = is_clear and not (default is MISSING and factory is MISSING)
                content[name] = default if factory is MISSING else factory()
        if not is_clear or content.keys() != self._known:
            self._finish()
            made.__init__(*values, **named)
            return
        for name in self._names:
            object.__setattr__(made, name, content[name])
        if self._has_more:
            made.__post_init__()


def _late(cls: type) -> type:
    """Return the class with slots and all that costs nothing; the rest comes with the first use.

    Raises
    ------
    TypeError
        If the class has a base, a method or a field that only Python's own dataclass can treat.
    """
    names = tuple(cls.__annotations__)
    given = {name: part for name, part in vars(cls).items() if name not in _OF_EVERY_CLASS}
    fields = [one for one in map(given.get, names) if isinstance(one, Field)]
    methods = _guarding(names) | _comparing(names, given)
    is_plain = all(one.init and one.repr and one.kw_only is not True for one in fields)
    if cls.__bases__ != (object,) or not is_plain or methods.keys() & given.keys():
        raise TypeError(f"{cls.__qualname__} can be no late dataclass")

    def add_init() -> None:
        type.__setattr__(made, "__init__", _init(cls, names, given))

    def add_fields() -> None:
        like: type = type(cls.__name__, (), {"__doc__": "", **given})
        as_python: type = dataclasses.dataclass(frozen=True, init=False, repr=False, eq=False)(like)
        for name in ASKED_SELDOM:
            setattr(made, name, vars(as_python)[name])

    methods["__init__"] = _LateInit(add_init, names, given)
    for name in ASKED_SELDOM:
        methods[name] = _Late(name, add_fields)
    body = {name: part for name, part in given.items() if name not in names}
    made = type(cls.__name__, (), body | methods)
    return made


_OF_EVERY_CLASS = ("__dict__", "__weakref__")


def _init(cls: type, names: tuple[str, ...], given: Mapping[str, Any]) -> Any:
    """Compile the one function that has to know its arguments by name."""
    known: dict[str, Any] = {"_fill": object.__setattr__, "_MISSING": MISSING}
    arguments, lines = ["self"], []
    for name in names:
        default, factory = _default(given.get(name, MISSING))
        value = name
        if factory is not MISSING:
            known[f"_new_{name}"], default = factory, MISSING
            value = f"_new_{name}() if {name} is _MISSING else {name}"
            arguments.append(f"{name}=_MISSING")
        elif default is MISSING:
            arguments.append(name)
        else:
            known[f"_of_{name}"] = default
            arguments.append(f"{name}=_of_{name}")
        lines.append(f"_fill(self, {name!r}, {value})")
    if "__post_init__" in given:
        lines.append("self.__post_init__()")
    text = (
        f"def make({', '.join(known)}):\n def __init__({', '.join(arguments)}):\n  "
        + "\n  ".join(lines or ["pass"])
        + "\n return __init__"
    )
    found: dict[str, Any] = {}
    exec(text, vars(sys.modules[cls.__module__]), found)  # noqa: S102 - as `dataclasses` does it
    made = found["make"](**known)
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    made.__annotations__ = {**cls.__annotations__, "return": None}
    return made


def _default(stated: Any) -> tuple[Any, Any]:
    """Return default and maker of a field; MISSING is none."""
    if isinstance(stated, Field):
        return stated.default, stated.default_factory
    return stated, MISSING


def _comparing(names: tuple[str, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    fields = ((name, given.get(name)) for name in names)
    compared = [name for name, one in fields if not isinstance(one, Field) or one.compare]
    content: Callable[[Any], object] = attrgetter(*compared) if compared else lambda _: ()

    def is_equal(self: object, other: object) -> bool:
        return content(self) == content(other) if type(other) is type(self) else NotImplemented

    def hash_of(self: object) -> int:
        return hash(content(self) if len(compared) != 1 else (content(self),))

    def text_of(self: object) -> str:
        parts = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{type(self).__qualname__}({parts})"

    return {"__eq__": is_equal, "__hash__": hash_of, "__repr__": text_of}


def _guarding(names: tuple[str, ...]) -> dict[str, Any]:
    fill = object.__setattr__

    def assign(_self: object, name: str, _value: object) -> None:
        raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")

    def delete(_self: object, name: str) -> None:
        raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")

    def state(self: object) -> list[object]:
        return [getattr(self, name) for name in names]

    def set_state(self: object, values: list[object]) -> None:
        for name, value in zip(names, values, strict=True):
            fill(self, name, value)

    return {
        "__slots__": names,
        "__match_args__": names,
        "__setattr__": assign,
        "__delattr__": delete,
        "__getstate__": state,
        "__setstate__": set_state,
    }
