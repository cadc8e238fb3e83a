"""The plan of one region, from the plans of its models."""

import math
from collections.abc import Mapping

from components.catalog import prices, versions
from components.planning import entrance, limits, nodes, pricing
from components.planning.addressing import network_plan
from components.planning.model_plan import ModelPlan
from components.planning.plan import PrometheusPlan, RegionPlan
from components.planning.storage import storage_plan
from components.planning.system import prometheus_replicas, system_nodes_plan
from components.settings.fleet import FleetSettings


def tags(settings: FleetSettings, stack: str) -> Mapping[str, str]:
    """On everything that costs money."""
    return {
        "fleet": f"llm-fleet-{stack}",
        "environment": settings.environment,
        "owner": settings.owner,
        "cost-center": settings.cost_center,
        "managed-by": "pulumi",
    }


def region_plan(name: str, settings: FleetSettings, stack: str, models: tuple[ModelPlan, ...]) -> RegionPlan:
    """Everything one region is told."""
    here = settings.regions[name]
    network = network_plan(name, here.vpc_cidr, here.zones, nat_per_zone=here.nat == "per-zone")
    zones = tuple(one.zone for one in network.private)
    system = system_nodes_plan(name, settings)
    storage = storage_plan(settings)
    prometheus = PrometheusPlan(
        replicas=prometheus_replicas(settings),
        retention=f"{settings.observability.metrics_days}d",
        storage_gib=settings.observability.metrics_gib,
    )
    costs = pricing.region_lines(
        name, models, network, system, storage, prometheus.replicas * prometheus.storage_gib
    )
    idle = entrance.idle_seconds(models)
    grace = max(model.drain.grace_seconds for model in models)
    hourly = settings.budget.monthly_usd / limits.HOURS_PER_MONTH
    karpenter = here.node_scaler == "karpenter"
    return RegionPlan(
        region=name,
        stack=stack,
        environment=settings.environment,
        home=name == settings.home_region,
        cluster_name=f"{stack}-{name}",
        kubernetes_version=versions.KUBERNETES,
        zones=zones,
        network=network,
        operator_cidrs=tuple(str(one) for one in here.operator_cidrs),
        node_scaler=here.node_scaler,
        vertical_pod_autoscaler=here.vertical_pod_autoscaler,
        external_dns=here.external_dns,
        deletion_protection=deletion_protection(settings),
        log_days=settings.observability.log_days,
        system_nodes=system,
        models=models,
        node_groups=nodes.node_groups(models, name, zones, here.node_scaler),
        node_pools=nodes.node_pools(models, name, zones, grace, hourly) if karpenter else (),
        storage=storage,
        prometheus=prometheus,
        traffic_share=here.traffic_share,
        domain=settings.traffic.domain,
        idle_seconds=idle,
        keep_alive_seconds=idle + entrance.KEEP_ALIVE_MARGIN_SECONDS,
        requests_per_five_minutes=entrance.requests_per_five_minutes(name, settings),
        family_usd_per_hour=family_ceilings(models, name),
        alert_emails=settings.budget.emails,
        runbook_url=settings.observability.runbook_url,
        weights_retain_days=settings.weights.retain_days,
        tags=tags(settings, stack),
        costs=costs,
    )


def family_ceilings(models: tuple[ModelPlan, ...], region: str) -> Mapping[str, float]:
    """GPU node dollars an hour, by family: every node of its ceiling and of a rollout's spare, at the on-demand price.

    The rule that watches them counts so too; disks are left to the bill.
    """
    ceilings: dict[str, float] = {}
    for model in models:
        most = model.nodes.ceiling + nodes.nodes_for(model.rollout.max_surge, model)
        usd = most * prices.on_demand_usd_per_hour(model.accelerator.instance_type, region)
        ceilings[model.family] = ceilings.get(model.family, 0.0) + usd
    return {name: math.ceil(usd) for name, usd in sorted(ceilings.items())}


def deletion_protection(settings: FleetSettings) -> bool:
    """As chosen, or in production."""
    chosen = settings.deletion_protection
    return settings.production if chosen is None else chosen
