"""What is arranged and saved hangs the same way again, and is the same after it was a file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.app.hanging.capture import Arranged, Arrangement, captured, protocol_id_of
from readstation.app.hanging.protocol_text import as_toml
from readstation.app.hanging.protocol_toml import PROTOCOL_ID, parse_protocols
from readstation.domain.hanging import (
    Anchor,
    BoxLook,
    HangingProtocol,
    ImageBox,
    Orientation,
    Quadrant,
    Scope,
    SetSelector,
    Stage,
    StudySelector,
    Window,
    Zoom,
)
from readstation.domain.hanging_choice import choose
from tests.app.hanging.open_studies import case_of, in_words, names_of, shipped_protocols
from tests.app.hanging.test_shipped_protocols import CASES, opened_case

PROTOCOLS = shipped_protocols()
ARRANGED = [c for c in CASES if " - " not in f"{c.first} " and c.protocol != "any"]


@pytest.mark.parametrize("case", ARRANGED, ids=lambda c: f"{c.protocol}-{c.description}-{c.first}")
def test_an_arrangement_that_was_saved_hangs_again(case) -> None:
    current, priors = opened_case(case)
    hangable, names = case_of(current, *priors), names_of(current, *priors)
    facts = {f.set_id: f for s in (hangable.current, *hangable.priors) for f in s.sets}
    whole = [s for s in choose(PROTOCOLS, hangable).stages if all(h.set_id for h in s.boxes)]
    assert whole, "nothing to save"
    for stage in whole:
        boxes = tuple(
            Arranged(facts[h.set_id], h.study_instance_uid, h.box.look) for h in stage.boxes
        )
        here = Arrangement(stage.rows, stage.columns, boxes)
        study = StudySelector(modalities=hangable.current.modalities)
        saved = captured(here, hangable, "Mine", study)
        (read,) = parse_protocols(as_toml(saved), "own_mine.toml", is_own=True)
        assert read == saved
        again = choose([*PROTOCOLS, read], hangable)
        assert again.protocol == saved
        assert in_words(again.stages[0], names) == in_words(stage, names), saved
        assert [h.box.look for h in again.stages[0].boxes] == [b.look for b in boxes]


def test_an_arrangement_with_an_empty_box_keeps_what_is_there() -> None:
    current, _ = opened_case(CASES[1])
    hangable = case_of(current)
    facts = hangable.current.sets[1]
    here = Arrangement(1, 2, (None, Arranged(facts, "1", BoxLook())))
    saved = captured(here, hangable, "Mine", StudySelector())
    stage = choose([saved], hangable).stages[0]
    assert [hung.set_id for hung in stage.boxes] == [facts.set_id]


@given(st.text(min_size=1, max_size=60))
def test_any_title_gives_a_name_for_a_file(title: str) -> None:
    assert PROTOCOL_ID.fullmatch(protocol_id_of(title))


phrases = st.lists(st.sampled_from(("t1*", "*flair*", "lung", "größe", "a b")), max_size=2).map(
    tuple
)
codes = st.frozensets(st.sampled_from(("CT", "MR", "CC", "A-B")), max_size=2)
selectors = st.builds(
    SetSelector, codes, st.frozensets(st.sampled_from(("head", "knee")), max_size=2),
    st.sampled_from(("R", "L", "B", "")), codes,
    st.frozensets(st.sampled_from(("axial", "oblique"))),
    phrases, phrases, codes, codes, st.sampled_from(("sharp", "soft", "")), st.integers(0, 99),
    st.integers(0, 99),
)  # fmt: skip
windows = st.one_of(
    st.just(Window()),
    st.sampled_from(("Lung", 'A "quoted" \\ name')).map(lambda name: Window(preset=name)),
    st.builds(lambda c, w: Window("", c, w), st.floats(-5e3, 5e3), st.floats(1, 5e3)),
)
looks = st.builds(
    BoxLook, windows, st.sampled_from(Zoom), st.sampled_from(Orientation), st.sampled_from(Anchor),
    st.sampled_from(Quadrant), st.booleans(),
)  # fmt: skip


@st.composite
def protocols(draw: st.DrawFn) -> HangingProtocol:
    rows, columns = draw(st.sampled_from(((1, 1), (1, 2), (2, 2), (0, 0))))
    boxes = []
    for place in range(rows * columns or 2):
        scope = draw(st.sampled_from(Scope))
        box = ImageBox(
            scope, draw(st.integers(1, 9)) if scope is Scope.PRIOR else 1, draw(selectors),
            tuple(draw(st.lists(selectors, max_size=2))), draw(st.integers(0, place)),
            draw(st.booleans()), draw(looks),
        )  # fmt: skip
        boxes.append(box)
    stage = Stage(
        draw(st.sampled_from(("One", "“Zwei” \\ 2"))), rows, columns, tuple(boxes),
        draw(st.booleans()), draw(st.booleans()),
    )  # fmt: skip
    study = StudySelector(
        draw(codes), draw(codes), frozenset({"head"}), draw(st.sampled_from(("R", ""))),
        draw(phrases), draw(phrases), draw(codes), draw(st.booleans()),
    )  # fmt: skip
    return HangingProtocol("own_x", "T", study, (stage,), is_own=True)


@given(protocols())
def test_a_protocol_is_the_same_after_it_was_a_file(protocol) -> None:
    assert parse_protocols(as_toml(protocol), "own_x.toml", is_own=True) == (protocol,)
