"""Pods that are stood for, as the API server is told of them."""

import socket

import kubernetes_validate
import pytest

from components.catalog import versions
from rehearsal.cluster.loop.kubelet import NETWORKS, is_ready, network, status


def pod(ready, **metadata):
    told = status("127.200.0.1", ready=ready)
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "one", **metadata}, "status": told}


def test_a_pod_takes_requests_once_it_is_ready_and_until_it_is_told_to_go():
    assert [is_ready(pod(ready)) for ready in (False, True)] == [False, True]
    assert not is_ready(pod(True, deletionTimestamp="2026-11-21T12:00:00Z"))
    assert not is_ready({"metadata": {"name": "just scheduled"}})


def test_a_status_is_one_that_the_api_server_knows():
    for ready in (False, True):
        kubernetes_validate.validate(pod(ready), versions.KUBERNETES, strict=True)


def test_a_machine_without_addresses_for_pods_is_told_so(monkeypatch):
    def refuse(self, address):
        raise OSError(f"cannot assign {address}")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(RuntimeError, match="run it on Linux, or in a Linux container"):
        network()


def test_two_runs_on_one_machine_have_pods_at_different_addresses():
    (one, first), (other, second) = network(), network()
    with first, second:
        assert one != other
    again, third = network()
    with third:
        assert again in NETWORKS
