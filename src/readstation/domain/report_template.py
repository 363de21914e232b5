"""Report templates: the skeleton and the normal text of one kind of examination."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from readstation.domain.errors import NotFoundError
from readstation.domain.report import Section

NO_PRIORS = "None available."
BODY_PART_WORTH, MODALITY_WORTH = 2, 1


@dataclass(frozen=True, slots=True)
class ReportTemplate:
    """`skeleton` is there from the start; `normal` is what the normal macro writes."""

    template_id: str
    title: str
    version: int
    modalities: frozenset[str] = frozenset()
    """Modality (0008,0060) values it is meant for; empty for any."""
    body_parts: frozenset[str] = frozenset()
    """Upper-case words, searched in Body Part Examined and the descriptions."""
    skeleton: dict[Section, str] = field(default_factory=dict)
    normal: dict[Section, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return the title with its version, as the panel and the report show it."""
        return f"{self.title} template v{self.version}"

    def fitness(self, modalities: Collection[str], words: Collection[str]) -> int | None:
        """Return how well it suits a study; None if it does not suit at all."""
        if self.modalities and not self.modalities & set(modalities):
            return None
        if self.body_parts and not self.body_parts & set(words):
            return None
        return BODY_PART_WORTH * bool(self.body_parts) + MODALITY_WORTH * bool(self.modalities)


def choose_template(
    templates: Iterable[ReportTemplate], modalities: Collection[str], descriptions: Iterable[str]
) -> ReportTemplate:
    """Return the most specific template for a study; the generic one suits every study.

    Parameters
    ----------
    templates : Iterable[ReportTemplate]
        At least one of them suits every study.
    modalities : Collection[str]
        Modalities in Study (0008,0061).
    descriptions : Iterable[str]
        Body Part Examined and descriptions of study and order, in any case.
    """
    words = {
        word for text in descriptions for word in text.upper().replace("/", " ").split() if word
    }
    suited = [(t.fitness(modalities, words), t) for t in templates]
    ranked = [(fitness, t) for fitness, t in suited if fitness is not None]
    if not ranked:
        raise NotFoundError(
            "No report template suits this study.",
            "Add one without modalities and body parts under resources/report_templates.",
        )
    return max(ranked, key=lambda pair: (pair[0], pair[1].template_id))[1]
