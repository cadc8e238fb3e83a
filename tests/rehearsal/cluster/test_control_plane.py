"""A control plane is waited for, and says which of its parts ended instead."""

import ssl
import time
from pathlib import Path

import pytest

from rehearsal import gobuild
from rehearsal.cluster.control_plane import ControlPlane, NotRunning, free_ports


@pytest.fixture
def plane(tmp_path, monkeypatch):
    """Its programs are shells."""
    monkeypatch.setattr(gobuild, "ensure", lambda program: Path("/bin/sh"))
    return ControlPlane(tmp_path, free_ports(1)[0])


def test_a_part_that_ends_is_named_with_its_last_words(plane, monkeypatch):
    monkeypatch.setattr(ssl, "create_default_context", lambda cafile: None)
    plane.start("kube-apiserver", "-c", "echo cannot listen; exit 3")
    while not plane.ended():
        time.sleep(0.01)
    with pytest.raises(NotRunning, match="kube-apiserver ended with 3:\ncannot listen"):
        plane.wait_for("/readyz")


def test_free_ports_are_as_many_as_asked_for_and_differ():
    assert len(set(free_ports(5))) == 5
