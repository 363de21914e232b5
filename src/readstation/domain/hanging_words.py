"""Words of descriptions, compared the way protocol files state them: no regular expressions.

A phrase is one or more words that must all be there, in any order. `*` at the beginning or the
end of a word stands for any letters. Comparing takes time in proportion to the text, always.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

PHRASE = re.compile(r"\*?[^\W_]+\*?( \*?[^\W_]+\*?){0,7}")
"""What may stand in a protocol file."""
MAX_PHRASE = 64


@lru_cache(maxsize=4096)
def words_of(text: str) -> frozenset[str]:
    """Return the words of a text in small letters; everything but letters and digits parts them.

    Examples
    --------
    >>> sorted(words_of("T1_MPRAGE sag+C"))
    ['c', 'mprage', 'sag', 't1']
    """
    return frozenset("".join(c if c.isalnum() else " " for c in text.casefold()).split())


def is_usable_phrase(text: str) -> bool:
    return len(text) <= MAX_PHRASE and PHRASE.fullmatch(text) is not None


def first_match(phrases: Iterable[str], text: str) -> str:
    """Return the first phrase that the text has; empty if none.

    Examples
    --------
    >>> first_match(("flair", "t2*"), "Ax T2W TSE")
    't2*'
    """
    words = words_of(text)
    return next((p for p in phrases if all(_is_in(w, words) for w in p.casefold().split())), "")


def _is_in(wanted: str, words: frozenset[str]) -> bool:
    core = wanted.strip("*")
    if core == wanted:
        return wanted in words
    if not wanted.startswith("*"):
        return any(word.startswith(core) for word in words)
    if not wanted.endswith("*"):
        return any(word.endswith(core) for word in words)
    return any(core in word for word in words)
