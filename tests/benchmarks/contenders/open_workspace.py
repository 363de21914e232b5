"""A workspace of the product in a temporary folder, into which files were imported."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from readstation.app.importing.import_paths import import_paths
from readstation.app.viewport.image_description import ImageDescription
from readstation.bootstrap import Workspace, has_workspace, open_workspace
from readstation.domain.study import Series

NOBODY = "benchmark"


@contextmanager
def workspace_with(files: Sequence[Path], home: Path | None = None) -> Iterator[Workspace]:
    """Open a workspace that holds these files.

    Without a home it is one that goes with the block; a home that exists holds them already.
    """
    with tempfile.TemporaryDirectory() as folder:
        is_filled = home is not None and has_workspace(home)
        workspace = open_workspace(home or Path(folder, "home"))
        try:
            if not is_filled:
                report = import_paths(files, workspace.import_tools(), NOBODY)
                if not report.is_complete:
                    raise RuntimeError(report.summary())
            yield workspace
        finally:
            workspace.close()


def all_series(workspace: Workspace) -> list[Series]:
    """Return every series of the workspace."""
    with workspace.station.unit_of_work() as work:
        studies = work.studies.all()
        return [s for study in studies for s in work.studies.series_of(study.study_instance_uid)]


def images_of(workspace: Workspace, series: Series) -> list[ImageDescription]:
    """Return the descriptions of a series, in the order of its index."""
    frames = workspace.station.frames
    return [image for instance in series.instances for image in frames.describe(instance)]
