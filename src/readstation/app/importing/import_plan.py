"""The first pass of an import: what is there, in which order it is taken, before any of it is read.

It rests on a glance at each file, so it is quick and believed in nothing that is kept: every file
is still inspected by a worker before it is indexed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from readstation.app.importing.import_ports import Candidate, MediaReader
from readstation.app.jobs import JobContext
from readstation.app.ports import UnitOfWork
from readstation.domain.study import Instance

REPORT_EVERY = 100
LOOKING = "Looking at the files"


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """One file and its place: `position` in the order found, `study` to be taken with."""

    position: int
    candidate: Candidate
    study: str = ""
    here: Instance | None = None
    """The instance of the same UID that is here already, perhaps with the same content."""

    def parts(self) -> Iterator[Candidate]:
        """Yield the file, or the members of the archive that it is."""
        if self.candidate.members is None:
            yield self.candidate
        else:
            yield from self.candidate.members()


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """The files of one import, study by study, and how many are what."""

    files: tuple[PlannedFile, ...] = ()

    @property
    def studies(self) -> int:
        """How many studies the files name, as far as a glance tells."""
        glances = (file.candidate.glance for file in self.files)
        return len({g.study_instance_uid for g in glances if g and g.study_instance_uid})

    @property
    def already_here(self) -> int:
        return sum(file.here is not None for file in self.files)

    @property
    def not_dicom(self) -> int:
        glances = (file.candidate.glance for file in self.files)
        return sum(glance is not None and not glance.is_dicom for glance in glances)

    def summary(self) -> str:
        """Return one line for the reader.

        >>> ImportPlan().summary()
        'Nothing was found to import.'
        """
        if not self.files:
            return "Nothing was found to import."
        counts = [(self.already_here, "already here"), (self.not_dicom, "not DICOM")]
        archives = sum(file.candidate.members is not None for file in self.files)
        counts.append((archives, "archive" if archives == 1 else "archives"))
        words = [_counted(len(self.files), "file"), _counted(self.studies, "study", "studies")]
        words += [f"{count:,} {word}" for count, word in counts if count]
        return f"Found {', '.join(words)}."


class PlanTools(Protocol):
    """What planning works with."""

    @property
    def media(self) -> MediaReader: ...

    @property
    def unit_of_work(self) -> Callable[[], UnitOfWork]: ...


def plan_import(paths: Iterable[Path], tools: PlanTools, job: JobContext) -> ImportPlan:
    """Look at every file, and put those of one study one behind the other.

    Raises
    ------
    JobCancelled
    """
    found: list[PlannedFile] = []
    for position, candidate in enumerate(tools.media.files(paths)):
        if position % REPORT_EVERY == 0:
            job.progress(position, 0, LOOKING)
        found.append(PlannedFile(position, candidate, _study(candidate, found)))
    job.progress(len(found), 0, LOOKING)
    uids = {file.candidate.glance.sop_instance_uid for file in found if file.candidate.glance}
    with tools.unit_of_work() as work:
        here = work.studies.known_instances(uids - {""})
    return ImportPlan(tuple(_with_instance(file, here) for file in in_study_order(found)))


def in_study_order(files: Iterable[PlannedFile]) -> list[PlannedFile]:
    """Return the studies in the order in which they begin, each with its files as they came.

    A study is whole before the next one begins, wherever its files lie.
    """
    studies: dict[str, list[PlannedFile]] = {}
    for file in files:
        studies.setdefault(file.study, []).append(file)
    return [file for study in studies.values() for file in study]


def _study(candidate: Candidate, before: list[PlannedFile]) -> str:
    """Return the study to take a file with; what names none goes with the file before it."""
    if candidate.glance is not None and candidate.glance.study_instance_uid:
        return candidate.glance.study_instance_uid
    return before[-1].study if before else ""


def _with_instance(file: PlannedFile, here: dict[str, Instance]) -> PlannedFile:
    glance = file.candidate.glance
    return file if glance is None else replace(file, here=here.get(glance.sop_instance_uid))


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"
