"""NetworkPolicies evaluated as a network plugin would: who may speak to a model server, and to whom it may."""

from ipaddress import ip_address, ip_network
from typing import Any

import pytest

from components.planning import labels

HOME = "us-east-1"
SERVER = labels.SERVER_PORT
PROMETHEUS = ("monitoring", {"app.kubernetes.io/name": "prometheus"})
STRANGER = ("default", {"app": "shell"})


def policies(cloud, namespace: str) -> list[dict[str, Any]]:
    found = (one.inputs for name, one in cloud.kind("NetworkPolicy").items() if name.startswith(HOME))
    return [one["spec"] for one in found if one["metadata"]["namespace"] == namespace]


def selects(selector: dict[str, Any] | None, carried: dict[str, str]) -> bool:
    return (selector or {}).get("matchLabels", {}).items() <= carried.items()


def of_pod(cloud, namespace: str, carried: dict[str, str], way: str) -> list[dict[str, Any]]:
    """Policies that bind a pod in one direction; without any everything may pass, with some only what one allows."""
    return [
        one
        for one in policies(cloud, namespace)
        if way in one["policyTypes"] and selects(one["podSelector"], carried)
    ]


def passes(peer: dict[str, Any], other: str | tuple[str, dict[str, str]]) -> bool:
    """Whether a rule's peer means that address, or that pod of that namespace."""
    if isinstance(other, str):
        return "ipBlock" in peer and ip_address(other) in ip_network(peer["ipBlock"]["cidr"])
    namespace, carried = other
    return (
        "ipBlock" not in peer
        and selects(peer.get("namespaceSelector"), {"kubernetes.io/metadata.name": namespace})
        and selects(peer.get("podSelector"), carried)
    )


def allowed(bound: list[dict[str, Any]], way: str, other: Any, port: int, name: str = "") -> bool:
    key, peers = ("ingress", "from") if way == "Ingress" else ("egress", "to")
    return not bound or any(
        (not rule.get(peers) or any(passes(peer, other) for peer in rule[peers]))
        and (not rule.get("ports") or any(one["port"] in (port, name) for one in rule["ports"]))
        for policy in bound
        for rule in policy.get(key, [])
    )


@pytest.fixture
def server(prod):
    """Labels of a model server's pod."""
    return prod.named(f"{HOME}-llama-8b-deployment").inputs["spec"]["template"]["metadata"]["labels"]


@pytest.mark.parametrize(
    ("other", "port", "may"),
    [
        (PROMETHEUS, SERVER, True),
        (PROMETHEUS, 22, False),
        (STRANGER, SERVER, False),
        (("monitoring", {"app.kubernetes.io/name": "grafana"}), SERVER, False),
        (("default", {"app.kubernetes.io/name": "prometheus"}), SERVER, False),
        ("203.0.113.9", SERVER, False),
    ],
)
def test_only_prometheus_of_its_own_namespace_scrapes_a_server(prod, server, other, port, may):
    bound = of_pod(prod, labels.SERVING_NAMESPACE, server, "Ingress")
    assert allowed(bound, "Ingress", other, port, "http" if port == SERVER else "") == may


def test_the_entrances_subnets_reach_a_server_and_the_nodes_do_not(prod, server, region):
    bound = of_pod(prod, labels.SERVING_NAMESPACE, server, "Ingress")
    for subnets, may in ((region.network.public, True), (region.network.private, False)):
        for subnet in subnets:
            inside = str(ip_network(subnet.cidr)[10])
            assert allowed(bound, "Ingress", inside, SERVER, "http") == may


def test_a_server_calls_nobody(prod, server):
    bound = of_pod(prod, labels.SERVING_NAMESPACE, server, "Egress")
    assert bound
    for other in (PROMETHEUS, STRANGER, "169.254.169.254", "93.184.216.34"):
        assert not allowed(bound, "Egress", other, 443)


def test_whatever_else_lands_beside_the_servers_is_cut_off(prod):
    for way in ("Ingress", "Egress"):
        bound = of_pod(prod, labels.SERVING_NAMESPACE, {"app": "shell"}, way)
        assert bound
        assert not allowed(bound, way, PROMETHEUS, SERVER, "http")


def test_jobs_reach_names_https_and_their_credentials_and_nobody_reaches_them(prod):
    out = of_pod(prod, labels.WEIGHTS_NAMESPACE, {"app.kubernetes.io/name": "weights"}, "Egress")
    for other, port, may in (
        ("93.184.216.34", 443, True),
        ("10.20.0.2", 53, True),
        ("169.254.170.23", 80, True),
        ("169.254.169.254", 80, False),
        ("93.184.216.34", 80, False),
    ):
        assert allowed(out, "Egress", other, port) == may
    into = of_pod(prod, labels.WEIGHTS_NAMESPACE, {"app.kubernetes.io/name": "weights"}, "Ingress")
    assert not allowed(into, "Ingress", STRANGER, 443)
