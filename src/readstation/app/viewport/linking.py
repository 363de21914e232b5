"""Linked scroll: viewports follow each other by patient position, or say why they cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from readstation.app.viewport.guides import GuideLayer
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.link_book import LinkBook, are_in_one_space, pair_of
from readstation.app.viewport.link_kind import Hindrance, Link, LinkKind, no_link
from readstation.app.viewport.linked_stack import KeptStacks
from readstation.app.viewport.view_linking import ViewLinks
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import ViewportState
from readstation.imaging.plane import Vector
from readstation.imaging.registration import Doubt
from readstation.imaging.rigid_transform import IDENTITY_TRANSFORM, RigidTransform
from readstation.imaging.stack_extent import SIMILAR_DEG, angle_between_deg
from readstation.imaging.stack_order import PlaneStack

FAR_MM = 3.0


class LinkGroup:
    """The viewports of one screen; those linked scroll together.

    One frame of reference is followed by position. Other studies are followed by registration, or
    as the reader aligned them; images that state no position by their number. Each pair of
    viewports has its own kind of link.
    """

    def __init__(self) -> None:
        self.book = LinkBook()
        self._models: list[ViewportModel] = []
        self.guides = GuideLayer(self._models, self)
        self.views = ViewLinks(self._models, self.relation)
        self._stacks = KeptStacks()
        self._links: dict[tuple[int, int], _KeptLink] = {}
        self._shifts: dict[tuple[int, int], int] = {}
        self._away_mm: dict[int, float] = {}
        self._shown: dict[int, tuple[ImageDescription, ...]] = {}
        self._lead: ViewportModel | None = None
        self._is_following = False
        self.is_wanted = True
        """False once the reader has unlinked: nothing is linked anew by itself."""

    @property
    def models(self) -> tuple[ViewportModel, ...]:
        return tuple(self._models)

    def add(self, model: ViewportModel) -> None:
        if model not in self._models:
            self._models.append(model)
            model.link_group = self
            model.on_scrolled(self._follow)
            model.on_change(partial(self._note, model))

    def clear(self) -> None:
        """Unlink all viewports and forget what the reader aligned: the study is left."""
        self.book.forget_alignment()
        self.guides.clear()
        self.views.clear()
        self.is_wanted = True
        self._unlink()

    def toggle(self, by: ViewportModel) -> None:
        """Link all viewports with this one, or unlink them if they are linked."""
        if by.state.is_linked:
            self.is_wanted = False
            self._unlink()
            return
        self.is_wanted = True
        self.link(by)

    def link_at_this_level(self, by: ViewportModel) -> None:
        """Link all viewports, taking the images now shown as the same level."""
        found = {}
        for target in self._models:
            here, there = by.description, target.description
            if target is not by and here is not None and there is not None:
                transform = self._alignment(by, target)
                if transform is not None:
                    found[pair_of(here, there)] = transform
                else:
                    shift = target.state.frame_index - by.state.frame_index
                    self._shifts[id(by), id(target)] = shift
        if found:
            self.book.align(found)
        self.is_wanted = True
        self.link(by)

    def undo_alignment(self, by: ViewportModel) -> None:
        """Take back what the reader aligned last, and follow what was there before."""
        if not self.book.undo():
            by.change(notice="Nothing was aligned.")
            return
        self.link(by)

    def relation(self, source: ViewportModel, target: ViewportModel) -> RigidTransform | None:
        """Return how points of one viewport lie in another, in whichever direction they look."""
        here, there = source.description, target.description
        if here is None or there is None or here.plane is None or there.plane is None:
            return None
        known = self.known(here, there)
        return known.transform if known.is_spatial else None

    def stack_of(self, model: ViewportModel) -> PlaneStack | None:
        """Return where the images of a viewport lie; None if any of them does not say."""
        return self._stacks.of(model)

    def link_between(self, source: ViewportModel, target: ViewportModel) -> Link:
        """Return how `target` follows `source`, or why it cannot."""
        return self._kept_link(source, target)[0]

    def _kept_link(self, source: ViewportModel, target: ViewportModel) -> tuple[Link, str]:
        """Return the link and its words, worked out once where it is one for all images."""
        key = (id(source), id(target))
        kept = self._links.get(key)
        if kept is not None and kept.holds(source, target, self.book.version):
            return kept.link, kept.words
        link = self._link_now(source, target)
        words = link.words(self._stacks.centre_mm(source))
        if self._stacks.are_even(source, target):
            sets = (source.display_set, target.display_set)
            self._links[key] = _KeptLink(*sets, self.book.version, link, words)
        return link, words

    def _link_now(self, source: ViewportModel, target: ViewportModel) -> Link:
        here, there = source.description, target.description
        if here is None or there is None:
            return no_link(Hindrance.NO_POSITION)
        if self._stacks.of(source) is None or self._stacks.of(target) is None:
            return self._by_number(source, target)
        return self._checked(source, target, self.known(here, there))

    def status(self, model: ViewportModel) -> str:
        """Return how the viewport is linked, for the reader; empty if it is not."""
        if not model.state.is_linked:
            return ""
        partner = self._lead if self._lead is not model else self._first_other(model)
        if partner is None or partner.description is None or model.description is None:
            return ""
        first, second = sorted((partner, model), key=self._models.index)  # one offset for both
        parts = (self._kept_link(first, second)[1], self.views.words)
        words = ", ".join(part for part in parts if part)
        away_mm = self._away_mm.get(id(model), 0.0)
        return f"{away_mm:.0f} mm away, {words}" if away_mm else words

    def link(
        self,
        by: ViewportModel,
        among: Sequence[ViewportModel] | None = None,
        *,
        is_asked: bool = True,
    ) -> None:
        """Link all viewports that can be linked with this one; if asked, the others say why not."""
        group = self._models if among is None else among
        others = [m for m in group if m is not by and m.display_set]
        links = {model: self.link_between(by, model) for model in others}
        linked = [m for m in others if links[m].is_link]
        if not linked:
            hindrance = next((link.hindrance for link in links.values() if link.hindrance), None)
            words = "There is no other series to link to."
            if hindrance is not None:
                words = f"{hindrance.message} {hindrance.remedy}".strip()
            by.change(is_linked=False, notice=f"Not linked. {words}" if is_asked else "")
            return
        self._lead = by
        for model in (by, *linked):
            model.change(is_linked=True, notice="")
        for model in others:
            hindrance = links[model].hindrance
            if hindrance is not None:
                notice = f"Not linked. {hindrance.message}" if is_asked else ""
                model.change(is_linked=False, notice=notice)
        self._follow(by)

    # Inside

    def _note(self, model: ViewportModel, state: ViewportState) -> None:
        self.guides.follow(model, state)
        self.views.follow(model, state)
        if self._shown.get(id(model)) is not model.display_set:
            self._shown[id(model)] = model.display_set
            for other in self._models:  # their words name the link with this one
                if other is not model and other.state.is_linked:
                    other.touch()

    def _unlink(self) -> None:
        self._shifts.clear()
        self._away_mm.clear()
        self._lead = None
        for model in self._models:
            model.change(is_linked=False, notice="")

    def _first_other(self, model: ViewportModel) -> ViewportModel | None:
        return next((m for m in self._models if m is not model and m.state.is_linked), None)

    def known(self, here: ImageDescription, there: ImageDescription) -> Link:
        """Return what is known of two spaces, whatever the images in them."""
        pair, is_same = pair_of(here, there), are_in_one_space(here, there)
        found, aligned = self.book.registration(pair), self.book.aligned(pair)
        if aligned is not None:
            is_corrected = is_same or (found is not None and found.transform is not None)
            return Link(LinkKind.CORRECTED if is_corrected else LinkKind.ALIGNED, aligned)
        if is_same:
            return Link(LinkKind.POSITION, IDENTITY_TRANSFORM)
        if found is not None and found.transform is not None:
            return Link(LinkKind.REGISTERED, found.transform)
        if found is not None and found.doubt is Doubt.NO_OVERLAP:
            return no_link(Hindrance.NO_OVERLAP)
        if found is not None and found.doubt is not Doubt.NO_VOLUME:
            return no_link(Hindrance.UNCERTAIN)
        is_running = self.book.is_running(pair)
        return no_link(Hindrance.REGISTERING if is_running else Hindrance.OTHER_SPACE)

    def _checked(self, source: ViewportModel, target: ViewportModel, known: Link) -> Link:
        """Return the link if the images themselves allow it."""
        here, there = source.description, target.description
        if here is None or there is None or here.plane is None or there.plane is None:
            return no_link(Hindrance.NO_POSITION)
        if known.hindrance is Hindrance.NO_OVERLAP:
            return known
        transform = known.transform or IDENTITY_TRANSFORM
        if angle_between_deg(here.plane, there.plane, transform) > SIMILAR_DEG:
            return no_link(Hindrance.DIRECTIONS)
        if known.is_spatial and not self._stacks.overlap(source, target, transform):
            return no_link(Hindrance.NO_OVERLAP)
        return known

    def _by_number(self, source: ViewportModel, target: ViewportModel) -> Link:
        """Return the link of images without geometry: both lack it and are of one kind."""
        here, there = source.display_set[0], target.display_set[0]
        if any(d.plane is not None for d in (here, there)):
            return no_link(Hindrance.NO_POSITION)
        if here.modality != there.modality:
            return no_link(Hindrance.OTHER_MODALITY)
        if min(len(source.display_set), len(target.display_set)) < 2:
            return no_link(Hindrance.NO_POSITION)
        shift = self._shifts.get((id(source), id(target)))
        if shift is None:
            shift = -self._shifts.get((id(target), id(source)), 0)
        return Link(LinkKind.INDEX, index_shift=shift)

    def _alignment(self, source: ViewportModel, target: ViewportModel) -> RigidTransform | None:
        """Return the transform that puts the image shown here onto the level of that one."""
        here, there = source.description, target.description
        if here is None or there is None or here.plane is None or there.plane is None:
            return None
        base = self.known(here, there).transform or IDENTITY_TRANSFORM
        away_mm = there.plane.to_image(base.apply(_centre_mm(here)))[2]
        x, y, z = there.plane.normal
        return base.shifted((-x * away_mm, -y * away_mm, -z * away_mm))

    def _follow(self, source: ViewportModel) -> None:
        if self._is_following or not source.state.is_linked:
            return
        if self._away_mm.pop(id(source), 0.0):
            source.touch()
        self._is_following, self._lead = True, source
        try:
            for target in self._models:
                if target is not source and target.state.is_linked:
                    self._move(source, target)
        finally:
            self._is_following = False

    def _move(self, source: ViewportModel, target: ViewportModel) -> None:
        link = self.link_between(source, target)
        if link.hindrance is not None:
            target.change(is_linked=False, notice=f"Not linked. {link.hindrance.message}")
            return
        stack, here = self._stacks.of(target), source.description
        if link.transform is None or stack is None or here is None or here.plane is None:
            target.go_to(source.state.frame_index + link.index_shift, by_link=True)
            return
        index, away_mm = stack.nearest(link.transform.apply(_centre_mm(here)))
        target.go_to(index, by_link=True)
        self._note_distance(target, away_mm)

    def _note_distance(self, target: ViewportModel, away_mm: float) -> None:
        """Remember how far the nearest image is off, if further than one image is thick."""
        d = target.description
        is_far = d is not None and away_mm > max(d.slice_thickness_mm or 0.0, FAR_MM)
        before, now = self._away_mm.get(id(target), 0.0), away_mm if is_far else 0.0
        self._away_mm[id(target)] = now
        if now != before:
            target.touch()


def _centre_mm(image: ImageDescription) -> Vector:
    if image.plane is None:
        return (0.0, 0.0, 0.0)
    return image.plane.to_patient(image.columns / 2, image.rows / 2)


@dataclass(frozen=True, slots=True)
class _KeptLink:
    """A link that holds for every image of two display sets."""

    source: tuple[ImageDescription, ...]
    target: tuple[ImageDescription, ...]
    version: int
    link: Link
    words: str

    def holds(self, source: ViewportModel, target: ViewportModel, version: int) -> bool:
        is_same = self.source is source.display_set and self.target is target.display_set
        return is_same and self.version == version
