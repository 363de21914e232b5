"""What every use case may use: one frozen bundle, built in bootstrap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import TYPE_CHECKING

from readstation.app.export.export_ports import NoExports
from readstation.app.hanging.hanging_library import NoHangingStore, OpenHangingStore
from readstation.app.memory_budget import DEFAULT_BUDGET, MemoryBudget
from readstation.app.reading.described_images import DescribedImages
from readstation.app.reading.no_scratch import NO_SCRATCH
from readstation.app.reconstruction.plane_compiler import NoCompiler, PlaneCompiler
from readstation.app.settings.choose_keys import PROGRAM_KEYS, KeyStore
from readstation.app.settings.settings_store import DEFAULTS_ALONE, SettingsStore
from readstation.domain.late_dataclass import dataclass

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from readstation.app.export.export_ports import ExportTools
    from readstation.app.image_ports import FrameScratch, FrameSource, ImageStore
    from readstation.app.ports import Clock, FirstWork, PasswordHasher, UnitOfWork
    from readstation.app.settings.monitor_layouts import MonitorLayoutStore
    from readstation.domain.anatomy import Anatomy
    from readstation.domain.policy import Policy


def no_anatomy() -> Anatomy:
    """Return empty tables of body regions."""
    from readstation.domain.anatomy import Anatomy  # noqa: PLC0415 - no part of the start

    return Anatomy()


@dataclass(frozen=True, slots=True)
class Station:
    """A workspace that is open: its database, images, clock and policy."""

    home: Path
    station_name: str
    unit_of_work: Callable[[], UnitOfWork]
    images: ImageStore
    frames: FrameSource
    clock: Clock
    passwords: PasswordHasher
    policy: Policy
    resources: Traversable
    is_demo: bool = False
    memory: MemoryBudget = DEFAULT_BUDGET
    scratch: FrameScratch = NO_SCRATCH
    settings: SettingsStore = DEFAULTS_ALONE
    keys: KeyStore = PROGRAM_KEYS
    described: DescribedImages = field(default_factory=DescribedImages)
    anatomy: Callable[[], Anatomy] = no_anatomy
    """The tables of body regions; read when they are first needed, empty without any."""
    hanging: OpenHangingStore = NoHangingStore
    """Where hanging protocols are kept; loaded when first asked for."""
    monitor_layouts: Callable[[], MonitorLayoutStore] | None = None
    """Where layouts across monitors are remembered; None: nowhere."""
    exports: ExportTools = field(default_factory=NoExports)
    """How files leave the station."""
    plane_compiler: Callable[[], PlaneCompiler] = NoCompiler
    """What makes machine code for planes; loaded when first asked for."""
    first_work: Callable[[], FirstWork] | None = None
    """As `unit_of_work`, and sooner there; see `begin_first_work`."""

    def begin_first_work(self) -> FirstWork:
        """Return a unit of work for log-in and worklist: it needs no more than they do."""
        return (self.first_work or self.unit_of_work)()
