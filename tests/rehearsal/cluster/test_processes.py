"""Programs are started, told apart when one falls, and ended whatever happens."""

import os
from pathlib import Path

import pytest

from rehearsal import gobuild
from rehearsal.cluster import processes as module
from rehearsal.cluster.processes import Processes


@pytest.fixture
def shells(tmp_path, monkeypatch):
    """Its programs are shells."""
    monkeypatch.setattr(gobuild, "ensure", lambda program: Path("/bin/sh"))
    monkeypatch.setattr(module, "ENDING_SECONDS", 0.2)
    return Processes(tmp_path)


def running(shells):
    return list(shells._processes.values())


def test_everything_that_was_started_is_ended_even_what_does_not_want_to(shells):
    shells.start("etcd", "-c", "exec sleep 60")
    shells.start("kwok", "-c", "trap '' TERM; while :; do sleep 1; done")
    started = running(shells)
    shells.stop()
    assert all(one.poll() is not None for one in started)


def test_what_another_started_is_left_alone(shells, tmp_path):
    other = Processes(tmp_path)
    other.start("etcd", "-c", "exec sleep 60")
    shells.start("kwok", "-c", "exec sleep 60")
    shells.stop()
    (alive,) = running(other)
    assert alive.poll() is None
    other.stop()


def test_one_program_can_be_lost_and_started_again(shells):
    shells.start("prometheus", "-c", "echo first; exec sleep 60")
    (first,) = running(shells)
    shells.kill("prometheus")
    assert first.poll() is not None
    shells.start("prometheus", "-c", "echo second; exec sleep 60")
    assert len(running(shells)) == 1
    shells.stop()


def test_a_program_that_fell_is_told_and_started_again_as_it_was(shells, tmp_path):
    shells.start("keda-operator", "-c", "echo panic: $WHY; exit 2", environment={"WHY": "nil"})
    running(shells)[0].wait()
    assert shells.ended() == {"keda-operator": "keda-operator ended with 2:\npanic: nil"}
    shells.restart("keda-operator")
    running(shells)[0].wait()
    assert (tmp_path / "keda-operator.log").read_text() == "panic: nil\n" * 2


def test_of_a_program_that_panicked_the_reason_is_told_and_not_the_end_of_its_stacks(shells):
    shells.start("karpenter", "-c", "echo hello; echo panic: nil; seq 100; exit 2")
    running(shells)[0].wait()
    told = shells.ended()["karpenter"].splitlines()
    assert told[1:3] == ["panic: nil", "1"]
    assert len(told) == 1 + module.LAST_LINES


def test_a_program_that_was_killed_on_purpose_has_not_ended_by_itself(shells):
    shells.start("prometheus", "-c", "exec sleep 60")
    shells.kill("prometheus")
    assert shells.ended() == {}


def test_a_program_inherits_the_environment_and_what_it_is_given(shells, tmp_path, monkeypatch):
    monkeypatch.setitem(os.environ, "LLM_FLEET_TEST", "inherited")
    shells.start("kwok", "-c", "echo $LLM_FLEET_TEST $MORE", environment={"MORE": "given"})
    running(shells)[0].wait()
    assert (tmp_path / "kwok.log").read_text() == "inherited given\n"
