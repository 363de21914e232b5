"""What comes with the program, by a table: a study and its series, and the boxes they hang in."""

from dataclasses import dataclass, field

import pytest

from readstation.domain.hanging_choice import choose
from tests.app.hanging.open_studies import (
    One,
    Opened,
    case_of,
    in_words,
    names_of,
    opened,
    shipped_protocols,
    views,
)

PROTOCOLS = shipped_protocols()
FOUR = ("R CC", "L CC", "R MLO", "L MLO")
SOFT, LUNG = One(2, "Thorax soft 5mm"), One(3, "Thorax lung 1mm")
SCOUT = One(1, "Topogram", 2, "coronal", image_type="ORIGINAL PRIMARY LOCALIZER")


@dataclass(frozen=True)
class Case:
    """`first` is the first stage; `later` names further ones by title."""

    description: str
    modality: str
    series: tuple[One, ...]
    protocol: str
    first: str
    prior: tuple[One, ...] = ()
    older: tuple[One, ...] = ()
    body_part: str = ""
    later: dict[str, str] = field(default_factory=dict)
    is_prior_below: bool = False


CT = [
    Case("CT HEAD WO", "CT", (One(1, "Brain 5mm"),), "ct_head", "1x2: 1 1"),
    Case("CT HEAD WO", "CT", (One(1, "Brain"), One(2, "Bone")), "ct_head", "1x2: 1 2"),
    Case("CT HEAD", "CT", (One(1, "Brain"),), "ct_head", "1x2: 1 p1", prior=(One(1, "Brain"),)),
    Case(
        "CT BRAIN", "CT", (SCOUT, One(2, "Bone 1mm", 90), One(3, "Brain 5mm", 30)), "ct_head",
        "1x2: 3 p4", prior=(SCOUT, One(3, "Bone"), One(4, "Brain")),
        later={"Brain and bone": "1x2: 3 2", "Other images 1 of 2": "1x1: 1"},
    ),
    Case(
        "Kopf", "CT", (One(1, "Cerebrum"), One(2, "cor", plane="coronal"),
        One(3, "sag", plane="sagittal")), "ct_head", "1x2: 1 1", body_part="HEAD",
        later={"Three planes": "1x3: 1 2 3"},
    ),
    Case("CT orbits", "CT", (One(4, "bone", 90),), "ct_head", "1x2: 4 4", body_part="HEAD"),
    Case(
        "CT HEAD", "CT", (One(1, "Brain"),), "ct_head", "1x2: 1 p1",
        prior=(One(1, "Brain", plane="coronal"),),
        later={"Brain and stroke windows, prior": "1x3: 1 1 p1"},
    ),
    Case("CT THORAX", "CT", (SOFT,), "ct_chest", "1x2: 2 2",
         later={"Mediastinum and lungs": "1x2: 2 2"}),
    Case("CT CHEST", "CT", (SCOUT, SOFT, LUNG), "ct_chest", "1x2: 2 3"),
    Case(
        "CT CHEST", "CT", (SCOUT, SOFT, LUNG), "ct_chest", "1x2: 2 p2", prior=(SCOUT, SOFT, LUNG),
        later={
            "Lungs, current and prior": "1x2: 3 p3",
            "Mediastinum and lungs": "1x2: 2 3",
            "Other images 1 of 2": "1x1: 1",
            "Other images 2 of 2": "1x1: p1",
        },
    ),
    Case("CT CHEST", "CT", (LUNG,), "ct_chest", "1x2: 3 p2", prior=(SOFT,)),
    Case(
        "CT CHEST", "CT", (SOFT,), "ct_chest", "1x2: 2 p2", prior=(SOFT,), older=(One(5, "soft"),),
        later={"Current, prior and oldest prior": "1x3: 2 p2 q5"},
    ),
    Case(
        "CT Thorax HR", "CT", (One(1, "HR"), One(2, "MIP 8mm", 40), One(3, "cor", plane="coronal"),
        One(4, "sag", plane="sagittal")), "ct_chest", "1x2: 1 1",
        later={"Three planes": "1x3: 2 3 4"},
    ),
    Case("CT LUNG SCREENING", "CT", (One(7, "Lung"),), "ct_chest", "1x2: 7 7"),
    Case("CT CHEST", "CT", (SCOUT,), "ct_chest", "1x2: 1 1"),
    Case("CT ABDOMEN", "CT", (One(1, "Native"), One(2, "Art"), One(3, "Portal venous")),
         "ct_abdomen", "1x3: 1 2 3"),
    Case(
        "CT ABDOMEN PELVIS W", "CT", (One(1, "Native", 90), One(2, "Portal venous", 60)),
        "ct_abdomen", "1x2: 2 p9", prior=(One(9, "portal venous"),),
        later={"Abdomen and liver windows": "1x2: 2 2"},
    ),
    Case("CT LIVER", "CT", (One(1, "Liver"),), "ct_abdomen", "1x2: 1 1"),
    Case("Becken", "CT", (One(1, "Pelvis"),), "ct_abdomen", "1x2: 1 1", body_part="PELVIS"),
    Case("CT CSPINE", "CT", (One(1, "ax bone"), One(2, "sag bone", 40, "sagittal")), "ct_spine",
         "1x2: 2 1"),
    Case("CT LUMBAR SPINE", "CT", (One(1, "ax"),), "ct_spine", "1x2: 1 p1", prior=(One(1, "ax"),)),
    Case(
        "CT SPINE", "CT", (One(1, "ax"), One(2, "sag", plane="sagittal"),
        One(3, "cor", plane="coronal")), "ct_spine", "1x2: 2 1",
        later={"Three planes": "1x3: 2 3 1"},
    ),
    Case("CT FOOT LEFT", "CT", (One(1, "ax"),), "ct_any", "1x1: 1"),
    Case("", "CT", (One(1), One(2, count=60)), "ct_any", "1x2: 2 p1", prior=(One(1, count=3),)),
    Case("CT", "CT", (SCOUT,), "ct_any", "1x1: 1"),
]  # fmt: skip

FLAIR, T2, T1 = One(3, "Ax T2 FLAIR"), One(4, "Ax T2 TSE"), One(5, "Ax T1 SE")
DWI, ADC, POST = One(6, "DWI b1000 TRACE"), One(7, "ADC"), One(8, "Ax T1 SE post Gd")
SAG_T1, SAG_T2 = One(2, "T1 TSE sag", 15, "sagittal"), One(3, "T2 TSE sag", 15, "sagittal")
SAG_STIR, AX_T2 = One(4, "STIR sag", 15, "sagittal"), One(5, "T2 TSE tra", 30, "axial")
PD_SAG, PD_COR = One(2, "PD FS sag", 25, "sagittal"), One(3, "PD FS cor", 25, "coronal")
PD_AX, T1_COR = One(4, "PD FS tra", 25, "axial"), One(5, "T1 TSE cor", 25, "coronal")
MR = [
    Case("MR BRAIN", "MR", (T2, T1, FLAIR), "mr_brain", "1x3: 3 4 5"),
    Case(
        "MR BRAIN WWO", "MR", (FLAIR, T2, T1, DWI, ADC, POST), "mr_brain", "1x2: 3 p3",
        prior=(FLAIR, T2, T1, DWI),
        later={
            "Contrasts": "2x2: 3 4 6 8",
            "Contrasts with prior": "2x4: p3 p4 p6 p5 3 4 6 8",
            "Diffusion and ADC": "1x2: 6 7",
            "Before and after contrast": "1x2: 5 8",
        },
    ),
    Case(
        "MR BRAIN", "MR", (FLAIR, T2, T1, DWI), "mr_brain", "1x2: 3 p3", prior=(FLAIR, T2),
        later={"Contrasts with prior": "2x4: 3 4 6 5 p3 p4 - -"}, is_prior_below=True,
    ),
    Case("MR BRAIN", "MR", (FLAIR, T2, T1, DWI, ADC), "mr_brain", "2x2: 3 4 6 5",
         later={"Diffusion and ADC": "1x2: 6 7"}),
    Case("MR Schädel", "MR", (One(1, "t1_mprage_sag", 176, "sagittal"),), "mr_brain", "1x1: 1",
         body_part="BRAIN"),
    Case("MR sella", "MR", (One(1, "T2 cor", plane="coronal"),), "mr_brain", "1x1: 1"),
    Case("MR LSPINE", "MR", (SAG_T1, SAG_T2, SAG_STIR, AX_T2), "mr_spine", "1x3: 2 3 4",
         later={"Sagittal and axial": "1x2: 3 5"}),
    Case("MR LUMBAR SPINE", "MR", (SAG_T1, SAG_T2), "mr_spine", "1x2: 3 p3",
         prior=(SAG_T1, SAG_T2)),
    Case("MR CERVICAL SPINE", "MR", (SAG_T2, AX_T2), "mr_spine", "1x1: 3",
         later={"Sagittal and axial": "1x2: 3 5"}),
    Case("MR SPINE", "MR", (AX_T2,), "mr_spine", "1x2: 5 p5", prior=(AX_T2,)),
    Case("MR KNEE LEFT", "MR", (PD_SAG, PD_COR, PD_AX, T1_COR), "mr_knee", "1x3: 2 3 4",
         later={"Proton density and T1": "1x2: 3 5"}),
    Case("MR KNEE RT", "MR", (PD_SAG,), "mr_knee", "1x2: 2 p2", prior=(PD_SAG, T1_COR)),
    Case("MRI KNEE", "MR", (PD_SAG, T1_COR), "mr_knee", "1x2: 2 5"),
    Case("MR LIVER", "MR", (One(1, "cor", plane="coronal"),), "mr_any", "1x1: 1"),
    Case("MR PROSTATE", "MR", (T2, DWI, ADC, T1), "mr_any", "1x1: 4",
         later={"Series side by side": "2x2: 4 5 6 7"}),
    Case("", "MR", (One(1, "localizer", 3), One(2, "x", 9)), "mr_any", "1x2: 2 p4",
         prior=(One(4, "x", 9),)),
]  # fmt: skip

HAND = ("L PA", "R PA", "L OBL", "R OBL")
XR = [
    Case("XR CHEST", "DX", views("PA", modality="DX"), "xr_chest", "1x1: 1"),
    Case("XR CHEST 2 VIEWS", "DX", views("LAT", "PA", modality="DX"), "xr_chest", "1x2: 2 1"),
    Case("XR CHEST", "DX", views("PA", modality="DX"), "xr_chest", "1x2: 1 p1",
         prior=views("PA", "LAT", modality="CR")),
    Case("CHEST PA AND LAT", "CR", views("PA", "LAT", modality="CR"), "xr_chest",
         "2x2: 1 p2 2 p1", prior=views("LL", "PA", modality="DX")),
    Case("PORTABLE CHEST", "CR", views("AP", modality="CR"), "xr_chest", "1x2: 1 p1",
         prior=views("AP", modality="CR"), older=views("AP", modality="CR"),
         later={"Frontal with two priors": "1x3: 1 p1 q1"}),
    Case("XR CHEST", "DX", (One(1, "Thorax lat", 1, ""), One(2, "Thorax pa", 1, "")), "xr_chest",
         "1x2: 2 1"),
    Case("XR CHEST", "DX", views("PA", modality="DX"), "xr_chest", "1x1: 1",
         prior=(One(1, modality="CT"),)),
    Case("XR HAND BOTH", "DX", views(*HAND, modality="DX"), "xr_extremity", "2x2: 1 2 3 4"),
    Case("XR HANDS", "DX", views("R PA", "L PA", modality="DX"), "xr_extremity", "1x2: 2 1"),
    Case("XR KNEE", "CR", views("R AP", "L AP", "L LAT", "R LAT", modality="CR"), "xr_extremity",
         "2x2: 2 1 3 4"),
    Case("XR FOOT LEFT", "DX", views("L AP", "L OBL", "L LAT", modality="DX"), "xr_extremity",
         "1x3: 1 2 3"),
    Case("XR WRIST RIGHT", "DX", views("R PA", "R LAT", modality="DX"), "xr_extremity",
         "2x2: 1 p1 2 p2", prior=views("R PA", "R LAT", modality="DX")),
    Case("XR SHOULDER RIGHT", "DX", views("R AP", modality="DX"), "xr_extremity", "1x2: 1 p2",
         prior=views("R LAT", "R AP", modality="DX")),
    Case("XR ANKLE", "DX", (One(1, "Ankle right ap", 1, ""), One(2, "Ankle left ap", 1, "")),
         "xr_extremity", "1x2: 2 1"),
    Case("XR ABDOMEN", "DX", views("AP", modality="DX"), "xr_any", "1x1: 1"),
    Case("XR SKULL", "CR", views("PA", "LAT", modality="CR"), "xr_any", "1x2: 1 2"),
    Case("XR ABDOMEN", "CR", views("AP", modality="CR"), "xr_any", "1x2: 1 p1",
         prior=views("AP", modality="DX")),
    Case("PANORAMA", "PX", views("", modality="PX"), "xr_any", "1x1: 1"),
]  # fmt: skip

MG = [
    Case("MG SCREENING BILATERAL", "MG", views("L MLO", "R MLO", "L CC", "R CC"), "mg_screening",
         "2x2: 4 3 2 1"),
    Case(
        "MAMMOGRAM", "MG", views(*FOUR), "mg_screening", "2x2: 1 2 3 4", prior=views(*FOUR),
        later={
            "Four views with prior": "2x4: p1 p2 p3 p4 1 2 3 4",
            "CC with prior": "2x2: p1 p2 1 2",
            "MLO with prior": "2x2: p3 p4 3 4",
            "CC, one image pixel per screen pixel": "1x2: 1 2",
            "R MLO, quadrants": "2x2: 3 3 3 3",
        },
    ),
    Case("MAMMOGRAM", "MG", views(*FOUR), "mg_screening", "2x2: 1 2 3 4",
         prior=views("L CC", "R CC"), is_prior_below=True,
         later={"Four views with prior": "2x4: 1 2 3 4 p2 p1 - -",
                "CC with prior": "2x2: 1 2 p2 p1"}),
    Case("MAMMOGRAM", "MG",
         (One(1, "RCC", 1, ""), One(2, "LMLO", 1, ""), One(3, "LCC", 1, ""), One(4, "RMLO", 1, "")),
         "mg_screening", "2x2: 1 3 4 2"),
    Case("MG DIAGNOSTIC LEFT", "MG", views("L MLO", "L CC", "L ML"), "mg_diagnostic", "1x2: 2 1",
         later={"Additional views": "1x1: 3"}),
    Case("MG DIAG BILATERAL", "MG", views(*FOUR, "L XCCL"), "mg_diagnostic", "2x2: 1 2 3 4",
         prior=views(*FOUR), later={
             "Left breast with prior": "2x2: p2 p4 2 4", "Additional views": "1x1: 5"}),
    Case("MG DIAGNOSTIC", "MG", views("R SPOT", "R MAG"), "mg_diagnostic", "1x2: 1 2"),
    Case("MG", "MG", views("L CC"), "mg_any", "1x1: 1", prior=views("L CC"),
         later={"Current and prior": "1x2: 1 p1"}),
    Case("MG", "MG", views("L MLO", "L CC"), "mg_any", "1x2: 2 1"),
    Case("MG RIGHT", "MG", views("medio-lateral oblique", "cranio-caudal"), "mg_any", "1x2: 1 2"),
]  # fmt: skip

OTHERS = [
    Case("US ABDOMEN", "US", (One(1, count=40, plane=""),), "us_any", "1x1: 1"),
    Case("US LIVER", "US", (One(1, plane=""), One(2, plane="")), "us_any", "1x1: 1",
         later={"Side by side": "1x2: 1 2"}),
    Case("US THYROID", "US", (One(1, plane=""),), "us_any", "1x1: 1", prior=(One(1, plane=""),),
         later={"Current and prior": "1x2: 1 p1"}),
    Case("BONE SCAN", "NM", (One(1, "ant", 1, ""), One(2, "post", 1, "")), "nm_any", "1x2: 1 2"),
    Case("BONE SCAN", "NM", (One(1, "WB", 2, ""),), "nm_any", "1x2: 1 p1",
         prior=(One(1, "WB", 2, ""),)),
    Case(
        "PET CT WHOLE BODY", "PT",
        (One(1, "CT WB", modality="CT"), One(2, "PET NAC", 90), One(3, "PET AC", 90)), "pet_ct",
        "1x2: 1 3", later={"PET with and without attenuation correction": "1x2: 3 2"}),
    Case(
        "PET CT", "PT", (One(1, "CT WB", modality="CT"), One(2, "PET AC")), "pet_ct",
        "2x2: p1 p2 1 2", prior=(One(1, "CT WB", modality="CT"), One(2, "PET AC"))),
    Case("PET/CT CHEST", "PT", (One(1, "CT", modality="CT"), One(2, "PET AC")), "pet_ct",
         "1x2: 1 2", body_part="CHEST"),
    Case("PET BRAIN", "PT", (One(2, "PET AC"),), "pet_any", "1x2: 2 p2", prior=(One(2, "PET AC"),)),
    Case("PET", "PT", (One(2, "PET NAC", 99), One(3, "PET AC", 50)), "pet_any", "1x1: 3"),
    Case("CORO", "XA", (One(1, plane=""), One(2, plane="")), "angiography_any", "1x1: 1",
         later={"Runs side by side": "1x2: 1 2"}),
    Case("BARIUM", "RF", (One(1, plane=""),), "angiography_any", "1x1: 1"),
    Case("PHOTO", "XC", (One(1, plane=""), One(2, plane="")), "any", "1x1: 1",
         later={"Other images": "1x1: 2"}),
    Case("", "OT", tuple(One(n, count=1, plane="") for n in range(1, 8)), "any", "1x1: 1",
         later={"Series side by side": "2x2: 1 2 3 4", "Other images": "1x3: 5 6 7"}),
]  # fmt: skip
CASES = [*CT, *MR, *XR, *MG, *OTHERS]


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 60
    used = {case.protocol for case in CASES}
    assert used == {protocol.protocol_id for protocol in PROTOCOLS}


def opened_case(case: Case) -> tuple[Opened, list[Opened]]:
    """Return the study of a case and its priors, the newer first."""
    current = opened("1", case.description, case.modality, case.series, body_part=case.body_part)
    priors = [
        opened(uid, case.description, case.modality, series, body_part=case.body_part, days_ago=ago)
        for uid, series, ago in (("2", case.prior, 200), ("3", case.older, 900))
        if series
    ]
    return current, priors


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.protocol}-{c.description}-{c.first}")
def test_study_hangs_as_the_table_says(case: Case) -> None:
    current, priors = opened_case(case)
    chosen = choose(PROTOCOLS, case_of(current, *priors), is_prior_below=case.is_prior_below)
    names = names_of(current, *priors)
    stages = {stage.title: in_words(stage, names) for stage in chosen.stages}
    assert chosen.protocol.protocol_id == case.protocol, chosen.chosen.reasons
    assert in_words(chosen.stages[0], names) == case.first, stages
    assert {title: stages.get(title) for title in case.later} == case.later, stages
    assert chosen.chosen.reasons
