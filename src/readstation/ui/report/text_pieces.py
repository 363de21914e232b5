r"""Cuts a line into the pieces of which each gets one code in the text layer of a PDF.

Nearly always a piece is a character. Programs that extract text turn single right-to-left letters
around, because they expect them as they lie on the page; what one code stands for they leave as it
is, because ligatures are written that way. So a right-to-left stretch is one piece.
"""

from __future__ import annotations

import re

RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff"
BETWEEN = "\u0000-\u002f\u003a-\u0040\u2000-\u206f\u20a0-\u21ff"
MAX_PIECE = 100
"""Characters; a ToUnicode entry holds 256 UTF-16 units at most."""

_STRETCH = re.compile(f"[{RIGHT_TO_LEFT}](?:[{BETWEEN}]*[{RIGHT_TO_LEFT}])*")


def text_pieces(line: str) -> list[str]:
    """Return pieces that joined give `line`; none that turns is a single letter.

    Only a line that is nothing but one such letter cannot be helped.

    >>> text_pieces("ab \u05d0\u05d1 1")
    ['a', 'b', ' ', 'אב', ' ', '1']
    """
    pieces: list[str] = []
    done = 0
    for match in _STRETCH.finditer(line):
        start, end = max(match.start(), done), match.end()
        if start >= end:
            continue  # the letter was taken along by the one before
        pieces += line[done:start]
        done = end
        if end - start == 1 and end < len(line):
            done += 1
        if done - start == 1 and pieces:
            pieces[-1] += line[start]
        else:
            pieces += _cut(line[start:done])
    pieces += line[done:]
    return pieces


def _cut(stretch: str) -> list[str]:
    """Cut a long stretch; no part is a single letter."""
    last = max(len(stretch) - 1, 1)
    starts = list(range(0, last, MAX_PIECE))
    return [stretch[a:b] for a, b in zip(starts, [*starts[1:], len(stretch)], strict=True)]
