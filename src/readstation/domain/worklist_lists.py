"""The named lists of the worklist, and what its search box understands. All of it is data."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import field
from enum import Enum
from functools import lru_cache

from readstation.domain.late_dataclass import dataclass
from readstation.domain.order import OrderPriority, PatientClass
from readstation.domain.patient import shown_name
from readstation.domain.report_status import ReportStatus
from readstation.domain.study import Completeness, Study
from readstation.domain.worklist import RankedItem, has_concern, is_screening, is_stat

RADIOGRAPHY = frozenset({"CR", "DX", "RG", "RF", "PX", "IO"})
NAMED_MODALITIES = frozenset({"CT", "MR", "MG", "US"}) | RADIOGRAPHY


@dataclass(frozen=True, slots=True)
class ReaderFacts:
    """What the lists of one reader depend on besides the items."""

    reader_id: str
    draft_uids: frozenset[str] = frozenset()
    second_read_uids: frozenset[str] = frozenset()
    call_uids: frozenset[str] = frozenset()


class ListGroup(Enum):
    MINE = "My lists"
    DEPARTMENT = "Department"


@dataclass(frozen=True, slots=True)
class WorklistList:
    """`includes` looks at one item alone, so a new study never pushes another one out."""

    id: str
    title: str
    group: ListGroup
    includes: Callable[[RankedItem, ReaderFacts], bool]
    empty_text: str
    is_alarming: bool = False
    """Its count is red when it is not zero."""


def is_held_by_other(ranked: RankedItem, facts: ReaderFacts) -> bool:
    claim = ranked.item.claim
    return claim is not None and claim.owner_id != facts.reader_id


def is_unfinished(ranked: RankedItem) -> bool:
    return ranked.item.report_status is not ReportStatus.AWAITING_SECOND_READ


def _modality(*names: str) -> Callable[[RankedItem, ReaderFacts], bool]:
    wanted = frozenset(names)
    return lambda ranked, _: bool(wanted & set(ranked.item.study.modalities_in_study))


_MINE, _DEPARTMENT = ListGroup.MINE, ListGroup.DEPARTMENT

LISTS: tuple[WorklistList, ...] = (
    WorklistList(
        "next",
        "Next to read",
        _MINE,
        lambda r, f: is_unfinished(r) and not is_held_by_other(r, f),
        "Nothing waits to be read.",
    ),
    WorklistList(
        "drafts",
        "My drafts",
        _MINE,
        lambda r, f: r.study_instance_uid in f.draft_uids,
        "You have no drafts.",
    ),
    WorklistList(
        "calls",
        "Awaiting my call",
        _MINE,
        lambda r, f: r.study_instance_uid in f.call_uids,
        "No critical result of yours waits for a call.",
        is_alarming=True,
    ),
    WorklistList(
        "second",
        "Second reads for me",
        _MINE,
        lambda r, f: r.study_instance_uid in f.second_read_uids,
        "Nobody has asked you for a second read.",
    ),
    WorklistList(
        "preliminary",
        "Preliminary to finalise",
        _MINE,
        lambda r, f: (
            r.item.report_status is ReportStatus.PRELIMINARY
            and r.study_instance_uid in f.draft_uids
        ),
        "No preliminary report of yours waits for its signature.",
    ),
    WorklistList("all", "Everything", _DEPARTMENT, lambda _r, _f: True, "The worklist is empty."),
    WorklistList(
        "stat",
        "ED and STAT",
        _DEPARTMENT,
        lambda r, _: is_stat(r.item) or r.item.order.patient_class is PatientClass.EMERGENCY,
        "No STAT or emergency study waits.",
    ),
    WorklistList(
        "overdue",
        "Overdue",
        _DEPARTMENT,
        lambda r, _: r.clock.is_overdue,
        "Nothing is overdue.",
        is_alarming=True,
    ),
    WorklistList("ct", "CT", _DEPARTMENT, _modality("CT"), "No CT waits."),
    WorklistList("mr", "MR", _DEPARTMENT, _modality("MR"), "No MR waits."),
    WorklistList("xr", "Radiographs", _DEPARTMENT, _modality(*RADIOGRAPHY), "No radiograph waits."),
    WorklistList("mg", "Mammography", _DEPARTMENT, _modality("MG"), "No mammogram waits."),
    WorklistList("us", "Ultrasound", _DEPARTMENT, _modality("US"), "No ultrasound waits."),
    WorklistList(
        "other",
        "Other modalities",
        _DEPARTMENT,
        lambda r, _: not NAMED_MODALITIES & set(r.item.study.modalities_in_study),
        "Nothing else waits.",
    ),
    WorklistList(
        "screening",
        "Screening",
        _DEPARTMENT,
        lambda r, _: is_screening(r.item),
        "No screening study waits.",
    ),
    WorklistList(
        "second_all",
        "Awaiting second read",
        _DEPARTMENT,
        lambda r, _: not is_unfinished(r),
        "No study is with a second reader.",
    ),
    WorklistList(
        "incomplete",
        "Incomplete studies",
        _DEPARTMENT,
        lambda r, _: (
            r.item.study.completeness is Completeness.INCOMPLETE or r.item.conflict_count > 0
        ),
        "Every study is complete.",
    ),
)


def status_text(ranked: RankedItem) -> str:
    """Return the reading status as the list shows it."""
    status = ranked.item.report_status
    return "unread" if status is None else status.value


@lru_cache(maxsize=8192)
def _plain(text: str) -> str:
    """Return text for comparison: no case, no accents."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def _free_text(ranked: RankedItem) -> tuple[str, ...]:
    study, order = ranked.item.study, ranked.item.order
    return (
        shown_name(study.patient.patient_name),
        study.patient.identity.patient_id,
        order.accession_number,
        study.study_description,
        order.requested_procedure_description,
        order.reason_for_the_requested_procedure,
        order.referring_physician.name,
        ranked.item.owner_name,
    )


BODY_FIELD = "body"
SEARCH_FIELDS: dict[str, Callable[[RankedItem], tuple[str, ...]]] = {
    "mod": lambda r: r.item.study.modalities_in_study,
    BODY_FIELD: lambda r: (
        r.item.study.body_part_examined,
        r.item.order.body_part_examined,
    ),
    "status": lambda r: (status_text(r),),
    "class": lambda r: (r.item.order.patient_class.value, r.item.order.patient_class.name),
    "pri": lambda r: (
        r.item.order.priority.value,
        *(["concern"] if has_concern(r.item) else []),
    ),
    "id": lambda r: (r.item.study.patient.identity.patient_id,),
    "acc": lambda r: (r.item.order.accession_number,),
    "ref": lambda r: (r.item.order.referring_physician.name,),
    "owner": lambda r: (r.item.owner_name,),
}
"""What may stand before a colon in the search box."""


RegionsOf = Callable[[Study], frozenset[str]]


def _no_regions(_: Study) -> frozenset[str]:
    return frozenset()


def matches(ranked: RankedItem, text: str, regions_of: RegionsOf = _no_regions) -> bool:
    """Return True if every word of the search is found; `mod:CT` looks in one field only."""
    return all(_matches_word(ranked, word, regions_of) for word in text.split())


def _matches_word(ranked: RankedItem, word: str, regions_of: RegionsOf) -> bool:
    field, colon, value = word.partition(":")
    read = SEARCH_FIELDS.get(field.casefold()) if colon else None
    if read is None:
        return any(_plain(word) in _plain(text) for text in _free_text(ranked))
    regions = regions_of(ranked.item.study) if field.casefold() == BODY_FIELD else frozenset()
    return any(_plain(value) in _plain(text) for text in (*read(ranked), *regions))


@dataclass(frozen=True, slots=True)
class WorklistFilter:
    """What the reader has chosen to see. Empty sets hide nothing."""

    text: str = ""
    modalities: frozenset[str] = frozenset()
    priorities: frozenset[OrderPriority] = frozenset()
    classes: frozenset[PatientClass] = frozenset()
    regions_of: RegionsOf = field(default=_no_regions, compare=False)
    """What `body:` finds besides the words of the study."""

    @property
    def is_empty(self) -> bool:
        return not (self.text.strip() or self.modalities or self.priorities or self.classes)

    def shows(self, ranked: RankedItem) -> bool:
        """Return True if the item passes. Like a list, it looks at the item alone."""
        order = ranked.item.order
        return (
            (
                not self.modalities
                or bool(self.modalities & set(ranked.item.study.modalities_in_study))
            )
            and (not self.priorities or order.priority in self.priorities)
            and (not self.classes or order.patient_class in self.classes)
            and matches(ranked, self.text, self.regions_of)
        )
