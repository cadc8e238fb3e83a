"""Programs are built once, whoever asks for them at the same time."""

import threading
import time
from concurrent import futures

import pytest

from rehearsal import gobuild
from rehearsal.gobuild import Module, Program

PROGRAM = Program(
    name="tool", module=Module(path="example.com/tool", version="v1.2.3"), package="example.com/tool"
)


@pytest.fixture
def builds(tmp_path, monkeypatch):
    """What Go was asked to build, in a cache of its own."""
    asked, at_once = [], threading.Semaphore(1)

    def go(*arguments, folder):
        if arguments[0] == "build":
            assert at_once.acquire(blocking=False), "two builds at a time"
            time.sleep(0.05)
            asked.append(arguments)
            place = arguments[arguments.index("-o") + 1]
            with open(place, "w") as file:
                file.write("built")
            at_once.release()
        return "{}"

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(gobuild, "_go", go)
    monkeypatch.setattr(gobuild, "source", lambda module: tmp_path)
    monkeypatch.setattr(gobuild, "wrap", lambda *arguments: None)
    return asked


def test_three_who_ask_at_once_get_what_one_of_them_built(builds):
    with futures.ThreadPoolExecutor() as beside:
        found = set(beside.map(gobuild.ensure, [PROGRAM] * 3))
    assert found == {gobuild.built(PROGRAM)}
    assert gobuild.built(PROGRAM).read_text() == "built"
    assert len(builds) == 1


def test_what_is_built_is_not_built_again(builds):
    gobuild.ensure(PROGRAM)
    gobuild.ensure(PROGRAM)
    assert len(builds) == 1


def test_nothing_is_left_beside_it(builds):
    place = gobuild.ensure(PROGRAM)
    assert [one.name for one in place.parent.iterdir()] == ["tool-v1.2.3"]
