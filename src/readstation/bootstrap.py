"""Composition root: joins the adapters to what the application needs. No Qt: verbs start fast.

What a verb may do without is imported by the function that joins it: OpenCV, pydicom, alembic and
SQLAlchemy each take as long to import as Python takes to start, or several times that.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from readstation.adapters.db.database_file import DATABASE_NAME
from readstation.adapters.decode.late_frames import late_frames
from readstation.adapters.media.export_files import LocalExports
from readstation.adapters.store.frame_scratch import ScratchFile
from readstation.adapters.store.image_store import LocalImageStore
from readstation.adapters.system.clock import SystemClock
from readstation.adapters.system.keys_file import TomlKeys
from readstation.adapters.system.late_anatomy import late_anatomy
from readstation.adapters.system.memory import LocalMemory
from readstation.adapters.system.passwords import Argon2Passwords, hash_public_password
from readstation.adapters.system.policy_file import load_policy
from readstation.adapters.system.settings_file import TomlSettings
from readstation.app.demo.demo_folder import is_demo_folder
from readstation.app.memory_budget import memory_budget
from readstation.app.on_first_use import OnFirstUse
from readstation.app.station import Station
from readstation.domain.errors import StoreError
from readstation.domain.graphics import SWITCHED_OFF, GraphicsStanding, GraphicsUse
from readstation.domain.late_dataclass import dataclass
from readstation.domain.settings import GRAPHICS
from readstation.resource_files import resources

if TYPE_CHECKING:
    from readstation.adapters.db.database import Database
    from readstation.adapters.decode.decode_workers import DecodeWorkers
    from readstation.adapters.system.hanging_files import HangingFiles
    from readstation.adapters.system.kernel_compiler import KernelCompiler
    from readstation.adapters.system.monitors_file import TomlMonitorLayouts
    from readstation.app.administration.backups import BackupStore
    from readstation.app.administration.workspace_health import DatabaseFacts
    from readstation.app.demo.build_demo import DemoTools
    from readstation.app.image_ports import FrameSource
    from readstation.app.importing.import_paths import ImportTools
    from readstation.app.importing.import_plan import ImportPlan
    from readstation.app.importing.outcomes import ImportReport
    from readstation.app.jobs import JobContext
    from readstation.app.ports import Clock
    from readstation.app.session import Session
    from readstation.ui.display_probe import DisplayFacts

    Importer = Callable[[Sequence[Path], JobContext, Callable[[ImportPlan], None]], ImportReport]

IMAGE_FOLDER = "images"
COMMAND_LINE = "command line"
"""Who the audit log names when no person is logged in."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """An open workspace: the station every use case gets, and what only bootstrap needs."""

    station: Station
    database: Database
    images: LocalImageStore
    decoding: OnFirstUse[DecodeWorkers]
    compiling: OnFirstUse[KernelCompiler]

    @property
    def workers(self) -> DecodeWorkers:
        """The decode workers; the first use loads what decoding needs."""
        return self.decoding.get()

    def import_tools(self) -> ImportTools:
        """Return what an import of files works with."""
        from readstation.adapters.media.media_files import MediaFiles
        from readstation.app.importing.import_paths import ImportTools

        return ImportTools(
            images=self.images,
            inspector=self.workers,
            media=MediaFiles(self.workers.directory),
            unit_of_work=self.station.unit_of_work,
            clock=self.station.clock,
        )

    def close(self) -> None:
        """End the other processes and close the database."""
        if self.decoding.is_made:
            self.workers.close()
        if self.compiling.is_made:
            self.compiling.get().close()
        self.station.scratch.close()
        self.database.close()


def open_workspace(home: Path) -> Workspace:
    """Open, or make, the workspace in `home`. Nothing connects or opens before this call."""
    from readstation.adapters.db.database import open_database

    database = open_database(home)
    images, is_demo = LocalImageStore(home / IMAGE_FOLDER), is_demo_folder(home)
    decoding, compiling = OnFirstUse(_decode_workers), OnFirstUse(_kernel_compiler)
    settings = TomlSettings(home)
    station = Station(
        home=home,
        station_name=_machine_name() or "station",
        unit_of_work=database.unit_of_work,
        images=images,
        frames=late_frames(OnFirstUse(lambda: _frame_source(decoding.get(), images))),
        clock=SystemClock(),
        passwords=Argon2Passwords(has_public_accounts=is_demo),
        policy=load_policy(home, resources()),
        resources=resources(),
        memory=memory_budget(settings.values(), LocalMemory()),
        settings=settings,
        keys=TomlKeys(home),
        is_demo=is_demo,
        anatomy=late_anatomy(home, resources()),
        hanging=OnFirstUse(lambda: _hanging_files(home)).get,
        monitor_layouts=OnFirstUse(lambda: _monitor_layouts(home)).get,
        plane_compiler=compiling.get,
        first_work=database.first_work,
        scratch=ScratchFile(home),
        exports=LocalExports(),
    )
    return Workspace(station, database, images, decoding, compiling)


def _monitor_layouts(home: Path) -> TomlMonitorLayouts:
    from readstation.adapters.system.monitors_file import TomlMonitorLayouts

    return TomlMonitorLayouts(home)


def _machine_name() -> str:
    if os.name == "posix":
        return os.uname().nodename
    import platform

    return platform.node()


def _decode_workers() -> DecodeWorkers:
    from readstation.adapters.decode.decode_workers import DecodeWorkers

    return DecodeWorkers()


def _kernel_compiler() -> KernelCompiler:
    from readstation.adapters.system.kernel_compiler import KernelCompiler

    return KernelCompiler()


def _hanging_files(home: Path) -> HangingFiles:
    from readstation.adapters.system.hanging_files import HangingFiles

    return HangingFiles(home, resources())


def _frame_source(workers: DecodeWorkers, images: LocalImageStore) -> FrameSource:
    from readstation.adapters.decode.decode_workers import StoredFrameSource

    return StoredFrameSource(workers, images)


def open_station(home: Path) -> Station:
    """Open the workspace `home`, for work that needs no more of it. Close `frames` when done."""
    return open_workspace(home).station


def system_clock() -> Clock:
    """Return the clock of this machine, for work without an open workspace."""
    return SystemClock()


def backups_of(home: Path) -> BackupStore:
    """Return what copies the database of `home`; works on a damaged one too."""
    from readstation.adapters.db.backup import SqlBackups

    return SqlBackups(home)


@contextmanager
def workspace_at(home: Path) -> Iterator[Workspace]:
    """Open a workspace for as long as a command runs."""
    workspace = open_workspace(home)
    try:
        yield workspace
    finally:
        workspace.close()


@contextmanager
def open_importer(home: Path) -> Iterator[Importer]:
    """Return what imports files into the workspace, for the command line."""
    from readstation.app.importing.import_paths import import_paths

    with workspace_at(home) as workspace:
        tools = workspace.import_tools()

        def run(
            paths: Sequence[Path], job: JobContext, announce: Callable[[ImportPlan], None]
        ) -> ImportReport:
            return import_paths(paths, tools, COMMAND_LINE, job, announce)

        yield run


def demo_tools(workspace: Workspace) -> DemoTools:
    """Return what building the demo workspace needs of the adapters."""
    from readstation.adapters.dicom.shift_dates import shift_dates
    from readstation.app.demo.build_demo import DemoTools
    from readstation.app.importing.import_paths import ImportTools, import_paths

    def import_files(
        station: Station, session: Session, paths: Sequence[Path], job: JobContext
    ) -> None:
        tools = workspace.import_tools()
        past = ImportTools(
            tools.images, tools.inspector, tools.media, station.unit_of_work, station.clock
        )
        report = import_paths(paths, past, session.user.user_id, job)
        if not report.is_complete:
            raise StoreError(
                "A file of the demo workspace was refused.", "Install ReadStation again."
            )

    return DemoTools(shift_dates, import_files, hash_public_password)


def has_workspace(home: Path) -> bool:
    """Return whether `home` holds a workspace; nothing is made by asking."""
    return (home / DATABASE_NAME).is_file()


def database_facts(home: Path) -> DatabaseFacts:
    """Return what SQLite itself says of the database of `home`."""
    from readstation.adapters.db.examine import examine_database

    return examine_database(home)


def display_facts() -> DisplayFacts:
    """Return what Qt can do here, asked of another process: a bad Qt ends its process."""
    from readstation.ui.display_probe import probe_display

    return probe_display()


def graphics_standing(home: Path) -> GraphicsStanding:
    """Return who would paint images here, asked of another process: a bad driver ends its own."""
    from readstation.ui.gpu.graphics_probe import probe_graphics

    if GraphicsUse(TomlSettings(home).values().of(GRAPHICS)) is GraphicsUse.OFF:
        return SWITCHED_OFF
    return probe_graphics()
