"""A control plane's processes: told apart, waited for, and ended whatever happens."""

import os
from pathlib import Path

import pytest

from rehearsal import gobuild
from rehearsal.cluster import control_plane as module
from rehearsal.cluster.control_plane import ControlPlane, NotRunning, free_ports


@pytest.fixture
def plane(tmp_path, monkeypatch):
    """Its programs are shells."""
    monkeypatch.setattr(gobuild, "ensure", lambda program: Path("/bin/sh"))
    monkeypatch.setattr(module, "ENDING_SECONDS", 0.2)
    return ControlPlane(tmp_path, free_ports(1)[0])


def processes(plane):
    return list(plane._processes.values())


def test_everything_that_was_started_is_ended_even_what_does_not_want_to(plane):
    plane.start("etcd", "-c", "exec sleep 60")
    plane.start("kwok", "-c", "trap '' TERM; while :; do sleep 1; done")
    started = processes(plane)
    plane.stop()
    assert all(one.poll() is not None for one in started)


def test_what_another_started_is_left_alone(plane, tmp_path):
    other = ControlPlane(tmp_path, plane.port)
    other.start("etcd", "-c", "exec sleep 60")
    plane.start("kwok", "-c", "exec sleep 60")
    plane.stop()
    (alive,) = processes(other)
    assert alive.poll() is None
    other.stop()


def test_one_program_can_be_lost_and_started_again(plane):
    plane.start("prometheus", "-c", "echo first; exec sleep 60")
    (first,) = processes(plane)
    plane.kill("prometheus")
    assert first.poll() is not None
    plane.start("prometheus", "-c", "echo second; exec sleep 60")
    assert len(processes(plane)) == 1
    plane.stop()


def test_a_part_that_ends_is_named_with_its_last_words(plane, monkeypatch):
    monkeypatch.setattr(module.ssl, "create_default_context", lambda cafile: None)
    plane.start("kube-apiserver", "-c", "echo cannot listen; exit 3")
    processes(plane)[0].wait()
    with pytest.raises(NotRunning, match="kube-apiserver ended with 3:\ncannot listen"):
        plane.wait_for("/readyz")


def test_a_program_that_fell_is_told_and_started_again_as_it_was(plane, tmp_path):
    plane.start("keda-operator", "-c", "echo panic: $WHY; exit 2", environment={"WHY": "nil"})
    processes(plane)[0].wait()
    assert plane.ended() == {"keda-operator": "keda-operator ended with 2:\npanic: nil"}
    plane.restart("keda-operator")
    processes(plane)[0].wait()
    assert (tmp_path / "keda-operator.log").read_text() == "panic: nil\n" * 2


def test_of_a_program_that_panicked_the_reason_is_told_and_not_the_end_of_its_stacks(plane):
    plane.start("karpenter", "-c", "echo hello; echo panic: nil; seq 100; exit 2")
    processes(plane)[0].wait()
    told = plane.ended()["karpenter"].splitlines()
    assert told[1:3] == ["panic: nil", "1"]
    assert len(told) == 1 + module.LAST_LINES


def test_a_program_that_was_killed_on_purpose_has_not_ended_by_itself(plane):
    plane.start("prometheus", "-c", "exec sleep 60")
    plane.kill("prometheus")
    assert plane.ended() == {}


def test_a_program_inherits_the_environment_and_what_it_is_given(plane, tmp_path, monkeypatch):
    monkeypatch.setitem(os.environ, "LLM_FLEET_TEST", "inherited")
    plane.start("kwok", "-c", "echo $LLM_FLEET_TEST $MORE", environment={"MORE": "given"})
    processes(plane)[0].wait()
    assert (tmp_path / "kwok.log").read_text() == "inherited given\n"


def test_free_ports_are_as_many_as_asked_for_and_differ():
    assert len(set(free_ports(5))) == 5
