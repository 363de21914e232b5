"""How alike the modalities of two studies are, for reading one against the other."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum


class ModalityLikeness(Enum):
    """How two studies compare; `share` says what of the points for the modality that is worth."""

    SAME = "same"
    CROSS_SECTION = "cross-section"  # CT, MR and PT show the same cuts
    NUCLEAR = "nuclear"
    PROJECTION_AND_CT = "projection and CT"
    BREAST = "breast"
    ULTRASOUND = "ultrasound"
    OTHER = "other"

    def share(self, *, is_same_place: bool) -> float:
        """Return the share; a radiograph and a CT are alike only where they show the same."""
        if self is ModalityLikeness.PROJECTION_AND_CT and not is_same_place:
            return _SHARES[ModalityLikeness.OTHER]
        return _SHARES[self]


_SHARES = {
    ModalityLikeness.SAME: 1.0,
    ModalityLikeness.CROSS_SECTION: 0.7,
    ModalityLikeness.NUCLEAR: 0.7,
    ModalityLikeness.BREAST: 0.7,
    ModalityLikeness.PROJECTION_AND_CT: 0.5,
    ModalityLikeness.ULTRASOUND: 0.4,
    ModalityLikeness.OTHER: 0.2,
}
_RADIOGRAPHY = "radiography"
_KINDS = {
    **dict.fromkeys(("CR", "DX", "RG", "RF"), _RADIOGRAPHY),
    **dict.fromkeys(("XA", "DSA"), "XA"),
}
_PAIRS: tuple[tuple[frozenset[str], ModalityLikeness], ...] = (
    (frozenset({"CT", "MR"}), ModalityLikeness.CROSS_SECTION),
    (frozenset({"CT", "PT"}), ModalityLikeness.CROSS_SECTION),
    (frozenset({"MR", "PT"}), ModalityLikeness.CROSS_SECTION),
    (frozenset({"NM", "PT"}), ModalityLikeness.NUCLEAR),
    (frozenset({"MG", "MR"}), ModalityLikeness.BREAST),
    (frozenset({_RADIOGRAPHY, "CT"}), ModalityLikeness.PROJECTION_AND_CT),
)
_NOT_IMAGES = frozenset(
    {"SR", "PR", "KO", "SEG", "REG", "DOC", "AU", "ASMT", "FID", "RWV"}
    | {"PLAN", "RTSTRUCT", "RTPLAN", "RTDOSE", "RTRECORD", "OT"}
)
_LEADING = ("PT", "NM")
"""What a study is, whatever came with it: the CT of a PET/CT is made for it, not for reading."""


def compare_modalities(ours: Iterable[str], theirs: Iterable[str]) -> ModalityLikeness:
    """Compare Modalities in Study (0008,0061) of two studies; reports and states count nothing."""
    one, other = _kinds(ours), _kinds(theirs)
    if one & other:
        return ModalityLikeness.SAME
    found = [how for pair, how in _PAIRS if _joins(pair, one, other)]
    if found:
        return max(found, key=_SHARES.__getitem__)
    is_ultrasound = bool(one and other) and "US" in one | other
    return ModalityLikeness.ULTRASOUND if is_ultrasound else ModalityLikeness.OTHER


def _joins(pair: frozenset[str], one: frozenset[str], other: frozenset[str]) -> bool:
    a, b = sorted(pair)
    return (a in one and b in other) or (b in one and a in other)


def _kinds(modalities: Iterable[str]) -> frozenset[str]:
    named = frozenset(modalities) - _NOT_IMAGES
    leading = next((one for one in _LEADING if one in named), None)
    return frozenset({leading}) if leading else frozenset(_KINDS.get(m, m) for m in named)
