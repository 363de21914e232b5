"""Our own side: the product's viewport widget, words and marks over the image as the reader has it.

Descriptions and frames come from the product's own readers; a frame that was loaded is answered at
once, as from the cache.
"""

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication, QWidget

from readstation.adapters.decode.frame_decoder import open_frames
from readstation.adapters.dicom.describe_frames import describe_frames
from readstation.app.reading.display_set import in_reading_order
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.linking import LinkGroup
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import Role
from readstation.app.viewport.window.window_presets import parse_window_presets
from readstation.domain.study import FrameKey
from readstation.domain.voi import VoiWindow
from readstation.imaging.frame import StoredFrame
from readstation.ui.theme import theme
from readstation.ui.viewport.viewport_view import ViewportView
from tests.benchmarks.contenders.answering import answer_calls
from tests.benchmarks.contenders.painted import Painted, window_of
