"""Every key of the quality screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from readstation.app.commands import Command, Context
from readstation.domain.quality import RadpeerScore


class QualityActions(Protocol):
    """What the screen does on command."""

    def verify(self) -> None: ...

    def choose_score(self, score: RadpeerScore) -> None: ...

    def record_score(self) -> None: ...

    def toggle_unreviewed(self) -> None: ...


def _choose(score: RadpeerScore) -> Callable[[QualityActions], None]:
    return lambda view: view.choose_score(score)


QUALITY_COMMANDS: tuple[Command, ...] = (
    Command(
        "quality.verify",
        "Verify the audit log",
        Context.QUALITY,
        lambda view: view.verify(),
        ("Ctrl+Shift+V",),
        "shield-check",
    ),
    *(
        Command(
            f"quality.score_{score.value}",
            f"Choose RADPEER {score.value}",
            Context.QUALITY,
            _choose(score),
            (f"Alt+{number}",),
        )
        for number, score in enumerate(RadpeerScore, start=1)
    ),
    Command(
        "quality.record_score",
        "Record the score",
        Context.QUALITY,
        lambda view: view.record_score(),
        ("Ctrl+Return", "Ctrl+Enter"),
        "check",
    ),
    Command(
        "quality.unreviewed",
        "Show only what is not reviewed yet, or all",
        Context.QUALITY,
        lambda view: view.toggle_unreviewed(),
        ("Ctrl+U",),
        "filter",
    ),
)
