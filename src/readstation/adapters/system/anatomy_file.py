"""Reads the tables of body regions; a site's own file adds to those that come with the program."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, NoReturn

from readstation.adapters.system.site_files import ANATOMY_NAME
from readstation.domain.anatomy import ANY_ENDING, Anatomy, BodyRegion, SideWords
from readstation.domain.errors import SettingError

REMEDY = f"Correct {ANATOMY_NAME}; the file that comes with the program explains every entry."
VERSION = 1
LISTS = ("words", "codes", "parts", "neighbours")
FLAGS = ("is_paired", "compare_sides")
SIDES = ("left", "right", "both", "not_a_side")
TAKEN_AWAY = "-"

Table = dict[str, Any]


def load_anatomy(home: Path, resources: Traversable) -> Anatomy:
    """Return the tables that come with the program, with what the workspace adds or takes away.

    Raises
    ------
    SettingError
        If a file cannot be read or an entry has no usable value.
    """
    shipped, own = resources / ANATOMY_NAME, home / ANATOMY_NAME
    tables = [_read(shipped), *([_read(own)] if own.is_file() else [])]
    regions: dict[str, BodyRegion] = {}
    sides, schemes = SideWords(), dict[str, str]()
    for table in tables:
        regions = _with_regions(regions, table.get("region", []))
        sides = _with_sides(sides, table.get("sides", {}))
        schemes |= _schemes(table.get("schemes", {}))
    _require_known_names(regions)
    return Anatomy(tuple(regions.values()), sides, schemes)


def _read(source: Traversable) -> Table:
    try:
        table = tomllib.loads(source.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingError(f"{ANATOMY_NAME} cannot be read: {error}.", REMEDY) from error
    _require_entries(table, ("version", "sides", "schemes", "region"), "")
    if table.get("version") != VERSION:
        _refuse(f"version is {table.get('version')!r}; this program reads version {VERSION}")
    return table


def _with_regions(known: dict[str, BodyRegion], rows: object) -> dict[str, BodyRegion]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        _refuse("region is not a list of tables; write [[region]] above each")
    names = [_region_id(row) for row in rows]
    for name, count in Counter(names).items():
        if count > 1:
            _refuse(f"region {name!r} is there {count} times")
    regions = dict(known)
    for name, row in zip(names, rows, strict=True):
        regions[name] = _with_row(regions.get(name, BodyRegion(name)), row)
    return regions


def _region_id(row: Table) -> str:
    name = row.get("id")
    if not isinstance(name, str) or not name.strip():
        _refuse("a region has no id")
    return name.strip()


def _with_row(region: BodyRegion, row: Table) -> BodyRegion:
    place = f"region {region.id!r}"
    _require_entries(row, ("id", *LISTS, *FLAGS), f"{place}: ")
    changes: Table = {
        name: _changed(getattr(region, name), _texts(row[name], f"{place}: {name}"))
        for name in LISTS
        if name in row
    }
    for name in FLAGS:
        if name in row:
            changes[name] = _flag(row[name], f"{place}: {name}")
    changed = replace(region, **changes)
    _require_codes(changed)
    _require_words(changed)
    return changed


def _changed(known: tuple[str, ...], entries: tuple[str, ...]) -> tuple[str, ...]:
    gone = {entry[1:].strip() for entry in entries if entry.startswith(TAKEN_AWAY)}
    added = (entry for entry in entries if not entry.startswith(TAKEN_AWAY))
    return tuple(entry for entry in dict.fromkeys((*known, *added)) if entry not in gone)


def _with_sides(known: SideWords, table: object) -> SideWords:
    if not isinstance(table, dict):
        _refuse("sides is not a table")
    _require_entries(table, SIDES, "sides: ")
    return replace(
        known,
        **{
            name: _changed(getattr(known, name), _texts(entries, f"sides: {name}"))
            for name, entries in table.items()
        },
    )


def _schemes(table: object) -> dict[str, str]:
    if not isinstance(table, dict) or not all(isinstance(v, str) for v in table.values()):
        _refuse("schemes is not a table of names")
    return {name.strip().upper(): value.strip().upper() for name, value in table.items()}


def _require_entries(table: Table, known: Iterable[str], place: str) -> None:
    for name in table.keys() - set(known):
        _refuse(f"{place}{name!r} is not known")


def _require_codes(region: BodyRegion) -> None:
    for code in region.codes:
        scheme, colon, value = code.partition(":")
        if not (colon and scheme.strip() and value.strip()) or scheme != scheme.upper():
            _refuse(f"region {region.id!r}: code {code!r} is not written as SCHEME:VALUE")


def _require_words(region: BodyRegion) -> None:
    for word in region.words:
        if ANY_ENDING in word and (word.count(ANY_ENDING) > 1 or not _is_one_stem(word)):
            _refuse(f"region {region.id!r}: the star of {word!r} may only end a single word")


def _is_one_stem(word: str) -> bool:
    return word.endswith(ANY_ENDING) and len(word) > len(ANY_ENDING) and " " not in word


def _require_known_names(regions: dict[str, BodyRegion]) -> None:
    for region in regions.values():
        for name in (*region.parts, *region.neighbours):
            if name not in regions:
                _refuse(f"region {region.id!r} names {name!r}, which is no region")
            if name == region.id:
                _refuse(f"region {region.id!r} names itself")


def _texts(value: object, place: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
        _refuse(f"{place} is not a list of words")
    return tuple(v.strip() for v in value)


def _flag(value: object, place: str) -> bool:
    if not isinstance(value, bool):
        _refuse(f"{place} is neither true nor false")
    return value


def _refuse(what: str) -> NoReturn:
    raise SettingError(f"{ANATOMY_NAME}: {what}.", REMEDY)
