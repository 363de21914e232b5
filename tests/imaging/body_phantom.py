"""A made-up body of soft lumps, known at every point, and what two scanners see of it."""

import numpy as np

from readstation.imaging.plane import ImagePlane
from readstation.imaging.registration_volume import (
    CoarseVolume,
    block_of,
    coarse_slice,
    coarse_volume,
    slices_for_grid,
)
from readstation.imaging.rigid_transform import IDENTITY_TRANSFORM, RigidTransform

AIR, WATER = -1000.0, 0.0


class BodyPhantom:
    """An ellipsoid of water with lumps of many sizes in it; `seed` decides which body it is."""

    def __init__(self, seed: int = 1, lumps: int = 60, size_mm=(90.0, 70.0, 110.0)) -> None:
        draw = np.random.default_rng(seed)
        self.size_mm = np.array(size_mm)
        self.at = draw.uniform(-0.8, 0.8, (lumps, 3)) * self.size_mm
        self.radius = draw.uniform(8, 22, lumps)
        self.height = draw.uniform(-600, 600, lumps)

    def values(self, points):
        """Return Hounsfield units at points (n, 3) of the body's own coordinates."""
        depth = np.sqrt(((points / self.size_mm) ** 2).sum(axis=1))
        body = 1 / (1 + np.exp((depth - 1) * 30))
        inner = np.zeros(len(points))
        for at, radius, height in zip(self.at, self.radius, self.height, strict=True):
            inner += height * np.exp(-((points - at) ** 2).sum(axis=1) / (2 * radius**2))
        return AIR + body * (WATER - AIR + inner)


def scan(
    body: BodyPhantom,
    to_body: RigidTransform = IDENTITY_TRANSFORM,
    *,
    low_mm=(-110.0, -90.0, -125.0),
    spacing_mm=(4.0, 4.0, 5.0),
    counts=(56, 46, 50),
    row=(1.0, 0.0, 0.0),
    column=(0.0, 1.0, 0.0),
    frame_of_reference_uid: str = "1.2",
):
    """Return planes and values of parallel slices; `to_body` takes scanner to body coordinates."""
    along = np.cross(row, column)
    planes, images = [], []
    for number in range(counts[2]):
        start = np.array(low_mm) + along * number * spacing_mm[2]
        plane = ImagePlane(
            tuple(float(x) for x in start),
            row,
            column,
            spacing_mm[1],
            spacing_mm[0],
            frame_of_reference_uid,
        )
        j, i = np.meshgrid(np.arange(counts[1]), np.arange(counts[0]), indexing="ij")
        points = (
            start
            + i.ravel()[:, None] * np.array(row) * spacing_mm[0]
            + j.ravel()[:, None] * np.array(column) * spacing_mm[1]
        )
        turned = points @ np.array(to_body.rotation).T + np.array(to_body.translation_mm)
        planes.append(plane)
        images.append(body.values(turned).reshape(counts[1], counts[0]))
    return planes, images


def volume_of(planes, images, grid_mm: float = 3.0) -> CoarseVolume:
    order = slices_for_grid(planes, grid_mm)
    block = block_of(planes[0], grid_mm)
    return coarse_volume(
        [planes[i] for i in order],
        [coarse_slice(images[i], block) for i in order],
        low=AIR,
        high=1000.0,
        grid_mm=grid_mm,
    )
