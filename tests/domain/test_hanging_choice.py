"""Which protocol is chosen, why, and what holds for every study whatever it contains."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.domain.hanging import (
    HangingCase,
    HangingProtocol,
    ImageBox,
    Scope,
    SetFacts,
    SetSelector,
    Stage,
    StudyFacts,
    StudySelector,
)
from readstation.domain.hanging_choice import LAST_RESORT, choose, grid_for
from readstation.domain.hanging_match import best_for, fit_of
from tests.app.hanging.open_studies import shipped_protocols

SHIPPED = shipped_protocols()
ANY_BOX, ANY_STUDY = ImageBox(), StudySelector()
MODALITIES = ("CT", "MR", "MG", "DX", "CR", "PT", "US", "OT")
WORDS = ("t1", "t2", "flair", "lung", "bone", "NAC", "art", "sag", "post", "diag", "")

sets = st.builds(
    SetFacts,
    set_id=st.just(""),
    modality=st.sampled_from(MODALITIES),
    series_description=st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join),
    regions=st.frozensets(st.sampled_from(("head", "chest", "spine", "knee", "hand")), max_size=2),
    laterality=st.sampled_from(("R", "L", "B", "")),
    view=st.sampled_from(("CC", "MLO", "PA", "LAT", "ML", "")),
    plane=st.sampled_from(("axial", "coronal", "sagittal", "oblique", "")),
    image_type=st.frozensets(st.sampled_from(("LOCALIZER", "PRIMARY", "DERIVED")), max_size=2),
    image_count=st.integers(1, 300),
    series_number=st.none() | st.integers(0, 9),
    is_for_processing=st.booleans(),
)


@st.composite
def cases(draw: st.DrawFn) -> HangingCase:
    studies = []
    for number in range(draw(st.integers(1, 4))):
        own = tuple(
            replace(facts, set_id=f"{number}-{place}")
            for place, facts in enumerate(draw(st.lists(sets, max_size=9)))
        )
        studies.append(
            StudyFacts(
                f"study {number}",
                frozenset(facts.modality for facts in own),
                draw(st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join)),
                draw(st.frozensets(st.sampled_from(("head", "chest", "spine", "knee", "hand")))),
                draw(st.sampled_from(("R", "L", "B", ""))),
                draw(
                    st.none() | st.integers(2000, 2026).map(lambda y: datetime(y, 1, 1, tzinfo=UTC))
                ),
                own,
            )
        )
    return HangingCase(studies[0], tuple(studies[1:]))


protocol_choices = st.lists(st.sampled_from(SHIPPED), unique=True, max_size=len(SHIPPED))


@given(
    cases(),
    protocol_choices,
    st.booleans(),
    st.sampled_from(["", *(p.protocol_id for p in SHIPPED)]),
)
def test_no_image_is_ever_out_of_reach(case, protocols, is_prior_below, asked_for) -> None:
    chosen = choose(protocols, case, asked_for=asked_for, is_prior_below=is_prior_below)
    hung = {box.set_id for stage in chosen.stages for box in stage.boxes} - {""}
    assert hung == {facts.set_id for s in (case.current, *case.priors) for facts in s.sets}


@given(cases(), protocol_choices, st.randoms(use_true_random=False))
def test_the_same_study_always_hangs_the_same_way(case, protocols, chance) -> None:
    shuffled = list(protocols)
    chance.shuffle(shuffled)
    assert choose(protocols, case) == choose(shuffled, case)


@given(
    cases(),
    protocol_choices,
    st.booleans(),
    st.sampled_from(["", *(p.protocol_id for p in SHIPPED)]),
)
def test_a_box_never_shows_a_study_it_is_not_for(
    case, protocols, is_prior_below, asked_for
) -> None:
    chosen = choose(protocols, case, asked_for=asked_for, is_prior_below=is_prior_below)
    study_of = {
        facts.set_id: s.study_instance_uid for s in (case.current, *case.priors) for facts in s.sets
    }
    for stage in chosen.stages:
        assert stage.rows * stage.columns >= len(stage.boxes) > 0
        for hung in stage.boxes:
            if not hung.set_id:
                continue
            is_current = hung.study_instance_uid == case.current.study_instance_uid
            assert hung.study_instance_uid == study_of[hung.set_id]
            assert is_current is (hung.box.scope is Scope.CURRENT)


@given(cases(), st.booleans())
def test_a_stage_shows_a_set_twice_only_where_the_box_says_so(case, is_prior_below) -> None:
    for stage in choose(SHIPPED, case, is_prior_below=is_prior_below).stages:
        once = [hung.set_id for hung in stage.boxes if hung.set_id and not hung.box.is_again]
        assert len(once) == len(set(once))


def a_protocol(name: str, wanted: StudySelector = ANY_STUDY, **more: object) -> HangingProtocol:
    return HangingProtocol(name, name, wanted, (Stage("one", 1, 1, (ANY_BOX,)),), **more)


CHEST = StudyFacts(
    "1", frozenset({"CT"}), "CT chest for nodule", frozenset({"chest"}), "", None,
    (SetFacts("a", "CT"),),
)  # fmt: skip


def test_the_more_a_protocol_says_the_better_it_fits() -> None:
    protocols = [
        a_protocol("any"),
        a_protocol("ct", StudySelector(modalities=frozenset({"CT", "PT"}))),
        a_protocol("chest", StudySelector(frozenset({"CT"}), regions=frozenset({"chest"}))),
        a_protocol("nodule", StudySelector(frozenset({"CT"}), description=("nodul*",))),
        a_protocol("head", StudySelector(frozenset({"CT"}), regions=frozenset({"head"}))),
    ]
    chosen = choose(protocols, HangingCase(CHEST))
    assert [c.protocol.protocol_id for c in chosen.candidates] == [
        "nodule",
        "chest",
        "ct",
        "any",
        "head",
    ]
    assert [c.score for c in chosen.candidates] == [49, 39, 19, 9, 0]
    assert chosen.chosen.reasons == ("CT (+10)", "“nodul*” (+30)", "1 of 1 boxes filled (+9)")
    assert chosen.candidates[-1].refusal == "not head"


def test_an_own_protocol_goes_before_a_more_exact_one() -> None:
    exact = a_protocol("exact", StudySelector(frozenset({"CT"}), description=("chest",)))
    own = a_protocol("own", StudySelector(frozenset({"CT"})), is_own=True)
    assert choose([exact, own], HangingCase(CHEST)).protocol is own
    assert choose([exact, own], HangingCase(CHEST), asked_for="exact").protocol is exact


def test_among_equals_the_first_identifier_wins() -> None:
    assert (
        choose([a_protocol("b"), a_protocol("a")], HangingCase(CHEST)).protocol.protocol_id == "a"
    )


def test_without_protocols_a_study_still_hangs() -> None:
    chosen = choose([], HangingCase(CHEST))
    assert chosen.protocol is LAST_RESORT
    assert [box.set_id for box in chosen.stages[0].boxes] == ["a"]


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (StudySelector(frozenset({"MR"})), "not MR"),
        (StudySelector(also=frozenset({"PT"})), "not PT"),
        (StudySelector(laterality="L"), "side L"),
        (StudySelector(description=("head",)), "description says otherwise"),
        (StudySelector(description_without=("chest",)), "description says “chest”"),
        (StudySelector(views=frozenset({"R CC"})), "no R CC"),
        (StudySelector(needs_prior=True), "no prior"),
    ],
)
def test_a_criterion_that_is_not_met_rules_a_protocol_out(wanted, refusal) -> None:
    assert fit_of(a_protocol("x", wanted), HangingCase(CHEST)).refusal == refusal


def test_the_oldest_prior_is_not_hung_beside_itself() -> None:
    boxes = (ANY_BOX, ImageBox(Scope.PRIOR), ImageBox(Scope.OLDEST_PRIOR))
    protocol = HangingProtocol("x", "x", StudySelector(), (Stage("s", 1, 3, boxes),))
    newer = replace(
        CHEST,
        study_instance_uid="2",
        sets=(SetFacts("b", "CT"),),
        taken_at=datetime(2025, 1, 1, tzinfo=UTC),
    )
    older = replace(
        newer,
        study_instance_uid="3",
        sets=(SetFacts("c", "CT"),),
        taken_at=datetime(2020, 1, 1, tzinfo=UTC),
    )
    two, one = HangingCase(CHEST, (newer, older)), HangingCase(CHEST, (newer,))
    assert [b.set_id for b in choose([protocol], two).stages[0].boxes] == ["a", "b", "c"]
    assert [b.set_id for b in choose([protocol], one).stages[0].boxes] == ["a", "b", ""]


def test_pixels_for_machines_hang_only_where_nothing_else_is_there() -> None:
    raw, shown = SetFacts("raw", image_count=9, is_for_processing=True), SetFacts("shown")
    assert best_for(ANY_BOX, [raw, shown]) is shown
    assert best_for(ANY_BOX, [raw]) is raw


def test_the_earliest_preference_that_is_met_decides() -> None:
    box = ImageBox(prefers=(SetSelector(description=("x",)), SetSelector(description=("soft",))))
    soft, other = SetFacts("s", series_description="soft"), SetFacts("o", image_count=99)
    assert best_for(box, [other, soft]) is soft


@pytest.mark.parametrize(
    ("count", "grid"),
    [(1, (1, 1)), (2, (1, 2)), (3, (1, 3)), (4, (2, 2)), (5, (2, 3)), (7, (2, 4)), (9, (3, 3))],
)
def test_the_smallest_grid_with_room_is_taken(count, grid) -> None:
    assert grid_for(count) == grid
