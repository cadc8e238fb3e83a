"""The nodes of one region: managed groups, Karpenter's pools, and the system's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from components.catalog.accelerators import Accelerator

NodeScaler = Literal["karpenter", "cluster-autoscaler"]
Purchase = Literal["on-demand", "spot"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeGroupPlan:
    """One managed node group of GPU nodes, of one instance type and one way of buying it."""

    name: str
    """`<family>-<instance type with dashes>-<od|spot>`."""
    family: str
    accelerator: Accelerator
    purchase: Purchase
    zones: tuple[str, ...]
    """Zones of this region that offer the instance type."""
    min_nodes: int
    desired_nodes: int
    max_nodes: int
    labels: Mapping[str, str]
    """Node labels, `fleet/...`; pods of the family select on them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePoolPlan:
    """One Karpenter NodePool: a model family's elastic nodes, bought one way."""

    name: str
    """`<family>-<spot|on-demand>`."""
    family: str
    purchase: Purchase
    weight: int
    """Karpenter tries the heavier pool first: spot above on-demand."""
    instance_types: tuple[str, ...]
    zones: tuple[str, ...]
    gpu_limit: int
    """`limits["nvidia.com/gpu"]`: what the ceiling needs of this pool, never more than the budget buys."""
    labels: Mapping[str, str]
    expire_after: str
    termination_grace: str
    """Longer than any drain on it, or pods are deleted at once."""
    consolidate_after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemNodesPlan:
    """The on-demand CPU nodes of one region; nothing scales them."""

    instance_type: str
    count: int
    asked_cpu_millis: int
    """By everything that runs on them at a time."""
    asked_memory_mib: int
