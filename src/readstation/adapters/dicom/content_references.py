"""Content items that stand elsewhere in the same report (PS3.3 C.17.3.2.5, by-reference).

An identifier is the way from the root: 1, 3, 2 is the second item below the third below the root.
A report can lie about it; what cannot be followed has a reason and is never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from readstation.adapters.dicom.content_items import MAX_DEPTH, ContentItem, ContentTree, Path

MAX_REFERRED = 400_000
"""Coordinates and frame numbers reached by references: a few bytes can refer to many, often."""
DANGLING = "a reference to content that is not there"
LOOP = "a reference back to where it stands"
OTHER_KIND = "a reference to content of another kind"
TOO_MANY = "more references than are read"
DRAWN = frozenset({"SCOORD", "SCOORD3D"})
IMAGES = frozenset({"IMAGE"})
PLACES = frozenset({"INFERRED FROM", "SELECTED FROM", "HAS PROPERTIES"})
"""Relationships by which a number names its place (PS3.3 A.35.3.3.1, A.35.13.3.1)."""


class UnfollowedError(Exception):
    """A reference leads nowhere; the text is the reason as counted."""


def is_reference(item: ContentItem) -> bool:
    """Return True for an item that only names another one."""
    return not item.value_type and "ReferencedContentItemIdentifier" in item.attributes


def drawings_by_reference(item: ContentItem) -> Iterator[ContentItem | UnfollowedError]:
    """Yield what a number or a group refers to as its place, or why that is not followed.

    References to other things, for example to the number it was computed from, are no places.
    """
    if item.value_type not in {"NUM", "CONTAINER"}:
        return
    for child in item.children:
        relation = child.attributes.text("RelationshipType", 16)
        if is_reference(child) and relation in PLACES:
            try:
                target = followed(child)
            except UnfollowedError as reason:
                yield reason
            else:
                if target.value_type in DRAWN:
                    yield target


def images_of(item: ContentItem) -> Iterator[ContentItem | UnfollowedError]:
    """Yield the items below coordinates that say on which image they lie."""
    for child in item.children:
        if not is_reference(child):
            yield child
            continue
        try:
            target = followed(child)
        except UnfollowedError as reason:
            yield reason
        else:
            yield target if target.value_type in IMAGES else UnfollowedError(OTHER_KIND)


def referenced_drawings(items: Iterable[ContentItem]) -> frozenset[Path]:
    """Return where coordinates stand that a number or a group refers to."""
    found = (target for item in items for target in drawings_by_reference(item))
    return frozenset(target.path for target in found if isinstance(target, ContentItem))


def followed(reference: ContentItem) -> ContentItem:
    """Return the item that a reference names.

    Raises
    ------
    UnfollowedError
        If there is none, it is the reference itself or holds it, or too much was referred to.
    """
    known = reference.tree.referred
    if reference.path not in known:
        known[reference.path] = _found(reference)
    path = known[reference.path]
    if isinstance(path, str):
        raise UnfollowedError(path)
    return _item_at(reference.tree, path)


def _found(reference: ContentItem) -> Path | str:
    """Return where the item stands that a reference names, or why it is not followed."""
    tree, path = reference.tree, _identifier(reference)
    if tree.referred_size > MAX_REFERRED:
        return TOO_MANY
    if not path:
        return DANGLING
    if reference.path[: len(path)] == path:
        return LOOP
    try:
        item = _item_at(tree, path)
    except IndexError:
        return DANGLING
    if is_reference(item):
        return OTHER_KIND
    numbers = "GraphicData" if item.value_type in DRAWN else "ReferencedFrameNumber"
    holder = item.attributes.first_item("ReferencedSOPSequence")
    holder = item.attributes if item.value_type in DRAWN else holder
    tree.referred_size += 1 + len(holder.numbers(numbers))
    return path


def _item_at(tree: ContentTree, path: Path) -> ContentItem:
    item = ContentItem(tree.root, tree=tree)
    for place in path[1:]:
        item = item.children[place - 1]
    return item


def _identifier(reference: ContentItem) -> Path:
    """Return the way from the root, whose own place is always 1; () for anything else."""
    numbers = reference.attributes.numbers("ReferencedContentItemIdentifier")
    path = tuple(int(n) for n in numbers[: MAX_DEPTH + 2] if n >= 1 and n == int(n))
    return path if len(path) == len(numbers) and path[:1] == (1,) else ()
