"""The one place pixels enter a viewport: only those of the newest request, or none."""

from __future__ import annotations

from collections.abc import Callable

from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.viewport_state import DisplayedFrame, RequestToken
from readstation.domain.viewing import VisiblePart
from readstation.imaging.frame import StoredFrame
from readstation.imaging.voi import Voi

MOST_UNEVEN = 0.02
"""By how much a coarse picture may be out of proportion: halving rounds odd sizes up."""
WRONG_SIZE = "The decoded image does not have the size its file states."

WantListener = Callable[[RequestToken, ImageDescription], None]
DisplayListener = Callable[[DisplayedFrame], None]


class FrameSlot:
    """Holds the wanted frame's token and, once they came, its pixels or the reason for none."""

    def __init__(self) -> None:
        self.token: RequestToken | None = None
        self.frame: StoredFrame | None = None
        self.preview: StoredFrame | None = None
        """A coarse picture while the whole frame is on its way. It is looked at, never measured."""
        self.refusal = ""
        self._wanted: ImageDescription | None = None
        self._epoch = 0
        self.want_listeners: list[WantListener] = []
        self.display_listeners: list[DisplayListener] = []

    def request(self, description: ImageDescription | None) -> None:
        """Drop what is there and ask for a frame under a new token."""
        self._epoch += 1
        self.frame, self.refusal, self.token, self.preview = None, "", None, None
        self._wanted = description
        if description is None:
            return
        token = RequestToken(
            self._epoch,
            description.study_instance_uid,
            description.series_instance_uid,
            description.sop_instance_uid,
            description.frame_number,
        )
        self.token = token
        for listener in list(self.want_listeners):
            listener(token, description)

    def take(self, token: RequestToken, frame: StoredFrame) -> bool:
        """Take pixels if they are the wanted ones and as large as their file says."""
        wanted = self._wanted
        if token != self.token or wanted is None:
            return False
        if (frame.rows, frame.columns) != (wanted.rows, wanted.columns):
            return self.refuse(token, WRONG_SIZE)
        self.frame, self.refusal, self.preview = frame, "", None
        return True

    def take_preview(self, token: RequestToken, preview: StoredFrame) -> bool:
        """Take a coarse picture of the wanted frame, unless the frame itself is there already."""
        wanted = self._wanted
        if token != self.token or wanted is None or self.frame is not None or self.refusal:
            return False
        tall, wide = preview.rows / wanted.rows, preview.columns / wanted.columns
        if not (tall < 1 and wide < 1 and abs(tall - wide) <= MOST_UNEVEN * tall):
            return False
        self.preview = preview
        return True

    def refuse(self, token: RequestToken, message: str) -> bool:
        """Keep the reason why the wanted frame cannot be shown."""
        if token != self.token:
            return False
        self.frame, self.refusal, self.preview = None, message, None
        return True

    def mark_painted(
        self, token: RequestToken, painted_scale: float, voi: Voi | None, part: VisiblePart
    ) -> None:
        """Tell that the frame of `token` is on the screen; nothing if another was asked for."""
        if token != self.token or self.frame is None:
            return
        shown = DisplayedFrame(
            token.study_instance_uid,
            token.series_instance_uid,
            token.sop_instance_uid,
            token.frame_number,
            painted_scale,
            voi,
            part,
        )
        for listener in list(self.display_listeners):
            listener(shown)
