"""One earlier study beside the list: what, when, and why it matters."""

from __future__ import annotations

from datetime import tzinfo
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from readstation.ui import theme
from readstation.ui.widgets.badge import Badge
from readstation.ui.widgets.text import PlainLabel, plain_tooltip

if TYPE_CHECKING:
    from readstation.domain.prior import RankedPrior


def prior_card(prior: RankedPrior, zone: tzinfo) -> QFrame:
    """Return a card; only a sure match carries the colour of a prior."""
    # the rule for priors is nothing that the start needs
    from readstation.app.reading.prior_words import role_list, why_lines  # noqa: PLC0415

    card = theme.surface("card")
    card.setProperty("urgency", "prior" if prior.may_be_hung else "significant")
    column = QVBoxLayout(card)
    column.setContentsMargins(10, 6, 10, 7)
    column.setSpacing(2)
    study = prior.study
    head = QHBoxLayout()
    name = PlainLabel(study.study_description or "/".join(study.modalities_in_study), role="value")
    name.setWordWrap(True)
    head.addWidget(name, 1)
    at = study.study_date_time
    head.addWidget(PlainLabel(f"{at.astimezone(zone):%Y-%m-%d}" if at else "no date", role="dim"))
    column.addLayout(head)
    marks = QHBoxLayout()
    marks.setSpacing(5)
    for applies, word, kind in (
        (not prior.may_be_hung, "POSSIBLE MATCH, NOT HUNG", "warning"),
        *((True, word.upper(), "prior") for word in role_list(prior)),
        (study.is_simulated, "SIMULATED", "warning"),
    ):
        if applies:
            marks.addWidget(Badge(word, kind))
    marks.addStretch(1)
    if marks.count() > 1:
        column.addLayout(marks)
    why = PlainLabel(" · ".join(prior.reasons), role="dim")
    why.setWordWrap(True)
    why.setToolTip(plain_tooltip("; ".join(why_lines(prior))))
    column.addWidget(why)
    return card
