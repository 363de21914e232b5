"""Which image boxes scroll together from the start, and what a box says of it."""

from __future__ import annotations

from collections.abc import Sequence

from readstation.app.viewport.linking import LinkGroup, refusal_to_link
from readstation.app.viewport.viewport_model import ViewportModel

NOT_LINKED = "not linked: different frames of reference; Shift+K links at this level"


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
    is_refused = refusal_to_link(lead, box) is not None
    could_be_set = refusal_to_link(lead, box, with_offset=True) is None
    return NOT_LINKED if is_refused and could_be_set else ""


def link_where_positions_agree(visible: Sequence[ViewportModel], links: LinkGroup) -> None:
    """Link what has just been hung if every stack can follow the first by position."""
    filled = [box for box in visible if box.display_set]
    if len(filled) > 1 and all(refusal_to_link(filled[0], box) is None for box in filled[1:]):
        links.toggle(filled[0])
