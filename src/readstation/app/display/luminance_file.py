"""Luminance tables as text: a CSV file of a luminance meter, or what was typed or pasted."""

from __future__ import annotations

import re
from pathlib import Path

from readstation.domain.errors import RefusedInputError
from readstation.domain.luminance import (
    MOST_POINTS,
    LuminancePoint,
    LuminanceTable,
    require_plausible,
)

LARGEST_FILE_BYTES = 256 * 1024
SEPARATORS = re.compile(r"[;,\t ]+")
DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
CODE = "LUMINANCE_TABLE"


def read_luminance_file(file: Path, ambient_cd_m2: float | None = None) -> LuminanceTable:
    """Return the table in `file`; `ambient_cd_m2` goes before what the file says.

    Raises
    ------
    RefusedInputError
        If it cannot be read or holds no such table.
    """
    return luminance_table(file_text(file), ambient_cd_m2)


def file_text(file: Path) -> str:
    """Return what `file` says, for the reader to look at.

    Raises
    ------
    RefusedInputError
        If it is no text, or far too long for a table.
    """
    try:
        with file.open("rb") as stream:
            raw = stream.read(LARGEST_FILE_BYTES + 1)
        text = raw.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RefusedInputError(
            CODE, f"The file {file.name} cannot be read.", "Choose a text file: level, luminance."
        ) from error
    if len(raw) > LARGEST_FILE_BYTES:
        raise RefusedInputError(
            CODE, f"The file {file.name} is too large.", "One line per level is enough."
        )
    return text


def luminance_table(text: str, ambient_cd_m2: float | None = None) -> LuminanceTable:
    """Return the table that `text` spells out, one level and luminance a line.

    A line `ambient 0.5` states the light of the room. Lines without digits at their beginning
    are headings. Columns part at commas, semicolons, tabs or spaces; where they part otherwise,
    a comma may stand for the decimal point. The bit depth follows from the highest level.

    Examples
    --------
    >>> text = "ambient 0.2" + chr(10) + chr(10).join(f"{d};{d},5" for d in range(0, 256, 15))
    >>> table = luminance_table(text)
    >>> len(table.points), table.bit_depth, table.ambient_cd_m2, table.points[1].luminance_cd_m2
    (18, 8, 0.2, 15.5)
    """
    points, stated = [], 0.0
    for number, line in enumerate(text.splitlines(), start=1):
        words = _words(line)
        if not words:
            continue
        if words[0].lower().startswith("amb") and len(words) > 1:
            stated = _number(words[1], number)
        elif words[0][0].isdigit() or words[0][0] in "-+.":
            points.append(_point(words, number))
        if len(points) > MOST_POINTS:
            raise RefusedInputError(CODE, "The table has too many levels.", "1,024 are the most.")
    top = max((p.driving_level for p in points), default=0)
    ambient = stated if ambient_cd_m2 is None else ambient_cd_m2
    return require_plausible(LuminanceTable(tuple(points), 8 if top <= 255 else 10, ambient))


def _words(line: str) -> list[str]:
    text = line.split("#", 1)[0].strip()
    if any(mark in text for mark in ";\t ") and ", " not in text:
        text = DECIMAL_COMMA.sub(".", text)
    return [word for word in SEPARATORS.split(text) if word]


def _point(words: list[str], line: int) -> LuminancePoint:
    level = _number(words[0], line)
    # A third number could be the digits behind a decimal comma: a guess would be wrong in silence
    if len(words) < 2 or level != int(level) or any(w[0].isdigit() for w in words[2:]):
        raise _refused(line)
    return LuminancePoint(int(level), _number(words[1], line))


def _number(word: str, line: int) -> float:
    try:
        value = float(word)
    except ValueError:
        raise _refused(line) from None
    if not 0 <= value < 1e6:
        raise _refused(line)
    return value


def _refused(line: int) -> RefusedInputError:
    return RefusedInputError(
        CODE,
        f"Line {line} is not a driving level and a luminance.",
        "Write one level and its luminance in cd/m² on each line, for instance 255, 412.5.",
    )
