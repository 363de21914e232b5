"""Rigid registration of two volumes of one patient, which knows when it failed.

All shifts are tried at once on a coarse grid, the best ones are refined, and the one that fits best
block by block is refined to the end. It counts only if it fits well, if no other place fits nearly
as well, and if registering the other way round leads to the same place.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from readstation.imaging.registration_quality import Fit, fit_of
from readstation.imaging.registration_start import starts
from readstation.imaging.registration_steps import Template, Told, refine, template_of
from readstation.imaging.registration_volume import CoarseVolume
from readstation.imaging.rigid_transform import RigidTransform

START_MM, COARSE_MM, FIT_MM = 10.0, 12.0, 6.0
FINE_MM = (6.0, 3.0)
STILL_SHARE = 0.005  # of the grid
STARTS = 3
LEAST_LIKENESS = 0.6
FEWEST_BLOCKS = 12
SAME_PLACE_MM = 8.0
RIVAL_FROM = 0.3  # a place that fits less well by so much before refinement is no rival
CLEARLY = 0.1  # by which the likeness of the best place exceeds that of the next
MOST_DISAGREEMENT_MM = 2.5

Place = tuple[RigidTransform, Fit]


class Doubt(Enum):
    """Why no registration is used, for the reader."""

    NO_OVERLAP = "no overlap: the two studies show no common part of the body"
    AMBIGUOUS = "registration is not certain: more than one place fits"
    INCONSISTENT = "registration is not certain: the two directions disagree"
    NO_VOLUME = "no registration: the images of a series do not form a volume"


@dataclass(frozen=True, slots=True)
class Registration:
    """From fixed to moving patient points; without a `transform` the `doubt` says why.

    `disagreement_mm` is how far both directions are apart at the corners of the fixed volume.
    """

    transform: RigidTransform | None
    doubt: Doubt | None = None
    fit: Fit | None = None
    disagreement_mm: float = 0.0

    @property
    def inverse(self) -> Registration:
        """Return the same from moving to fixed points."""
        back = self.transform.inverse if self.transform else None
        return Registration(back, self.doubt, self.fit, self.disagreement_mm)


def register(
    fixed: CoarseVolume, moving: CoarseVolume, *, same_values: bool, told: Told
) -> Registration:
    """Find how the patient lies in `moving` compared with `fixed`.

    Parameters
    ----------
    fixed, moving : CoarseVolume
        Volumes of the same modality. Not modified.
    same_values : bool
        Whether equal values mean equal tissue, as Hounsfield units do.
    told : callable
        Called every few milliseconds; whatever it raises ends the work.

    Returns
    -------
    Registration

    Notes
    -----
    Cost: about a second for two chests. Shifts are found wherever a sixth of the smaller volume
    overlaps, turns up to about 20 degrees.
    """
    work = _Work(same_values, told)
    a, b = _Levels(fixed, told), _Levels(moving, told)
    places = work.places(a, b)
    if not places:
        return Registration(None, Doubt.NO_OVERLAP)
    best, fit = places[0]
    found = work.refined(a, b, best)
    if found is None:
        return Registration(None, Doubt.NO_OVERLAP, fit)
    fit = work.fit(a, b, found)
    if fit.likeness < LEAST_LIKENESS or fit.blocks < FEWEST_BLOCKS:
        return Registration(None, Doubt.NO_OVERLAP, fit)
    if work.has_rival(a, b, (found, fit), places[1:]):
        return Registration(None, Doubt.AMBIGUOUS, fit)
    back = work.refined(b, a, best.inverse)
    apart = apart_mm(fixed, found, back.inverse) if back is not None else math.inf
    if apart > MOST_DISAGREEMENT_MM:
        return Registration(None, Doubt.INCONSISTENT, fit, apart)
    return Registration(found, None, fit, apart)


class _Levels:
    """One volume, smoothed, and what is made of it at each coarseness, once."""

    def __init__(self, volume: CoarseVolume, told: Told) -> None:
        told()
        self.full = volume.smoothed()
        self._volumes: dict[float, CoarseVolume] = {}
        self._templates: dict[float, Template] = {}

    def volume(self, level_mm: float) -> CoarseVolume:
        if level_mm not in self._volumes:
            self._volumes[level_mm] = self.full.reduced(level_mm)
        return self._volumes[level_mm]

    def template(self, level_mm: float) -> Template:
        if level_mm not in self._templates:
            self._templates[level_mm] = template_of(self.volume(level_mm))
        return self._templates[level_mm]


@dataclass(frozen=True, slots=True)
class _Work:
    same_values: bool
    told: Told

    def places(self, a: _Levels, b: _Levels) -> list[Place]:
        """Return places that are really different, the one that fits best first."""
        found: list[Place] = []
        for start in starts(a.volume(START_MM), b.volume(START_MM), STARTS):
            self.told()
            place = self._refine(a, b, start.transform, COARSE_MM)
            if place is not None and all(_differ(a, place, other) for other, _ in found):
                found.append((place, self.fit(a, b, place)))
        return sorted(found, key=lambda one: -one[1].likeness)

    def has_rival(self, a: _Levels, b: _Levels, chosen: Place, others: Sequence[Place]) -> bool:
        """Return True if the volumes fit nearly as well elsewhere."""
        found, fit = chosen
        for start, first_fit in others:
            if first_fit.likeness <= fit.likeness - RIVAL_FROM:
                continue
            other = self.refined(a, b, start)
            if other is None or not _differ(a, other, found):
                continue
            if self.fit(a, b, other).likeness > fit.likeness - CLEARLY:
                return True
        return False

    def refined(self, a: _Levels, b: _Levels, start: RigidTransform) -> RigidTransform | None:
        place: RigidTransform | None = start
        for level_mm in FINE_MM:
            if place is not None:
                place = self._refine(a, b, place, level_mm)
        return place

    def fit(self, a: _Levels, b: _Levels, place: RigidTransform) -> Fit:
        self.told()
        return fit_of(a.volume(FIT_MM), b.volume(FIT_MM), place, same_values=self.same_values)

    def _refine(
        self, a: _Levels, b: _Levels, start: RigidTransform, level_mm: float
    ) -> RigidTransform | None:
        return refine(
            a.template(level_mm),
            b.volume(level_mm),
            start,
            still_mm=STILL_SHARE * level_mm,
            same_values=self.same_values,
            told=self.told,
        )


def _differ(levels: _Levels, one: RigidTransform, other: RigidTransform) -> bool:
    return apart_mm(levels.full, one, other) > SAME_PLACE_MM


def apart_mm(volume: CoarseVolume, one: RigidTransform, other: RigidTransform) -> float:
    """Return how far two transforms are apart, at most, half-way to the corners of a volume."""
    points = corners_of(volume)
    return max(math.dist(one.apply(p), other.apply(p)) for p in points)


def corners_of(volume: CoarseVolume) -> list[tuple[float, float, float]]:
    """Return the patient points half-way between the middle of a volume and its corners."""
    last = np.array(volume.values.shape[::-1]) - 1
    shares = [(x, y, z) for x in (0.25, 0.75) for y in (0.25, 0.75) for z in (0.25, 0.75)]
    index = np.column_stack([np.array(shares) * last, np.ones(len(shares))])
    return [(float(x), float(y), float(z)) for x, y, z in index @ volume.to_patient.T]
