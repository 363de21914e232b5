"""What stands behind an image: its windows, its facts, its uptake values, what lies over it."""

from __future__ import annotations

from readstation.app.viewport.frame_marks import OVERLAYS_HIDDEN
from readstation.app.viewport.overlay_text import overlay_text
from readstation.app.viewport.presentation_state.applied_presentation import graphics_of
from readstation.app.viewport.value_scale import ValueScale
from readstation.app.viewport.viewport_state import ChosenWindow
from readstation.app.viewport.window.window_options import WindowOption
from readstation.ui.reading.image_information_panel import ImageInformationPanel
from readstation.ui.reading.presentation_chooser import PresentationChooser
from readstation.ui.reading.reading_view import ReadingView
from readstation.ui.reading.window_chooser import WindowChooser
from readstation.ui.reconstruction.reconstruction_view import ReconstructionView
from readstation.ui.tour.tour_runner import TourStep
from readstation.ui.tour.tour_stage import TourStage, require
from readstation.ui.worklist.worklist_view import WorklistView

CURRENT, PET_BOX = 0, 1
BONE = "Bone"
FACTS_OF_EVERY_IMAGE = (
    "Transfer syntax",
    "Decoder",
    "Self-test",
    "Lossy compression",
    "Photometric",
    "Modality values",
    "Window in use",
    "Calibration",
    "Display",
)
MAMMOGRAPHY = "DEMO-A1015"
FOUR_VIEWS = ("R CC", "L CC", "R MLO", "L MLO")
PET, LIVER = "DEMO-A1014", "DEMO-A1013"
MARKED, UPTAKE_VALUES = "MASS", "SUVbw"
FORMULA = "SUVbw = activity in Bq/ml x body weight / dose"
MIDDLE_SLICE = 17


class ImageSteps:
    """The reader asks what is shown, and how."""

    def __init__(self, stage: TourStage) -> None:
        self._stage = stage
        self._has_asked = False

    def on_the_ct(self) -> list[TourStep]:
        """Return the steps on the study that is being read."""
        stage = self._stage
        return [
            TourStep(
                "choose_window",
                "Every window by name: moving through the list shows it at once",
                self._choose_bone,
                lambda: stage.is_painted(CURRENT),
                self._check_chooser,
            ),
            TourStep(
                "image_information",
                "What is known of the image: how it was decoded, its values, its calibration",
                self._ask_for_facts,
                lambda: stage.is_visible(ImageInformationPanel),
                self._check_facts,
            ),
            TourStep(
                "presentation_state",
                "What the technologist marked: a presentation state, listed and shown",
                lambda: stage.press("Escape", "Shift+P", "Down"),
                lambda: stage.box(CURRENT).state.presentation is not None,
                self._check_presentation,
            ),
            TourStep(
                "presentation_state_left",
                "Escape brings the reader's own view back",
                lambda: stage.press("Escape"),
                lambda: stage.box(CURRENT).state.presentation is None,
                self._check_own_view,
                has_picture=False,
            ),
        ]

    def on_other_studies(self) -> list[TourStep]:
        """Return the steps on images of other kinds; they begin and end at the list."""
        return [*self._on_the_mammograms(), *self._on_the_phantom(), *self._on_the_liver()]

    def _on_the_mammograms(self) -> list[TourStep]:
        stage = self._stage
        return [
            TourStep(
                "mammography",
                "Synthetic mammograms in their four views, chest walls together",
                lambda: self._open(MAMMOGRAPHY),
                lambda: self._are_hung(len(FOUR_VIEWS)),
                lambda: self._check_mammograms("CURRENT"),
            ),
            TourStep(
                "mammography_priors",
                "The next stage of the protocol: with those of two years ago, to the same scale",
                lambda: stage.press("."),
                lambda: self._are_hung(2 * len(FOUR_VIEWS)),
                lambda: self._check_mammograms("CURRENT", "PRIOR"),
            ),
            TourStep(
                "mammography_left",
                "The mammograms are given back",
                lambda: stage.press("Ctrl+W"),
                lambda: stage.is_visible(WorklistView),
                lambda: {"claimed": self._claim_of(MAMMOGRAPHY)},
                has_picture=False,
            ),
        ]

    def _are_hung(self, count: int) -> bool:
        stage = self._stage
        if not stage.is_visible(ReadingView):
            return False
        boxes = stage.reading.model.visible_boxes
        return len(boxes) == count and all(stage.is_painted(index) for index in range(count))

    def _check_mammograms(self, *roles: str) -> dict[str, str]:
        boxes = self._stage.reading.model.visible_boxes
        hung = [
            f"{box.state.role.value} {d.laterality} {d.view_position}"
            for box in boxes
            if (d := box.description) is not None
        ]
        views = {f"{role} {view}" for role in roles for view in FOUR_VIEWS}
        require(set(hung) == views, f"The boxes show {', '.join(hung)}.")
        return {"boxes": ", ".join(hung), "says": self._stage.reading.tools.hanging.text()}

    def _on_the_phantom(self) -> list[TourStep]:
        stage = self._stage
        return [
            TourStep(
                "uptake_values",
                "A simulated PET phantom opens in SUV; formula and inputs stand beside it",
                lambda: self._open(PET),
                self._is_phantom_open,
                self._check_uptake,
            ),
            TourStep(
                "fusion",
                "The PET laid over planes of the CT, read out in HU and SUV",
                self._fuse,
                lambda: self._is_fused,
                self._check_fused,
                timeout_s=180,  # machine code is made once after an installation
            ),
            TourStep(
                "phantom_left",
                "The phantom is given back",
                lambda: stage.press("Ctrl+R", "Ctrl+W"),
                lambda: stage.is_visible(WorklistView),
                lambda: {"claimed": self._claim_of(PET)},
                has_picture=False,
            ),
        ]

    def _on_the_liver(self) -> list[TourStep]:
        stage = self._stage
        return [
            TourStep(
                "overlay",
                "A liver with the lesion that the scanner's operator marked in an overlay",
                lambda: self._open(LIVER),
                lambda: stage.is_visible(ReadingView) and stage.is_painted(CURRENT),
                self._check_overlay,
            ),
            TourStep(
                "overlay_hidden",
                "The overlay is hidden; the image box says so",
                lambda: stage.press("Shift+T"),
                lambda: not stage.box(CURRENT).state.are_overlay_planes_visible,
                self._check_overlay_hidden,
            ),
            TourStep(
                "liver_left",
                "The liver is given back",
                lambda: stage.press("Shift+T", "Ctrl+W"),
                lambda: stage.is_visible(WorklistView),
                lambda: {"claimed": self._claim_of(LIVER)},
                has_picture=False,
            ),
        ]

    def _choose_bone(self) -> None:
        stage = self._stage
        stage.press("Shift+W")
        options = self._chooser.options
        names = [option.name for option in options]
        start = next(i for i, option in enumerate(options) if option.is_current)
        steps = names.index(BONE) - start
        stage.press(*["Down" if steps > 0 else "Up"] * abs(steps))

    @property
    def _chooser(self) -> WindowChooser:
        return self._stage.visible(WindowChooser)

    def _check_chooser(self) -> dict[str, str]:
        choice = self._stage.box(CURRENT).state.voi_choice
        require(isinstance(choice, ChosenWindow), "Moving in the list shows no window.")
        assert isinstance(choice, ChosenWindow)  # noqa: S101 - for the type checker; required above
        require(choice.name == BONE, f"The list shows {choice.name}, not {BONE}.")
        sources = {option.source for option in self._chooser.options}
        require({"file", "preset", "automatic", "yours"} <= sources, "A kind of window is missing.")
        return {"offered": "; ".join(_in_words(option) for option in self._chooser.options)}

    def _ask_for_facts(self) -> None:
        self._stage.press("Escape", "Shift+I")

    def _facts(self) -> dict[str, str]:
        panel = self._stage.visible(ImageInformationPanel)
        lines = panel.facts.plain_text.splitlines()
        return dict(line.split("\t", 1) for line in lines if "\t" in line)

    def _check_facts(self) -> dict[str, str]:
        facts = self._facts()
        missing = [name for name in FACTS_OF_EVERY_IMAGE if not facts.get(name)]
        require(not missing, f"The panel says nothing of {', '.join(missing)}.")
        require("passed" in facts["Self-test"], f"The decoder {facts['Self-test']}.")
        d = self._stage.box(CURRENT).description
        require(d and facts["SOP instance"] == d.sop_instance_uid, "Facts of another image.")
        choice = self._stage.box(CURRENT).state.voi_choice
        is_back = isinstance(choice, ChosenWindow) and choice.name != BONE
        require(is_back, "Escape did not bring the former window back.")
        return {name: facts[name] for name in FACTS_OF_EVERY_IMAGE}

    def _open(self, accession_number: str) -> None:
        stage = self._stage
        worklist = stage.visible(WorklistView)
        uid = self._uid_of(accession_number)
        rows = [row.study_instance_uid for row in worklist.model.rows]
        stage.click_row(worklist.table, rows.index(uid))
        stage.press("Return")

    def _fuse(self) -> None:
        stage = self._stage
        stage.press("Escape")
        stage.view(CURRENT).setFocus()
        stage.press("Ctrl+R")
        self._has_asked = False

    @property
    def _is_fused(self) -> bool:
        """Lay the PET over the planes once these are there."""
        planes = self._stage.reading.pages.reconstruction
        if planes.is_showing and not self._has_asked:
            self._has_asked = True
            self._stage.press("Alt+F")
        return planes.fusion.layer is not None

    def _check_fused(self) -> dict[str, str]:
        view = self._stage.visible(ReconstructionView)
        words = self._stage.text_in(view)
        require("SUV" in words and "HU" in words, "The planes are not read out in HU and SUV.")
        return {"cut": view.cut_words}

    def _is_phantom_open(self) -> bool:
        """Turn to the middle and ask for the facts once the images are there."""
        stage = self._stage
        if not stage.is_visible(ReadingView) or stage.reading.model.state.opened is None:
            return False
        if not stage.is_painted(PET_BOX) or len(stage.box(PET_BOX).display_set) <= MIDDLE_SLICE:
            return False
        if not stage.is_visible(ImageInformationPanel):
            stage.view(PET_BOX).setFocus()
            stage.press("Home", *["Down"] * MIDDLE_SLICE, "Shift+I")
        return self._facts().get("Shown in") == UPTAKE_VALUES

    def _check_uptake(self) -> dict[str, str]:
        box = self._stage.box(PET_BOX)
        require(box.state.value_scale is ValueScale.SUVBW, "The PET does not open in SUV.")
        facts = self._facts()
        require(facts["Shown in"] == UPTAKE_VALUES, "The panel names another scale.")
        words = self._stage.visible(ImageInformationPanel).facts.plain_text
        require(FORMULA in words, "The panel shows no formula.")
        title = self._stage.text_in(self._stage.reading.grid.boxes[PET_BOX])
        require("SIMULATED" in title.upper(), "The phantom does not say that it is simulated.")
        return {"window": facts["Window in use"], "formula": FORMULA}

    def _badges(self) -> list[str]:
        return [badge.text for badge in overlay_text(self._stage.box(CURRENT)).badges]

    def _check_presentation(self) -> dict[str, str]:
        stage = self._stage
        name = f"Presentation state {MARKED}"
        require(name in self._badges(), f"No badge says {name}.")
        voi = stage.box(CURRENT).voi
        require(voi is not None and voi.explanation == MARKED, "Its window is not in use.")
        box = stage.box(CURRENT)
        d = box.description
        require(d and graphics_of(box.state, d), "Its graphics are not shown.")
        options = stage.visible(PresentationChooser).options
        return {"offered": "; ".join(f"{o.name} {o.description} {o.made}" for o in options)}

    def _check_own_view(self) -> dict[str, str]:
        state = self._stage.box(CURRENT).state
        choice = state.voi_choice
        require(isinstance(choice, ChosenWindow), "The reader's own window is gone.")
        require(state.zoom is None, "The zoom is not that of before.")
        return {"window": str(choice)}

    def _check_overlay(self) -> dict[str, str]:
        frame = self._stage.box(CURRENT).frame
        require(frame is not None and frame.overlays, "The overlay is not there.")
        require(OVERLAYS_HIDDEN not in self._badges(), "The overlay is said to be hidden.")
        return {"badges": "; ".join(self._badges())}

    def _check_overlay_hidden(self) -> dict[str, str]:
        require(OVERLAYS_HIDDEN in self._badges(), "No badge says that the overlay is hidden.")
        return {"badges": "; ".join(self._badges())}

    def _uid_of(self, accession_number: str) -> str:
        studies = self._stage.stored(lambda work: work.studies.all())
        found = next(s for s in studies if s.accession_number == accession_number)
        return found.study_instance_uid

    def _claim_of(self, accession_number: str) -> str:
        uid = self._uid_of(accession_number)
        rows = self._stage.visible(WorklistView).model.rows
        row = next(row for row in rows if row.study_instance_uid == uid)
        return row.item.claim.owner_id if row.item.claim else "by nobody"


def _in_words(option: WindowOption) -> str:
    return f"{option.name} {option.values} ({option.source})"
