"""Descriptions of images come back as they were put in, or not at all."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from readstation.app.viewport.packed_descriptions import PackedDescriptions
from tests.adapters.db.conftest import NOW, STUDY, a_series, a_study, an_instance

FIRST = PackedDescriptions("code 1", "shared by all", "own 1")


def put(database, **packed):
    with database.unit_of_work() as work:
        work.descriptions.put(packed)
        work.commit()


def kept(database, study=STUDY, series=None):
    with database.unit_of_work() as work:
        return work.descriptions.of_study(study, series)


def run(database, statement):
    with database.engine.begin() as connection:
        return connection.execute(text(statement))


def count(database, table):
    return run(database, f"SELECT count(*) FROM {table}").scalar_one()


@pytest.fixture
def two_images(with_study):
    with with_study.unit_of_work() as work:
        work.studies.add_instance(a_study(), a_series(), an_instance(number=2, sha="bb"), NOW)
        work.studies.add_instance(
            a_study("9.9"), a_series("9.9"), an_instance("9.9", sha="cc"), NOW
        )
        work.commit()
    return with_study


def test_descriptions_of_one_study_come_back_and_no_other(two_images):
    second = PackedDescriptions("code 1", "shared by all", "own 2")
    put(two_images, aa=FIRST, bb=second, cc=PackedDescriptions("code 1", "other", "own 3"))
    assert kept(two_images) == {"aa": FIRST, "bb": second}
    assert kept(two_images, series=f"{STUDY}.1") == {"aa": FIRST, "bb": second}
    assert kept(two_images, series="9.9.1") == {}
    assert set(kept(two_images, "9.9")) == {"cc"}


def test_what_is_shared_is_stored_once_and_goes_with_its_last_image(two_images):
    put(two_images, aa=FIRST, bb=PackedDescriptions("code 1", "shared by all", "own 2"))
    assert count(two_images, "shared_descriptions") == 1
    newer = PackedDescriptions("code 2", "shared anew", "own 1")
    put(two_images, aa=newer)
    assert count(two_images, "shared_descriptions") == 2
    put(two_images, bb=PackedDescriptions("code 2", "shared anew", "own 2"))
    assert count(two_images, "shared_descriptions") == 1
    assert kept(two_images)["aa"] == newer


@settings(
    deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=20), st.text(max_size=20))
def test_any_text_comes_back_exactly(with_study, shared, own):
    packed = PackedDescriptions("code", shared, own)
    put(with_study, aa=packed)
    assert kept(with_study) == {"aa": packed}


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE image_descriptions SET own = replace(own, '1', '2') WHERE content_sha256 = 'aa'",
        "UPDATE image_descriptions SET code = 'code 2' WHERE content_sha256 = 'aa'",
        "UPDATE image_descriptions SET content_sha256 = 'zz' WHERE content_sha256 = 'aa'",
        "UPDATE shared_descriptions SET content = 'shared by fall' WHERE content LIKE 'shared%'",
    ],
)
def test_what_was_damaged_is_left_out_and_written_anew(two_images, damage):
    other = PackedDescriptions("code 1", "another part", "own 2")
    put(two_images, aa=FIRST, bb=other)
    run(two_images, damage)
    assert kept(two_images) == {"bb": other}
    put(two_images, aa=FIRST)
    assert kept(two_images) == {"aa": FIRST, "bb": other}
