"""The tables of body regions: a site adds to them, and every mistake says where and what to do."""

import pytest

from readstation.adapters.system.anatomy_file import load_anatomy
from readstation.adapters.system.late_anatomy import late_anatomy
from readstation.domain.anatomy import FoundRegions, RegionSource, Side
from readstation.domain.errors import SettingError
from readstation.domain.study import CodedConcept
from readstation.resource_files import resources
from tests.domain.worklist_items import a_study


def with_own(home, text):
    (home / "anatomy.toml").write_text(f"version = 1\n{text}", encoding="utf-8")
    return load_anatomy(home, resources())


def regions(anatomy, **study):
    return anatomy.find(a_study(**({"body_part_examined": "", "study_description": ""} | study)))


def test_the_tables_that_come_with_the_program_are_sound(tmp_path):
    anatomy = load_anatomy(tmp_path, resources())
    assert len(anatomy.regions) == 27
    assert all(region.words for region in anatomy.regions)


def test_a_site_adds_words_and_codes_of_its_own(tmp_path):
    own = '[[region]]\nid = "chest"\nwords = ["brystkasse"]\ncodes = ["99HERE:CTTHX"]\n'
    anatomy = with_own(tmp_path, own)
    found = FoundRegions(frozenset({"chest"}), RegionSource.DESCRIPTION)
    assert regions(anatomy, study_description="CT Brystkasse") == found
    assert regions(anatomy, study_description="CT Lung") == found
    coded = regions(anatomy, procedure_codes=(CodedConcept("CTTHX", "99here"),))
    assert coded == FoundRegions(frozenset({"chest"}), RegionSource.PROCEDURE_CODE)


def test_a_site_takes_a_word_away(tmp_path):
    own = '[[region]]\nid = "chest"\nwords = ["-cap"]\n'
    assert regions(with_own(tmp_path, own), study_description="CAP").regions == {
        "abdomen",
        "pelvis",
    }


def test_a_site_adds_a_region_sides_and_schemes(tmp_path):
    anatomy = with_own(
        tmp_path,
        '[sides]\nleft = ["gauche"]\n[schemes]\nXYZ = "SCT"\n'
        '[[region]]\nid = "phantom"\nwords = ["phantom"]\nneighbours = ["chest"]\n',
    )
    assert regions(anatomy, study_description="QA phantom").regions == {"phantom"}
    assert anatomy.side_of(a_study(study_description="GENOU GAUCHE")) is Side.LEFT
    coded = regions(anatomy, anatomic_regions=(CodedConcept("69536005", "xyz"),))
    assert coded.regions == {"head"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[region", "cannot be read"),
        ('[[region]]\nwords = ["x"]', "a region has no id"),
        ('[[region]]\nid = ""', "a region has no id"),
        ('[[region]]\nid = "a"\n[[region]]\nid = "a"', "'a' is there 2 times"),
        ('[[region]]\nid = "chest"\nword = ["x"]', "'chest': 'word' is not known"),
        ('[[region]]\nid = "chest"\nwords = "x"', "'chest': words is not a list of words"),
        ('[[region]]\nid = "chest"\nwords = [""]', "'chest': words is not a list of words"),
        ('[[region]]\nid = "chest"\ncodes = ["LN"]', "code 'LN' is not written as SCHEME:VALUE"),
        ('[[region]]\nid = "chest"\nparts = ["hart"]', "'chest' names 'hart', which is no region"),
        ('[[region]]\nid = "chest"\nneighbours = ["chest"]', "'chest' names itself"),
        ('[[region]]\nid = "chest"\nwords = ["lo*ng"]', "the star of 'lo\\*ng'"),
        ('[[region]]\nid = "chest"\nis_paired = 1', "is_paired is neither true nor false"),
        ('region = "chest"', "region is not a list of tables"),
        ('[sides]\nup = ["x"]', "sides: 'up' is not known"),
        ("[schemes]\nA = 1", "schemes is not a table of names"),
        ("regions = []", "'regions' is not known"),
    ],
)
def test_a_mistake_is_refused_with_its_place(tmp_path, text, sentence):
    with pytest.raises(SettingError, match=sentence) as refused:
        with_own(tmp_path, text)
    assert "anatomy.toml" in refused.value.message
    assert "Correct anatomy.toml" in refused.value.remedy


def test_another_version_is_refused(tmp_path):
    (tmp_path / "anatomy.toml").write_text("version = 2\n", encoding="utf-8")
    with pytest.raises(SettingError, match="version is 2"):
        load_anatomy(tmp_path, resources())


def test_a_mistake_is_known_when_the_workspace_opens_and_the_rest_is_read_late(tmp_path):
    tables = late_anatomy(tmp_path, resources())
    assert tables() is tables()
    (tmp_path / "anatomy.toml").write_text("version = 2\n", encoding="utf-8")
    with pytest.raises(SettingError):
        late_anatomy(tmp_path, resources())
