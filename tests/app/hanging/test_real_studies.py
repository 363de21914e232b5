"""The real images beside the checkout, hung by what comes with the program."""

from pathlib import Path

import pytest

from readstation.adapters.dicom.describe_frames import describe_frames
from readstation.adapters.dicom.part10 import open_part10
from readstation.adapters.dicom.read_instance import read_instance
from readstation.app.reading.display_set import group_into_display_sets, in_strip_order
from readstation.domain.errors import RefusedInputError
from readstation.domain.hanging_choice import choose
from readstation.domain.study import Study
from tests.app.hanging.open_studies import (
    PATIENT,
    TODAY,
    Opened,
    case_of,
    in_words,
    names_of,
    shipped_protocols,
)

PROTOCOLS = shipped_protocols()
CHEST, PAIRS = "01_ct_chest_Lung-PET-CT-Dx_A0001", "02_ct_pairs_single_slice_COVID-19-NY-SBU"
XR, MG, US, NUCLEAR, MR = "04_xr", "05_mg", "06_us", "07_pet_nm", "03_mr"
REPEAT = f"{MR}/repeat_same_volunteer_T1"
CASES = [
    ((f"{CHEST}/current*",), (f"{CHEST}/prior*",), "ct_chest", "1x2: 3 p2"),
    ((f"{CHEST}/current*",), (), "ct_chest", "1x2: 3 2"),
    ((f"{CHEST}/current*soft",), (), "ct_chest", "1x2: 3 3"),
    ((f"{PAIRS}/A048383*1901*",), (f"{PAIRS}/A048383*1900*",), "ct_chest", "1x2: 2 p2"),
    ((f"{PAIRS}/A058062*1901*",), (f"{PAIRS}/A058062*1900*",), "ct_abdomen", "1x2: 2 p2"),
    ((f"{MR}/enhanced_multiframe_brain*/*",), (), "mr_brain", "1x2: 3 8"),
    ((f"{MR}/mr_liver*",), (), "mr_any", "1x1: 2"),
    ((f"{MR}/t1_7T*",), (), "mr_any", "1x1: 401"),
    ((f"{REPEAT}/HFS",), (f"{REPEAT}/HFDL",), "mr_brain", "1x2: 3 p2"),
    ((f"{XR}/RG1*",), (), "xr_chest", "1x1: 1"),
    ((f"{XR}/966*",), (), "xr_chest", "1x1: 1"),
    ((f"{XR}/dx_image*",), (), "xr_chest", "1x1: 1001"),
    ((f"{XR}/CR-MONO1*",), (), "xr_chest", "1x1: None"),
    ((f"{XR}/jpeg-base*",), (), "xr_any", "1x1: 79560"),
    ((f"{MG}/*",), (), "mg_any", "1x1: 27555"),
    ((f"{US}/I_00000*",), (), "us_any", "1x1: 1"),
    ((f"{US}/I_00001*",), (), "us_any", "1x1: 1"),
    ((f"{US}/US1*",), (), "us_any", "1x1: 1"),
    ((f"{NUCLEAR}/1.dcm",), (), "pet_any", "1x1: 102"),
    ((f"{NUCLEAR}/GH184*",), (), "pet_any", "1x1: 1"),
    ((f"{NUCLEAR}/NM1_J2KR",), (), "nm_any", "1x1: 1"),
    (("08_xa_rf/I_*",), (), "angiography_any", "1x1: 1"),
    (("08_xa_rf/Kar*",), (), "angiography_any", "1x1: 1"),
    (("09_colour_sc_vl/VL1*",), (), "any", "1x1: 1"),
]


def described(path: Path):
    opened = open_part10(path)
    try:
        return describe_frames(read_instance(opened))
    except RefusedInputError:
        return []  # no image
    finally:
        opened.source.close()


def a_study(data: Path, patterns, days_ago: int) -> Opened:
    """Describe the files; what lies in one folder or pattern counts as one study."""
    files = [f for p in patterns for each in sorted(data.glob(p)) for f in _files(each)]
    images = [image for file in files for image in described(file)]
    first = images[0]
    series = {}
    for image in images:
        series.setdefault(image.series_instance_uid, []).append(image)
    sets = [s for each in series.values() for s in group_into_display_sets(each)]
    modalities = tuple(dict.fromkeys(image.modality for image in images))
    study = Study(
        first.study_instance_uid, PATIENT, "A", TODAY, first.study_description, modalities,
        first.body_part_examined,
    )  # fmt: skip
    return Opened(study, in_strip_order(sets))


def _files(path: Path):
    files = [path] if path.is_file() else sorted(path.rglob("*"))
    return [f for f in files if f.is_file() and f.suffix not in {".json", ".xml", ".txt", ".md"}]


@pytest.mark.parametrize(("now", "before", "protocol", "first"), CASES)
def test_real_study_hangs_as_the_table_says(shared_data, now, before, protocol, first) -> None:
    current = a_study(shared_data, now, 0)
    priors = [a_study(shared_data, before, 100)] if before else []
    chosen = choose(PROTOCOLS, case_of(current, *priors))
    names = names_of(current, *priors)
    stages = [f"{s.title}: {in_words(s, names)}" for s in chosen.stages]
    assert chosen.protocol.protocol_id == protocol, chosen.chosen.reasons
    assert in_words(chosen.stages[0], names) == first, stages
