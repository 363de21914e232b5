"""Looks at what a contender draws: a figure counts only for one that really draws the image."""

import base64

import cv2
import numpy as np

from tests.benchmarks.contender import Contender
from tests.benchmarks.data import AIR, Series, image_of

LEAST_CORRELATION = 0.9
COARSE_PX = 16  # sampling and margins differ from viewer to viewer; what is seen does not


class PictureError(RuntimeError):
    """A contender does not show the image it should."""


def check_picture(contender: Contender, series: Series, width: int, height: int) -> None:
    """Compare the first image in two windows with the same made here.

    Raises
    ------
    PictureError
        If they differ by more than the way of sampling.
    """
    center, wide = series.window
    for window in ((center, wide), (center + wide / 2, wide / 2)):
        contender.call("window", steps=[window])
        picture = decoded(contender.call("picture")["png"])
        likeness = correlation(picture, expected(series, window, width, height))
        if likeness < LEAST_CORRELATION:
            raise PictureError(
                f"{contender.name} does not draw {series.name} at {window}: {likeness:.2f}"
            )


def decoded(png: str) -> np.ndarray:
    """Return the gray levels of a PNG file in base 64."""
    content = np.frombuffer(base64.b64decode(png), np.uint8)
    return np.asarray(cv2.imdecode(content, cv2.IMREAD_GRAYSCALE), np.float32)


def expected(series: Series, window: tuple[float, float], width: int, height: int) -> np.ndarray:
    """Return the gray levels of the first image, fitted into a viewport."""
    center, wide = window
    values = image_of(series, 0).astype(np.float32) - (AIR if series.kind == "ct" else 0)
    gray = np.clip((values - center) / wide + 0.5, 0, 1) * 255
    scale = min(width / series.columns, height / series.rows)
    size = (round(series.columns * scale), round(series.rows * scale))
    shrinks = scale < 1
    fitted = cv2.resize(gray, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    canvas = np.zeros((height, width), np.float32)
    top, left = (height - size[1]) // 2, (width - size[0]) // 2
    canvas[top : top + size[1], left : left + size[0]] = fitted
    return canvas


def correlation(picture: np.ndarray, wanted: np.ndarray) -> float:
    """Return how alike two pictures are, seen from afar; VTK draws upside down."""
    rows, columns = (max(side // COARSE_PX, 4) for side in wanted.shape)
    far = [
        cv2.resize(one, (columns, rows), interpolation=cv2.INTER_AREA).ravel()
        for one in (picture, picture[::-1], wanted)
    ]
    if min(one.std() for one in far) == 0:
        return 0.0
    return max(float(np.corrcoef(one, far[2])[0, 1]) for one in far[:2])
