"""A late dataclass cannot be told from Python's own."""

import copy
import dataclasses
import inspect
import pickle
from dataclasses import field, fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.domain import late_dataclass
from readstation.domain.late_dataclass import FIRST_FEW
from readstation.domain.late_dataclass import dataclass as late


@late(frozen=True, slots=True)
class Late:
    """A record."""

    name: str
    """Of whom."""
    size: int = 3
    words: tuple[str, ...] = ("a",)
    marks: dict[str, int] = field(default_factory=dict)
    seen: int = field(default=0, compare=False)

    @property
    def is_large(self) -> bool:
        return self.size > 3

    @classmethod
    def none(cls) -> "Late":
        return cls("")


@dataclasses.dataclass(frozen=True, slots=True)
class Own:
    """A record."""

    name: str
    size: int = 3
    words: tuple[str, ...] = ("a",)
    marks: dict[str, int] = field(default_factory=dict)
    seen: int = field(default=0, compare=False)


@late(frozen=True, slots=True)
class Checked:
    low: int
    high: int

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError(self.low)


@late(frozen=True, slots=True)
class Single:
    of: str


PARTS = st.fixed_dictionaries(
    {"name": st.text()},
    optional={
        "size": st.integers(0, 5),
        "words": st.tuples(st.text()),
        "marks": st.dictionaries(st.text(), st.integers()),
        "seen": st.integers(),
    },
)


@given(PARTS, PARTS)
def test_it_is_made_compared_and_told_as_pythons_own(first, second):
    assert repr(Late(**first)) == repr(Own(**first)).replace("Own(", "Late(")
    assert (Late(**first) == Late(**second)) == (Own(**first) == Own(**second))
    assert [getattr(Late(**first), f.name) for f in fields(Late)] == [
        getattr(Own(**first), f.name) for f in fields(Own)
    ]
    assert dataclasses.asdict(Late(**first)) == dataclasses.asdict(Own(**first))


@given(st.text(), st.text())
def test_equal_records_have_one_hash_and_records_of_another_kind_differ(first, second):
    assert hash(Single(first)) == hash(Single(first))
    assert (Single(first) == Single(second)) == (first == second)
    assert Single(first) != first
    assert Single(first) != Checked(1, 2)


@given(st.builds(Checked, st.just(1), st.integers(1, 9)))
def test_it_can_be_built_replaced_copied_and_packed(one):
    assert replace(one, high=10) == Checked(1, 10)
    assert copy.copy(one) == copy.deepcopy(one) == pickle.loads(pickle.dumps(one)) == one
    match one:
        case Checked(low, high):
            assert (low, high) == (one.low, one.high)


def test_what_it_says_of_itself_is_what_pythons_own_says():
    assert [(one.name, one.annotation) for one in inspect.signature(Late).parameters.values()] == [
        (one.name, one.annotation) for one in inspect.signature(Own).parameters.values()
    ]
    assert [(f.name, f.type, f.compare) for f in fields(Late)] == [
        (f.name, f.type, f.compare) for f in fields(Own)
    ]
    assert (Late.__doc__, Late.__match_args__) == (Own.__doc__, Own.__match_args__)
    assert Late.none().is_large is False


def test_it_cannot_be_changed_and_has_no_room_for_more():
    one = Late("a")
    for name in ("name", "other"):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(one, name, "b")
    with pytest.raises(dataclasses.FrozenInstanceError):
        del one.name
    assert not hasattr(one, "__dict__")
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'name'"):
        Late()


def test_each_object_gets_its_own_part_from_a_factory_and_is_checked_when_it_is_made():
    assert Late("a").marks is not Late("a").marks
    with pytest.raises(ValueError, match="2"):
        Checked(2, 1)


def test_what_it_cannot_treat_is_refused_when_it_is_declared():
    with pytest.raises(TypeError):
        late(frozen=True, slots=True)(type("Lower", (Single,), {"__annotations__": {"more": int}}))
    with pytest.raises(TypeError):
        late(frozen=True, slots=True)(
            type("Equal", (), {"__annotations__": {"of": int}, "__eq__": lambda *_: True})
        )
    with pytest.raises(TypeError):
        late(frozen=True, slots=False)


def test_nothing_is_compiled_for_the_first_few_objects(monkeypatch):
    compiled = []
    monkeypatch.setattr(late_dataclass, "exec", lambda *a: compiled.append(exec(*a)), raising=False)

    @late(frozen=True, slots=True)
    class One:
        of: int = 1

    few = [One(number) for number in range(FIRST_FEW)]
    assert not compiled
    assert [One(number) for number in range(FIRST_FEW)] == few
    assert len(compiled) == 1


@pytest.mark.parametrize("made_before", [0, FIRST_FEW])
def test_the_first_and_all_later_objects_take_the_same_arguments(made_before):
    @late(frozen=True, slots=True)
    class Pair:
        left: int
        right: int = 2
        rest: list[int] = field(default_factory=list)

    for _ in range(made_before):
        Pair(0)
    assert Pair(1) == Pair(left=1, right=2) == Pair(1, 2, [])
    for values, named in (((), {}), ((1,), {"left": 1}), ((1,), {"more": 1}), ((1, 2, [], 4), {})):
        with pytest.raises(TypeError, match="__init__"):
            Pair(*values, **named)
