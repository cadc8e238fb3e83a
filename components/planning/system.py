"""What everything that is not a model asks of the system nodes, and whether they can give it.

Requests are those of our own values where we set them, and else the pinned charts' and add-ons' defaults as generally
known (the charts could not be rendered here); what asks for nothing is counted with what it uses.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from components.catalog import prices
from components.planning.node_plan import SystemNodesPlan
from components.settings.fleet import FleetSettings
from components.settings.mistakes import Mistake


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What one pod asks of its node."""

    cpu_millis: int
    memory_mib: int

    def times(self, count: int) -> "Request":
        return Request(cpu_millis=self.cpu_millis * count, memory_mib=self.memory_mib * count)


KARPENTER: Final = Request(cpu_millis=500, memory_mib=1024)
CLUSTER_AUTOSCALER: Final = Request(cpu_millis=100, memory_mib=600)
PROMETHEUS: Final = Request(cpu_millis=500, memory_mib=2048)

PUBLISH: Final = Request(cpu_millis=250, memory_mib=3072)
"""The Job that brings a model from the hub: it waits for the network most of the time."""

FILL: Final = Request(cpu_millis=250, memory_mib=1024)
"""The Job that fills a region's file system; more CPU than it asks for is there while nobody else wants it."""

ON_EVERY_NODE: Final = Request(cpu_millis=300, memory_mib=512)
"""CNI with network policy, kube-proxy, disk and file drivers, node exporter, feature discovery, node monitoring."""

STANDING: Final[tuple[Request, ...]] = (
    Request(cpu_millis=200, memory_mib=140),  # CoreDNS, two
    Request(cpu_millis=180, memory_mib=700),  # controllers of the storage drivers
    Request(cpu_millis=600, memory_mib=600),  # KEDA: operator, metrics server, webhooks, two each
    Request(cpu_millis=200, memory_mib=256),  # AWS Load Balancer Controller, two
    Request(cpu_millis=200, memory_mib=400),  # metrics server, two
    Request(cpu_millis=300, memory_mib=700),  # Prometheus operator, Grafana, kube-state-metrics
    Request(cpu_millis=310, memory_mib=300),  # GPU Operator and feature discovery's master
    Request(cpu_millis=100, memory_mib=600),  # external-dns and the vertical pod autoscaler, where chosen
)
"""Whatever runs once in a region, however many models it serves."""

ALERTMANAGER: Final = Request(cpu_millis=50, memory_mib=200)

RESERVED: Final = Request(cpu_millis=80, memory_mib=1500)
"""Of each node, kept by the kubelet and the kernel: EKS reserves 80 millicores of four, and 11 MiB a pod, 100 to evict."""

FILLED_SHARE: Final = 0.85
"""Of what all nodes give together: pods are not sand, and one node may be replaced while the others carry on."""


def requests(region: str, settings: FleetSettings) -> Request:
    """The most that a region asks at a time: all that stands, and the Jobs of every model at once."""
    here, models = settings.regions[region], len(settings.models)
    monitored = prometheus_replicas(settings)
    every = [
        *STANDING,
        (KARPENTER if here.node_scaler == "karpenter" else CLUSTER_AUTOSCALER).times(2),
        PROMETHEUS.times(monitored),
        ALERTMANAGER.times(monitored),
        ON_EVERY_NODE.times(here.system_nodes.count),
        FILL.times(models),
        PUBLISH.times(models if region == settings.home_region else 0),
    ]
    return Request(
        cpu_millis=sum(one.cpu_millis for one in every), memory_mib=sum(one.memory_mib for one in every)
    )


def prometheus_replicas(settings: FleetSettings) -> int:
    """Two in production: alerts and autoscaling survive a node."""
    return 2 if settings.production else 1


def room(instance_type: str) -> Request:
    """What one node of the type gives to pods."""
    machine = prices.SYSTEM_INSTANCES[instance_type]
    return Request(
        cpu_millis=int((machine.vcpus * 1000 - RESERVED.cpu_millis) * FILLED_SHARE),
        memory_mib=int((machine.ram_gib * 1024 - RESERVED.memory_mib) * FILLED_SHARE),
    )


def system_nodes_plan(region: str, settings: FleetSettings) -> SystemNodesPlan:
    """As many as chosen, with what will be asked of them."""
    chosen, asked = settings.regions[region].system_nodes, requests(region, settings)
    return SystemNodesPlan(
        instance_type=chosen.instance_type,
        count=chosen.count,
        asked_cpu_millis=asked.cpu_millis,
        asked_memory_mib=asked.memory_mib,
    )


def crowded(region: str, settings: FleetSettings) -> Iterator[Mistake]:
    """Why not everything of a region would find a place on its system nodes, and how many would do."""
    chosen, asked = settings.regions[region].system_nodes, requests(region, settings)
    given = room(chosen.instance_type).times(chosen.count)
    if asked.cpu_millis <= given.cpu_millis and asked.memory_mib <= given.memory_mib:
        return
    yield Mistake(
        f"fleet.regions.{region}.system_nodes.count",
        f"{chosen.count} x {chosen.instance_type} give {given.cpu_millis / 1000:.1f} vCPU and"
        f" {given.memory_mib / 1024:.1f} GiB to pods, but {asked.cpu_millis / 1000:.1f} vCPU and"
        f" {asked.memory_mib / 1024:.1f} GiB are asked for; take"
        f" {enough(chosen.instance_type, chosen.count, asked)} of them, or larger ones",
    )


def enough(instance_type: str, count: int, asked: Request) -> int:
    """Nodes of the type that carry it, what each of them adds by itself included."""
    given = room(instance_type)
    return max(
        math.ceil(
            (asked.cpu_millis - ON_EVERY_NODE.cpu_millis * count)
            / (given.cpu_millis - ON_EVERY_NODE.cpu_millis)
        ),
        math.ceil(
            (asked.memory_mib - ON_EVERY_NODE.memory_mib * count)
            / (given.memory_mib - ON_EVERY_NODE.memory_mib)
        ),
    )
