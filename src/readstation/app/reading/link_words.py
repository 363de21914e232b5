"""Which image boxes scroll together from the start, and what a box says of it."""

from __future__ import annotations

from collections.abc import Sequence

from readstation.app.viewport.link_kind import Hindrance
from readstation.app.viewport.linking import LinkGroup
from readstation.app.viewport.viewport_model import ViewportModel

NOT_LINKED = "not linked: different frames of reference; Shift+K links at this level"
SAID = {
    Hindrance.OTHER_SPACE: NOT_LINKED,
    Hindrance.NO_OVERLAP: "not linked: no overlap; Shift+K links at this level",
    Hindrance.UNCERTAIN: "not linked: registration not certain; Shift+K links at this level",
    Hindrance.REGISTERING: "registering with the current study…",
}


def link_words(box: ViewportModel, visible: Sequence[ViewportModel], links: LinkGroup) -> str:
    """Return how a box is linked, or why a stack beside another one could not be.

    Said of the second stack only: the first one is what the others are compared with.
    """
    status = links.status(box)
    if status or not visible or box is visible[0]:
        return status
    lead = visible[0]
    if min(len(lead.display_set), len(box.display_set)) < 2:
        return ""
    hindrance = links.link_between(lead, box).hindrance
    return SAID.get(hindrance, "") if hindrance is not None else ""


def link_where_positions_agree(visible: Sequence[ViewportModel], links: LinkGroup) -> None:
    """Link what hangs beside the first stack and can follow it, unless the reader has unlinked."""
    filled = [box for box in visible if box.display_set]
    if not links.is_wanted or len(filled) < 2:
        return
    lead, others = filled[0], filled[1:]
    found = [box for box in others if links.link_between(lead, box).kind.is_automatic]
    if found and not all(box.state.is_linked for box in (lead, *found)):
        links.link(lead, (lead, *found), is_asked=False)
