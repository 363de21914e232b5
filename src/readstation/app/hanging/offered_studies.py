"""For which studies a protocol can be saved: prefilled from the one that is open."""

from __future__ import annotations

from dataclasses import dataclass, replace

from readstation.domain.errors import ReadStationError
from readstation.domain.hanging import StudyFacts, StudySelector
from readstation.domain.hanging_words import is_usable_phrase, words_of

SCANNED_WITH = frozenset({"CT", "MR"})
FUSED = "PT"
"""Present with one of those, both are named."""
NOT_IMAGES = frozenset({"SR", "PR", "KO", "SEG", "REG", "RWV", "DOC", "OT"})
MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class OfferedStudies:
    """One answer to "for which studies?" in the reader's words."""

    words: str
    selector: StudySelector


def offered_studies(study: StudyFacts) -> tuple[OfferedStudies, ...]:
    """Return the kinds of studies that this one belongs to, the widest first."""
    modality, also = _modalities(study)
    name = "/".join((modality, *sorted(also))) or "Any modality"
    selector = StudySelector(modalities=frozenset({modality} - {""}), also=also)
    offered = [OfferedStudies(f"All {name}" if modality else name, selector)]
    if study.regions:
        regions = ", ".join(sorted(study.regions))
        offered.append(
            OfferedStudies(f"{name} of {regions}", replace(selector, regions=study.regions))
        )
    return tuple(offered)


def described_words(study: StudyFacts) -> str:
    """Return the words of the study's description that could tell such studies from others."""
    words = [word for word in sorted(words_of(study.study_description)) if len(word) > 1]
    phrase = " ".join(words[:MOST_WORDS])
    return phrase if is_usable_phrase(phrase) else ""


def with_words(selector: StudySelector, text: str) -> StudySelector:
    """Return a selector that asks for words of the description too; none are asked for if empty.

    Raises
    ------
    ReadStationError
        If the text is more than words.
    """
    phrase = " ".join(text.casefold().split())
    if not phrase:
        return selector
    if not is_usable_phrase(phrase):
        raise ReadStationError(
            "These are not words of a description.",
            f"Write up to {MOST_WORDS} words of letters and digits.",
        )
    return replace(selector, description=(phrase,))


def _modalities(study: StudyFacts) -> tuple[str, frozenset[str]]:
    """Return the modality that names the study, and one that belongs to it."""
    named = sorted(study.modalities - NOT_IMAGES) or sorted(study.modalities)
    if FUSED in named:
        return FUSED, frozenset(named) & SCANNED_WITH
    counts = {m: sum(f.image_count for f in study.sets if f.modality == m) for m in named}
    return max(named, key=lambda m: counts[m], default=""), frozenset()
