"""Side and view of an image, from its tags, else from what its series is called."""

from __future__ import annotations

from readstation.domain.hanging_words import words_of

MAMMOGRAPHY = "MG"
VIEW_NAMES: dict[str, str] = {
    "postero anterior": "PA",
    "antero posterior": "AP",
    "lateral": "LAT",
    "left lateral": "LAT",
    "right lateral": "LAT",
    "oblique": "OBL",
    "cranio caudal": "CC",
    "craniocaudal": "CC",
    "medio lateral oblique": "MLO",
    "mediolateral oblique": "MLO",
    "medio lateral": "ML",
    "mediolateral": "ML",
    "latero medial": "LM",
    "lateromedial": "LM",
    "latero medial oblique": "LMO",
    "caudo cranial": "FB",
    "caudo cranial from below": "FB",
    "superolateral to inferomedial oblique": "SIO",
    "exaggerated cranio caudal": "XCC",
    "cranio caudal exaggerated laterally": "XCCL",
    "cranio caudal exaggerated medially": "XCCM",
}
"""Code Meaning of View Code Sequence (PS3.16 CID 4010, 4014), joined by single spaces."""

RADIOGRAPHY_CODES = {"LL": "LAT", "RL": "LAT", "LLAT": "LAT", "RLAT": "LAT", "LATERAL": "LAT"}
"""View Position (0018,5101) of radiographs where it names a side too."""
RADIOGRAPHY_WORDS = (("pa", "PA"), ("ap", "AP"), ("lat", "LAT"), ("lateral", "LAT"), ("obl", "OBL"))
BREAST_VIEWS = ("MLO", "XCCL", "XCCM", "CC", "ML", "LM")
LEFT_WORDS, RIGHT_WORDS = (
    frozenset({"l", "left", "lt", "li"}),
    frozenset({"r", "right", "rt", "re"}),
)
SIDES = frozenset({"R", "L", "B"})


def view_of(modality: str, view_position: str, series_description: str) -> str:
    """Return the view in capitals; empty where nothing says it.

    Examples
    --------
    >>> view_of("MG", "medio-lateral oblique", ""), view_of("DX", "LL", "")
    ('MLO', 'LAT')
    """
    words = " ".join(view_position.replace("-", " ").casefold().split())
    named = VIEW_NAMES.get(words, words.upper())
    if modality == MAMMOGRAPHY:
        return named or _breast_view(series_description)[1]
    return RADIOGRAPHY_CODES.get(named, named) or _radiograph_view(series_description)


def side_of_image(modality: str, laterality: str, series_description: str) -> str:
    """Return R, L or B; empty where nothing says it, or more than one is named.

    Examples
    --------
    >>> side_of_image("DX", "", "Hand LEFT pa"), side_of_image("MG", "", "RMLO")
    ('L', 'R')
    """
    stated = laterality.strip().upper()
    if stated in SIDES:
        return stated
    if modality == MAMMOGRAPHY:
        found = _breast_view(series_description)[0]
        if found:
            return found
    return side_in(series_description)


def side_in(text: str) -> str:
    """Return R or L if a text names exactly one side, else empty."""
    words = words_of(text)
    is_left, is_right = bool(words & LEFT_WORDS), bool(words & RIGHT_WORDS)
    return "" if is_left == is_right else "L" if is_left else "R"


def _breast_view(text: str) -> tuple[str, str]:
    """Return side and view from a name such as `RCC` or `L MLO`."""
    words = words_of(text)
    for view in BREAST_VIEWS:
        for side in ("R", "L"):
            if f"{side}{view}".casefold() in words:
                return side, view
    view = next((v for v in BREAST_VIEWS if v.casefold() in words), "")
    return "", view


def _radiograph_view(text: str) -> str:
    words = words_of(text)
    return next((view for word, view in RADIOGRAPHY_WORDS if word in words), "")
