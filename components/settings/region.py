"""One region of the fleet."""

from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import Field

from components.settings.accounting import QuotaCode
from components.settings.base import Settings, Share


class SystemNodesSettings(Settings):
    """The on-demand CPU nodes that carry everything that is not a model."""

    instance_type: str = "m7i.xlarge"
    count: Annotated[int, Field(ge=2, le=20)] = 3
    """Nodes at rest; at least two, over two zones, or Karpenter itself cannot spread."""


class RegionSettings(Settings):
    """One region: its addresses, its share of the traffic, and how it grows."""

    vpc_cidr: IPv4Network
    """A /16 to /20 that overlaps no other region's."""

    traffic_share: Share = 1.0
    """The fraction of the fleet's peak that arrives here; all regions together make 1."""

    zones: Annotated[tuple[str, ...], Field(min_length=2, max_length=6)]
    """Ids of the availability zones to span, at least two. Ids mean the same place in every account; letters do not."""

    nat: Literal["per-zone", "single"] = "per-zone"
    """single saves two gateways and makes one zone a point of failure for outbound traffic."""

    operator_cidrs: tuple[IPv4Network, ...] = ()
    """Networks that may reach the Kubernetes API, that of whoever runs `pulumi up` among them. Never 0.0.0.0/0."""

    reached_from_inside: bool = False
    """Whoever runs `pulumi up` already stands inside the VPC (VPN, peering): the API needs no network but its own."""

    node_scaler: Literal["karpenter", "cluster-autoscaler"] = "karpenter"
    """What adds nodes when pods wait for one."""

    vertical_pod_autoscaler: bool = False
    """Recommendations of CPU and memory for everything that is not a model server."""

    external_dns: bool = False
    """Publish in-cluster Services and Ingresses of your own; the fleet's names do not need it."""

    system_nodes: SystemNodesSettings = SystemNodesSettings()

    quotas: dict[QuotaCode, Annotated[float, Field(ge=0, allow_inf_nan=False)]] = Field(default_factory=dict)
    """Service quotas the account has here, by code, such as {L-DB2E81BA: 256}; a plan that needs more is refused."""
