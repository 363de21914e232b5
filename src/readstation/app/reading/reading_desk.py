"""What the reader can ask of the reading screen besides the images themselves."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from readstation.app.reading.layout import Layout
from readstation.app.reading.reading_model import ReadingModel


class Wish(Enum):
    """One thing the screen does on request; the value says it to the reader."""

    CALL = "Call and log"
    ASK_SECOND_READER = "Ask a second reader"
    SHOW_REPORT = "Show the report"
    TYPE_REPORT = "Go to the report"
    LOOK_AT_IMAGES = "Go to the images"
    INSERT_MEASUREMENT = "Insert the measurement into the report"
    PLOT_MEASUREMENT = "Histogram or profile of the selected measurement"
    COPY_MEASUREMENT = "Copy the selected measurement to the other study"
    SAME_LESION = "Same lesion as the one selected in the other box"
    LIST_MEASUREMENTS = "List of measurements and lesions"
    SAVE_MEASUREMENTS = "Save the measurements as structured report"
    INSERT_KEY_IMAGE = "Insert the key image into the report"
    MARK_KEY_IMAGE = "Mark or unmark as key image"
    NEXT_KEY_IMAGE = "Next key image"
    SAVE_KEY_IMAGES = "Save the key images as key object selection"
    EXPORT = "Export picture, cine or objects"
    EXPORT_KEY_IMAGES = "Export all key images"
    SHOW_IMAGE_INFORMATION = "Image information"
    CHOOSE_WINDOW = "Choose window"
    CHOOSE_PRESENTATION = "Presentation states"
    CHOOSE_HANGING = "Hanging protocols"
    SAVE_HANGING = "Save this arrangement as hanging protocol"
    SAVE_VIEW = "Save this view as presentation state"
    REFORMAT = "Planes through the volume (MPR), and back"
    NEXT_STUDY = "Next study of the list"
    CLOSE = "Close the study"


class ReadingDesk:
    """Model of the reading context: layout and series by `images`, the rest as wishes."""

    def __init__(self, images: ReadingModel) -> None:
        self.images = images
        self._listeners: list[Callable[[Wish], None]] = []

    def on_wish(self, listener: Callable[[Wish], None]) -> None:
        self._listeners.append(listener)

    def wish(self, wish: Wish) -> None:
        """Tell the screen; without an open study there is only the next to wish for."""
        if self.images.state.opened is not None or wish is Wish.NEXT_STUDY:
            for listener in list(self._listeners):
                listener(wish)

    def set_layout(self, layout: Layout) -> None:
        self.images.set_layout(layout)
