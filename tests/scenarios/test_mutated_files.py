"""Sixty thousand damaged files: the right image, a consistent other one, or a typed refusal."""

import os
import sys

import pytest

from tests.hostile.memory import NOW, resident_mib
from tests.hostile.run_trials import run_trials
from tests.hostile.trials import CORPUS, DAMAGES, PER_RUN, corpus, numbered
from tests.hostile.verdict import MAX_RESIDENT_MIB, MAX_S

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="needs the limits that a POSIX worker has"),
]
FIRST = int(os.environ.get("READSTATION_FUZZ_FROM", "0"))
"""Set it to look at other files than those of every run; what fails goes into the corpus."""
MAX_GROWTH_MIB = 64
ADVICE = f"Add these lines to {CORPUS.name}, mend what they show, and run again:"


def assert_all_handled(outcome, count):
    print(outcome.report())
    lines = "\n".join(trial for trial, _wrong in outcome.wrong)
    assert not outcome.wrong, f"{ADVICE}\n{lines}\n{outcome.report()}"
    assert outcome.judged == count
    assert outcome.slowest_s <= MAX_S
    assert outcome.most_resident_mib <= MAX_RESIDENT_MIB


@pytest.mark.timeout(300)
def test_files_that_once_showed_a_defect_stay_handled():
    kept = list(corpus())
    assert kept
    assert_all_handled(run_trials(-len(kept), 0), len(kept))


@pytest.mark.timeout(1800)
def test_sixty_thousand_mutated_files_are_handled_and_the_driver_does_not_grow():
    before = resident_mib(NOW)
    outcome = run_trials(FIRST, FIRST + PER_RUN)
    assert_all_handled(outcome, PER_RUN)
    assert outcome.counts["shown as undamaged"] > PER_RUN // 10
    assert resident_mib(NOW) - before < MAX_GROWTH_MIB


def test_every_damage_comes_up_and_a_trial_can_be_made_again():
    trials = [numbered(number) for number in range(2000)]
    assert {trial.damage for trial in trials} == set(DAMAGES)
    for trial in trials[:50]:
        assert trial.make().content() == trial.make().content()
