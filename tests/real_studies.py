"""Real studies of the test data, opened as the product opens them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from readstation.app.importing.import_paths import import_paths
from readstation.app.reading.display_set import DisplaySet, group_into_display_sets
from readstation.app.reading.load_frames import WantedFrame
from readstation.app.reading.register_series import NeededSlice, Stack, slices_to_register
from readstation.bootstrap import Workspace, open_workspace
from readstation.domain.study import Series

CHEST = "01_ct_chest_Lung-PET-CT-Dx_A0001"
CURRENT_CHEST = f"{CHEST}/current_2007-04-04_kernel_soft"
CURRENT_LUNG = f"{CHEST}/current_2007-04-04_kernel_lung"
PRIOR_CHEST = f"{CHEST}/prior_2006-10-02_SIMULATED"
VOLUNTEER = "03_mr/repeat_same_volunteer_T1/HFS"
VOLUNTEER_AGAIN = "03_mr/repeat_same_volunteer_T1/HFDL"
LIVER = "03_mr/mr_liver_coronal_TCGA-LIHC"


@contextmanager
def workspace_of(home: Path, data: Path, folders: Sequence[str]) -> Iterator[Workspace]:
    """Import folders of the test data into a new workspace."""
    workspace = open_workspace(home)
    try:
        paths = [data / folder for folder in folders]
        report = import_paths(paths, workspace.import_tools(), "test")
        assert report.is_complete, report.summary()
        yield workspace
    finally:
        workspace.close()


def every_series(workspace: Workspace) -> dict[str, Series]:
    """Return the series of all studies by their UID."""
    with workspace.station.unit_of_work() as work:
        studies = work.studies.all()
        return {
            series.series_instance_uid: series
            for study in studies
            for series in work.studies.series_of(study.study_instance_uid)
        }


def display_set(workspace: Workspace, series: Series) -> DisplaySet:
    frames = workspace.station.frames
    described = [image for instance in series.instances for image in frames.describe(instance)]
    (found,) = group_into_display_sets(described)
    return found


def stack(series: Series, shown: DisplaySet) -> Stack:
    """Return what registration needs of a display set, none of it in memory."""
    instances = {instance.sop_instance_uid: instance for instance in series.instances}
    return tuple(
        NeededSlice(WantedFrame(image, instances[image.sop_instance_uid]), image.plane)
        for image in slices_to_register(shown)
        if image.plane is not None
    )
