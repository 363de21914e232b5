"""An import that is killed leaves only whole files visible, and the next one completes it."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

import readstation
from readstation.bootstrap import workspace_at
from tests.dicom_files import ROOT, save_image

pytestmark = pytest.mark.slow

FILES, KILLS = 120, 6


def start_import(home, folder):
    environment = {**os.environ, "PYTHONPATH": str(Path(readstation.__file__).parents[1])}
    return subprocess.Popen(
        [sys.executable, "-m", "readstation", "--home", str(home), "import", str(folder)],
        env=environment,
        stdout=subprocess.DEVNULL,
    )


def visible(home):
    """Return the indexed instances whose bytes are there and right; fail on any that are not."""
    with workspace_at(home) as workspace, workspace.station.unit_of_work() as work:
        instances = [
            instance
            for study in work.studies.all()
            for series in work.studies.series_of(study.study_instance_uid)
            for instance in series.instances
        ]
        for instance in instances:
            workspace.images.path(instance.content_sha256)
        return {instance.sop_instance_uid for instance in instances}


def test_killing_an_import_leaves_nothing_half_done(tmp_path):
    for number in range(FILES):
        save_image(tmp_path / "in" / f"{number}.dcm", SOPInstanceUID=f"{ROOT}.9.{number}")
    home, chance = tmp_path / "home", random.Random(4)
    visible(home)
    seen = set()
    for _ in range(KILLS):
        process = start_import(home, tmp_path / "in")
        time.sleep(chance.uniform(0.5, 2.5))
        process.kill()
        process.wait()
        now = visible(home)
        assert seen <= now
        seen = now
    assert start_import(home, tmp_path / "in").wait(60) == 0
    assert visible(home) == {f"{ROOT}.9.{number}" for number in range(FILES)}
