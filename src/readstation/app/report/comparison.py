"""The comparison section: which earlier studies were opened beside the one that is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from readstation.app.reading.reading_model import ReadingState
from readstation.domain.report_template import NO_PRIORS
from readstation.domain.study import Study


def opened_priors(state: ReadingState) -> tuple[Study, ...]:
    """Return the priors whose images are here, in the order in which they were opened."""
    opened = state.opened
    if opened is None:
        return ()
    studies = {prior.study.study_instance_uid: prior.study for prior in opened.priors}
    here = dict.fromkeys(shown.study_instance_uid for shown in state.sets)
    return tuple(studies[uid] for uid in here if uid in studies)


def comparison_line(prior: Study) -> str:
    """Return what the report says of a prior that is compared with."""
    what = prior.study_description or "/".join(prior.modalities_in_study) or "Study"
    when = f" {prior.study_date_time:%Y-%m-%d}" if prior.study_date_time else ", date unknown"
    simulated = " (simulated)" if prior.is_simulated else ""
    return f"{what}{when}{simulated}."


def comparison_text(priors: Iterable[Study]) -> str:
    """Return the comparison section for the priors that are compared with."""
    return "\n".join(comparison_line(prior) for prior in priors) or NO_PRIORS


def with_opened(written: str, priors: Sequence[Study], opened: Iterable[Study]) -> str:
    """Return the section with lines for priors that were opened since; what a reader typed stays.

    Lines are only added while the whole section is as the program writes it.
    """
    known = {comparison_line(prior) for prior in priors}
    lines = [line for line in written.splitlines() if line.strip() and line != NO_PRIORS]
    if not known.issuperset(lines):
        return written
    added = [comparison_line(prior) for prior in opened]
    return "\n".join(dict.fromkeys((*lines, *added))) or written
