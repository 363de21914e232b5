"""What the reading screen hangs: from the opened study and its accepted priors, and no other."""

from dataclasses import replace

import pytest

from readstation.app.hanging.hanging_desk import HangingDesk
from readstation.app.hanging.hanging_library import HangingLibrary
from readstation.app.hanging.stages import step_stage, use_protocol
from readstation.app.reading.frame_cache import FrameCache
from readstation.app.reading.layout import Layout
from readstation.app.reading.open_study import OpenedStudy
from readstation.app.reading.reading_model import ReadingModel
from readstation.app.viewport.viewport_state import Role
from readstation.app.viewport.window.window_presets import NO_PRESETS
from readstation.domain.claim import ClaimTask
from readstation.domain.patient import PatientMatch
from readstation.domain.prior import RankedPrior
from readstation.domain.study import CodedConcept
from tests.app.hanging.open_studies import ANATOMY, One, opened, shipped_protocols

SOFT, LUNG = One(2, "Thorax soft 5mm"), One(3, "Thorax lung 1mm")
LIBRARY = HangingLibrary(shipped_protocols())
CHEST = opened("1", "CT CHEST", "CT", (SOFT, LUNG))
NEWER = opened("2", "CT CHEST", "CT", (SOFT, LUNG), days_ago=100)
OLDER = opened("3", "CT CHEST", "CT", (SOFT,), days_ago=900)
HEAD = opened("4", "CT HEAD", "CT", (One(1, "Brain"),), days_ago=2000)


def ranked(study, match=PatientMatch.SAME) -> RankedPrior:
    return RankedPrior(study.study, match, 50, ("made for this test",))


def opening(current, *priors: RankedPrior) -> OpenedStudy:
    return OpenedStudy(
        current.study, None, (), ClaimTask.READ, None, "", priors, None, (), frozenset()
    )


def a_model(begun: OpenedStudy, *studies) -> ReadingModel:
    desk = HangingDesk(lambda: LIBRARY, lambda: ANATOMY)
    model = ReadingModel(NO_PRESETS, FrameCache(10**6), hanging=desk)
    model.open(begun)
    for study in studies:
        model.add_sets(study.sets)
    model.finish()
    return model


def hung(model) -> list[str]:
    return [
        f"{box.description.study_instance_uid}.{box.description.series_number}"
        if box.description
        else "-"
        for box in model.visible_boxes
    ]


def test_a_study_hangs_beside_its_best_prior() -> None:
    model = a_model(opening(CHEST, ranked(NEWER)), CHEST, NEWER)
    assert hung(model) == ["1.2", "2.2"]
    assert [b.state.role for b in model.visible_boxes] == [Role.CURRENT, Role.PRIOR]
    assert model.hanging.words == "CT chest · 1/3 Current and prior"


@pytest.mark.parametrize("match", [PatientMatch.POSSIBLE, None])
def test_images_of_nobodys_or_a_doubtful_prior_are_never_hung(match) -> None:
    """H01: they may be described and stand in the strip, and no stage shows them."""
    priors = (ranked(NEWER, match),) if match is not None else ()
    model = a_model(opening(CHEST, *priors), CHEST, NEWER)
    shown = {box.study_instance_uid for s in model.hanging.stages for box in s.boxes}
    assert shown - {""} == {"1"}
    model.hang_prior(NEWER.study)
    assert not model.hanging.compare_with(model.state.opened, model.state.sets, "2")


def test_the_oldest_prior_is_asked_for_and_gets_its_stage_when_it_is_there() -> None:
    begun = opening(CHEST, ranked(NEWER), ranked(OLDER), ranked(HEAD))
    model = a_model(begun, CHEST, NEWER)
    assert [s.study_instance_uid for s in model.hanging.wanted_priors(begun)] == ["2", "3"]
    step_stage(model, 1)
    before = hung(model)
    model.add_sets(OLDER.sets)
    model.add_sets(HEAD.sets)
    model.finish()
    assert hung(model) == before, "what the reader looks at stays"
    titles = [stage.title for stage in model.hanging.stages]
    wanted = titles.index("Current, prior and oldest prior")
    step_stage(model, wanted - model.hanging.stage_index)
    assert hung(model) == ["1.2", "2.2", "3.2"]


def test_another_prior_is_compared_in_the_boxes_of_the_protocol() -> None:
    model = a_model(opening(CHEST, ranked(NEWER), ranked(OLDER)), CHEST, NEWER)
    step_stage(model, 1)
    assert model.hanging.stage.title == "Lungs, current and prior"
    model.add_sets(OLDER.sets)
    model.hang_prior(OLDER.study)
    assert model.hanging.stage.title == "Lungs, current and prior"
    assert hung(model) == ["1.3", "3.2"]


def test_what_was_ordered_chooses_the_protocol_where_nothing_else_tells() -> None:
    unnamed = opened("5", "Routine", "CT", (One(1, "A"), One(2, "B")))
    ordered = replace(unnamed.study, ordered_codes=(CodedConcept("24627-2", "LN", "CT Chest"),))
    chosen = {
        study: a_model(opening(replace(unnamed, study=study)), unnamed).hanging.chosen
        for study in (unnamed.study, ordered)
    }
    assert chosen[ordered].protocol.protocol_id == "ct_chest"
    assert chosen[unnamed.study].protocol.protocol_id != "ct_chest"


def test_stages_stop_at_both_ends_and_a_changed_one_comes_back() -> None:
    model = a_model(opening(CHEST), CHEST)
    first = hung(model)
    model.set_layout(Layout.ONE)
    step_stage(model, -1)
    assert hung(model) == first == ["1.2", "1.3"]
    for _ in range(5):
        step_stage(model, 1)
    assert model.hanging.stage is model.hanging.stages[-1]


def test_another_protocol_hangs_at_once_and_every_image_stays_in_reach() -> None:
    model = a_model(opening(CHEST, ranked(NEWER)), CHEST, NEWER)
    use_protocol(model, "mg_screening")
    reached = set()
    for _ in model.hanging.stages:
        reached |= set(hung(model))
        step_stage(model, 1)
    assert {"1.2", "1.3", "2.2", "2.3"} <= reached
    use_protocol(model, "")
    assert model.hanging.chosen.protocol.protocol_id == "ct_chest"


def test_a_reader_who_was_quicker_keeps_the_images_and_has_the_stages() -> None:
    desk = HangingDesk(lambda: LIBRARY, lambda: ANATOMY)
    model = ReadingModel(NO_PRESETS, FrameCache(10**6), hanging=desk)
    model.open(opening(CHEST))
    model.add_sets(CHEST.sets)
    model.assign(0, CHEST.sets[1])
    model.finish()
    assert hung(model) == ["1.3"]
    assert len(desk.stages) > 0


def test_what_is_shown_first_is_what_the_protocol_shows_first() -> None:
    desk = HangingDesk(lambda: LIBRARY, lambda: ANATOMY)
    model = ReadingModel(NO_PRESETS, FrameCache(10**6), hanging=desk)
    model.open(opening(CHEST))
    many = opened("1", "CT CHEST", "CT", (SOFT, replace(LUNG, count=90)))
    model.add_sets(many.sets)
    model.show_lead()
    assert hung(model) == ["1.2"]


def test_closing_forgets_the_study() -> None:
    model = a_model(opening(CHEST), CHEST)
    model.close()
    assert (model.hanging.words, model.hanging.stages, model.hanging.case) == ("", (), None)
