import pytest

from readstation.app.report.report_templates import load_report_templates
from readstation.domain.errors import NotFoundError, SettingError
from readstation.domain.report import Section
from readstation.domain.report_template import ReportTemplate, choose_template
from readstation.resource_files import resources

CASES = [
    (("CT",), ("HEAD", "CT Head without contrast"), "ct_head"),
    (("CT",), ("", "CT Thorax"), "ct_chest"),
    (("CT", "SR"), ("CHEST",), "ct_chest"),
    (("CT",), ("ABDOMEN",), "generic"),
    (("DX",), ("CHEST",), "chest_radiograph"),
    (("CR",), ("", "chest pa/lateral"), "chest_radiograph"),
    (("CR",), ("HAND",), "generic"),
    (("MR",), ("BRAIN",), "mr_brain"),
    (("MG",), ("BREAST",), "mammogram"),
    (("MG",), (), "mammogram"),
    (("US",), ("CHEST",), "generic"),
    ((), (), "generic"),
]


@pytest.fixture(scope="module")
def templates():
    return load_report_templates(resources())


@pytest.mark.parametrize(("modalities", "descriptions", "expected"), CASES)
def test_modality_and_body_part_choose_the_template(templates, modalities, descriptions, expected):
    assert choose_template(templates, modalities, descriptions).template_id == expected


def test_every_shipped_template_has_a_name_and_a_normal_impression(templates):
    assert len(templates) == 6
    for template in templates:
        assert template.name.endswith(f"template v{template.version}")
        assert template.normal[Section.IMPRESSION]


def test_without_a_generic_template_an_unusual_study_is_refused_with_a_remedy():
    with pytest.raises(NotFoundError, match="No report template suits"):
        choose_template([ReportTemplate("x", "X", 1, frozenset({"MG"}))], ("US",), ())


def test_a_broken_template_file_is_named(tmp_path):
    folder = tmp_path / "report_templates"
    folder.mkdir()
    (folder / "broken.toml").write_text('title = "no id"', encoding="utf-8")
    with pytest.raises(SettingError, match=r"broken\.toml"):
        load_report_templates(tmp_path)
