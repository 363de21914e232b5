"""Attributes of one frame: its own functional groups, then the shared ones, then the data set."""

from __future__ import annotations

from collections.abc import Iterator

from readstation.adapters.dicom.attributes import Attributes


class FrameAttributes:
    """Finds the place where an attribute of this frame is stated (PS3.3 C.7.6.16)."""

    def __init__(self, root: Attributes, shared: Attributes, own: Attributes | None) -> None:
        self.root = root
        self.has_groups = own is not None
        self._groups = (shared,) if own is None else (own, shared)

    def place(self, group_keyword: str, keyword: str) -> Attributes:
        """Return the functional group item that states `keyword`, else the data set itself."""
        for groups in self._groups:
            item = groups.first_item(group_keyword)
            if keyword in item:
                return item
        return self.root

    def place_of_any(self, group_keyword: str, keywords: tuple[str, ...]) -> Attributes:
        """Return the functional group item that states any of `keywords`, else the data set."""
        for groups in self._groups:
            item = groups.first_item(group_keyword)
            if any(keyword in item for keyword in keywords):
                return item
        return self.root

    def items(self, keyword: str, group_keyword: str = "") -> list[Attributes]:
        """Return a sequence of this frame's own groups, else the shared ones, else the data set.

        It may stand in the group of `group_keyword` or directly among the groups. A frame never
        takes what another frame states.
        """
        for groups in self._groups:
            for place in (groups.first_item(group_keyword), groups):
                found = place.items(keyword)
                if found:
                    return found
        return self.root.items(keyword)

    def numbers(self, group_keyword: str, keyword: str) -> tuple[float, ...]:
        return self.place(group_keyword, keyword).numbers(keyword)

    def number(self, group_keyword: str, keyword: str) -> float | None:
        found = self.numbers(group_keyword, keyword)
        return found[0] if found else None

    def text(self, group_keyword: str, keyword: str) -> str:
        return self.place(group_keyword, keyword).text(keyword)


def each_frame(root: Attributes, number_of_frames: int) -> Iterator[FrameAttributes]:
    """Yield the attributes of every frame in order."""
    shared = root.first_item("SharedFunctionalGroupsSequence")
    own = root.items("PerFrameFunctionalGroupsSequence")
    for index in range(number_of_frames):
        yield FrameAttributes(root, shared, own[index] if index < len(own) else None)
