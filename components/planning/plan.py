"""The fleet as decided: every number a component obeys, computed before anything is built."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from components.planning import limits
from components.planning.economics_plan import EconomicsPlan
from components.planning.model_plan import ModelPlan
from components.planning.node_plan import NodeGroupPlan, NodePoolPlan, NodeScaler, SystemNodesPlan
from components.planning.ranges import Range, total
from components.settings import stackfile
from components.settings.base import Environment
from components.settings.fleet import FleetSettings
from components.settings.mistakes import Mistake


@dataclass(frozen=True, slots=True, kw_only=True)
class SubnetPlan:
    """One subnet of one zone."""

    key: str
    """`az2` of zone `use1-az2`."""
    zone: str
    cidr: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkPlan:
    """Addresses of one region: nodes private, load balancers public, a NAT gateway where chosen."""

    cidr: str
    private: tuple[SubnetPlan, ...]
    public: tuple[SubnetPlan, ...]
    nat_keys: tuple[str, ...]
    """Zones that hold a NAT gateway; a zone without one uses the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoragePlan:
    """The region's shared file system for weights."""

    kind: Literal["efs", "fsx"]
    claim_gib: int
    """What the claims ask for; EFS ignores it, Lustre is made this size."""
    used_gib: float
    throughput_mb_per_tib: int
    """Of Lustre; 0 on EFS."""
    read_gib_per_second: float
    """What one client reads at most; cold starts rest on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrometheusPlan:
    """How much monitoring one region keeps."""

    replicas: int
    retention: str
    storage_gib: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """One line of the bill, in US dollars per hour at floor, expected and ceiling."""

    item: str
    """What a finance colleague would call it: `GPU on-demand`, `NAT gateways`, ..."""
    model: str | None
    usd_per_hour: Range


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionPlan:
    """Everything the fleet builds in one AWS region."""

    region: str
    stack: str
    environment: Environment
    home: bool
    cluster_name: str
    kubernetes_version: str
    zones: tuple[str, ...]
    network: NetworkPlan
    operator_cidrs: tuple[str, ...]
    node_scaler: NodeScaler
    vertical_pod_autoscaler: bool
    external_dns: bool
    deletion_protection: bool
    log_days: int
    system_nodes: SystemNodesPlan
    models: tuple[ModelPlan, ...]
    node_groups: tuple[NodeGroupPlan, ...]
    node_pools: tuple[NodePoolPlan, ...]
    storage: StoragePlan
    prometheus: PrometheusPlan
    traffic_share: float
    domain: str
    idle_seconds: int
    """How long the entrance waits for a silent answer."""
    keep_alive_seconds: int
    """How long a server keeps an idle connection, always longer."""
    requests_per_five_minutes: int
    family_usd_per_hour: Mapping[str, float]
    """What each model family's nodes cost an hour at the ceiling, on-demand; above it an alert fires."""
    alert_emails: tuple[str, ...]
    runbook_url: str
    weights_retain_days: int
    tags: Mapping[str, str]
    costs: tuple[CostLine, ...]

    @property
    def usd_per_hour(self) -> Range:
        return total(line.usd_per_hour for line in self.costs)


@dataclass(frozen=True, slots=True, kw_only=True)
class FailoverPlan:
    """How long a dead region keeps receiving new connections, worst case, step by step."""

    method: Literal["route53-latency", "global-accelerator"]
    check_interval_seconds: int
    check_threshold: int
    ttl_seconds: int
    steps: tuple[tuple[str, float], ...]
    """What happens, and its seconds, in order."""
    target_seconds: int

    @property
    def worst_seconds(self) -> float:
        return sum(seconds for _, seconds in self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficPlan:
    """The worldwide entrance."""

    domain: str
    hosted_zone: str
    failover: FailoverPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetPlan:
    """What AWS Budgets is told."""

    monthly_usd: float
    daily_usd: float
    anomaly_usd: float
    deny_capacity_at_percent: float
    activate_tags: bool
    emails: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Survival:
    """What is left of one model when one region is gone."""

    lost_region: str
    model: str
    peak_requests_per_second: float
    capacity_requests_per_second: float
    """Of the remaining regions at their ceilings."""

    @property
    def holds(self) -> bool:
        # Replicas are counted to within 1e-9 of a whole one; a peak that fills them exactly is carried.
        return self.capacity_requests_per_second >= self.peak_requests_per_second * (1 - 1e-6)


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetPlan:
    """The whole fleet of one stack."""

    stack: str
    settings: FleetSettings
    """What it was computed from; recommendations ask what other choices would have given."""
    name: str
    """Prefix of worldwide names: `llm-fleet-<stack>`."""
    environment: Environment
    home_region: str
    tags: Mapping[str, str]
    regions: tuple[RegionPlan, ...]
    traffic: TrafficPlan
    budget: BudgetPlan
    survivals: tuple[Survival, ...]
    costs: tuple[CostLine, ...]
    """Lines that belong to no region."""
    prices_as_of: str
    examples: tuple[Mistake, ...]
    """Where the stack file still says what an example would: to be set before `pulumi up`."""
    economics: EconomicsPlan

    @property
    def usd_per_hour(self) -> Range:
        own = [line.usd_per_hour for line in self.costs]
        return total([*(here.usd_per_hour for here in self.regions), *own])

    @property
    def usd_per_month(self) -> Range:
        return self.usd_per_hour.times(limits.HOURS_PER_MONTH)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Configuration keys that must hold a secret before `pulumi up`."""
        gated = any(model.weights.gated for here in self.regions for model in here.models)
        return stackfile.SECRETS if gated else (stackfile.API_KEY,)
