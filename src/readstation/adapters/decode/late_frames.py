"""The frames of a station whose decoders, OpenCV among them, are loaded when one is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from readstation.app.image_ports import FrameSource
    from readstation.app.on_first_use import OnFirstUse


class LateFrames:
    """Passes everything on to the frame source, which is made on first use."""

    def __init__(self, source: OnFirstUse[FrameSource]) -> None:
        self._source = source

    def __getattr__(self, name: str) -> Any:
        passed_on = getattr(self._source.get(), name)
        setattr(self, name, passed_on)  # the next call finds it without coming here
        return passed_on

    def close(self) -> None:
        if self._source.is_made:
            self._source.get().close()


def late_frames(source: OnFirstUse[FrameSource]) -> FrameSource:
    """Return a frame source whose every method is that of `source`, made on first use."""
    return cast("FrameSource", LateFrames(source))
