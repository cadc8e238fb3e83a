"""Nodes shaped like the plan's: what they hold, the labels they carry, and the taints that keep others off."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from components.catalog import prices
from components.planning import labels, limits
from components.planning.models import SYSTEM_MEMORY_SHARE
from components.planning.node_plan import NodePoolPlan
from components.planning.plan import RegionPlan
from components.planning.system import RESERVED

ZONE: Final = "topology.kubernetes.io/zone"


def node(
    name: str,
    zone: str,
    carries: Mapping[str, str],
    *,
    vcpus: int,
    ram_gib: int,
    gpus: int = 0,
    family: str = "",
) -> dict[str, Any]:
    """One node, as its kubelet would register it."""
    memory = int(ram_gib * 1024 * (1 - SYSTEM_MEMORY_SHARE)) - RESERVED.memory_mib
    holds = {
        "cpu": f"{vcpus * 1000 - RESERVED.cpu_millis}m",
        "memory": f"{memory}Mi",
        "ephemeral-storage": f"{limits.ROOT_VOLUME_GIB}Gi",
        "pods": "110",
        **({labels.GPU: str(gpus)} if gpus else {}),
    }
    taints = {labels.GPU: "true", labels.FAMILY: family} if gpus else {}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "labels": {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", ZONE: zone, **carries},
        },
        "spec": {
            "taints": [{"key": key, "value": value, "effect": "NoSchedule"} for key, value in taints.items()]
        },
        "status": {"capacity": holds, "allocatable": holds},
    }


def system_nodes(here: RegionPlan) -> Iterator[dict[str, Any]]:
    """Those of everything that is not a model, over every zone."""
    machine = prices.SYSTEM_INSTANCES[here.system_nodes.instance_type]
    for count in range(here.system_nodes.count):
        carries = {labels.ROLE: labels.SYSTEM, labels.INSTANCE_TYPE: machine.instance_type}
        zone = here.zones[count % len(here.zones)]
        yield node(f"system-{count}", zone, carries, vcpus=machine.vcpus, ram_gib=machine.ram_gib)


def floor_nodes(here: RegionPlan) -> Iterator[dict[str, Any]]:
    """Those that managed groups hold at rest."""
    for group in here.node_groups:
        for count in range(group.desired_nodes):
            machine = group.accelerator
            yield node(
                f"{group.name}-{count}",
                group.zones[count % len(group.zones)],
                {**group.labels, labels.INSTANCE_TYPE: machine.instance_type},
                vcpus=machine.vcpus,
                ram_gib=machine.ram_gib,
                gpus=machine.gpu_count,
                family=group.family,
            )


def elastic_node(here: RegionPlan, pool: NodePoolPlan, instance_type: str, name: str) -> dict[str, Any]:
    """One that Karpenter would start for a pool; the taints it starts with are gone once its drivers run."""
    machine = next(one.accelerator for one in here.models if one.accelerator.instance_type == instance_type)
    return node(
        name,
        pool.zones[0],
        {**pool.labels, labels.INSTANCE_TYPE: instance_type},
        vcpus=machine.vcpus,
        ram_gib=machine.ram_gib,
        gpus=machine.gpu_count,
        family=pool.family,
    )
