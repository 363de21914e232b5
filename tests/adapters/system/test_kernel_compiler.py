"""Machine code for planes comes from another process, once, and never from a workspace."""

import os
from pathlib import Path

import pytest

from readstation.adapters.system.kernel_compiler import (
    CACHE_VARIABLE,
    KINDS,
    WORDS,
    KernelCompiler,
    user_cache_folder,
)
from readstation.app.jobs import JobCancelled, JobContext

NOTES = "import os, pathlib, sys; ready = pathlib.Path(sys.argv[1])\n"
QUICK = NOTES + "[(ready / kind).touch() for kind in (*sys.argv[3:], 'all')]\n"
COUNTED = QUICK + "(ready.parent / f'run{os.getpid()}').touch()\n"
ENDLESS = NOTES + "(ready / 'int16').touch(); sys.stdin.read(); import time; time.sleep(600)\n"


@pytest.fixture(autouse=True)
def variable(monkeypatch):
    monkeypatch.setenv(CACHE_VARIABLE, "")  # so that what the test sets is taken back
    monkeypatch.delenv(CACHE_VARIABLE)


@pytest.fixture
def compiler_of(tmp_path):
    made = []

    def make(script, folder=tmp_path):
        made.append(KernelCompiler(folder, ("-c", script)))
        return made[-1]

    yield make
    for one in made:
        one.close()


def told_by(job):
    said = []
    job.report = lambda _done, _total, text: said.append(text)
    return said


def test_it_is_done_once_and_not_again_by_the_next_start(compiler_of, tmp_path):
    first = compiler_of(COUNTED)
    first.begin()
    first.begin()
    first.wait("uint8", JobContext())
    first._process.wait()  # its last lines come after what is waited for
    assert os.environ.pop(CACHE_VARIABLE) == str(tmp_path / "planes")
    second = compiler_of(COUNTED)
    second.begin()
    second.wait("int16", JobContext())
    assert len(list(tmp_path.glob("planes/run*"))) == 1
    assert os.environ[CACHE_VARIABLE] == str(tmp_path / "planes")


def test_one_waits_only_for_the_kind_of_number_that_is_needed(compiler_of):
    compiler, job = compiler_of(ENDLESS), JobContext()
    compiler.begin()
    compiler.wait("int16", job)
    compiler.wait("int64", job)
    said = told_by(job)
    job.report = lambda *told: (said.append(told[2]), job.cancel())
    with pytest.raises(JobCancelled):
        compiler.wait("float32", job)
    assert said == [WORDS]


def test_a_process_that_dies_is_not_waited_for(compiler_of):
    compiler = compiler_of("import sys; sys.exit(3)")
    compiler.wait("int16", JobContext())


def test_without_a_folder_to_write_to_nothing_is_started(compiler_of, tmp_path):
    (tmp_path / "file").write_text("")
    compiler = compiler_of(QUICK, tmp_path / "file")
    compiler.wait("int16", JobContext())
    assert CACHE_VARIABLE not in os.environ


def test_where_somebody_else_keeps_the_code_nothing_is_started(compiler_of, tmp_path, monkeypatch):
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "own"))
    compiler = compiler_of(COUNTED)
    compiler.begin()
    compiler.wait("int16", JobContext())
    assert not list(tmp_path.iterdir())


def test_the_folder_is_that_of_the_user(monkeypatch, tmp_path):
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    assert user_cache_folder().name == "readstation"
    assert Path.home() in user_cache_folder().parents or tmp_path in user_cache_folder().parents


def test_what_is_compiled_is_what_volumes_are_made_of():
    assert set(KINDS) >= {"int16", "uint16", "uint8", "float32"}
