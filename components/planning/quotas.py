"""Which Service Quotas each region needs at its ceiling, and how to ask AWS for them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from components.catalog import prices
from components.catalog.quotas import (
    CLUSTERS,
    ELASTIC_IPS,
    LOAD_BALANCERS,
    NAT_GATEWAYS,
    STANDARD,
    VPCS,
    Quota,
    quota_of,
)
from components.planning.model_plan import ModelPlan
from components.planning.node_plan import Purchase
from components.planning.nodes import nodes_for
from components.planning.plan import RegionPlan
from components.settings.fleet import FleetSettings
from components.settings.mistakes import Mistake


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaNeed:
    """What one region asks of one quota, on top of whatever else the account runs there."""

    quota: Quota
    needed: int
    reason: str
    """The arithmetic, such as `llama-8b 4 x 4 of g6e.xlarge`: nodes, vCPUs and instance type."""
    cure: str = ""
    """What in the stack file would need less, if anything would."""


def nodes_at_ceiling(model: ModelPlan, purchase: Purchase) -> int:
    """Whole nodes of one purchase that may run at once.

    On-demand must be able to carry everything, because spot may not be to be had, and a rollout's spare replica as well.
    Floors stand in their own node groups, so that each part is rounded up for itself.
    """
    held = model.replicas
    if purchase == "spot":
        elastic = min(held.spot_ceiling - held.spot_floor, held.ceiling - held.floor)
        return nodes_for(held.spot_floor, model) + nodes_for(elastic, model)
    rest = held.ceiling - held.on_demand_floor + model.rollout.max_surge
    return nodes_for(held.on_demand_floor, model) + nodes_for(rest, model)


def needs(here: RegionPlan) -> tuple[QuotaNeed, ...]:
    """Every quota the region touches: GPU vCPUs by family and purchase, then what its network and cluster take."""
    found: dict[str, tuple[Quota, int, list[str]]] = {}
    for model in here.models:
        for purchase in ("on-demand", "spot"):
            nodes = nodes_at_ceiling(model, purchase)
            quota, vcpus = quota_of(model.accelerator, purchase), model.accelerator.vcpus
            _, needed, reasons = found.setdefault(quota.code, (quota, 0, []))
            if nodes:
                reasons.append(f"{model.name} {nodes} x {vcpus} of {model.accelerator.instance_type}")
            found[quota.code] = (quota, needed + nodes * vcpus, reasons)
    gpus = [
        QuotaNeed(quota=quota, needed=needed, reason=" + ".join(reasons), cure="lower replicas.max")
        for quota, needed, reasons in found.values()
        if needed
    ]
    return (*gpus, *_ground(here))


def _ground(here: RegionPlan) -> Iterator[QuotaNeed]:
    system = here.system_nodes
    vcpus = prices.SYSTEM_INSTANCES[system.instance_type].vcpus
    # While EKS updates a group, new nodes join before the old ones leave.
    reason = f"2 x {system.count} x {vcpus} of {system.instance_type}, twice for an update"
    yield QuotaNeed(
        quota=STANDARD, needed=2 * system.count * vcpus, reason=reason, cure="lower system_nodes.count"
    )
    gateways = len(here.network.nat_keys)
    reason = f"one for each of {gateways} NAT gateways" if gateways > 1 else "one NAT gateway"
    yield QuotaNeed(quota=ELASTIC_IPS, needed=gateways, reason=reason, cure="choose nat: single")
    yield QuotaNeed(quota=NAT_GATEWAYS, needed=1, reason="never two in one zone")
    yield QuotaNeed(quota=VPCS, needed=1, reason="the region's own")
    yield QuotaNeed(quota=LOAD_BALANCERS, needed=1, reason="the region's entrance")
    yield QuotaNeed(quota=CLUSTERS, needed=1, reason="the region's cluster")


def mistakes(settings: FleetSettings, regions: tuple[RegionPlan, ...]) -> Iterator[Mistake]:
    """Each known quota that the plan would run into, with the sum and how to ask for more."""
    for here in regions:
        known = settings.regions[here.region].quotas
        for need in needs(here):
            have = known.get(need.quota.code)
            if have is not None and need.needed > have:
                less = f"{need.cure}, or " if need.cure else ""
                yield Mistake(
                    f"fleet.regions.{here.region}.quotas.{need.quota.code}",
                    f"{need.quota.title} is {have:g} {need.quota.unit} but the ceiling needs {need.needed}"
                    f" ({need.reason}): {need.needed - have:g} more; {less}ask AWS with what `python -m"
                    f" components.planning {here.stack} --quotas` prints",
                )


def requests(here: RegionPlan, known: Mapping[str, float]) -> Iterator[str]:
    """Shell lines that ask for what is missing: beyond the known quota, or beyond a new account's."""
    for need in needs(here):
        have = known.get(need.quota.code, need.quota.default)
        told = "known" if need.quota.code in known else "of a new account"
        yield f"# {need.quota.title}: {need.needed} {need.quota.unit} ({need.reason}); {have:g} {told}"
        if need.needed > have:
            yield (
                f"aws service-quotas request-service-quota-increase --region {here.region}"
                f" --service-code {need.quota.service} --quota-code {need.quota.code}"
                f" --desired-value {need.needed}"
            )
