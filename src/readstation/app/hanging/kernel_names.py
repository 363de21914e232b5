"""Whether a CT series was reconstructed sharply, for lung and bone, or softly."""

from __future__ import annotations

import re

from readstation.domain.hanging_words import words_of

SHARP, SOFT = "sharp", "soft"
KERNEL_KINDS = (SHARP, SOFT)
SHARP_NAMES = frozenset(
    {"lung", "bone", "boneplus", "edge", "sharp", "ultra", "l", "ya", "yb", "yc", "yd", "e"}
)
"""What General Electric and Philips call them; the same words in a series description."""
DESCRIBED_AS_SHARP = frozenset({"lung", "lungs", "lunge", "bone", "bones", "knochen", "hrct"})
SIEMENS = re.compile(r"(?:b|h|i|u|br|bl|bv|hr|ur|qr)(\d\d)[a-z]?\d?", re.ASCII)
SHARP_FROM = 57
CANON = re.compile(r"fc(\d\d)", re.ASCII)
SHARP_CANON = frozenset({*range(30, 40), *range(50, 60), *range(80, 87)})


def kernel_kind(convolution_kernel: str, series_description: str) -> str:
    """Return `sharp` or `soft`; empty where neither kernel nor description says it.

    Examples
    --------
    >>> [kernel_kind(k, "") for k in ("B30f", "B70f", "Br64d", "STANDARD", "L", "FC51", "")]
    ['soft', 'sharp', 'sharp', 'soft', 'sharp', 'sharp', '']
    """
    words = words_of(convolution_kernel)
    if words:
        return SHARP if any(_is_sharp(word) for word in words) else SOFT
    return SHARP if words_of(series_description) & DESCRIBED_AS_SHARP else ""


def _is_sharp(word: str) -> bool:
    siemens, canon = SIEMENS.fullmatch(word), CANON.fullmatch(word)
    return (
        word in SHARP_NAMES
        or (siemens is not None and int(siemens[1]) >= SHARP_FROM)
        or (canon is not None and int(canon[1]) in SHARP_CANON)
    )
