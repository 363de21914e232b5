"""Pairs of studies with what the rule of clinical.md H2 gives, worked out by hand.

Every prior is 1460 days older, two half-lives: 15 x 0.25 = 3.75 points for recency. A full match
is 50 + 20 + 15 + 3.75 = 88.75. Scores are rounded to whole points.
"""

from dataclasses import dataclass, field

from readstation.domain.study import CodedConcept


def seen(modality, description="", body="", **more):
    """Return what the images of a study say of themselves."""
    return {
        "modalities_in_study": tuple(modality.split("/")),
        "study_description": description,
        "body_part_examined": body,
        **more,
    }


def code(value, scheme="LN", meaning=""):
    return (CodedConcept(value, scheme, meaning),)


@dataclass(frozen=True)
class PairCase:
    current: dict
    prior: dict
    score: int
    reasons: tuple[str, ...]
    """All of them but the age, in order."""
    facts: frozenset[str] = field(default_factory=frozenset)
    """Of "report" and "follow-up"."""


def pair(current, prior, score, *reasons, facts=()):
    return PairCase(current, prior, score, reasons, frozenset(facts))


CT, MR, DX, MG = "same modality: CT", "same modality: MR", "same modality: DX", "same modality: MG"
CHEST = seen("CT", "CT CHEST", "CHEST")
CAP = seen("CT", "CT CAP WITH CONTRAST")
KNEE_L = seen("DX", "XR KNEE LEFT", "KNEE")
HAND_R = seen("DX", "XR HAND", "HAND", lateralities=("R",))
BREAST_L = seen("MG", "MG DIAGNOSTIC LEFT", "BREAST")
BRAIN = seen("MR", "MR BRAIN W CONTRAST", "BRAIN")
PET_CT = seen("PT/CT", "PET/CT SKULL BASE TO THIGH")

REGION_CASES = {
    "the same region by body part": pair(
        CHEST, seen("CT", "Follow-up", "CHEST"), 89, "same region: chest (by body part)", CT
    ),
    "a body part in other words": pair(
        CHEST, seen("CT", "", "THORAX"), 89, "same region: chest (by body part)", CT
    ),
    "the same region by description": pair(
        CHEST, seen("CT", "CT THORAX"), 89, "same region: chest (by description)", CT
    ),
    "the same region in another language": pair(
        CHEST, seen("CT", "CT Thorakal nativ"), 89, "same region: chest (by description)", CT
    ),
    "a procedure code before the body part": pair(
        CHEST,
        seen("CT", "Whatever", "HEAD", procedure_codes=code("24627-2")),
        89,
        "same region: chest (by procedure code)",
        CT,
    ),
    "a playbook code before the description": pair(
        CHEST,
        seen("CT", "CT ABDOMEN", procedure_codes=code("RPID16", "RPID")),
        89,
        "same region: chest (by procedure code)",
        CT,
    ),
    "the meaning of a code nobody knows": pair(
        CHEST,
        seen("CT", "", "HEAD", procedure_codes=code("X1", "99HERE", "CT Chest routine")),
        89,
        "same region: chest (by procedure code)",
        CT,
    ),
    "a code without any use falls through": pair(
        CHEST,
        seen("CT", "", "CHEST", procedure_codes=code("X1", "99HERE", "Protocol 7")),
        89,
        "same region: chest (by body part)",
        CT,
    ),
    "an anatomic region before the body part": pair(
        CHEST,
        seen("CT", "", "HEAD", anatomic_regions=code("816094009", "SCT", "Chest")),
        89,
        "same region: chest (by anatomic region)",
        CT,
    ),
    "an anatomic region in the older codes": pair(
        CHEST,
        seen("CT", anatomic_regions=code("T-D3000", "SRT")),
        89,
        "same region: chest (by anatomic region)",
        CT,
    ),
    "the older codes under their other name": pair(
        CHEST,
        seen("CT", anatomic_regions=code("T-D3000", "SNM3")),
        89,
        "same region: chest (by anatomic region)",
        CT,
    ),
    "a procedure code before the anatomic region": pair(
        CHEST,
        seen(
            "CT",
            procedure_codes=code("24725-4"),
            anatomic_regions=code("816094009", "SCT"),
        ),
        39,
        "other region: head (by procedure code)",
        CT,
    ),
    "a body part before the description": pair(
        CHEST, seen("CT", "CT HEAD", "CHEST"), 89, "same region: chest (by body part)", CT
    ),
    "a part of what is shown": pair(CHEST, CAP, 79, "shares region: chest (by description)", CT),
    "more than what is shown": pair(CAP, CHEST, 79, "shares region: chest (by body part)", CT),
    "three regions in one word": pair(
        CAP,
        seen("CT", "", "CHESTABDPELVIS"),
        89,
        "same region: abdomen, chest, pelvis (by body part)",
        CT,
    ),
    "three regions in one code": pair(
        CAP,
        seen("CT", procedure_codes=code("416775004", "SCT")),
        89,
        "same region: abdomen, chest, pelvis (by procedure code)",
        CT,
    ),
    "two regions of three": pair(
        CAP,
        seen("CT", "CT ABDOMEN PELVIS"),
        79,
        "shares region: abdomen, pelvis (by description)",
        CT,
    ),
    "one region in common, neither within the other": pair(
        seen("CT", "CT CHEST ABDOMEN"),
        seen("CT", "CT ABDOMEN PELVIS"),
        79,
        "shares region: abdomen (by description)",
        CT,
    ),
    "the heart lies in the chest": pair(
        CHEST, seen("CT", "CT CORONARY"), 79, "shares region: heart (by description)", CT
    ),
    "the face lies in the head": pair(
        seen("CT", "CT HEAD"),
        seen("CT", "CT SINUSES"),
        79,
        "shares region: face (by description)",
        CT,
    ),
    "the whole body holds the chest": pair(
        CHEST,
        seen("CT", "CT WHOLE BODY TRAUMA"),
        79,
        "shares region: whole body (by description)",
        CT,
    ),
    "the whole spine holds the lumbar spine": pair(
        seen("MR", "MR LUMBAR SPINE"),
        seen("MR", "MR WHOLE SPINE"),
        79,
        "shares region: spine (by description)",
        MR,
    ),
    "a leg holds a knee": pair(
        KNEE_L,
        seen("DX", "XR LEFT LEG"),
        79,
        "shares region: lower limb (by description)",
        DX,
        "same side: left",
    ),
    "chest beside abdomen": pair(
        CHEST, seen("CT", "CT LIVER"), 59, "adjacent region: abdomen (by description)", CT
    ),
    "cervical spine beside neck": pair(
        seen("MR", "MR C SPINE"),
        seen("MR", "MR NECK"),
        59,
        "adjacent region: neck (by description)",
        MR,
    ),
    "lumbar spine beside abdomen and pelvis": pair(
        seen("CT", "CT L-SPINE"),
        seen("CT", "CT ABDOMEN PELVIS"),
        59,
        "adjacent region: abdomen, pelvis (by description)",
        CT,
    ),
    "the brain is no chest": pair(
        CHEST, seen("CT", "CT BRAIN"), 39, "other region: head (by description)", CT
    ),
    "the thoracic spine is not the chest": pair(
        CHEST,
        seen("CT", "CT THORACIC SPINE"),
        59,
        "adjacent region: thoracic spine (by description)",
        CT,
    ),
    "skull base to thigh is neither head nor leg": pair(
        PET_CT,
        seen("PT/CT", "PET WHOLE BODY"),
        89,
        "same region: whole body (by description)",
        "same modality: CT/PT",
    ),
    "a word within a word says nothing": pair(
        CHEST, seen("CT", "CT CAPSULE"), 39, "body region unknown", CT
    ),
    "nothing said of the prior": pair(CHEST, seen("CT"), 39, "body region unknown", CT),
    "nothing said of the current study": pair(seen("CT"), CHEST, 39, "body region unknown", CT),
    "the neck of the femur is a hip": pair(
        seen("CT", "CT HIP"),
        seen("CT", "CT NECK OF FEMUR"),
        89,
        "same region: hip (by description)",
        CT,
    ),
}
MODALITY_CASES = {
    "a CT read against an MR": pair(
        seen("CT", "CT HEAD"),
        BRAIN,
        83,
        "same region: head (by body part)",
        "other modality: MR",
    ),
    "an MR read against a CT": pair(
        BRAIN, seen("CT", "CT HEAD"), 83, "same region: head (by description)", "other modality: CT"
    ),
    "a CT read against a PET/CT: its CT is no reading CT": pair(
        CHEST,
        seen("PT/CT", "PET/CT CHEST"),
        83,
        "same region: chest (by description)",
        "other modality: CT/PT",
    ),
    "a PET/CT read against a CT": pair(
        PET_CT, CHEST, 73, "shares region: chest (by body part)", "other modality: CT"
    ),
    "a PET/CT read against a PET/MR": pair(
        PET_CT,
        seen("PT/MR", "PET WHOLE BODY"),
        89,
        "same region: whole body (by description)",
        "same modality: MR/PT",
    ),
    "a PET read against a bone scan": pair(
        PET_CT,
        seen("NM", "NM BONE SCAN WHOLE BODY"),
        83,
        "same region: whole body (by description)",
        "other modality: NM",
    ),
    "a CT read against a SPECT/CT": pair(
        CHEST,
        seen("NM/CT", "SPECT CHEST"),
        73,
        "same region: chest (by description)",
        "other modality: CT/NM",
    ),
    "a radiograph read against a CT of the same": pair(
        seen("DX", "XR CHEST"),
        CHEST,
        79,
        "same region: chest (by body part)",
        "other modality: CT",
    ),
    "a CT read against a radiograph of the same": pair(
        CHEST,
        seen("CR", "CHEST PA"),
        79,
        "same region: chest (by description)",
        "other modality: CR",
    ),
    "a radiograph and a CT of a part": pair(
        seen("DX", "XR CHEST"),
        CAP,
        69,
        "shares region: chest (by description)",
        "other modality: CT",
    ),
    "a radiograph and a CT of elsewhere": pair(
        seen("DX", "XR CHEST"),
        seen("CT", "CT HEAD"),
        23,
        "other region: head (by description)",
        "other modality: CT",
    ),
    "a radiograph and a CT of the neighbourhood": pair(
        seen("DX", "XR CHEST"),
        seen("CT", "CT ABDOMEN"),
        43,
        "adjacent region: abdomen (by description)",
        "other modality: CT",
    ),
    "a plate read against a detector": pair(
        seen("DX", "XR CHEST"),
        seen("CR", "XR CHEST"),
        89,
        "same region: chest (by description)",
        "same modality: CR",
    ),
    "ultrasound read against CT": pair(
        seen("US", "US ABDOMEN"),
        seen("CT", "CT ABDOMEN"),
        77,
        "same region: abdomen (by description)",
        "other modality: CT",
    ),
    "CT read against ultrasound": pair(
        seen("CT", "CT ABDOMEN"),
        seen("US", "US LIVER"),
        77,
        "same region: abdomen (by description)",
        "other modality: US",
    ),
    "ultrasound read against ultrasound": pair(
        seen("US", "US ABDOMEN"),
        seen("US", "US KIDNEYS"),
        89,
        "same region: abdomen (by description)",
        "same modality: US",
    ),
    "a mammogram read against a breast ultrasound": pair(
        seen("MG", "MG SCREENING BILATERAL", "BREAST"),
        seen("US", "US BREAST BILATERAL"),
        77,
        "same region: breast (by description)",
        "other modality: US",
        "same side: both sides",
    ),
    "a mammogram read against a breast MR": pair(
        seen("MG", "MG SCREENING BILATERAL", "BREAST"),
        seen("MR", "MR BREAST BILATERAL"),
        83,
        "same region: breast (by description)",
        "other modality: MR",
        "same side: both sides",
    ),
    "an MR of a joint read against its radiograph": pair(
        seen("MR", "MR KNEE LEFT"),
        KNEE_L,
        73,
        "same region: knee (by body part)",
        "other modality: DX",
        "same side: left",
    ),
    "a report or a saved view is no modality": pair(
        seen("CT/SR/PR", "CT CHEST"),
        seen("MR/SR/PR", "MR CHEST"),
        83,
        "same region: chest (by description)",
        "other modality: MR/PR/SR",
    ),
    "modality unknown": pair(
        CHEST,
        {**seen("CT", "CHEST"), "modalities_in_study": ()},
        73,
        "same region: chest (by description)",
        "other modality: unknown",
    ),
    "one of several modalities": pair(
        seen("CT/DX", "TRAUMA CHEST"),
        seen("DX", "XR CHEST"),
        89,
        "same region: chest (by description)",
        "same modality: DX",
    ),
}
KNEE = "same region: knee (by body part)"
HAND = "same region: hand (by body part)"
BREAST = "same region: breast (by body part)"
SIDE_CASES = {
    "the same side in words": pair(KNEE_L, KNEE_L, 89, KNEE, DX, "same side: left"),
    "the same side, short": pair(
        KNEE_L, seen("DX", "KNEE LT 2 VIEWS", "KNEE"), 89, KNEE, DX, "same side: left"
    ),
    "the opposite side in words": pair(
        KNEE_L, seen("DX", "XR KNEE RIGHT", "KNEE"), 77, KNEE, DX, "opposite side: right"
    ),
    "the opposite side in one letter": pair(
        KNEE_L, seen("DX", "XR KNEE R", "KNEE"), 77, KNEE, DX, "opposite side: right"
    ),
    "both sides hold the one": pair(
        KNEE_L, seen("DX", "XR KNEES BILATERAL", "KNEE"), 89, KNEE, DX, "side: both sides"
    ),
    "the one side of both": pair(
        seen("DX", "XR BOTH KNEES", "KNEE"), KNEE_L, 89, KNEE, DX, "side: left"
    ),
    "left and right named are both": pair(
        KNEE_L, seen("DX", "KNEE RIGHT AND LEFT", "KNEE"), 89, KNEE, DX, "side: both sides"
    ),
    "the side of the series before the words": pair(
        HAND_R,
        seen("DX", "XR HAND LEFT", "HAND", lateralities=("R",)),
        89,
        HAND,
        DX,
        "same side: right",
    ),
    "the side of the series, opposite": pair(
        HAND_R,
        seen("DX", "XR HAND", "HAND", lateralities=("L",)),
        77,
        HAND,
        DX,
        "opposite side: left",
    ),
    "series of both sides": pair(
        HAND_R,
        seen("DX", "XR HANDS", "HAND", lateralities=("L", "R")),
        89,
        HAND,
        DX,
        "side: both sides",
    ),
    "a series that is bilateral": pair(
        HAND_R,
        seen("DX", "XR HANDS", "HAND", lateralities=("B",)),
        89,
        HAND,
        DX,
        "side: both sides",
    ),
    "an unpaired series says no side": pair(
        HAND_R,
        seen("DX", "XR HAND RIGHT", "HAND", lateralities=("U",)),
        89,
        HAND,
        DX,
        "same side: right",
    ),
    "no side stated in the prior": pair(
        HAND_R, seen("DX", "XR HAND", "HAND"), 83, HAND, DX, "side not stated in one of the two"
    ),
    "no side stated in the current study": pair(
        seen("DX", "XR HAND", "HAND"), HAND_R, 83, HAND, DX, "side not stated in one of the two"
    ),
    "no side stated in either": pair(
        seen("DX", "XR HAND", "HAND"), seen("DX", "XR HAND", "HAND"), 89, HAND, DX
    ),
    "the other breast": pair(
        BREAST_L,
        seen("MG", "MG DIAGNOSTIC RIGHT", "BREAST"),
        77,
        BREAST,
        MG,
        "opposite side: right",
    ),
    "a screening shows both breasts": pair(
        BREAST_L,
        seen("MG", "MG SCREENING", "BREAST", lateralities=("L", "R")),
        89,
        BREAST,
        MG,
        "side: both sides",
    ),
    "a side of the chest counts nothing": pair(
        seen("CT", "CT CHEST", "CHEST"),
        seen("CT", "CT CHEST LEFT UPPER LOBE", "CHEST"),
        89,
        "same region: chest (by body part)",
        CT,
    ),
    "rule out is not right": pair(
        seen("DX", "XR HAND LEFT", "HAND"),
        seen("DX", "XR HAND LEFT R/O FRACTURE", "HAND"),
        89,
        HAND,
        DX,
        "same side: left",
    ),
    "the lumbar spine is not a left spine": pair(
        seen("MR", "MR L SPINE"),
        seen("MR", "MR L SPINE"),
        89,
        "same region: lumbar spine (by description)",
        MR,
    ),
}
SAME_CHEST = ("same region: chest (by body part)", CT)
FACT_CASES = {
    "a report": pair(CHEST, CHEST, 99, *SAME_CHEST, "has a report", facts=("report",)),
    "the recommendation that is followed": pair(
        CHEST,
        CHEST,
        99,
        *SAME_CHEST,
        "recommended this follow-up: CT chest in 12 weeks",
        facts=("follow-up",),
    ),
    "both": pair(
        CHEST,
        CHEST,
        109,
        *SAME_CHEST,
        "has a report",
        "recommended this follow-up: CT chest in 12 weeks",
        facts=("report", "follow-up"),
    ),
    "a recommendation from elsewhere": pair(
        CHEST,
        seen("CT", "CT ABDOMEN"),
        69,
        "adjacent region: abdomen (by description)",
        CT,
        "recommended this follow-up: CT chest in 12 weeks",
        facts=("follow-up",),
    ),
}
PAIR_CASES = {**REGION_CASES, **MODALITY_CASES, **SIDE_CASES, **FACT_CASES}
