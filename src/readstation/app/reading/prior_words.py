"""What the screens say of earlier studies: short on a chip, in full where there is room."""

from __future__ import annotations

from collections.abc import Sequence

from readstation.app.reading.time_words import gap_in_words
from readstation.domain.prior import POSSIBLE, PriorRole, RankedPrior
from readstation.domain.study import Study

SHORT_ROLES = {
    PriorRole.NEWEST_SAME: "newest",
    PriorRole.OLDEST_SAME: "oldest",
    PriorRole.OTHER_MODALITY: "other modality",
    PriorRole.FOLLOW_UP: "follow-up",
}
ON_CHIPS = (PriorRole.OLDEST_SAME, PriorRole.FOLLOW_UP)
"""Roles that the date and modality on a chip do not tell by themselves."""


def shown_first(priors: Sequence[RankedPrior], most: int) -> tuple[RankedPrior, ...]:
    """Return the best prior and the suggested ones, then others, in their order; all may be hung.

    The rest is one click away: nothing is left out, only not in front.
    """
    sure = [prior for prior in priors if prior.may_be_hung]
    suggested = [prior for prior in sure[1:] if prior.is_suggested]
    others = [prior for prior in sure[1:] if not prior.is_suggested]
    chosen = {id(prior) for prior in [*sure[:1], *suggested, *others][:most]}
    return tuple(prior for prior in sure if id(prior) in chosen)


def short_line(prior: RankedPrior, current: Study) -> str:
    """Return modality, date and distance, and what it is there for, as a chip has room."""
    study = prior.study
    roles = [SHORT_ROLES[role] for role in ON_CHIPS if role in prior.roles]
    simulated = ["SIMULATED"] if study.is_simulated else []
    return " · ".join([f"{_what(study)} {_when(study, current)}".strip(), *roles, *simulated])


def full_line(prior: RankedPrior, current: Study) -> str:
    """Return one line that tells it from every other prior, with why it is where it is."""
    study = prior.study
    parts = (
        f"{_what(study)} {_when(study, current) or 'date unknown'}",
        study.study_description,
        ", ".join(role_list(prior)),
        prior.reasons[0].removeprefix(POSSIBLE) if prior.reasons else "",
        "SIMULATED" if study.is_simulated else "",
    )
    return " · ".join(part for part in parts if part)


def role_list(prior: RankedPrior) -> tuple[str, ...]:
    """Return what it is suggested as, each in a word or two."""
    return tuple(SHORT_ROLES[role] for role in prior.roles)


def why_lines(prior: RankedPrior) -> tuple[str, ...]:
    """Return what it is suggested as, then every part of its score that says something."""
    roles = tuple(f"Suggested: {role.value}" for role in prior.roles)
    parts = tuple(f"+{part.points:.0f}  {part.reason}" for part in prior.parts if part.reason)
    return (*roles, *parts, f"= {prior.score} points")


def _what(study: Study) -> str:
    return "/".join(study.modalities_in_study) or "?"


def _when(study: Study, current: Study) -> str:
    at, now = study.study_date_time, current.study_date_time
    if at is None:
        return ""
    gap = f" ({gap_in_words(at.date(), now.date())})" if now is not None else ""
    return f"{at:%Y-%m-%d}{gap}"
