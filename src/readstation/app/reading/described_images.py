"""What has already been read of images since the program began, under the hash of their files."""

from __future__ import annotations

import threading  # noqa: TID251 - a lock; no thread is started
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from readstation.app.viewport.image_description import ImageDescription

MOST_IMAGES = 20_000
"""About a kilobyte each."""


class DescribedImages:
    """Descriptions by content_sha256, for all job lanes; what was put in first leaves first."""

    def __init__(self, most_images: int = MOST_IMAGES) -> None:
        self._most_images = most_images
        self._files: dict[str, tuple[ImageDescription, ...]] = {}
        self._held = 0
        self._lock = threading.Lock()

    def get(self, content_sha256: str) -> tuple[ImageDescription, ...] | None:
        return self._files.get(content_sha256)

    def put(self, content_sha256: str, images: tuple[ImageDescription, ...]) -> None:
        with self._lock:
            self._held += len(images) - len(self._files.pop(content_sha256, ()))
            self._files[content_sha256] = images
            while self._held > self._most_images:
                self._held -= len(self._files.pop(next(iter(self._files))))

    def clear(self) -> None:
        """Forget everything: nobody is logged in any more."""
        with self._lock:
            self._files.clear()
            self._held = 0
