"""Phrases of protocol files against descriptions."""

import time

import pytest

from readstation.domain.hanging_words import first_match, is_usable_phrase


@pytest.mark.parametrize(
    ("phrase", "text", "is_there"),
    [
        ("t2*", "AX T2W TSE", True),
        ("t2*", "T1 then T2", True),
        ("t2", "T2W", False),
        ("*flair*", "3D-SPACE_darkfluidFLAIR2", True),
        ("*adc", "trace_ADC", True),
        ("t1 post*", "Post contrast sag T1", True),
        ("t1 post*", "sag T1", False),
        ("lung*", "plung", False),
        ("c", "CT", False),
        ("straße", "STRASSE", True),
    ],
)
def test_phrase_is_found_word_by_word(phrase: str, text: str, is_there: bool) -> None:
    assert bool(first_match((phrase,), text)) is is_there


def test_the_first_phrase_that_is_there_is_told() -> None:
    assert first_match(("art*", "portal*", "venous"), "Portal venous") == "portal*"


@pytest.mark.parametrize("phrase", ["", " ", "*", "a**", "a*b", "(a+)+", "a\nb", "a" * 65, "*  a"])
def test_what_is_no_phrase_is_refused(phrase: str) -> None:
    assert not is_usable_phrase(phrase)


def test_a_hostile_description_takes_no_longer_than_its_length() -> None:
    text = "a" * 200_000 + " " + "aab " * 50_000
    began = time.thread_time()
    assert not first_match(("*aaab*", "*aab aba*", "b*"), text.replace("aab ", "aac "))
    assert time.thread_time() - began < 2
