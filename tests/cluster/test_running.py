"""While scenarios play, controllers are looked after as Kubernetes would, and nothing goes on without its control plane."""

import asyncio
import contextlib
from pathlib import Path
from types import SimpleNamespace

import pytest

from rehearsal import gobuild
from rehearsal.cluster.control_plane import NotRunning
from rehearsal.cluster.processes import Processes
from tests.cluster import running


@pytest.fixture
def stage(tmp_path, monkeypatch):
    """Its programs are shells."""
    monkeypatch.setattr(gobuild, "ensure", lambda program: Path("/bin/sh"))
    processes = Processes(tmp_path)
    yield SimpleNamespace(loop=SimpleNamespace(plane=processes), fallen=[])
    processes.stop()


def tend(stage, until):
    """Until it holds, or what it raises."""

    async def both():
        tending = asyncio.create_task(running._tend(stage))
        while not until() and not tending.done():
            await asyncio.sleep(0.05)
        tending.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await tending

    # Of its own: the engine's SDK wants to find the thread's event loop as it was.
    with contextlib.closing(asyncio.new_event_loop()) as events:
        events.run_until_complete(asyncio.wait_for(both(), 20))


def test_kedas_operator_is_started_again_when_it_falls_and_its_panic_is_kept(stage):
    file = stage.loop.plane.folder / "fell"
    once = f"if [ -e {file} ]; then exec sleep 60; fi; touch {file}; echo panic: nil; exit 2"
    stage.loop.plane.start("keda-operator", "-c", once)
    tend(stage, lambda: stage.fallen and not stage.loop.plane.ended())
    assert stage.fallen == ["keda-operator ended with 2:\npanic: nil"]


def test_where_another_part_ends_the_run_ends_at_once_and_says_why(stage):
    stage.loop.plane.start("kube-scheduler", "-c", "echo lost its lease; exit 1")
    with pytest.raises(NotRunning, match="kube-scheduler ended with 1:\nlost its lease"):
        tend(stage, lambda: False)
    assert stage.fallen == []
